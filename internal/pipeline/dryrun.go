package pipeline

import (
	"recur/configs"
	"recur/data/series"
	"recur/models"
	"recur/task"
)

// Layer is one row of the layer table: the output's shape without the batch, the number of weights.
type Layer struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Output     []int  `json:"output"`
	Parameters int    `json:"parameters"`
}

// Plan is what a training would do: `train --dry-run`.
type Plan struct {
	Schema        int     `json:"schema"`
	Task          string  `json:"task"`
	Data          string  `json:"data"`
	Series        int     `json:"series"`
	Frequency     string  `json:"frequency"`
	Layers        []Layer `json:"layers"`
	Parameters    int     `json:"parameters"`
	Train         int     `json:"train_windows"`
	Validation    int     `json:"validation_windows"`
	Test          int     `json:"test_windows"`
	StepsPerEpoch int     `json:"steps_per_epoch"`
	MemoryBytes   int64   `json:"memory_bytes"`
}

// DryRun reads the data and sizes the network without training it.
func DryRun(c *configs.Config) (*Plan, error) {
	p, err := Prepare(c)
	if err != nil {
		return nil, err
	}
	return planOf(c, p), nil
}

func planOf(c *configs.Config, p *series.Prepared) *Plan {
	spec := task.SpecOf(c, p)
	return &Plan{
		Schema: 1,
		Task:   c.Task, Data: p.Set.Name, Series: len(p.Set.Series), Frequency: p.Set.Frequency.Name(), Layers: layersOf(spec),
		Train: p.Train.Len(), Validation: p.Validation.Len(), Test: p.Test.Len(),
		StepsPerEpoch: (p.Train.Len() + c.Train.BatchSize - 1) / c.Train.BatchSize,
		Parameters:    spec.Parameters(),
		MemoryBytes:   needOf(c, p).total(besideOf(c, p.Set)),
	}
}

func layersOf(s models.Spec) []Layer {
	var layers []Layer
	for _, r := range s.Table() {
		layers = append(layers, Layer(r))
	}
	return layers
}

// DOT is the training graph of a config in the language of Graphviz, for one batch (0: train.batch_size).
func DOT(c *configs.Config, batch int) ([]byte, *Plan, error) {
	p, err := Prepare(c)
	if err != nil {
		return nil, nil, err
	}
	if batch == 0 {
		batch = c.Train.BatchSize
	}
	spec := task.SpecOf(c, p)
	n, err := models.New[float32](spec) // the graph is the same for either dtype
	if err != nil {
		return nil, nil, err
	}
	defer n.Close()
	dot, err := n.DOT(batch, p.Sequence, true)
	return dot, planOf(c, p), err
}
