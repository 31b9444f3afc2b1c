package evaluate

import (
	"maps"
	"math"
	"slices"

	"recur/data"
)

// clock numbers the steps in time of the rows of all series.
type clock struct {
	stamps []float64     // all time stamps, ascending, each once; nil: there are none
	of     [][]float64   // those of each series
	rows   []int         // of each series
	set    *data.Dataset // its length of a row
}

func newClock(set *data.Dataset) *clock {
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

func stampsOf(s *data.Series) []float64 {
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

// together measures on the rows before the part how far its series move together, by their changes over a horizon, and sets
// Independent: N / (1 + (N-1)·ρ), as the variance of a mean of N values has it of which any two have the correlation ρ. The
// correlation of the squares counts where it is larger, for series that mirror each other: their losses are alike.
func (p *Panel) together(part *data.Part, c *clock) {
	p.Independent, p.freedom = float64(p.Series), math.Inf(1)
	if p.Series < 2 {
		return
	}
	series := distinct(p.series)
	lag := p.lag(part, series)
	plain, square := pairs{}, pairs{}
	for _, s := range series {
		for _, changes := range changesOf(part, s, lag) {
			for row, u := range changes {
				if u == u {
					step := c.step(s, row)
					plain.add(step, u)
					square.add(step, u*u-1)
				}
			}
		}
	}
	rho := math.Max(0, math.Max(plain.correlation(), square.correlation()))
	p.Independent = float64(p.Series) / (1 + float64(p.Series-1)*rho)
	p.freedom = float64(len(plain)) / float64(lag)
}

// lag is the horizon, whole seasons of it; less where the rows before the part hold too few stretches of it.
func (p *Panel) lag(part *data.Part, series []int) int {
	rows := 0
	for _, s := range series {
		from, _ := part.Rows(s)
		rows = max(rows, from)
	}
	m := part.Prepared.Season
	if whole := (p.horizon + m - 1) / m * m; rows >= (LeastApart+3)*whole {
		return whole
	}
	return max(1, min(p.horizon, rows/(LeastApart+3)))
}

// changesOf are y_t - y_{t-lag} of the rows before the part, each target's with mean 0 and variance 1; NaN where either value
// is missing, nil for a target that does not change.
func changesOf(part *data.Part, s, lag int) (all [][]float64) {
	set := part.Prepared.Set
	one, columns := &set.Series[s], set.Columns()
	from, _ := part.Rows(s)
	for k := range set.Targets {
		u := make([]float64, from)
		sum, squares, n := 0.0, 0.0, 0.0
		for row := range u {
			now, then := row*columns+k, (row-lag)*columns+k
			if row < lag || one.Missing[now] || one.Missing[then] {
				u[row] = math.NaN()
				continue
			}
			u[row] = one.Values[now] - one.Values[then]
			n++
			sum += u[row]
		}
		for _, v := range u {
			if v == v {
				squares += (v - sum/n) * (v - sum/n)
			}
		}
		sd := math.Sqrt(squares / n)
		if !(sd > 0) || math.IsInf(sd, 0) {
			continue
		}
		for row := range u {
			u[row] = (u[row] - sum/n) / sd
		}
		all = append(all, u)
	}
	return all
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
