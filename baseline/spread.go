package baseline

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"recur/data"
	"recur/data/series"
)

// spreadWindows is how many windows, evenly taken, ErrorQuantiles looks at.
const spreadWindows = 4096

// ErrorQuantiles returns for each of the Hz·K values of a window the quantiles of y - ŷ, the errors of l on the windows of a
// part (recipe global) in normalised units: [Hz·K][levels]. They are 0 where no value is known.
func (l Linear) ErrorQuantiles(p *series.Part, levels []float64) [][]float64 {
	out := make([][]float64, l.Shape[1])
	all, _ := l.errors(p)
	for o, errors := range all {
		out[o] = make([]float64, len(levels))
		slices.Sort(errors)
		for i, level := range levels {
			if len(errors) > 0 {
				out[o][i] = stat.Quantile(level, stat.LinInterp, errors, nil)
			}
		}
	}
	return out
}

// errors are y - ŷ of every value over evenly taken windows, and means those of y.
func (l Linear) errors(p *series.Part) (errors [][]float64, means []float64) {
	features, values := l.Shape[0]-1, l.Shape[1]
	errors, means = make([][]float64, values), make([]float64, values)
	var b data.Batch[float64]
	for i := 0; i < p.Len(); i += max(1, p.Len()/spreadWindows) {
		data.Fill(p, []int{i}, &b)
		z := b.Z[l.From:][:features]
		for o := range values {
			if b.Mask[o] == 0 {
				continue
			}
			f := l.Weights[features*values+o]
			for k, v := range z {
				f += v * l.Weights[k*values+o]
			}
			errors[o] = append(errors[o], b.Y[o]-f)
			means[o] += (b.Y[o] - means[o]) / float64(len(errors[o]))
		}
	}
	return errors, means
}
