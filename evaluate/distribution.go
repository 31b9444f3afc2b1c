package evaluate

import (
	"encoding/json"
	"math"

	"recur/data/series"
)

// Distribution holds the errors of predicted quantiles f_τ of known values y, over all windows, steps and targets of a
// scope. With ρ_τ(y,f) = max(τ·(y-f), (τ-1)·(y-f)), the pinball loss [1], which is lowest in expectation at the true
// quantile. A metric that has no meaning is NaN, and null in JSON.
type Distribution struct {
	Pinball float64 // mean of ρ over the quantiles, in units of the data

	// CRPS is the mean of the continuous ranked probability score 2·∫ρ_τ(y,f_τ)dτ [2, 3] of the distribution of which the
	// quantile function is straight between the quantiles and flat beyond the outer ones, in units of the data. The
	// integral is exact, so that unequal distances of the levels do no harm. A single quantile gives |y-f|.
	CRPS float64

	WQL float64 // weighted quantile loss: the mean over the quantiles of 2·Σρ / Σ|y| [4]

	// SPL is the scaled pinball loss: the mean of ρ over the series' in-sample mean |x_t-x_{t-m}| for each series, averaged
	// over series [5] (there with m = 1), as MASE does it.
	SPL float64

	Quantiles []QuantileMetrics // ascending
	Intervals []IntervalMetrics // for each pair of quantiles τ and 1-τ, the narrowest first
}

// QuantileMetrics are those of one quantile.
type QuantileMetrics struct {
	Quantile float64 // τ
	Pinball  float64 // mean ρ_τ
	Below    float64 // share of values at or below it: τ when it is calibrated
}

// IntervalMetrics are those of the central interval [L,U] that should cover the share 1-α.
type IntervalMetrics struct {
	Level    float64 // 1-α
	Coverage float64 // share of values in it, its ends included
	Width    float64 // mean U-L, in units of the data

	// Winkler is the mean interval score (U-L) + 2/α·max(0, L-y, y-U) [2, 6], in units of the data.
	Winkler float64

	// MSIS is the interval score over the in-sample mean |x_t-x_{t-m}| for each series, averaged over series, as in M4 [7].
	MSIS float64
}

// [1] Koenker & Bassett 1978, Regression quantiles.
// [2] Gneiting & Raftery 2007, Strictly proper scoring rules, prediction, and estimation.
// [3] Laio & Tamea 2007, Verification tools for probabilistic forecasts of continuous hydrological variables.
// [4] Salinas et al. 2020, DeepAR: probabilistic forecasting with autoregressive recurrent networks (ρ-risk).
// [5] Makridakis et al. 2022, The M5 uncertainty competition: results, findings and conclusions.
// [6] Winkler 1972, A decision-theoretic approach to interval estimation.
// [7] Makridakis, Spiliotis & Assimakopoulos 2020, The M4 Competition: 100,000 time series and 61 forecasting methods.

// DistributionNames lists the metrics of a Distribution that are one number, as JSON and tables call them.
var DistributionNames = []string{"pinball", "crps", "wql", "spl"}

var (
	quantileNames = []string{"quantile", "pinball", "below"}
	intervalNames = []string{"level", "coverage", "width", "winkler", "msis"}
)

// Value returns a metric by its name, NaN for an unknown one.
func (d Distribution) Value(name string) float64 {
	for i, p := range d.fields() {
		if DistributionNames[i] == name {
			return *p
		}
	}
	return math.NaN()
}

// Interval returns the metrics of the interval of that level.
func (d Distribution) Interval(level float64) (m IntervalMetrics, ok bool) {
	for _, m := range d.Intervals {
		if math.Abs(m.Level-level) < 1e-9 {
			return m, true
		}
	}
	return m, false
}

func (d *Distribution) fields() []*float64 { return []*float64{&d.Pinball, &d.CRPS, &d.WQL, &d.SPL} }

func (m *QuantileMetrics) fields() []*float64 { return []*float64{&m.Quantile, &m.Pinball, &m.Below} }

func (m *IntervalMetrics) fields() []*float64 {
	return []*float64{&m.Level, &m.Coverage, &m.Width, &m.Winkler, &m.MSIS}
}

// lists are the parts of a Distribution that are lists.
type lists struct {
	Quantiles []QuantileMetrics `json:"quantiles"`
	Intervals []IntervalMetrics `json:"intervals"`
}

// MarshalJSON writes the metrics by name; what is not a finite number becomes null.
func (d Distribution) MarshalJSON() ([]byte, error) {
	numbers, err := marshal(DistributionNames, d.fields())
	if err != nil {
		return nil, err
	}
	rest, err := json.Marshal(lists{d.Quantiles, d.Intervals})
	if err != nil {
		return nil, err
	}
	numbers[len(numbers)-1] = ','
	return append(numbers, rest[1:]...), nil
}

// UnmarshalJSON reads what MarshalJSON wrote; null and a missing name become NaN.
func (d *Distribution) UnmarshalJSON(b []byte) error {
	var read struct {
		lists
		Pinball, CRPS, WQL, SPL *float64
	}
	if err := json.Unmarshal(b, &read); err != nil {
		return err
	}
	d.Quantiles, d.Intervals = read.Quantiles, read.Intervals
	for i, v := range []*float64{read.Pinball, read.CRPS, read.WQL, read.SPL} {
		*d.fields()[i] = math.NaN()
		if v != nil {
			*d.fields()[i] = *v
		}
	}
	return nil
}

// MarshalJSON writes the metrics by name; what is not a finite number becomes null.
func (m QuantileMetrics) MarshalJSON() ([]byte, error) { return marshal(quantileNames, m.fields()) }

