package outputs

import (
	"slices"

	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// Judge scores what is said of the examples of a part.
type Judge struct {
	Measure
	References []string // what should have been said
}

// Metrics scores.
func (j *Judge) Metrics(said [][]float64) (task.Metrics, error) {
	return j.score(said, j.References), nil
}

// Scores scores.
func (j *Judge) Scores(said [][]float64) Scores { return j.score(said, j.References) }

// Figures are those of Measure in its order, as JSON says them.
func (j *Judge) Figures(said [][]float64) (all task.Figures) {
	scores := j.Scores(said)
	for _, name := range j.Measure.Names {
		all = append(all, task.Figure{Name: name, Value: report.Number(scores.Value(name))})
	}
	return all
}

// LabelErrors are the edits between what is said and what should have been, example by example.
func (j *Judge) LabelErrors(said []string) []evaluate.Edits {
	return j.Measure.LabelErrors(said, j.References)
}

// Names are those of the metrics.
func (j *Judge) Names() []string {
	names := j.Measure.Names
	if slices.Contains(names, j.Primary) {
		return names
	}
	return append(slices.Clone(names), j.Primary)
}

// Losses are those of every example by the figure that methods are ordered by, as if it were all.
func (j *Judge) Losses(said [][]float64) []float64 {
	s := j.Statistics(Texts(said), j.References)
	losses := make([]float64, len(said))
	for i, row := range s.Rows {
		if losses[i] = s.Score(row); s.Higher {
			losses[i] = -losses[i]
		}
	}
	return losses
}

// testName is that of the test, for people.
const testName = "paired bootstrap"

// Counted is what the figure that methods are ordered by is made of, example by example. It has means over several networks, which texts have not.
func (j *Judge) Counted(said [][]float64) [][]float64 {
	return j.Statistics(Texts(said), j.References).Rows
}

// Test asks whether two methods are equally good, by what is counted of them.
func (j *Judge) Test(a, b task.Entry) task.Outcome {
	one, other := j.Statistics(nil, nil), j.Statistics(nil, nil)
	one.Rows, other.Rows = a.Said, b.Said
	t := evaluate.BootstrapScores(one, other)
	return task.Outcome{Outcome: t.Outcome(), Independent: float64(len(j.References))}
}

// Witnesses are the examples.
func (j *Judge) Witnesses() task.Witnesses {
	n := len(j.References)
	return task.Witnesses{Disjoint: n, Series: 1, Long: n >= evaluate.LeastApart, Test: testName}
}

// More is the advice that gets a part long enough for a test.
func (j *Judge) More() string { return "Give it more examples with data.split." }
