package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestBootstrapScores: a method that is better by far is told from a worse one whichever comes first, and one beside itself is not.
func TestBootstrapScores(t *testing.T) {
	all := golden(t)
	c := all["middling"]
	better := slices.Clone(c.Hyp)
	for i := range better {
		if i%2 == 0 {
			better[i] = c.Ref[i]
		}
	}
	worse, good := statistics(c.Hyp, c.Ref), statistics(better, c.Ref)
	for i := range worse {
		there, back, same := BootstrapScores(good[i], worse[i]), BootstrapScores(worse[i], good[i]), BootstrapScores(worse[i], worse[i])
		name := worse[i].Name
		if there.P != 2./(draws+1) || there.P != back.P || !(there.Outcome().Statistic < 0) || back.Outcome().Statistic != -there.Outcome().Statistic {
			t.Errorf("%s: got %+v and %+v, want the smallest p and the better one told by a statistic below 0", name, there, back)
		}
		if !(there.Low < there.Difference && there.Difference < there.High) || there.Difference != good[i].Total()-worse[i].Total() {
			t.Errorf("%s: got %+v, want the difference within its interval", name, there)
		}
		if same.P != 1 || same.Difference != 0 || same.Low != 0 || same.High != 0 {
			t.Errorf("%s: got %+v of a method beside itself, want p = 1", name, same)
		}
		if again := BootstrapScores(good[i], worse[i]); again != there {
			t.Errorf("%s: got %+v, then %+v", name, there, again)
		}
	}
}

// TestBootstrapOfMeans: for a mean the interval is the one that follows from the standard error.
func TestBootstrapOfMeans(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	a, b := meanOf("mean", 500), meanOf("mean", 500)
	sum, squares := 0.0, 0.0
	for i := range a.Rows {
		a.Rows[i][0], b.Rows[i][0] = 3+random.NormFloat64(), 2.9+random.NormFloat64()
		d := a.Rows[i][0] - b.Rows[i][0]
		sum, squares = sum+d/500, squares+d*d/500
	}
	half := 1.96 * math.Sqrt((squares-sum*sum)/500)
	got := BootstrapScores(a, b)
	if math.Abs(got.Low-(sum-half)) > half/20 || math.Abs(got.High-(sum+half)) > half/20 {
		t.Errorf("got %v to %v, want about %v to %v", got.Low, got.High, sum-half, sum+half)
	}
}

// TestBootstrapOfFew: with too few sentences there is a difference, but no test.
func TestBootstrapOfFew(t *testing.T) {
	hyp, ref := []string{"a", "b", "c", "d"}, []string{"a", "b", "c", "x"}
	got := BootstrapScores(ExactMatchStatistics(hyp, ref), ExactMatchStatistics(ref, ref))
	if got.Difference != -.25 || !math.IsNaN(got.P) || !math.IsNaN(got.Low) {
		t.Errorf("got %+v, want a difference of -0.25 and no p", got)
	}
	if none := BootstrapScores(ExactMatchStatistics(nil, nil), ExactMatchStatistics(nil, nil)); !math.IsNaN(none.P) {
		t.Errorf("got %+v of nothing, want no p", none)
	}
}

// TestBootstrapOfFewThatLean: five sentences that are all right with one method and wrong with the other, where every draw leans to the
// same side, say no more than five coins: 2 in 32. Five that lean as strongly but not evenly are told apart by Student's t alone.
func TestBootstrapOfFewThatLean(t *testing.T) {
	a, b := meanOf("mean", 5), meanOf("mean", 5)
	for i := range a.Rows {
		a.Rows[i][0] = 1
	}
	if got := BootstrapScores(a, b); got.P != .0625 {
		t.Errorf("got %+v, want p = 0.0625", got)
	}
	for i, v := range []float64{.5, 1, 3, .2, .7} { // scipy.stats.ttest_1samp: p = 0.0957
		a.Rows[i][0] = v
	}
	if got := BootstrapScores(a, b); math.Abs(got.P-.0957) > .002 {
		t.Errorf("got %+v, want a p of about 0.0957", got)
	}
}

// TestBootstrapJoins: of a long corpus neighbours are joined, the last group too, and nothing is lost.
func TestBootstrapJoins(t *testing.T) {
	const n = 2*mostSentences + 1
	a, b := meanOf("mean", n), meanOf("mean", n)
	for i := range a.Rows {
		a.Rows[i][0] = float64(i)
	}
	groups := pairRows(a.Rows, b.Rows)
	sum, count := 0.0, 0.0
	for _, g := range groups {
		sum, count = sum+g[0], count+g[3]
	}
	if len(groups) > mostSentences || sum != n*(n-1)/2 || count != n {
		t.Errorf("got %d groups with a sum of %v over %v sentences", len(groups), sum, count)
	}
}
