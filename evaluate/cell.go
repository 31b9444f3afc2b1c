package evaluate

import (
	"math"
	"slices"
)

// cell gathers the errors of one output (a step and a target) in one series. Cells add up to any scope.
type cell struct {
	n                   float64 // known values
	square, abs, smape  float64 // sums
	percent, percentage float64 // how many values are not zero; sum of |y-f|/|y| over them
	mean, spread        float64 // of y: mean and Σ(y-mean)²
}

// add takes a known value y and its prediction f.
func (c *cell) add(y, f float64) {
	e := math.Abs(y - f)
	c.n++
	c.square += e * e
	c.abs += e
	if y != 0 {
		c.percent++
		c.percentage += e / math.Abs(y)
	}
	if e != 0 {
		c.smape += 2 * e / (math.Abs(y) + math.Abs(f))
	}
	d := y - c.mean
	c.mean += d / c.n
	c.spread += d * (y - c.mean)
}

// merge adds another cell; means and spreads combine as in [3].
//
// [3] Chan, Golub & LeVeque 1983, Algorithms for computing the sample variance.
func (c *cell) merge(o *cell) {
	if o.n == 0 {
		return
	}
	n, d := c.n+o.n, o.mean-c.mean
	c.spread += o.spread + d*d*c.n*o.n/n
	c.mean += d * o.n / n
	c.n = n
	c.square += o.square
	c.abs += o.abs
	c.smape += o.smape
	c.percent += o.percent
	c.percentage += o.percentage
}

// scope is a set of outputs over all series.
type scope struct {
	cells   [][]cell // [series][Hz·K]
	outputs []int    // the outputs that belong to it
	targets int      // K
	scales  [][]float64
}

// metrics of a scope. Sums over what is empty are 0/0: NaN.
func (s scope) metrics() Metrics {
	var total cell
	var smape, mase mean
	for i := range s.cells {
		one, scaled := s.series(i)
		total.merge(&one)
		if one.n > 0 {
			smape.add(100 * one.smape / one.n)
		}
		if scaled.n > 0 {
			mase.add(scaled.value())
		}
	}
	return Metrics{
		MSE:   total.square / total.n,
		RMSE:  math.Sqrt(total.square / total.n),
		MAE:   total.abs / total.n,
		MAPE:  100 * total.percentage / total.percent,
		Zeros: int(total.n - total.percent),
		SMAPE: smape.value(),
		MASE:  mase.value(),
		R2:    s.r2(),
	}
}

// series merges the cells of one series, and the errors that have a naive scale.
func (s scope) series(i int) (all cell, scaled mean) {
	for _, o := range s.outputs {
		c := &s.cells[i][o]
		all.merge(c)
		if scale := s.scales[i][o%s.targets]; scale > 0 {
			scaled.sum += c.abs / scale
			scaled.n += c.n
		}
	}
	return all, scaled
}

// r2 averages over the targets of the scope that vary. It goes once through the outputs, of which there may be many.
func (s scope) r2() float64 {
	place := map[int]int{} // of the targets that the scope has
	var targets []int
	for _, o := range s.outputs {
		if k := o % s.targets; place[k] == 0 {
			targets = append(targets, k)
			place[k] = len(targets)
		}
	}
	square, spread := make([]float64, len(targets)), make([]float64, len(targets))
	for i := range s.cells {
		one := make([]cell, len(targets))
		for _, o := range s.outputs {
			one[place[o%s.targets]-1].merge(&s.cells[i][o])
		}
		for k := range one {
			square[k] += one[k].square
			spread[k] += one[k].spread
		}
	}
	var r mean
	slices.Sort(targets)
	for _, target := range targets {
		if k := place[target] - 1; spread[k] > 0 {
			r.add(1 - square[k]/spread[k])
		}
	}
	return r.value()
}

// mean is a running sum and count.
type mean struct{ sum, n float64 }

func (m *mean) add(v float64) { m.sum, m.n = m.sum+v, m.n+1 }

// value is NaN where nothing was added.
func (m mean) value() float64 { return m.sum / m.n }
