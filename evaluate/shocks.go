package evaluate

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// leastStretches is about how many stretches of time that don't overlap WorthScaled looks at: shocks of fewer steps than a horizon
// tell as well whether series move together, and there are more of them.
const leastStretches = 16

// WorthScaled is Worth for the absolute errors of forecasts: how far the differences of the MASE of two methods, with forecasts a and b
// of the windows, move together from series to series. With the truth half way between the forecasts and a shock e on it the
// difference is |e - (a-b)/2| - |e + (a-b)/2|. Shocks are the errors of the seasonal random walk before the part: a step is expected to
// be what it was a season before, changed by as much as the last row is; errors of the plain seasonal naive forecast hold those of a whole season before the origin too, in
// which series move together more than in what is to come.
func (p *Panel) WorthScaled(a, b [][]float64) Worth {
	w := Worth{Series: p.Series, Independent: float64(p.Series), freedom: math.Inf(1)}
	if p.Series < 2 {
		return w
	}
	r := p.newReplay(leastStretches)
	windows := map[int]float64{}
	for _, s := range p.series {
		windows[s]++
	}
	for i, s := range p.series {
		for o := range a[i] {
			if scale := r.part.Prepared.NaiveScale[s][o%r.targets]; scale > 0 {
				r.differences[s][o] += (a[i][o] - b[i][o]) / scale / windows[s]
			}
		}
	}
	return p.count(w, r, r.absolute)
}

// absolute is what the shocks at an origin would do to the difference of the absolute errors of a series, for every origin of which all is known.
func (r *replay) absolute(s int) (rows []int, values []float64) {
	n := r.horizon * r.targets
	var shocks [][]float64 // [origins][steps], in units of the naive scale
	for _, t := range r.origins(s, r.ahead()) {
		if one := r.shock(s, t, n); one != nil {
			rows, shocks = append(rows, t), append(shocks, one)
		}
	}
	centers := columnMean(shocks, n)
	for _, one := range shocks {
		sum := 0.0
		for o, e := range one {
			half := r.differences[s][o] / 2
			sum += math.Abs(e-centers[o]-half) - math.Abs(e-centers[o]+half)
		}
		values = append(values, sum)
	}
	return rows, values
}

// shock is the error of the seasonal random walk (the random walk where the season is one row) at row t, nil where a value of it is missing.
func (r *replay) shock(s, t, n int) []float64 {
	q := r.part.Prepared
	one, columns := &q.Set.Series[s], q.Set.Columns()
	out := make([]float64, n)
	for o := range out {
		h, k := o/r.targets, o%r.targets
		now, then := (t+h)*columns+k, (t+h-(h/r.season+1)*r.season)*columns+k
		last, before := (t-1)*columns+k, (t-1-r.season)*columns+k
		if r.season == 1 { // the last row itself
			then, before = last, last
		}
		scale := q.NaiveScale[s][k]
		if one.Missing[now] || one.Missing[then] || one.Missing[last] || one.Missing[before] || !(scale > 0) {
			return nil
		}
		out[o] = (one.Values[now] - one.Values[then] - (one.Values[last] - one.Values[before])) / scale
	}
	return out
}

// ahead is the first row that has what a shock needs before it.
func (r *replay) ahead() int {
	if r.season == 1 {
		return 1
	}
	return r.season + 1
}

func columnMean(rows [][]float64, n int) []float64 {
	means := make([]float64, n)
	for _, row := range rows {
		for o, v := range row {
			means[o] += v / float64(len(rows))
		}
	}
	return means
}

// standard are values with mean 0 and variance 1; nil where they don't vary.
func standard(values []float64) []float64 {
	center, sd := stat.PopMeanStdDev(values, nil)
	if !(sd > 0) || math.IsInf(sd, 0) {
		return nil
	}
	for i, v := range values {
		values[i] = (v - center) / sd
	}
	return values
}
