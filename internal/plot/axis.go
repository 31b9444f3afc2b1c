package plot

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// tick is one labelled place on an axis.
type tick struct {
	value float64
	label string
}

// span is a closed range of finite values; low > high: nothing was added yet.
type span struct{ low, high float64 }

func emptySpan() span { return span{math.Inf(1), math.Inf(-1)} }

func (s *span) add(v float64) {
	if finite(v) {
		s.low, s.high = math.Min(s.low, v), math.Max(s.high, v)
	}
}

func (s span) empty() bool { return s.low > s.high }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// widen gives an empty or pointlike range some extent and adds a share of it at both ends.
func (s span) widen(share float64) span {
	if s.empty() {
		return span{0, 1}
	}
	if s.low == s.high {
		d := math.Abs(s.low) / 2
		if d == 0 {
			d = 0.5
		}
		return span{s.low - d, s.high + d}
	}
	d := (s.high - s.low) * share
	return span{s.low - d, s.high + d}
}

// widenLog does the same for a logarithmic axis.
func (s span) widenLog(share float64) span {
	if s.empty() {
		return span{0.1, 10}
	}
	if s.low == s.high {
		return span{s.low / 2, s.high * 2}
	}
	k := math.Pow(s.high/s.low, share)
	return span{s.low / k, s.high * k}
}

// niceStep is the smallest of 1, 2, 2.5, 5 × 10^k with at most n steps in the range.
func niceStep(width float64, n int) float64 {
	raw := width / float64(max(n, 1))
	base := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*base >= raw*(1-1e-9) {
			return m * base
		}
	}
	return 10 * base
}

// linearTicks are at most n+1 round values in the range, integers if whole.
func linearTicks(s span, n int, whole bool) []tick {
	step := niceStep(s.high-s.low, n)
	if whole {
		step = math.Max(1, step)
		if step == 2.5 {
			step = 5
		}
	}
	first, last := math.Ceil(s.low/step-1e-9), math.Floor(s.high/step+1e-9)
	var ts []tick
	for i := first; i <= last; i++ {
		ts = append(ts, tick{value: i * step})
	}
	labelNumbers(ts, step)
	return ts
}

// labelNumbers writes all labels with the same number of decimals, or in scientific form where that would be long.
func labelNumbers(ts []tick, step float64) {
	largest := 0.0
	for _, t := range ts {
		largest = math.Max(largest, math.Abs(t.value))
	}
	decimals := 0
	for d := step; decimals < 12 && math.Abs(d-math.Round(d)) > 1e-6*d; d *= 10 {
		decimals++
	}
	scientific := largest >= 1e7 || decimals > 5
	for i := range ts {
		v := ts[i].value
		if v == 0 {
			v = 0 // no minus before zero
		}
		if scientific {
			ts[i].label = scientificLabel(v)
		} else {
			ts[i].label = typeset(strconv.FormatFloat(v, 'f', decimals, 64))
		}
	}
}

func scientificLabel(v float64) string {
	if v == 0 {
		return "0"
	}
	s := strconv.FormatFloat(v, 'e', 4, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	n, _ := strconv.Atoi(exponent)
	return typeset(mantissa + "e" + strconv.Itoa(n))
}

// typeset writes minus signs as such.
func typeset(s string) string { return strings.ReplaceAll(s, "-", "−") }

// logTicks are powers of ten; with less than two of them, 2 and 5 times these too.
func logTicks(s span, n int) []tick {
	low, high := math.Log10(s.low), math.Log10(s.high)
	every := math.Max(1, math.Ceil((high-low)/float64(max(n, 1))))
	var ts []tick
	for k := math.Floor(low); k <= math.Ceil(high); k++ {
		for _, m := range []float64{1, 2, 5} {
			if m > 1 && high-low > 2.5 || m == 1 && math.Mod(k, every) != 0 {
				continue
			}
			v := m * math.Pow(10, k)
			if v < s.low*(1-1e-9) || v > s.high*(1+1e-9) {
				continue
			}
			label := scientificLabel(v)
			if k >= -4 && k <= 5 {
				label = strconv.FormatFloat(v, 'f', max(0, -int(k)), 64)
			}
			ts = append(ts, tick{value: v, label: label})
		}
	}
	if len(ts) < 2 {
		return linearTicks(s, n, false)
	}
	return ts
}

// timeUnit is a step of a time axis: months when months > 0, else seconds.
type timeUnit struct {
	months  int
	seconds float64
	layout  string
}

const day = 86400

var timeUnits = []timeUnit{
	{0, 1, "15:04:05"}, {0, 5, "15:04:05"}, {0, 15, "15:04:05"}, {0, 30, "15:04:05"},
	{0, 60, "15:04"}, {0, 300, "15:04"}, {0, 900, "15:04"}, {0, 1800, "15:04"},
	{0, 3600, "2 Jan 15:04"}, {0, 3 * 3600, "2 Jan 15:04"}, {0, 6 * 3600, "2 Jan 15:04"}, {0, 12 * 3600, "2 Jan 15:04"},
	{0, day, "2 Jan"}, {0, 2 * day, "2 Jan"}, {0, 5 * day, "2 Jan"}, {0, 7 * day, "2 Jan"}, {0, 14 * day, "2 Jan"},
	{1, 0, "Jan 2006"}, {2, 0, "Jan 2006"}, {3, 0, "Jan 2006"}, {6, 0, "Jan 2006"},
	{12, 0, "2006"}, {24, 0, "2006"}, {60, 0, "2006"}, {120, 0, "2006"}, {240, 0, "2006"}, {600, 0, "2006"}, {1200, 0, "2006"},
	{6000, 0, "2006"}, {12000, 0, "2006"},
}

// length is the unit in seconds, of an average month where it has months.
func (u timeUnit) length() float64 {
	if u.months > 0 {
		return float64(u.months) * 365.2425 / 12 * day
	}
	return u.seconds
}

// timeTicks are at most about n round instants in a range of Unix seconds, in UTC.
func timeTicks(s span, n int) []tick {
	unit := timeUnits[len(timeUnits)-1]
	for _, u := range timeUnits {
		if (s.high-s.low)/u.length() <= float64(n) {
			unit = u
			break
		}
	}
	var ts []tick
	if unit.months == 0 {
		for v := math.Ceil(s.low/unit.seconds) * unit.seconds; v <= s.high; v += unit.seconds {
			ts = append(ts, tick{v, instant(v).Format(unit.layout)})
		}
		return ts
	}
	from := instant(s.low)
	months := from.Year()*12 + int(from.Month()) - 1
	for m := months - months%unit.months; ; m += unit.months {
		t := time.Date(m/12, time.Month(m%12+1), 1, 0, 0, 0, 0, time.UTC)
		v := Seconds(t)
		if v > s.high {
			return ts
		}
		if v >= s.low {
			ts = append(ts, tick{v, t.Format(unit.layout)})
		}
	}
}

// Seconds is the place of an instant on a time axis: seconds since 1970 UTC, with the clock that t shows.
func Seconds(t time.Time) float64 {
	t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	return float64(t.Unix()) + float64(t.Nanosecond())*1e-9
}

// instant is the reverse of Seconds, in whole seconds.
func instant(v float64) time.Time { return time.Unix(int64(math.Floor(v)), 0).UTC() }

// Times returns the places of many instants.
func Times(ts []time.Time) []float64 {
	x := make([]float64, len(ts))
	for i, t := range ts {
		x[i] = Seconds(t)
	}
	return x
}

// Index returns the places first, first+1, … of n values that have no time.
func Index(first, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(first + i)
	}
	return x
}
