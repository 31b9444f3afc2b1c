package language

import (
	"math"

	"recur/data"
	"recur/data/text"
	"recur/evaluate"
	"recur/task"
)

// Metrics are how well text was foretold.
type Metrics struct{ evaluate.Language }

// names are those of Metrics.Value.
var names = []string{"nats", "bits", "perplexity", "bits_per_byte", "unknown"}

// Value is a figure by its name.
func (m Metrics) Value(name string) float64 {
	switch name {
	case "nats":
		return m.Nats
	case "bits":
		return m.Bits
	case "perplexity":
		return m.Perplexity
	case "bits_per_byte":
		if m.BitsPerByte > 0 {
			return m.BitsPerByte
		}
	case "unknown":
		return m.Unknown
	}
	return math.NaN()
}

// judge judges what is said of a part: for every example the chances of its symbols.
type judge struct {
	part           *text.Blocks
	symbols        []float64 // of each example
	bytes, unknown int64
}

func newJudge(part *text.Blocks) *judge {
	j := &judge{part: part}
	v := part.Part().Vocabulary()
	var buffer data.TextBuffer
	for i := range part.Len() {
		_, _, labels := part.Text(i, &buffer)
		j.symbols = append(j.symbols, float64(len(labels)))
		for _, s := range labels {
			n := v.Bytes(s)
			if j.bytes += int64(n); n < 0 {
				j.unknown++
			}
		}
	}
	if j.unknown > 0 || v.Tokens().Unit == text.Word { // the length of the text is not that of its symbols
		j.bytes = 0
	}
	return j
}

// score is the figures of what is said.
func (j *judge) score(said [][]float64) evaluate.Language {
	var all []float64
	for _, one := range said {
		for _, p := range one {
			all = append(all, -math.Log(p))
		}
	}
	return evaluate.ScoreLanguage(all, j.bytes, j.unknown)
}

// Metrics scores.
func (j *judge) Metrics(said [][]float64) (task.Metrics, error) { return Metrics{j.score(said)}, nil }

// Names are those of the metrics.
func (j *judge) Names() []string { return names }

// Losses are the nats of every example, over all its symbols.
func (j *judge) Losses(said [][]float64) []float64 {
	losses := make([]float64, len(said))
	for i, one := range said {
		for _, p := range one {
			losses[i] -= math.Log(p)
		}
	}
	return losses
}

// testName is that of the test, for people.
const testName = "block bootstrap"

// Test asks whether two methods foretell text equally well.
func (j *judge) Test(a, b task.Entry) task.Outcome {
	r := evaluate.BlockBootstrap(a.Losses, b.Losses, j.symbols)
	return task.Outcome{Outcome: evaluate.Outcome{Test: testName, Statistic: r.Difference, P: r.P}, Independent: 1}
}

// Witnesses are the examples.
func (j *judge) Witnesses() task.Witnesses {
	return task.Witnesses{Disjoint: j.part.Len(), Series: 1, Long: j.part.Len() >= evaluate.LeastApart, Test: testName}
}

// More is the advice that gets a part long enough for a test.
func (j *judge) More() string { return "Give it more text with data.split." }
