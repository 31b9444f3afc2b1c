package classify

import (
	"math"

	"recur/data"
	"recur/evaluate"
	"recur/task"
)

// errorName is the share of labels that are not met.
const errorName = "error"

// names are those of the metrics.
var names = append([]string{errorName}, Columns...)

// Metrics are the scores of one method.
type Metrics struct {
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"`
	LogLoss  float64 `json:"log_loss"`
	ECE      float64 `json:"ece"`
}

func metricsOf(c *evaluate.Classification) Metrics {
	return Metrics{c.Accuracy, c.MacroF1, c.LogLoss, c.ECE}
}

// Value is the figure of a name.
func (m Metrics) Value(name string) float64 {
	switch name {
	case errorName:
		return 1 - m.Accuracy
	case "accuracy":
		return m.Accuracy
	case "macro_f1":
		return m.MacroF1
	case "log_loss":
		return m.LogLoss
	case "ece":
		return m.ECE
	}
	return math.NaN()
}

// judge judges what is said of the examples of a part, of which every one stands alone.
type judge struct {
	part   part
	labels []string
}

// Judge scores what is said of a part.
func (d *Data) Judge(p data.Examples) task.Judge { return &judge{p.(part), d.classes} }

// flat are the labels that are known, and what is said of each.
func flat(p part, said [][]float64, classes int) (truth []int, probabilities [][]float64) {
	for i := range said {
		for t, c := range p.Labels(i) {
			if c < 0 || (t+1)*classes > len(said[i]) {
				continue
			}
			truth, probabilities = append(truth, int(c)), append(probabilities, said[i][t*classes:(t+1)*classes])
		}
	}
	return truth, probabilities
}

func (j *judge) classify(said [][]float64) (*evaluate.Classification, error) {
	truth, p := flat(j.part, said, len(j.labels))
	return evaluate.Classify(truth, p, j.labels)
}

// Metrics scores chances of classes.
func (j *judge) Metrics(said [][]float64) (task.Metrics, error) {
	c, err := j.classify(said)
	if err != nil {
		return nil, err
	}
	return metricsOf(c), nil
}

// Names are those of the metrics.
func (j *judge) Names() []string { return names }

// Losses are 1 for an example whose label is not met, else 0; of an example with many labels the share of those.
func (j *judge) Losses(said [][]float64) []float64 {
	losses := make([]float64, len(said))
	for i := range said {
		truth, p := flat(j.part.Pick([]int{i}), said[i:i+1], len(j.labels))
		for _, right := range evaluate.Right(truth, p) {
			if !right {
				losses[i] += 1 / float64(len(truth))
			}
		}
	}
	return losses
}

// Test asks whether two methods are wrong equally often: the exact test of McNemar where an example is right or wrong, else (a share
// of its labels, a mean over seeds) a paired permutation test of the losses.
func (j *judge) Test(a, b task.Entry) task.Outcome {
	if len(a.Losses) == 0 {
		return task.Outcome{Outcome: evaluate.Outcome{Test: mcnemar, Statistic: math.NaN(), P: math.NaN()}}
	}
	x, whole := right(a.Losses)
	y, also := right(b.Losses)
	if !whole || !also {
		difference, p := evaluate.Permutation(a.Losses, b.Losses)
		return task.Outcome{Outcome: evaluate.Outcome{Test: permutation, Statistic: difference, P: p}, Independent: float64(len(a.Losses))}
	}
	onlyA, onlyB, p := evaluate.McNemar(x, y)
	statistic := 0.0
	if n := onlyA + onlyB; n > 0 {
		statistic = float64(onlyB-onlyA) / math.Sqrt(float64(n))
	}
	return task.Outcome{Outcome: evaluate.Outcome{Test: mcnemar, Statistic: statistic, P: p}, Independent: float64(len(x))}
}

// The tests.
const (
	mcnemar     = "mcnemar"
	permutation = "permutation"
)

// right says which losses are none; whole is false where one is neither none nor whole.
func right(losses []float64) (r []bool, whole bool) {
	r = make([]bool, len(losses))
	for i, l := range losses {
		if r[i] = l == 0; l != 0 && l != 1 {
			return nil, false
		}
	}
	return r, true
}

// Witnesses are the examples: each is one.
func (j *judge) Witnesses() task.Witnesses {
	n := j.part.Len()
	return task.Witnesses{Disjoint: n, Series: min(n, 1), Long: n > 0, Test: "McNemar's exact test, or a paired permutation test of means over seeds"}
}

// More is the advice that gets a part long enough for a test.
func (j *judge) More() string { return "Give it more examples with data.split." }

// Verdict judges what is said of the validation part beside simple methods.
func (d *Data) Verdict(said [][]float64, budget float64) (*task.Verdict, error) {
	all, leftOut, err := d.judged(budget)
	if err != nil {
		return nil, err
	}
	v, err := task.NewVerdict(d.Judge(d.validation), []string{errorName, "log_loss"}, said, all)
	if err == nil {
		v.Windows, v.Example, v.LeftOut = d.validation.Len(), "example", leftOut
	}
	return v, err
}