// UnmarshalJSON reads what MarshalJSON wrote; null and a missing name become NaN.
func (m *QuantileMetrics) UnmarshalJSON(b []byte) error {
	return unmarshal(b, quantileNames, m.fields())
}

// MarshalJSON writes the metrics by name; what is not a finite number becomes null.
func (m IntervalMetrics) MarshalJSON() ([]byte, error) { return marshal(intervalNames, m.fields()) }

// UnmarshalJSON reads what MarshalJSON wrote; null and a missing name become NaN.
func (m *IntervalMetrics) UnmarshalJSON(b []byte) error {
	return unmarshal(b, intervalNames, m.fields())
}

// tally adds up, for every output of every series, what the metrics are made of.
type tally struct {
	quantiles []float64
	intervals []interval
	q         int         // Q
	outputs   int         // Hz·K
	scales    [][]float64 // [series][K] naive scale
	sums      [][]float64 // [series][Hz·K·slots]
}

// The slots of one output: three sums, then two for each quantile, then three for each interval.
const (
	slotCount = iota // known values
	slotSize         // Σ|y|
	slotCRPS
	slotsAll
)

func newTally(p *series.Part, quantiles []float64) *tally {
	t := &tally{quantiles: quantiles, intervals: intervalsOf(quantiles), q: len(quantiles), outputs: p.Prepared.Values(), scales: p.Prepared.NaiveScale}
	t.sums = make([][]float64, len(p.Prepared.Set.Series))
	return t
}

func (t *tally) slots() int { return slotsAll + 2*t.q + 3*len(t.intervals) }

// add takes a known value y and its predicted quantiles f.
func (t *tally) add(series, output int, y float64, f []float64) {
	if t.sums[series] == nil {
		t.sums[series] = make([]float64, t.outputs*t.slots())
	}
	s := t.sums[series][output*t.slots():][:t.slots()]
	s[slotCount]++
	s[slotSize] += math.Abs(y)
	s[slotCRPS] += crps(y, f, t.quantiles)
	at := s[slotsAll:]
	for i, tau := range t.quantiles {
		at[2*i] += pinball(y, f[i], tau)
		if y <= f[i] {
			at[2*i+1]++
		}
	}
	at = at[2*t.q:]
	for i, v := range t.intervals {
		low, high := f[v.low], f[v.high]
		if y >= low && y <= high {
			at[3*i]++
		}
		at[3*i+1] += high - low
		at[3*i+2] += high - low + 2/(1-v.level)*max(0, low-y, y-high)
	}
}

// over gives the metrics of the outputs from..to-1.
func (t *tally) over(from, to int) Distribution {
	n, k := t.slots(), len(t.scales[0])
	total := make([]float64, n)
	scaled := make([]mean, n) // of the sums of a series over its naive scale, a mean a series
	for series, sums := range t.sums {
		if sums == nil {
			continue
		}
		one, count := make([]float64, n), 0.0
		for o := from; o < to; o++ {
			cell := sums[o*n : (o+1)*n]
			scale := t.scales[series][o%k]
			for i, v := range cell {
				total[i] += v
				if scale > 0 {
					one[i] += v / scale
				}
			}
			if scale > 0 {
				count += cell[slotCount]
			}
		}
		for i := range one {
			if count > 0 {
				scaled[i].add(one[i] / count)
			}
		}
	}
	return t.distribution(total, scaled)
}

// distribution makes the metrics of sums, and of means over series of the scaled ones.
func (t *tally) distribution(total []float64, scaled []mean) Distribution {
	n := total[slotCount]
	d := Distribution{CRPS: total[slotCRPS] / n}
	sum, scaledSum := 0.0, 0.0
	for i, tau := range t.quantiles {
		at := slotsAll + 2*i
		d.Quantiles = append(d.Quantiles, QuantileMetrics{tau, total[at] / n, total[at+1] / n})
		sum += total[at]
		scaledSum += scaled[at].value()
	}
	q := float64(t.q)
	d.Pinball, d.WQL, d.SPL = sum/q/n, 2*sum/q/total[slotSize], scaledSum/q
	for i, v := range t.intervals {
		at := slotsAll + 2*t.q + 3*i
		d.Intervals = append(d.Intervals, IntervalMetrics{v.level, total[at] / n, total[at+1] / n, total[at+2] / n, scaled[at+2].value()})
	}
	return d
}

// pinball is ρ_τ(y,f).
func pinball(y, f, tau float64) float64 { return max(tau*(y-f), (tau-1)*(y-f)) }

// crps is the score of value y for quantiles f at ascending levels: flat ends, and one integral between neighbours.
func crps(y float64, f, levels []float64) float64 {
	last := len(f) - 1
	sum := flat(y, f[0], 0, levels[0]) + flat(y, f[last], levels[last], 1)
	for i := range last {
		sum += straight(f[i]-y, f[i+1]-y, levels[i], levels[i+1])
	}
	return sum
}

// flat is 2·∫ρ_τ(y,f)dτ over a..b.
func flat(y, f, a, b float64) float64 { return straight(f-y, f-y, a, b) }

// straight is 2·∫ρ_τdτ over a..b where f_τ-y runs straight from d to e. Where the sign changes it is cut in two; the
// integrand of each is quadratic, for which Simpson's rule is exact.
func straight(d, e, a, b float64) float64 {
	if d*e < 0 {
		zero := a + (b-a)*d/(d-e)
		return straight(d, 0, a, zero) + straight(0, e, zero, b)
	}
	loss := func(d, tau float64) float64 { return 2 * pinball(0, d, tau) }
	return (b - a) / 6 * (loss(d, a) + 4*loss((d+e)/2, (a+b)/2) + loss(e, b))
}
