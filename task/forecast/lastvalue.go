package forecast

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"recur/checkpoint"
	"recur/data"
)

// When the last value of a series is said to be off its course.
const (
	offCourse   = 6   // times the usual change
	offOthers   = 1.2 // times the farthest value before it
	leastCourse = 20  // rows that a course takes
	namedOff    = 3   // series that one line has
)

// lastValues gathers the series whose last value is off their course: a network, as any method, forecasts from there, and cannot
// know whether the value is a mistake or a new level. Both were tried: to pull such values back halves the error where they are mistakes, and
// makes it larger on real sets, where most are not.
type lastValues struct {
	count int
	first []string // some of their names, in order
}

// add looks at the targets of some series.
func (l *lastValues) add(d *checkpoint.Data, seasons []int) {
	columns := d.Columns()
	for i := range d.Series {
		s := &d.Series[i]
		for k, target := range d.Targets {
			far := offAnyScale(known(s, k, columns), seasons)
			if far == 0 {
				continue
			}
			l.count++
			l.first = append(l.first, fmt.Sprintf("%s (%.6g, %.0f times the usual change)", called(s, target), s.Tail[len(s.Tail)-columns+k], far))
		}
	}
	l.keepFirst()
}

// join adds what others were found.
func (l *lastValues) join(others lastValues) {
	l.count += others.count
	l.first = append(l.first, others.first...)
	l.keepFirst()
}

// keepFirst leaves the names that the line has, whatever the order in which series come.
func (l *lastValues) keepFirst() {
	slices.Sort(l.first)
	l.first = l.first[:min(len(l.first), namedOff)]
}

// called is what a target of a series is named with.
func called(s *checkpoint.SeriesState, target string) string {
	if s.Target != "" {
		target = s.Target
	}
	if s.Name == "" {
		return "column " + data.Quoted(target)
	}
	return "series " + data.Quoted(s.Name)
}

// note is the line that tells of them, "" without any.
func (l *lastValues) note() string {
	if l.count == 0 {
		return ""
	}
	names := slices.Clone(l.first)
	if more := l.count - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("%s far from those before, farther than any of them was: %s; the forecast goes on from there: correct or leave out what is a mistake",
		data.Count(l.count, "last value is", "last values are"), strings.Join(names, ", "))
}

// known are the last rows of one target, nil where the last one is missing; gaps before it are left out.
func known(s *checkpoint.SeriesState, k, columns int) (y []float64) {
	for at := k; at < len(s.Tail); at += columns {
		if !s.TailMissing[at] {
			y = append(y, s.Tail[at])
		} else if at+columns > len(s.Tail) {
			return nil
		}
	}
	return y
}

// offAnyScale is farOff, where values are positive only if it holds of their logarithms too: a series that grows by a share has its largest
// changes at its end.
func offAnyScale(y []float64, seasons []int) float64 {
	far := farOff(y, seasons)
	if far == 0 || slices.Min(y) <= 0 {
		return far
	}
	logs := make([]float64, len(y))
	for t, v := range y {
		logs[t] = math.Log(v)
	}
	if farOff(logs, seasons) == 0 {
		return 0
	}
	return far
}

// farOff is how far the last value is from the middle of the three before it, in units of the usual change between two (1.4826 times
// the median), both after the values of the first season ago are taken off; 0 where that is not far, or another has been as far.
func farOff(y []float64, seasons []int) float64 {
	if len(seasons) > 0 && len(y) >= seasons[0]+leastCourse {
		less := make([]float64, len(y)-seasons[0])
		for t := range less {
			less[t] = y[t+seasons[0]] - y[t]
		}
		y = less
	}
	if len(y) < leastCourse {
		return 0
	}
	var changes []float64
	most := 0.0
	for t := 3; t < len(y)-1; t++ {
		changes = append(changes, math.Abs(y[t]-y[t-1]))
		most = max(most, math.Abs(y[t]-middle(y[t-3:t])))
	}
	slices.Sort(changes)
	usual := 1.4826 * changes[len(changes)/2]
	n := len(y) - 1
	off := math.Abs(y[n] - middle(y[n-3:n]))
	if usual == 0 || off < offCourse*usual || off < offOthers*most {
		return 0
	}
	return off / usual
}

// middle is the median of three values.
func middle(y []float64) float64 {
	a, b, c := y[0], y[1], y[2]
	return max(min(a, b), min(max(a, b), c))
}
