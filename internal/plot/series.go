package plot

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Fan draws what was forecast for the end of a series beside what came: the original, over the history and the forecast
// steps, and from the origin on the median with its intervals, wide ones first, so that they nest to a fan.
func Fan(frame Chart, x, original, ahead, median []float64, intervals ...Band) Chart {
	c := frame
	c.Lines = []Line{
		{Name: "original", X: x, Y: original, Color: Black},
		{Name: "median", X: ahead, Y: median, Color: Blue, Dots: len(ahead) <= 30},
	}
	if len(intervals) == 0 {
		c.Lines[1].Name = "forecast"
	}
	c.Bands = nil
	for _, b := range intervals {
		if b.Color == Auto {
			b.Color = Blue
		}
		c.Bands = append(c.Bands, b)
	}
	return c
}

// largestRanks is how many series ErrorBySeries shows; of more it takes evenly spaced ones.
const largestRanks = 2000

// ErrorBySeries draws the error of every series: the series in the order of the error of one method, which makes a rising
// line, and the error of another one, our own, as a dot above or below it. Series without an error of both are left out.
// The axis is logarithmic. Empty labels are filled in.
func ErrorBySeries(frame Chart, name string, own []float64, otherName string, other []float64) Chart {
	c := frame
	c.XLabel, c.YLabel = fill(c.XLabel, "series, by the error of "+otherName), fill(c.YLabel, "error")
	c.LogY = true
	var order []int
	for i := range own {
		if finite(own[i]) && finite(other[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(other[a], other[b]) })
	better := 0
	for _, i := range order {
		if own[i] < other[i] {
			better++
		}
	}
	dots := Line{Name: name, Alone: true, Color: Blue}
	if len(order) > 0 {
		dots.Name = fmt.Sprintf("%s (lower on %.0f%% of %d series)", name, 100*float64(better)/float64(len(order)), len(order))
	}
	line := Line{Name: otherName, Color: Vermilion}
	for _, rank := range ranks(len(order)) {
		i := order[rank]
		dots.X, dots.Y = append(dots.X, float64(rank+1)), append(dots.Y, own[i])
		line.X, line.Y = append(line.X, float64(rank+1)), append(line.Y, other[i])
	}
	c.Lines, c.Bands = []Line{dots, line}, nil
	return c
}

// ranks are 0…n-1, or so many evenly spaced ones of them.
func ranks(n int) []int {
	all := make([]int, min(n, largestRanks))
	for i := range all {
		all[i] = i
		if n > largestRanks {
			all[i] = int(math.Round(float64(i) * float64(n-1) / (largestRanks - 1)))
		}
	}
	return all
}
