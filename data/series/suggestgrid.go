package series

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"recur/configs"
)

// Which data.resample would suit time stamps that are uneven, jitter, or come several times.

// Resampling is a value of data.resample.
type Resampling struct {
	step, how, tolerance, offset string
	empty                        bool // some steps have no row
}

// String is the value as a config holds it.
func (s Resampling) String() string {
	text := "{step: " + s.step
	if s.tolerance != "" {
		text += ", tolerance: " + s.tolerance
		if s.offset != "" {
			text += ", offset: " + s.offset
		}
		return text + "}"
	}
	return text + ", how: " + s.how + "}"
}

// Adds says that the rows of a step are added up.
func (s Resampling) Adds() bool { return s.how == "sum" }

// Why says what is so about the time stamps.
func (s Resampling) Why() string {
	switch {
	case s.tolerance != "":
		return "time stamps jitter around even ones"
	case s.how == "sum":
		return "several rows have one time stamp"
	}
	return "time stamps are uneven"
}

// Choice says what else it may be.
func (s Resampling) Choice() string {
	if s.tolerance != "" {
		return ""
	}
	return "; how may be another: sum for amounts, mean for levels, last, …"
}

// SuggestResampling reads the time stamps of a file and says which data.resample suits them; ok is false where they can't be read.
func SuggestResampling(c *configs.Config, path string) (s Resampling, ok bool) {
	name, src, err := source(path)
	if err != nil {
		return s, false
	}
	r, err := readerOf(name, src, c, Frequency{})
	if err != nil || !r.stamped() {
		return s, false
	}
	f, numbers, err := r.form()
	if err != nil {
		return s, false
	}
	r.find(f, numbers)
	r.raw, r.numeric = r.moments(f, numbers), numbers
	return r.suggested()
}

// suggested is found once, from the time stamps of the file as they are.
func (r *reader) suggested() (Resampling, bool) {
	if r.suggestion == nil {
		s := r.suggest()
		r.suggestion = &s
	}
	return *r.suggestion, r.suggestion.step != ""
}

// spacing is how the time stamps of a file lie: seconds since 2000 or plain numbers, of every series, and the steps between them.
type spacing struct {
	rows    [][]float64 // in the order of the file
	at      [][]float64 // rising
	steps   []float64   // that are above 0, rising
	repeats int
}

func (r *reader) spacing() (s spacing) {
	for _, ms := range r.raw {
		at := make([]float64, len(ms))
		for i, m := range ms {
			if at[i] = m.number; !r.numeric {
				begin := time.Date(2000, 1, 1, 0, 0, 0, 0, m.time.Location())
				at[i] = float64(m.time.Unix()-begin.Unix()) + float64(m.time.Nanosecond())/1e9
			}
		}
		s.rows = append(s.rows, slices.Clone(at))
		slices.Sort(at)
		for i := 1; i < len(at); i++ {
			if step := at[i] - at[i-1]; step > 0 {
				s.steps = append(s.steps, step)
			} else {
				s.repeats++
			}
		}
		s.at = append(s.at, at)
	}
	slices.Sort(s.steps)
	return s
}

// What time stamps are taken for.
const (
	mostlyEven    = 0.5 // at least this share of those that differ are a step apart
	allButOdd     = 0.9 // at least this share of them: what is not is odd
	oftenRepeated = 0.1 // at least this share of all are those of the row before: several rows of a step are the rule
)

func (r *reader) suggest() (out Resampling) {
	s := r.spacing()
	if len(s.steps) < leastPairs {
		return out
	}
	usual, share := r.usualDistinct()
	if share >= mostlyEven && float64(s.repeats) > oftenRepeated*float64(len(s.steps)) {
		return Resampling{step: usual, how: "sum"}
	}
	middle := s.steps[len(s.steps)/2]
	for _, step := range r.neat(middle*0.95, middle*1.05) {
		most := step / 2
		if share >= mostlyEven && r.amount(step) == usual { // and some are not
			most = step / 8
		}
		if share >= allButOdd && most < step/2 {
			return out
		}
		if out, ok := r.jitter(s, step, most); ok {
			return out
		}
	}
	if share >= mostlyEven {
		return out
	}
	return r.wider(s, middle)
}

// usualDistinct is the most frequent step between time stamps that differ, and its share.
func (r *reader) usualDistinct() (string, float64) {
	counts, pairs := newStepCounts(nil), 0
	for _, ms := range r.raw {
		sorted := slices.Clone(ms)
		slices.SortStableFunc(sorted, func(a, b moment) int { return a.compare(b, r.numeric) })
		sorted = slices.CompactFunc(sorted, func(a, b moment) bool { return a.compare(b, r.numeric) == 0 })
		pairs += max(0, len(sorted)-1)
		counts.add(sorted, r.numeric)
	}
	usual, known := counts.usual(r.numeric)
	if !known || pairs == 0 {
		return "", 0
	}
	usual.Days = nil
	often := 0
	for _, n := range []map[time.Duration]int{counts.fixed, counts.walls} {
		often = max(often, n[usual.fixed()])
	}
	switch {
	case r.numeric:
		for step, n := range counts.numbers {
			if math.Abs(step-usual.Step) <= 1e-6*usual.Step {
				often += n
			}
		}
	case usual.months() > 0:
		often = counts.months[usual.months()]
	}
	return r.stepText(usual), float64(often) / float64(pairs)
}

