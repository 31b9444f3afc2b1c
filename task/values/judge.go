package values

import (
	"fmt"

	"recur/data"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// Metrics are the errors of numbers.
type Metrics struct{ evaluate.Metrics }

// Cell is a metric in a table; beside mape stands how many values are zero and have none.
func (m Metrics) Cell(name string) string {
	cell := report.Figure(m.Value(name))
	if name == "mape" && m.Zeros > 0 {
		cell += fmt.Sprintf(" (%d)", m.Zeros)
	}
	return cell
}

// LeftOut is how many values mape leaves out.
func (m Metrics) LeftOut() int { return m.Zeros }

// Judge judges predictions of numbers of one part.
type Judge struct {
	Part   data.Truths
	Panels func() *evaluate.Panel // looks at the part; asked for once a test is wanted
	Advice string                 // that gets a part long enough for a test

	panel *evaluate.Panel
}

// Metrics scores point predictions.
func (j *Judge) Metrics(said [][]float64) (task.Metrics, error) {
	s, err := evaluate.Evaluate(j.Part, said)
	if err != nil {
		return nil, err
	}
	return Metrics{s.Metrics}, nil
}

// Names are those of the metrics.
func (j *Judge) Names() []string { return evaluate.Names }

// Losses are the mean squared errors of the examples, in scaled units.
func (j *Judge) Losses(said [][]float64) []float64 { return evaluate.WindowLosses(j.Part, said) }

// Test asks whether the squared errors of two methods have the same mean.
func (j *Judge) Test(a, b task.Entry) task.Outcome {
	worth := j.look().Worth(a.Said, b.Said)
	return task.Outcome{Outcome: j.look().Test(a.Losses, b.Losses, worth), Independent: worth.Independent}
}

func (j *Judge) look() *evaluate.Panel {
	if j.panel == nil {
		j.panel = j.Panels()
	}
	return j.panel
}

// Witnesses are what the tests go by.
func (j *Judge) Witnesses() task.Witnesses {
	p := j.look()
	return task.Witnesses{Disjoint: p.Disjoint, Series: p.Series, Long: p.AlongTime(), Test: p.Name()}
}

// More is the advice that gets a part long enough for a test.
func (j *Judge) More() string { return j.Advice }
