package series

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"recur/configs"
	"recur/data"
)

// What a value must be to be taken for an error of typing and not for one of the tail of its series: so far from its neighbours in
// units of their size, and so many times as far as the next one that is left. A tail that is heavy by itself asks for more, see gapOf.
const (
	usualDistance = 0.5 // of a value that no tail begins with
	wildDistance  = 20
	wildGap       = 10
	wildGapZero   = 30 // among zeros, where one large order is nothing strange
	wildGapSure   = 1000
	wildLeast     = 12 // values that a series must have
	wildRun       = 2  // more of them in a row are a level
	neighbours    = 12
)

// outlier is a value that stands far outside of its series.
type outlier struct {
	series, row, column int
	value, clipped      float64 // clipped: as far from its neighbours as the farthest value that is no outlier
}

// Tamed looks for values of the targets that are errors of typing by all appearances, in the rows of the training and the validation
// part, and does with them what data.outliers says: nothing (keep), as far from their neighbours as any other value (clip), or as if
// there were none (missing). What is found in a part does not depend on later ones. Those of the test part stay as they are. A note tells of
// both. The dataset is copied where it changes.
func Tamed(set *Dataset, c *configs.Config) *Dataset {
	columns := set.Columns()
	var learnt, later []outlier
	for s := range set.Series {
		one := &set.Series[s]
		first, second, end := partsOf(c, one.Rows(columns), one.Horizon)
		learnt = append(learnt, set.outliers(s, 0, first)...)
		learnt = append(learnt, set.outliers(s, first, second)...)
		later = append(later, set.outliers(s, second, end)...)
	}
	return set.tame(learnt, later, c)
}

// TamedRows is Tamed for rows that are read and never scored: all of them are treated alike.
func TamedRows(set *Dataset, c *configs.Config) *Dataset {
	return set.tame(set.allOutliers(), nil, c)
}

// withOutliersNoted tells of the outliers of a file of which every row may be scored; none is changed.
func (d *Dataset) withOutliersNoted() *Dataset {
	return d.tame(nil, d.allOutliers(), nil)
}

// allOutliers are those of all rows.
func (d *Dataset) allOutliers() (all []outlier) {
	for s := range d.Series {
		all = append(all, d.outliers(s, 0, d.Series[s].Rows(d.Columns()))...)
	}
	return all
}

// tame changes the outliers of the rows that are learnt from, and tells of all.
func (d *Dataset) tame(learnt, later []outlier, c *configs.Config) *Dataset {
	if len(learnt)+len(later) == 0 {
		return d
	}
	out := *d
	out.Notes = slices.Clone(d.Notes)
	note := func(all []outlier, does string) {
		if len(all) > 0 {
			out.Notes = append(out.Notes, fmt.Sprintf("%s: %s, far outside of the series, as an error of typing would be; %s", d.Name, d.listed(all), does))
		}
	}
	if c == nil {
		c = &configs.Config{}
	}
	note(learnt, done(learnt, c.Data.Outliers))
	note(later, "data.outliers changes nothing in rows that are scored, so scores count this")
	if c.Data.Outliers == "clip" || c.Data.Outliers == "missing" {
		out.change(learnt, c)
	}
	return &out
}

// done says what a policy makes of outliers.
func done(all []outlier, policy string) string {
	switch policy {
	case "clip":
		return fmt.Sprintf("data.outliers: clip makes of it %s, as far from the neighbours as other values go", clippedTo(all))
	case "missing":
		return "data.outliers: missing takes it for missing"
	}
	return "kept, it can spoil every forecast: correct the file, or set data.outliers: clip or missing"
}

// change writes what is put in the place of outliers into copies of their series.
func (d *Dataset) change(all []outlier, c *configs.Config) {
	d.Series = slices.Clone(d.Series)
	columns := d.Columns()
	for i, o := range all {
		s, at := &d.Series[o.series], o.row*columns+o.column
		if i == 0 || all[i-1].series != o.series {
			s.Values, s.Missing = slices.Clone(s.Values), slices.Clone(s.Missing)
		}
		if s.Values[at] = o.clipped; c.Data.Outliers == "clip" {
			continue
		}
		s.Missing[at] = true
		if i+1 == len(all) || all[i+1].series != o.series {
			s.Values = data.Filled(s.Values, s.Missing, columns, c.Data.Missing, len(s.Values))
			d.fillNames(s.Values, s.Missing)
		}
	}
}

// listed names the first outliers: the series, the time stamp and the value.
func (d *Dataset) listed(all []outlier) string {
	const most = 3
	var parts []string
	for _, o := range all[:min(most, len(all))] {
		s := &d.Series[o.series]
		where := fmt.Sprintf("in row %d", o.row+1)
		if o.row < len(s.Labels) {
			where = "at " + s.Labels[o.row]
		}
		name := ""
		if s.Name != "" {
			name = s.called() + ": "
		}
		parts = append(parts, fmt.Sprintf("%s%s is %s %s", name, data.Quoted(d.column(o.column)), data.Digits(o.value), where))
	}
	if more := len(all) - most; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ")
}

