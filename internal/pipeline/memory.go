package pipeline

import (
	"fmt"
	"math"
	"runtime"

	"recur/configs"
	"recur/data"
	"recur/models"
	"recur/task"
	"recur/task/table"
	"recur/train"
)

// TooLarge is the error of work that needs more memory than there is, found before it begins.
type TooLarge struct {
	What        string // "training", "reading sales.csv"
	Need, There int64  // bytes
	From        string // what says how much there is
	Advice      string
	OfData      bool // the data are too large, else the network
}

func (e *TooLarge) Error() string {
	return fmt.Sprintf("%s needs about %s of memory, and there are %s (%s); %s", e.What, mebibytes(e.Need), mebibytes(e.There), e.From, e.Advice)
}

func mebibytes(n int64) string { return fmt.Sprintf("%.0f MiB", math.Ceil(float64(n)/(1<<20))) }

// bytesOfProcess is what a process takes besides what it holds: the program and the runtime.
const bytesOfProcess = 21 << 20

// What the heap grows by between two collections, beside SpareMemory's bound: reading leaves much behind at every row, rows and
// windows some, and a network is made once.
const (
	growthOfReading = 1.25
	growthOfData    = 1.15
	growthOfNetwork = 1.12
)

// need is what a training holds at its most, in bytes.
type need struct {
	data    int64 // rows and windows, once for all networks
	network int64 // weights, graphs, solver and what a save copies, of one network
	reading int64 // while the file is read, before there is a network
	verdict int64 // after training, when simple methods are set beside the networks
}

// total is the peak of the process with so many networks side by side.
func (n need) total(beside int) int64 {
	networks := max(float64(n.network)*float64(beside), float64(n.verdict))
	trains := growthOfData*float64(n.data) + growthOfNetwork*networks
	return bytesOfProcess + int64(max(growthOfReading*float64(n.reading), trains))
}

// needOf estimates what training a config on its prepared data holds.
func needOf(c *configs.Config, d task.Data) need {
	parts, kept := d.Memory()
	n := need{data: parts, network: networkMemory(c, d, kept)}
	n.reading, _, _ = table.Of(c).Reading(c, "")
	if judged, ok := d.(interface{ MemoryOfVerdict() int64 }); ok {
		n.verdict = judged.MemoryOfVerdict()
	}
	return n
}

// networkMemory is what one network holds in training: its weights, graphs for each size of a batch, the solver, the best
// weights, the order of the windows, and at a save a copy of all that, the file, and the file as it is read back.
func networkMemory(c *configs.Config, d task.Data, kept int64) int64 {
	spec, learn, validate := d.Spec(c), d.Part("train").Len(), d.Part("validation").Len()
	size := int64(4)
	if c.Model.DType == "float64" {
		size = 8
	}
	graphs := graphsMemory(c, spec, learn, validate, coresOf(c.Train.Threads))
	if pairs, ok := d.Part("train").(data.Paired); ok {
		graphs = graphsOfPairs(c, spec, pairs, d.Part("validation"))
	}
	weights := int64(spec.Parameters()) * size
	state := 1 + momentsOf(c.Train.Solver)
	if validate > 0 {
		state++
	}
	averages := int64(0)
	if c.Train.Average != "none" {
		averages = 1
	}
	state += averages
	if c.Train.Accumulate > 1 {
		state++
	}
	if c.Train.OnNaN == "rollback" {
		state += 1 + averages + momentsOf(c.Train.Solver)
	}
	windows := int64(learn + validate)
	order := windows*8 + int64(drawnOf(c, learn))*8
	if c.Model.LinearPath == "ridge" {
		order = windows * 72 // the windows that it is fitted on, and held out
	}
	return graphs + 4*state*weights + order + 3*kept
}

// graphsMemory is that of all graphs of a training: of whole and last batches, to train and to validate.
func graphsMemory(c *configs.Config, spec models.Spec, learn, validate, threads int) (sum int64) {
	batches := func(windows, batch int, training bool) {
		for _, b := range []int{min(batch, windows), windows % max(1, batch)} {
			if b > 0 && (b != windows%max(1, batch) || windows > batch) {
				sum += spec.Memory(b, spec.Steps, threads, training)
			}
		}
	}
	if drawnOf(c, learn) == learn {
		batches(learn, c.Train.BatchSize, true)
	} else {
		batches(min(learn, c.Train.BatchSize), c.Train.BatchSize, true) // whole batches alone
	}
	batches(validate, max(256, c.Train.BatchSize), false)
	return sum
}

// graphsOfPairs is graphsMemory where batches have many sizes, whose graphs take turns with their memory.
func graphsOfPairs(c *configs.Config, spec models.Spec, learn data.Paired, validation data.Examples) (sum int64) {
	threads := coresOf(c.Train.Threads)
	of := func(part data.Paired, batch int, training bool) {
		sum += spec.MemoryOf(train.Sizes(part, batch, c.Seed), threads, training)
	}
	of(learn, c.Train.BatchSize, true)
	if v, ok := validation.(data.Paired); ok && v.Len() > 0 {
		of(v, train.ValidationBatch(v, c.Train.BatchSize), false)
	}
	return sum
}

// drawnOf is how many windows an epoch takes: each once, or as many batches as the bounds of the updates ask for.
func drawnOf(c *configs.Config, windows int) int {
	batch := max(1, min(c.Train.UpdateSize(), windows))
	pass := (windows + batch - 1) / batch
	updates := max(c.Train.Epochs*pass, c.Train.MinUpdates)
	if most := c.Train.MaxUpdates; most > 0 {
		updates = min(updates, most)
	}
	if updates == c.Train.Epochs*pass {
		return windows
	}
	return (updates + c.Train.Epochs - 1) / c.Train.Epochs * batch
}

// momentsOf is how many numbers a solver keeps for a weight.
func momentsOf(solver string) int64 {
	switch solver {
	case "adam", "adamw", "gorgonia-adam":
		return 2
	case "momentum", "rmsprop":
		return 1
	}
	return 0
}

// besideOf is how many networks a training has side by side at most.
func besideOf(c *configs.Config, s task.Source) int {
	if c.Ensemble.Members == 0 {
		return 1
	}
	variants, _ := s.Variants(c)
	return min(coresOf(c.Train.Threads), len(variants)*c.Ensemble.Members)
}

func coresOf(asked int) int {
	if asked == 0 {
		return runtime.GOMAXPROCS(0)
	}
	return asked
}
