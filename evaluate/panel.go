package evaluate

import (
	"math"
	"slices"

	"recur/data/series"
)

// Panel knows which forecasts of a part are witnesses of their own, and tests losses by it. Forecasts from one origin see
// the same shocks where their series move together, and those from neighbouring origins overlap; both make p far too small
// where every forecast counts as one.
//
// Letters: N series, T origins in time, L origins that are related to each other.
type Panel struct {
	Windows  int // of the part
	Disjoint int // origins whose targets don't overlap
	Series   int // N, those with a window

	part     *series.Part
	clock    *clock
	horizon  int
	timeless bool // examples that stand alone, in no order
	series   []int
	steps    []int // the step in time of each window's first target
	at       []int // its place in origins
	origins  []int // [T] steps, ascending, each once
}

// Outcome is one paired test.
type Outcome struct {
	Test      string  // "diebold-mariano" along time, "series" over series, "paired-t" where every example stands alone, "paired-bootstrap" (BootstrapScores)
	Statistic float64 // negative where the first losses are the smaller ones
	P         float64 // two-sided
}

// NewPanel looks at the windows of a part. Time is that of the time stamps; series without any end together, as the parts of
// a split do.
func NewPanel(p *series.Part) *Panel {
	q := p.Prepared
	panel := &Panel{horizon: q.Horizon, part: p, clock: newClock(q.Set)}
	for i, w := range p.Windows {
		panel.add(w.Series, panel.clock.step(w.Series, p.Target(i)))
	}
	panel.order()
	panel.Series = len(distinct(panel.series))
	return panel
}

// Apart is the panel of n examples that have nothing to do with each other.
func Apart(n int) *Panel {
	panel := &Panel{horizon: 1, timeless: true}
	for i := range n {
		panel.add(0, i)
	}
	panel.order()
	panel.Series = len(distinct(panel.series))
	return panel
}

func (p *Panel) add(series, step int) {
	p.Windows++
	p.series, p.steps = append(p.series, series), append(p.steps, step)
}

// order sorts the origins and counts those that don't overlap.
func (p *Panel) order() {
	p.origins = distinct(p.steps)
	p.at = make([]int, len(p.steps))
	for i, step := range p.steps {
		p.at[i], _ = slices.BinarySearch(p.origins, step)
	}
	last := 0
	for i, step := range p.origins {
		if i == 0 || step-last >= p.horizon {
			p.Disjoint, last = p.Disjoint+1, step
		}
	}
}

func distinct(values []int) []int {
	v := slices.Clone(values)
	slices.Sort(v)
	return slices.Compact(v)
}

// related is L: as many neighbouring origins as may share a step, and at least the cube root of T where they have an order.
func (p *Panel) related() int {
	reach, first := 1, 0
	for i, step := range p.origins {
		for p.origins[first] <= step-p.horizon {
			first++
		}
		reach = max(reach, i-first+1)
	}
	if p.timeless {
		return reach
	}
	return max(reach, int(math.Cbrt(float64(len(p.origins)))+1e-9))
}

// Name is the test of the panel for people.
func (p *Panel) Name() string {
	switch {
	case p.Disjoint < LeastApart:
		return "Student's t over series"
	case p.timeless:
		return "Student's t of pairs"
	}
	return "Diebold-Mariano"
}

// AlongTime reports whether the part is long enough for a test along time.
func (p *Panel) AlongTime() bool { return p.Disjoint >= LeastApart }

// Test tests whether the losses a and b of the windows, as WindowLosses gives them, have the same mean. Along time where
// LeastApart origins don't overlap (DieboldMariano, the differences of an origin added up: it asks about these series at any
// time); else over series, as many as they are worth, see Worth (Student's t, of the mean differences of the series). A window whose
// losses are both NaN is left out.
//
// Equal losses give 0 and p = 1; where nothing can be told, both are NaN.
func (p *Panel) Test(a, b []float64, worth Worth) Outcome {
	d := make([]float64, len(a))
	sum, squares, n := 0.0, 0.0, 0.0
	for i := range d {
		d[i] = a[i] - b[i]
		if math.IsNaN(a[i]) && math.IsNaN(b[i]) {
			continue
		}
		sum, squares, n = sum+d[i], squares+d[i]*d[i], n+1
	}
	o := Outcome{Test: "diebold-mariano", Statistic: math.NaN(), P: math.NaN()}
	if p.timeless { // of which that test is Student's t of pairs
		o.Test = "paired-t"
	}
	if !p.AlongTime() && p.Series > 1 {
		o.Test = "series"
	}
	switch {
	case n == 0 || math.IsNaN(sum) || math.IsInf(sum, 0):
		return o
	case squares == 0:
		o.Statistic, o.P = 0, 1
		return o
	}
	center := sum / n
	if spread := squares/n - center*center; spread <= 1e-24*squares/n {
		return o // the same everywhere
	}
	freedom := math.NaN()
	switch {
	case p.AlongTime():
		o.Statistic, freedom = p.overTime(d, center, n)
	case worth.tells():
		_, o.Statistic, freedom = p.bySeries(d, worth)
	}
	o.P = studentP(o.Statistic, freedom)
	return o
}

// bySeries is Student's t of the mean differences of the series, whose variance grows with how far they move together.
func (p *Panel) bySeries(d []float64, w Worth) (center, statistic, freedom float64) {
	sums, counts := map[int]float64{}, map[int]float64{}
	for i, v := range d {
		if v == v {
			sums[p.series[i]] += v
			counts[p.series[i]]++
		}
	}
	var means []float64
	for _, s := range distinct(p.series) {
		if counts[s] > 0 {
			means = append(means, sums[s]/counts[s])
		}
	}
	var m mean
	for _, v := range means {
		m.add(v)
	}
	variance := 0.0
	for _, v := range means {
		variance += (v - m.value()) * (v - m.value()) / float64(len(means)-1)
	}
	variance /= 1 - w.alike // what all series have in common does not spread them
	independent := w.Independent * float64(len(means)) / float64(w.Series)
	statistic = m.value() / math.Sqrt(variance/independent)
	return m.value(), statistic, math.Min(independent, w.freedom) - 1
}

// Wilcoxon is the signed-rank test of losses of series, as many independent ones as they are worth: where they move together
// the rank sum varies more, and its distribution is Student's. NaN where they are worth too few.
func (w Worth) Wilcoxon(a, b []float64) (statistic, probability float64) {
	statistic, probability = Wilcoxon(a, b)
	switch {
	case w.Independent >= float64(w.Series) || probability == 1:
		return statistic, probability
	case !w.tells():
		return math.NaN(), math.NaN()
	}
	statistic *= math.Sqrt(w.Independent / float64(w.Series))
	return statistic, studentP(statistic, math.Min(w.Independent, w.freedom)-1)
}