// clippedTo names what the first outliers become.
func clippedTo(all []outlier) string {
	var parts []string
	for _, o := range all[:min(3, len(all))] {
		parts = append(parts, fmt.Sprintf("%.6g", o.clipped))
	}
	if len(all) > 3 {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}

// outliers finds those in the rows from..to-1 of a series by its rows before to.
func (d *Dataset) outliers(s, from, to int) (found []outlier) {
	if to <= from {
		return nil
	}
	one, columns := &d.Series[s], d.Columns()
	for k := range d.Targets {
		for _, o := range wildOf(one.Values, one.Missing, k, columns, to) {
			if o.row >= from {
				o.series, o.column = s, k
				found = append(found, o)
			}
		}
	}
	return found
}

// wildOf finds the outliers among the known values of a column in the rows below limit.
//
// Every value has a distance: how far it is from the median of the 12 known values around it, in units of their size. So trends, levels
// that shift and growth by orders of magnitude have small ones, and seasons, bursts and rare sales have distances that come again. At most two values, or one in
// 100, are outliers: those above a gap in the sorted distances that the tail below it does not explain.
func wildOf(values []float64, missing []bool, column, columns, limit int) []outlier {
	var x []float64
	var rows []int
	for r := range limit {
		if at := r*columns + column; !missing[at] {
			x, rows = append(x, values[at]), append(rows, r)
		}
	}
	if len(x) < wildLeast {
		return nil
	}
	near := surroundingsOf(x)
	order := make([]int, len(x)) // by distance, the farthest first
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case near[a].distance > near[b].distance:
			return -1
		case near[a].distance < near[b].distance:
			return 1
		}
		return 0
	})
	n := gapIn(near, order)
	wild := slices.Sorted(slices.Values(order[:n]))
	var out []outlier
	for i, at := range wild {
		if inRun(wild, i) > wildRun {
			continue
		}
		far := near[order[n]].distance * near[at].size
		out = append(out, outlier{row: rows[at], value: x[at], clipped: near[at].level + math.Copysign(far, x[at]-near[at].level)})
	}
	return out
}

// inRun is how many of the ascending numbers without a hole number i stands among.
func inRun(numbers []int, i int) int {
	from, to := i, i
	for from > 0 && numbers[from-1] == numbers[from]-1 {
		from--
	}
	for to+1 < len(numbers) && numbers[to+1] == numbers[to]+1 {
		to++
	}
	return to - from + 1
}

// surroundings says where a value stands among those around it.
type surroundings struct {
	level    float64 // their median
	size     float64 // of the median and of all of them
	distance float64 // of the value from level, in sizes
}

// surroundingsOf compares every value with the 12 around it.
func surroundingsOf(x []float64) []surroundings {
	all := make([]float64, len(x))
	for i, v := range x {
		all[i] = math.Abs(v)
	}
	slices.Sort(all)
	whole := steadyMean(all[:len(all)-max(2, len(all)/100)])
	out := make([]surroundings, len(x))
	if whole == 0 {
		return out // all but one or two are 0: nothing tells what is usual
	}
	around, sizes := make([]float64, 0, neighbours), make([]float64, 0, neighbours)
	for i, v := range x {
		from := max(0, min(i-neighbours/2, len(x)-neighbours-1))
		around, sizes = around[:0], sizes[:0]
		for j := from; j < min(len(x), from+neighbours+1); j++ {
			if j != i {
				around, sizes = append(around, x[j]), append(sizes, math.Abs(x[j]))
			}
		}
		slices.Sort(around)
		slices.Sort(sizes)
		n := len(around)
		level := around[(n-1)/2]/2 + around[n/2]/2
		size := math.Abs(level) + max(steadyMean(sizes[:n-2]), whole/10)
		out[i] = surroundings{level, size, math.Abs(v-level) / size}
	}
	return out
}

// steadyMean is the mean of values that may be as large as numbers can be.
func steadyMean(x []float64) float64 {
	mean := 0.0
	for i, v := range x {
		mean += (v - mean) / float64(i+1)
	}
	return mean
}

// gapIn is how many values, in the order of their distances, lie above a gap that no usual tail has.
func gapIn(all []surroundings, order []int) int {
	for n := max(2, len(order)/100); n > 0; n-- {
		above, below := all[order[n-1]], all[order[n]].distance
		least := wildGap
		if above.level == 0 {
			least = wildGapZero
		}
		gap := above.distance / max(below, usualDistance)
		if above.distance >= wildDistance && gap >= float64(least) && gap >= min(gapOf(all, order[n:]), wildGapSure) {
			return n
		}
	}
	return 0
}

// gapOf is the ratio of the farthest value to the next one that chance exceeds once in 1,000 series whose tail falls by a power, as
// Hill's estimate [1] from the k farthest of the rest has it: the logarithms of ratios of neighbours in such a tail are exponential,
// and over their mean of k they have the F distribution with 2 and 2k degrees of freedom, whose tail is (1 + f/k)^-k.
//
// [1] Hill 1975, A simple general approach to inference about the tail of a distribution, Annals of Statistics 3.
func gapOf(all []surroundings, rest []int) float64 {
	k := min(max(len(rest)/8, 8), 30, len(rest)-1)
	last := max(all[rest[k]].distance, usualDistance)
	hill := 0.0
	for _, i := range rest[:k] {
		hill += math.Log(max(all[i].distance, usualDistance) / last)
	}
	hill /= float64(k)
	f := float64(k) * (math.Pow(1e-3, -1/float64(k)) - 1)
	return math.Exp(f * hill)
}
