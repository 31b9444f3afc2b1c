package configs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"
)

// What data.resample says, and how its keys go together.

// span is a stretch of time as a config says it: months, a length, or a plain number.
type span struct {
	months int
	length time.Duration
	number float64
}

// monthsOf are the units that are no fixed length.
var monthsOf = map[string]int{"month": 1, "quarter": 3, "year": 12}

// lengths are those that are.
var lengths = map[string]time.Duration{"second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour}

// spanOf reads a step, a tolerance or an offset; ok is false for what is none.
func spanOf(text string) (s span, ok bool) {
	if !validFrequency(text) || text == "rows" || strings.Contains(text, "business") {
		return s, false
	}
	if v, err := strconv.ParseFloat(text, 64); err == nil {
		return span{number: v}, true
	}
	if d, err := time.ParseDuration(Minutes(text)); err == nil {
		return span{length: d}, true
	}
	words, n := strings.Fields(text), 1
	if count, err := strconv.Atoi(words[0]); err == nil {
		n, words = count, words[1:]
	}
	unit := strings.TrimSuffix(words[0], "s")
	return span{months: n * monthsOf[unit], length: time.Duration(n) * lengths[unit]}, true
}

// Minutes writes a duration such as 15min as time.ParseDuration reads it.
func Minutes(text string) string {
	if digits, ok := strings.CutSuffix(text, "min"); ok && strings.Trim(digits, "0123456789.") == "" {
		return digits + "m"
	}
	return text
}

// resample checks the keys of data.resample.
func (r *reader) resample(c *Config) {
	const step, of = "data.resample.step", "data.resample."
	if c.Task != "forecast" || c.Data.Synthetic != nil {
		return
	}
	s := &c.Data.Resample
	at := r.given[step]
	if at == nil {
		for _, k := range childrenOf("data.resample") {
			if r.was(k.Name) && k.Name != of+"rate" {
				r.fault(r.given[k.Name], "%s is given without data.resample.step, the step of time that rows are put together to; give it: resample: {step: 1h, …}", k.Name)
				return
			}
		}
		return
	}
	if !r.was(step) {
		return
	}
	whole, ok := spanOf(s.Step)
	if !ok {
		r.fault(at, "%s is %s, want one of second, minute, hour, day, week, month, quarter, year, several of them (\"2 weeks\"), a duration such as 15m, or a number above 0%s", step, quoted(s.Step), stepHint(s.Step))
		return
	}
	if r.given["data.time"] == nil && r.sound("data.time") && !r.misspelt["data.time"] {
		r.fault(at, "%s puts rows together by their time stamps, and data.time is not given; name their column there", step)
	}
	r.tolerated(s, whole)
	r.beginsLate(s, whole)
	r.howOf(c)
	if r.was(of+"closed") && r.was(of+"tolerance") {
		r.conflict([]string{of + "closed", of + "tolerance"}, "data.resample.closed is for rows that belong to the step that they lie in, and with data.resample.tolerance they belong to the nearest; keep one of them")
	}
}

// stepHint says what to write in place of a step that is none.
func stepHint(text string) string {
	switch {
	case strings.Contains(text, "business"):
		return "; write " + strings.TrimSpace(strings.Replace(text, "business", "", 1)) + ": days without rows are told from gaps as ever (data.frequency: business day, data.weekmask)"
	case text == "rows":
		return "; data.frequency: rows takes every row as a step, and then nothing is put together"
	}
	base := strings.TrimSuffix(strings.ToLower(text), "ly")
	if hint := didYouMean(base, slices.DeleteFunc(slices.Clone(frequencies), func(f string) bool { return f == "rows" || f == "business day" })); hint != "" {
		return hint
	}
	return ""
}

// stretch reads a part of a step, of which it is of the kind; nil where the key is not given, or at fault.
func (r *reader) stretch(key, text string, step span, want string) (s span, at *yaml.Node) {
	if !r.was(key) {
		return s, nil
	}
	at = r.given[key]
	s, ok := spanOf(text)
	if !ok || s.months > 0 || (s.number > 0) != (step.number > 0) {
		r.fault(at, "%s is %s, want %s", key, quoted(text), pick(step.number > 0, "a number above 0, as the step is one", "a duration such as "+want))
		return s, nil
	}
	return s, at
}

// tolerated checks how far rows may lie from a step.
func (r *reader) tolerated(s *Resample, step span) {
	t, at := r.stretch("data.resample.tolerance", s.Tolerance, step, "30s or 2 minutes")
	if at == nil || step.months > 0 {
		return
	}
	if 2*t.length > step.length || 2*t.number > step.number {
		r.fault(at, "data.resample.tolerance is %s and the step is %s: a row further than half a step from one is nearer to the next; want at most %s, or leave it out: rows then belong to the step that they lie in", s.Tolerance, s.Step, step.half())
	}
}

func (s span) half() string {
	if s.number > 0 {
		return number(s.number / 2)
	}
	return (s.length / 2).String()
}

// beginsLate checks how much later than the full step steps begin.
func (r *reader) beginsLate(s *Resample, step span) {
	t, at := r.stretch("data.resample.offset", s.Offset, step, "30s or 6h")
	switch {
	case at == nil:
	case step.months > 0:
		r.fault(at, "data.resample.offset is %s and the step is %s: months begin on their first day; leave it out", s.Offset, s.Step)
	case t.length >= max(step.length, 1) || step.number > 0 && t.number >= step.number:
		r.fault(at, "data.resample.offset is %s, want less than the step, which is %s", s.Offset, s.Step)
	}
}

// howOf checks that data.resample.how names columns of numbers.
func (r *reader) howOf(c *Config) {
	const key = "data.resample.how"
	if !r.was(key) || !r.sound("data.targets", "data.covariates", "data.future_covariates", "data.categorical") {
		return
	}
	all := slices.Concat(c.Data.Targets, c.Data.Covariates, c.Data.Future)
	n := r.given[key]
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		switch {
		case !slices.Contains(all, name):
			r.fault(n.Content[i], "data.resample.how names the column %s, which is none of the targets and covariates%s", quoted(name), meantValue(name, all))
		case slices.Contains(c.Data.Categorical, name) && c.Data.Resample.How.Of[name] != "last" && c.Data.Resample.How.Of[name] != "first":
			r.fault(n.Content[i+1], "data.resample.how is %s for %s, a column of data.categorical, which holds names; want last or first", c.Data.Resample.How.Of[name], quoted(name))
		}
	}
}
