package evaluate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"recur/data"
)

// Sufficient holds what a score of a whole corpus is made of, a row a sentence: the score of any of the sentences is Score of the
// sums of their rows.
type Sufficient struct {
	Name   string
	Rows   [][]float64 // [n][width], nothing below 0
	Score  func(sums []float64) float64
	Higher bool // the higher, the better
}

// Total is the score of all sentences.
func (s Sufficient) Total() float64 { return s.Score(s.sums()) }

// sums is nil without a sentence.
func (s Sufficient) sums() []float64 {
	if len(s.Rows) == 0 {
		return nil
	}
	all := make([]float64, len(s.Rows[0]))
	for _, row := range s.Rows {
		floats.Add(all, row)
	}
	return all
}

// rowsOf makes rows that lie one after the other in memory.
func rowsOf(n, width int) [][]float64 {
	all := make([]float64, n*width)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = all[i*width : (i+1)*width : (i+1)*width]
	}
	return rows
}

// bootstrapTest is the name of the test in an Outcome.
const bootstrapTest = "paired-bootstrap"

// ScoreTest is the difference of the scores of two methods on the same sentences with its uncertainty.
type ScoreTest struct {
	A, B       float64 // the scores
	Difference float64 // A - B
	Low, High  float64 // it is between them in 95% of the draws
	P          float64 // two-sided
	Higher     bool    // the higher, the better
}

// Outcome is the test as compare takes it: its statistic is the difference, negative where a is the better one.
func (t ScoreTest) Outcome() Outcome {
	if t.Higher {
		t.Difference = -t.Difference
	}
	return Outcome{Test: bootstrapTest, Statistic: t.Difference, P: t.P}
}

// mostSentences is of how many sentences is drawn; of more, neighbours are joined.
const mostSentences = 2_000

// BootstrapScores compares the scores of two methods on the same sentences by the paired bootstrap [1]: as many sentences as there
// are, drawn with replacement, are scored for both, 9,999 times, always the same ones. Of a long corpus neighbours are joined, so
// that no more than 2,000 groups are drawn from. P is the larger one of the share of draws [2] and of a t-test with the standard
// error of the draws: by the share alone one of eleven pairs that are equally good would be told apart at the level of 5% by 20
// sentences, and by 5 that lean to one side any. With fewer than LeastApart sentences there is nothing to test by, and all but
// the scores and Difference is NaN. a and b are of one score and have a row for the same sentences in the same order.
//
// [1] Koehn 2004, Statistical significance tests for machine translation evaluation.
// [2] Efron & Tibshirani 1993, An introduction to the bootstrap, section 15.4.
func BootstrapScores(a, b Sufficient) ScoreTest {
	t := ScoreTest{A: a.Total(), B: b.Total(), Low: math.NaN(), High: math.NaN(), P: math.NaN(), Higher: a.Higher}
	t.Difference = t.A - t.B
	if len(a.Rows) < LeastApart || math.IsNaN(t.Difference) {
		return t
	}
	differences := drawScores(a, b)
	t.Low, t.High = stat.Quantile(.025, stat.Empirical, differences, nil), stat.Quantile(.975, stat.Empirical, differences, nil)
	t.P = max(twoSided(differences), fewP(t.Difference, stat.StdDev(differences, nil), float64(len(a.Rows))))
	return t
}

// fewP is the p-value by Student's t of a difference whose standard error was found by drawing from n sentences: that is too small
// by √((n-1)/n), and with few sentences it is itself not known well. It is not below what n coins give that all fall on one side.
func fewP(difference, deviation, n float64) float64 {
	least := math.Exp2(1 - n)
	switch {
	case difference == 0:
		return 1
	case deviation == 0:
		return least
	}
	return max(least, studentP(difference/(deviation*math.Sqrt(n/(n-1))), n-1))
}

// twoSided is twice the share of draws on the other side of 0, or on it; what was seen counts as one of them.
func twoSided(all []float64) float64 {
	below, above := 1.0, 1.0
	for _, v := range all {
		if v <= 0 {
			below++
		}
		if v >= 0 {
			above++
		}
	}
	return min(1, 2*min(below, above)/float64(len(all)+1))
}

// drawScores are the differences of the scores of what was drawn, in ascending order.
func drawScores(a, b Sufficient) []float64 {
	groups := pairRows(a.Rows, b.Rows)
	width := len(a.Rows[0])
	random := data.Stream(0, "sentences")
	all := make([]float64, draws)
	sums := make([]float64, 2*width)
	for i := range all {
		clear(sums)
		for range groups {
			floats.Add(sums, groups[random.IntN(len(groups))])
		}
		all[i] = a.Score(sums[:width]) - b.Score(sums[width:])
	}
	slices.Sort(all)
	return all
}

// pairRows lays the rows of both side by side, for one draw is of both, and adds up those of neighbours where there are too many.
func pairRows(a, b [][]float64) [][]float64 {
	width := len(a[0])
	joined := (len(a) + mostSentences - 1) / mostSentences
	groups := rowsOf((len(a)+joined-1)/joined, 2*width)
	for i := range a {
		g := groups[i/joined]
		floats.Add(g[:width], a[i])
		floats.Add(g[width:], b[i])
	}
	return groups
}
