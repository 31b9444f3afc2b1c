package evaluate

import (
	"maps"
	"math"
	"slices"

	"recur/data/series"
)

// clock numbers the steps in time of the rows of all series.
type clock struct {
	stamps []float64       // all time stamps, ascending, each once; nil: there are none
	of     [][]float64     // those of each series
	rows   []int           // of each series
	set    *series.Dataset // its length of a row
}

func newClock(set *series.Dataset) *clock {
	c := &clock{set: set}
	for i := range set.Series {
		s := &set.Series[i]
		c.rows = append(c.rows, s.Rows(set.Columns()))
		c.of = append(c.of, stampsOf(s))
	}
	if len(set.Series) < 2 || slices.ContainsFunc(c.of, func(v []float64) bool { return v == nil }) {
		return c // rows are steps
	}
	c.stamps = slices.Concat(c.of...)
	slices.Sort(c.stamps)
	c.stamps = slices.Compact(c.stamps)
	return c
}

func stampsOf(s *series.Series) []float64 {
	if s.Numbers != nil {
		return s.Numbers
	}
	var out []float64
	for _, t := range s.Time {
		out = append(out, float64(t.Unix()))
	}
	return out
}

// step is the step in time of a row: the place of its time stamp among all; without, its distance from the end.
func (c *clock) step(series, row int) int {
	if c.stamps == nil {
		return row - c.rows[series]
	}
	at, _ := slices.BinarySearch(c.stamps, c.of[series][row])
	return at
}

// Worth is as how many independent witnesses the series of a panel count in a test of two methods.
type Worth struct {
	Series      int     // N
	Independent float64 // N where they don't move together, 1 where they are one
	alike       float64 // ρ, what the spread from series to series does not show; 0 where that is not allowed for
	freedom     float64 // of that estimate: stretches of time without overlap; +Inf where nothing had to be estimated
}

// tells reports whether series alone can tell the methods apart.
func (w Worth) tells() bool { return math.Min(w.Independent, w.freedom) >= LeastApart }

// mostReplayed bounds what Worth costs, in steps of errors: of more origins only every so many are taken.
const mostReplayed = 2e7

// Worth measures on the rows before the part how far the losses of two methods, with forecasts a and b of its windows,
// move together from series to series. A shock e changes the difference of the squared errors of a series by 2·e·(b - a):
// so the errors of the seasonal naive forecast before the part are taken for e at every origin, and the differences of the
// forecasts stay what they are. With ρ the mean correlation of any two series over these origins, N series count as
// N / (1 + (N-1)·ρ), as in the variance of a mean.
func (p *Panel) Worth(a, b [][]float64) Worth {
	w := Worth{Series: p.Series, Independent: float64(p.Series), freedom: math.Inf(1)}
	if p.Series < 2 {
		return w
	}
	r := p.newReplay(LeastApart + 3)
	for i, s := range p.series {
		for o := range a[i] {
			scale := r.part.Prepared.Scalers[s].Scale[o%r.targets]
			r.differences[s][o] += (b[i][o] - a[i][o]) / (scale * scale)
		}
	}
	w = p.count(w, r, r.squared)
	w.alike = 0
	return w
}

// count says as how many independent ones the series count, by what the shocks at every origin of a series would do to the difference of
// the losses.
func (p *Panel) count(w Worth, r *replay, replayed func(series int) (rows []int, values []float64)) Worth {
	shocks := pairs{}
	for _, s := range distinct(p.series) {
		rows, values := replayed(s)
		for i, v := range standard(values) { // nothing of a series on which they would do nothing
			shocks.add(p.clock.step(s, rows[i]), v)
		}
	}
	rho := math.Max(0, shocks.correlation())
	w.Independent = float64(p.Series) / (1 + float64(p.Series-1)*rho)
	w.alike, w.freedom = rho, float64(len(shocks)*r.stride)/float64(r.horizon)
	return w
}

// replay is what Worth asks of every series.
type replay struct {
	part            *series.Part
	clock           *clock
	season, horizon int
	targets         int
	stride          int
	differences     map[int][]float64 // [series][Hz·K] of the forecasts, the sum over the windows, in scaled units
}

// newReplay takes a horizon that leaves about so many stretches of time that don't overlap.
func (p *Panel) newReplay(stretches int) *replay {
	q := p.part.Prepared
	r := &replay{part: p.part, clock: p.clock, season: q.Season, targets: len(q.Set.Targets), differences: map[int][]float64{}}
	rows, all := 0, 0
	for _, s := range distinct(p.series) {
		r.differences[s] = make([]float64, q.Values())
		from, _ := p.part.Rows(s)
		rows, all = max(rows, from), all+from
	}
	if rows < 4*r.season {
		r.season = 1
	}
	r.horizon = max(1, min(q.Horizon, (rows-r.season)/stretches))
	r.stride = 1 + int(float64(all*r.horizon*r.targets)/mostReplayed)
	return r
}

// origins are the rows of a series before the part, from one on, at which the steps of the horizon lie before it too.
func (r *replay) origins(s, first int) (rows []int) {
	from, _ := r.part.Rows(s)
	for t := first; t+r.horizon <= from; t++ {
		if r.stride == 1 || r.clock.step(s, t)%r.stride == 0 {
			rows = append(rows, t)
		}
	}
	return rows
}

// squared is what the errors of the seasonal naive forecast at every origin would do to the difference of the squared errors of a series.
func (r *replay) squared(s int) (rows []int, values []float64) {
	set := r.part.Prepared.Set
	one, columns, k := &set.Series[s], set.Columns(), r.targets
	rows = r.origins(s, r.season)
	for _, t := range rows {
		sum := 0.0
		for o, d := range r.differences[s][:r.horizon*k] {
			h := o / k
			now, then := (t+h)*columns+o%k, (t+h-(h/r.season+1)*r.season)*columns+o%k
			if !one.Missing[now] && !one.Missing[then] {
				sum += (one.Values[now] - one.Values[then]) * d
			}
		}
		values = append(values, sum)
	}
	return rows, values
}

// pairs are, by step in time, the sum, the sum of squares and the number of values.
type pairs map[int][3]float64

func (p pairs) add(step int, v float64) {
	s := p[step]
	p[step] = [3]float64{s[0] + v, s[1] + v*v, s[2] + 1}
}

// correlation is the mean one over all pairs of values of the same step; 0 where there is no pair.
func (p pairs) correlation() float64 {
	products, couples, squares, n := 0.0, 0.0, 0.0, 0.0
	for _, step := range slices.Sorted(maps.Keys(p)) { // in one order, for the same bits
		s := p[step]
		products += s[0]*s[0] - s[1]
		couples += s[2]*s[2] - s[2]
		squares += s[1]
		n += s[2]
	}
	if couples == 0 || squares == 0 {
		return 0
	}
	return products / couples / (squares / n)
}
