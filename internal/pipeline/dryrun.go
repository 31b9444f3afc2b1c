package pipeline

import (
	"recur/configs"
	"recur/internal/report"
	"recur/models"
	"recur/task"
	"recur/task/table"
	"recur/train"
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

	example string // what the parts count
}

// DryRun reads the data and sizes the network without training it. note hears what a training would say of the data, such as the season
// that was found.
func DryRun(c *configs.Config, note func(string)) (*Plan, error) {
	source, err := Read(c, note)
	if err != nil {
		return nil, err
	}
	p, err := prepareScored(source, source.Config())
	if err != nil {
		return nil, err
	}
	report.Tell(note, p.Notes())
	return planOf(c, p), nil
}

func planOf(c *configs.Config, d task.Data) *Plan {
	spec, facts := d.Spec(c), d.Source().Facts()
	learn := d.Part("train").Len()
	return &Plan{
		Schema: 1, example: table.Of(c).Words().Example,
		Task: c.Task, Data: facts.Name, Series: facts.Series, Frequency: facts.Frequency, Layers: layersOf(spec),
		Train: learn, Validation: d.Part("validation").Len(), Test: d.Part("test").Len(),
		StepsPerEpoch: train.Pass(d.Job(c)),
		Parameters:    spec.Parameters(),
		MemoryBytes:   needOf(c, d).total(besideOf(c, d.Source())),
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
	spec := p.Spec(c)
	n, err := models.New[float32](spec) // the graph is the same for either dtype
	if err != nil {
		return nil, nil, err
	}
	defer n.Close()
	dot, err := n.DOT(batch, spec.Steps, true)
	return dot, planOf(c, p), err
}
