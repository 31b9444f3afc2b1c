package series

import (
	"fmt"
	"math"

	"recur/configs"
	"recur/data"
)

// mostCentered is about how many values FindCenter compares; of more origins every so many are taken.
const mostCentered = 5_000_000

// FindCenter says what data.center should be for recipe plain, from the training rows alone: what has been nearest, in the
// mean over windows, to the values after a window: the mean of all rows before it (none), the window's last value (last), or
// the window's mean (mean). A network learns what is left when that is taken off, and a bounded one can't follow a level that
// it has not seen. Series and targets count alike, each in units of its own spread. The sentence is to be printed.
func FindCenter(set *Dataset, c *configs.Config) (center, note string) {
	if c.Model.Head == "every" {
		return "none", "data.center: none, as model.head is every"
	}
	var errs [3]float64
	n, columns := 0, set.Columns()
	for s := range set.Series {
		one := &set.Series[s]
		first, _, _ := data.Cut(c.Data.Split, one.Rows(columns), 1)
		for k := range set.Targets {
			e, found := centerErrors(one, k, columns, min(first, one.Rows(columns)), c.Data.Window, c.Data.Horizon)
			if !found {
				continue
			}
			n++
			for i := range errs {
				errs[i] += e[i]
			}
		}
	}
	if n == 0 {
		return "none", "data.center: none, as the training rows have no window to choose on; set another with data.center"
	}
	names := [3]string{"none", "last", "mean"}
	best := 0
	for i := range errs {
		if errs[i] < errs[best] {
			best = i
		}
	}
	return names[best], fmt.Sprintf("data.center: %s, chosen on the training rows: the values after a window are %.2f deviations from the mean of all rows before it (none), %.2f from its last value (last), %.2f from its mean (mean); set another with data.center",
		names[best], errs[0]/float64(n), errs[1]/float64(n), errs[2]/float64(n))
}

// centerErrors are the mean absolute errors of the three centres of FindCenter for one target of a series, in units of the
// standard deviation of its rows; found says whether there was any window and any movement.
func centerErrors(one *Series, k, columns, rows, window, horizon int) (errs [3]float64, found bool) {
	sums, counts := make([]float64, rows+1), make([]int, rows+1) // of the known values before a row
	base, squares := math.NaN(), 0.0
	for r := range rows {
		sums[r+1], counts[r+1] = sums[r], counts[r]
		v := one.Values[r*columns+k]
		if one.Missing[r*columns+k] {
			continue
		}
		if math.IsNaN(base) {
			base = v // sums of differences keep their digits where the level is far from 0
		}
		sums[r+1] += v - base
		squares += (v - base) * (v - base)
		counts[r+1]++
	}
	total := float64(counts[rows])
	mean := sums[rows] / max(total, 1)
	sd := math.Sqrt(max(0, squares/max(total, 1)-mean*mean))
	if !(sd > 0) || math.IsInf(sd, 0) {
		return errs, false
	}
	n := 0
	for t := window; t+horizon <= rows; t += 1 + rows*horizon/mostCentered {
		inside := counts[t] - counts[t-window]
		if inside == 0 || one.Missing[(t-1)*columns+k] {
			continue
		}
		centers := [3]float64{sums[t] / float64(counts[t]), one.Values[(t-1)*columns+k] - base, (sums[t] - sums[t-window]) / float64(inside)}
		for r := t; r < t+horizon; r++ {
			if one.Missing[r*columns+k] {
				continue
			}
			n++
			for i, center := range centers {
				errs[i] += math.Abs(one.Values[r*columns+k] - base - center)
			}
		}
	}
	for i := range errs {
		errs[i] /= float64(max(n, 1)) * sd
	}
	return errs, n > 0
}
