package baseline

import (
	"math"

	"recur/data"
	"recur/data/series"
)

// design says which numbers of a window are the features of a linear map: all inputs of its last steps, step by step; or,
// with recipe global, a stretch of what a network's linear path reads (Z of a batch). A 1 comes last.
type design struct {
	steps, inputs int // the last steps, of so many inputs each; steps 0: the stretch
	from, to      int // of Z
}

// designOf takes all of a window, or less where that is too much: of Z the newest values, with what follows them but for
// the numbers of names.
func designOf(q *series.Prepared) design {
	if q.Local == nil {
		return design{steps: stepsUsed(q), inputs: q.Inputs}
	}
	to := min(q.Extra-q.AheadNames(), q.Steps+maxFeatures/2)
	return design{from: max(0, to-(maxFeatures-1)), to: to}
}

// stepsUsed is T, or less where the window has too many inputs.
func stepsUsed(q *series.Prepared) int {
	most := maxFeatures
	if missesTargets(q.Set) {
		most = min(most, int(math.Sqrt(float64(maxOwn/q.Values()))))
	}
	return max(1, min(q.Steps, (most-1)/q.Inputs))
}

// crowded reports whether outputs with missing targets would need too much memory for matrices of their own.
func crowded(q *series.Prepared, features int) bool {
	return features*features > maxOwn/q.Values() && missesTargets(q.Set)
}

func missesTargets(set *series.Dataset) bool {
	for i := range set.Series {
		for j, missing := range set.Series[i].Missing {
			if missing && j%set.Columns() < len(set.Targets) {
				return true
			}
		}
	}
	return false
}

// size is P, the number of features.
func (d design) size() int { return d.steps*d.inputs + d.to - d.from + 1 }

// write writes the features of row i of a batch. An example of fewer steps has zeros behind them; of one with more, such as in a
// file that is longer than the training data, its own last steps count.
func (d design) write(rows *data.Batch[float64], i int, out []float64) {
	first := max(0, rows.Lengths[i]-d.steps)
	for t := range d.steps {
		step := out[t*rows.D:][:rows.D]
		if first+t >= rows.Lengths[i] {
			clear(step)
			continue
		}
		copy(step, rows.X[((first+t)*rows.N+i)*rows.D:])
	}
	if d.steps == 0 {
		copy(out, rows.Z[i*rows.Extra:][d.from:d.to])
	}
	out[len(out)-1] = 1
}