// stepText is a step as people write it: 15m, not 15m0s.
func (r *reader) stepText(f Frequency) string {
	text := f.Name()
	if f.Kind == "duration" {
		text = briefly(f.Every)
	}
	if f.Kind == "hour" {
		text = strconv.Itoa(f.N) + "h"
	}
	return text
}

// briefly is a length without the zeros behind it.
func briefly(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// neatSeconds are steps that people choose.
var neatSeconds = []float64{1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600, 28800, 43200,
	86400, 7 * 86400}

// neat are the steps that people choose within limits, rising.
func (r *reader) neat(low, high float64) (out []float64) {
	all := neatSeconds
	if r.numeric {
		all = nil
		for e := math.Floor(math.Log10(low)); e <= math.Log10(high)+1; e++ {
			for _, digit := range []float64{1, 2, 2.5, 5} {
				all = append(all, digit*math.Pow(10, e))
			}
		}
	}
	for _, v := range all {
		if v >= low && v <= high {
			out = append(out, v)
		}
	}
	return out
}

// amount writes seconds, or a plain number.
func (r *reader) amount(v float64) string {
	switch d := time.Duration(math.Round(v * 1e9)); {
	case r.numeric:
		return strconv.FormatFloat(v, 'g', 6, 64)
	case d%(7*day) == 0:
		return "week"
	case d%day == 0:
		return "day"
	default:
		return briefly(d)
	}
}

// jitter tells time stamps that lie around even ones: all in such a part of the step.
func (r *reader) jitter(s spacing, step, most float64) (out Resampling, ok bool) {
	var phases []float64
	for _, at := range s.at {
		for _, v := range at {
			phase := math.Mod(v, step)
			if phase < 0 {
				phase += step
			}
			phases = append(phases, phase)
		}
	}
	slices.Sort(phases)
	begin, widest := phases[0], phases[0]+step-phases[len(phases)-1]
	for i := 1; i < len(phases); i++ {
		if gap := phases[i] - phases[i-1]; gap > widest {
			begin, widest = phases[i], gap
		}
	}
	width := step - widest
	if width > most || width == 0 {
		return out, false
	}
	out.step = r.amount(step)
	far := func(from float64) float64 { // of the time stamps from a time in the step
		low := math.Mod(begin-from+2.5*step, step) - step/2
		return max(math.Abs(low), math.Abs(low+width))
	}
	offset := 0.0
	if far(0) > step/4 {
		offset = r.roundest(math.Mod(begin+width/2, step), width, step)
		out.offset = r.amount(offset)
	}
	tolerance := step / 2
	for _, t := range r.neat(far(offset), step/2) {
		if t >= 2*far(offset) {
			tolerance = t
			break
		}
	}
	out.tolerance = r.amount(tolerance)
	return out, true
}

// roundest is the time nearest to a middle that is a multiple of the longest neat step, no further from it than the width.
func (r *reader) roundest(middle, width, step float64) float64 {
	best := middle
	for _, unit := range r.neat(width/1000, step/2) {
		if v := math.Round(middle/unit) * unit; math.Abs(v-middle) <= width/2 && v > 0 && v < step {
			best = v
		}
	}
	return best
}

// Steps that are suggested for uneven time stamps.
const (
	mostRows   = 200  // times the usual distance of two rows
	mostEmpty  = 0.05 // of the steps have no row
	leastSteps = 10
)

// wider is the shortest step of which every one has a row, or nearly.
func (r *reader) wider(s spacing, middle float64) (out Resampling) {
	out.how = "mean"
	for _, step := range r.neat(middle, mostRows*middle) {
		if s.falls(step) {
			continue
		}
		cells, empty := 0, 0
		for _, at := range s.at {
			last := math.Inf(-1)
			for i, v := range at {
				n := math.Floor(v / step)
				if i > 0 && n > last {
					empty += int(n-last) - 1
				}
				if n > last {
					cells, last = cells+1, n
				}
			}
		}
		if cells < leastSteps*len(s.at) && out.step != "" {
			break
		}
		if float64(empty) <= mostEmpty*float64(cells) && out.step == "" || empty == 0 {
			out.step, out.empty = r.amount(step), empty > 0
		}
		if empty == 0 {
			break
		}
	}
	return out
}

// falls says that a row belongs to an earlier step than the row before.
func (s spacing) falls(step float64) bool {
	return slices.ContainsFunc(s.rows, func(rows []float64) bool {
		return !slices.IsSortedFunc(rows, func(a, b float64) int { return cmp.Compare(math.Floor(a/step), math.Floor(b/step)) })
	})
}

// advice says in a message which data.resample reads the file.
func (s Resampling) advice() string {
	text := fmt.Sprintf("set data.resample: %s", s)
	switch {
	case s.tolerance != "":
		return text + " to put them there"
	case s.empty:
		text += " (how may be sum, last, …), and data.missing: interpolate for steps without rows"
	case s.how == "sum":
		text += " (how may be mean, last, …)"
	default:
		text += " (how may be sum, last, …)"
	}
	return text
}
