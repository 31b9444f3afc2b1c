package evaluate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"recur/data"
)

// draws is how many arrangements a test by chance draws; with what was seen they are 10,000.
const draws = 9_999

// mostCounted is of how many differences all choices of signs are fewer than that.
const mostCounted = 13

// McNemar is the exact test [1] of whether two methods are right equally often on the same examples: a and b say of each whether
// the method was right. onlyA and onlyB count the examples on which one alone was; p is two-sided, by the binomial distribution
// with 1/2. It is 1 where they differ nowhere.
//
// [1] McNemar 1947, Note on the sampling error of the difference between correlated proportions or percentages.
func McNemar(a, b []bool) (onlyA, onlyB int, p float64) {
	for i := range a {
		switch {
		case a[i] && !b[i]:
			onlyA++
		case b[i] && !a[i]:
			onlyB++
		}
	}
	differ := onlyA + onlyB
	if differ == 0 {
		return 0, 0, 1
	}
	tail := distuv.Binomial{N: float64(differ), P: .5}.CDF(float64(min(onlyA, onlyB)))
	return onlyA, onlyB, min(1, 2*tail)
}

// Permutation is the paired permutation test [2] of the losses a and b of two methods on the same examples: whether their means
// differ by more than when it is left to chance, example by example, which loss is whose. difference is mean(a) - mean(b),
// negative where a is the better one; p is two-sided. Up to 13 differences all arrangements are counted; of more 9,999 are
// drawn, always the same ones. Without an example, or with a loss that is no number, both are NaN.
//
// [2] Fisher 1935, The design of experiments, section 21.
func Permutation(a, b []float64) (difference, p float64) {
	var d []float64
	sum := 0.0
	for i := range a {
		v := a[i] - b[i]
		sum += v
		if v != 0 {
			d = append(d, v)
		}
	}
	difference = sum / float64(len(a))
	if math.IsNaN(difference) || len(d) == 0 {
		return difference, 1 + 0*difference // 1 where all are equal, NaN where there is nothing
	}
	least := math.Abs(sum) * (1 - 1e-12) // sums in another order are equal up to rounding
	if len(d) <= mostCounted {
		return difference, float64(extreme(d, least)) / float64(int(1)<<len(d))
	}
	random := data.Stream(0, "permutation")
	count := 1
	for range draws {
		total := 0.0
		for from := 0; from < len(d); from += 64 {
			signs := random.Uint64()
			for _, v := range d[from:min(from+64, len(d))] {
				total += math.Float64frombits(math.Float64bits(v) ^ signs<<63) // v or -v
				signs >>= 1
			}
		}
		if math.Abs(total) >= least {
			count++
		}
	}
	return difference, float64(count) / (draws + 1)
}

// extreme counts the choices of signs whose sum is at least so far from 0.
func extreme(d []float64, least float64) (count int) {
	for signs := range 1 << len(d) {
		total := 0.0
		for i, v := range d {
			if signs>>i&1 == 1 {
				v = -v
			}
			total += v
		}
		if math.Abs(total) >= least {
			count++
		}
	}
	return count
}

// Bootstrapped is the difference of the mean losses of two methods with its uncertainty.
type Bootstrapped struct {
	Difference float64 // mean(a) - mean(b): negative where a is the better one
	Low, High  float64 // it is between them in 95% of the draws
	P          float64 // two-sided
	Blocks     int
}

// mostBlocks is of how many blocks is drawn; of more, neighbours are joined.
const mostBlocks = 10_000

// BlockBootstrap compares the losses of two methods on the same blocks of text, or documents: a and b are the sums over the symbols
// of each block, of which it has so many. Neighbouring symbols are alike, so whole blocks are drawn, with replacement, 9,999 times,
// always the same ones [3]; of a long text the blocks are joined, so that there are no more than 10,000. Below LeastApart blocks
// there is nothing to test by, and all but Difference is NaN. P is the larger one of twice the share of draws on the other side of 0, or on
// it, and of a t-test with the standard error of the draws, as for BootstrapScores: by the share alone five blocks that lean to one side would say enough.
//
// [3] Carlstein 1986, The use of subseries values for estimating the variance of a general statistic from a stationary sequence;
// the p-value as in Efron & Tibshirani 1993, An introduction to the bootstrap, section 15.4.
func BlockBootstrap(a, b, symbols []float64) Bootstrapped {
	joined := (len(a) + mostBlocks - 1) / mostBlocks
	var sums, counts []float64
	total, all := 0.0, 0.0
	for i := range a {
		if i%joined == 0 {
			sums, counts = append(sums, 0), append(counts, 0)
		}
		sums[len(sums)-1] += a[i] - b[i]
		counts[len(counts)-1] += symbols[i]
		total, all = total+a[i]-b[i], all+symbols[i]
	}
	r := Bootstrapped{total / all, math.NaN(), math.NaN(), math.NaN(), len(sums)}
	if len(sums) < LeastApart || math.IsNaN(total) {
		return r
	}
	means := drawBlocks(sums, counts)
	r.Low, r.High = stat.Quantile(.025, stat.Empirical, means, nil), stat.Quantile(.975, stat.Empirical, means, nil)
	r.P = max(twoSided(means), fewP(r.Difference, stat.StdDev(means, nil), float64(len(sums))))
	return r
}

// drawBlocks are the means of what was drawn, in ascending order.
func drawBlocks(sums, counts []float64) []float64 {
	random := data.Stream(0, "blocks")
	means := make([]float64, draws)
	for i := range means {
		sum, count := 0.0, 0.0
		for range sums {
			at := random.IntN(len(sums))
			sum += sums[at]
			count += counts[at]
		}
		means[i] = sum / count
	}
	slices.Sort(means)
	return means
}
