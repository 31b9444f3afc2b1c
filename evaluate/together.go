package evaluate

import (
	"maps"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

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
	r := p.newReplay(a, b)
	shocks := pairs{}
	for _, s := range distinct(p.series) {
		r.series(s, func(row int, v float64) { shocks.add(p.clock.step(s, row), v) })
	}
	rho := math.Max(0, shocks.correlation())
	w.Independent = float64(p.Series) / (1 + float64(p.Series-1)*rho)
	w.freedom = float64(len(shocks)*r.stride) / float64(r.horizon)
	return w
}

// replay is what Worth asks of every series.
type replay struct {
	part            *series.Part
	clock           *clock
	season, horizon int
	stride          int
	differences     map[int][]float64 // [series][Hz·K] of the forecasts, mean over the windows, in scaled units
}

func (p *Panel) newReplay(a, b [][]float64) *replay {
	q := p.part.Prepared
	r := &replay{part: p.part, clock: p.clock, season: q.Season, differences: map[int][]float64{}}
	rows, all := 0, 0
	for i, s := range p.series {
		if r.differences[s] == nil {
			r.differences[s] = make([]float64, q.Values())
			from, _ := p.part.Rows(s)
			rows, all = max(rows, from), all+from
		}
		for o := range a[i] {
			scale := q.Scalers[s].Scale[o%len(q.Set.Targets)]
			r.differences[s][o] += (b[i][o] - a[i][o]) / (scale * scale)
		}
	}
	if rows < 4*r.season {
		r.season = 1
	}
	r.horizon = max(1, min(q.Horizon, (rows-r.season)/(LeastApart+3)))
	r.stride = 1 + int(float64(all*r.horizon*len(q.Set.Targets))/mostReplayed)
	return r
}

// series tells what the shocks at every origin of a series would do to the difference of the losses, with mean 0 and
// variance 1; nothing of one on which they would do nothing.
func (r *replay) series(s int, tell func(row int, v float64)) {
	set := r.part.Prepared.Set
	one, columns, k := &set.Series[s], set.Columns(), len(set.Targets)
	from, _ := r.part.Rows(s)
	var rows []int
	var values []float64
	for t := r.season; t+r.horizon <= from; t++ {
		if r.stride > 1 && r.clock.step(s, t)%r.stride != 0 {
			continue
		}
		sum := 0.0
		for o, d := range r.differences[s][:r.horizon*k] {
			h := o / k
			now, then := (t+h)*columns+o%k, (t+h-(h/r.season+1)*r.season)*columns+o%k
			if !one.Missing[now] && !one.Missing[then] {
				sum += (one.Values[now] - one.Values[then]) * d
			}
		}
		rows, values = append(rows, t), append(values, sum)
	}
	center, sd := stat.PopMeanStdDev(values, nil)
	if !(sd > 0) || math.IsInf(sd, 0) {
		return
	}
	for i, v := range values {
		tell(rows[i], (v-center)/sd)
	}
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
