package labelled

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"recur/data"
)

// tsHeader is what the tags of a .ts file say [1].
//
// [1] The .ts format of the UEA and UCR time series archives, as sktime and aeon document it.
type tsHeader struct {
	dimensions int      // 0: as many as the first row has
	length     int      // 0: ragged, or not said
	labels     []string // of @classLabel true
	classes    bool
	values     bool // @targetLabel true
	stamps     bool
	begin      int // bytes before the rows
	line       int // of @data
}

// ts reads a file of the UEA and UCR archives: tags, and below @data a sequence a line, its dimensions apart by colons, their
// steps by commas, the label or the value last. A missing input is a question mark.
func (r *reading) ts(text []byte) error {
	bad := data.Faults{File: r.name}
	h := r.tsTags(text, &bad)
	if err := bad.Err(); err != nil {
		return err
	}
	if h.classes && r.s.Labels {
		for _, l := range h.labels {
			r.classOf(l)
		}
	}
	if !r.s.Labels {
		r.set.Values = []string{"value"}
	}
	line := h.line
	for row := range bytes.Lines(text[h.begin:]) {
		line++
		if r.full() {
			break
		}
		if row := strings.TrimSpace(string(row)); row != "" && row[0] != '#' {
			r.tsRow(row, line, &h, &bad)
		}
	}
	if err := bad.Err(); err != nil {
		return err
	}
	if len(r.set.Sequences) == r.before {
		return nil // which file tells, whatever the form
	}
	names := make([]string, h.dimensions)
	for i := range names {
		names[i] = fmt.Sprintf("dimension %d", i+1)
	}
	return r.sameInputs(names)
}

// tsTags reads the lines up to @data.
func (r *reading) tsTags(text []byte, bad *data.Faults) (h tsHeader) {
	for raw := range bytes.Lines(text) {
		h.line++
		h.begin += len(raw)
		row := strings.TrimSpace(string(raw))
		if row == "" || row[0] == '#' {
			continue
		}
		if row[0] != '@' {
			bad.Add(h.line, 1, r.key, "line is %s, want a tag such as @univariate, or @data before the rows", data.Quoted(row))
			return h
		}
		words := strings.Fields(row)
		if tag := strings.ToLower(words[0]); tag == "@data" {
			r.tsAgrees(&h, bad)
			return h
		} else {
			r.tsTag(tag, words[1:], &h, bad)
		}
	}
	bad.Add(h.line, 1, r.key, "there is no line @data")
	return h
}

func (r *reading) tsTag(tag string, words []string, h *tsHeader, bad *data.Faults) {
	yes := len(words) > 0 && strings.EqualFold(words[0], "true")
	switch tag {
	case "@dimensions", "@dimension", "@serieslength":
		n := 0
		if len(words) == 1 {
			n, _ = strconv.Atoi(words[0])
		}
		if n < 1 || n > maxSteps {
			bad.Add(h.line, 1, r.key, "%s is %s, want a whole number from 1 to %d", tag, data.Quoted(strings.Join(words, " ")), maxSteps)
		} else if tag == "@serieslength" {
			h.length = n
		} else {
			h.dimensions = n
		}
	case "@univariate":
		if yes {
			h.dimensions = 1
		}
	case "@timestamps":
		h.stamps = yes
	case "@classlabel":
		if h.classes = yes; yes {
			h.labels = words[1:]
		}
	case "@targetlabel":
		h.values = yes
	case "@problemname", "@missing", "@equallength":
	default:
		bad.Add(h.line, 1, r.key, "the tag %s is not known; want @problemName, @timeStamps, @missing, @univariate, @dimensions, @equalLength, @seriesLength, @classLabel, @targetLabel or @data", data.Quoted(tag))
	}
}

// tsAgrees says what of the tags this task can't read.
func (r *reading) tsAgrees(h *tsHeader, bad *data.Faults) {
	switch {
	case h.stamps:
		bad.Add(h.line, 1, r.key, "@timeStamps is true: rows of (time, value) pairs are not read; write the values alone, with @timeStamps false")
	case r.s.Labels && h.values && !r.bare:
		bad.Add(h.line, 1, r.key, "@targetLabel is true: its sequences have values, not classes; set task: regress")
	case !r.s.Labels && h.classes && !r.bare:
		bad.Add(h.line, 1, r.key, "@classLabel is true: its sequences have classes, and task regress learns values; set task: classify, or write @targetLabel true in its place where they are numbers")
	case !h.classes && !h.values && !r.bare:
		bad.Add(h.line, 1, r.key, "its sequences have no label: want @classLabel true with the classes, or @targetLabel true")
	}
}

// tsRow reads one sequence.
func (r *reading) tsRow(row string, line int, h *tsHeader, bad *data.Faults) {
	fields := strings.Split(row, ":")
	q := Sequence{File: r.name, Line: line, Part: r.part, Class: -1}
	if h.classes || h.values {
		label := strings.TrimSpace(fields[len(fields)-1])
		fields = fields[:len(fields)-1]
		if !r.tsLabel(&q, label, line, h, bad) {
			return
		}
	}
	if h.dimensions == 0 {
		h.dimensions = len(fields)
	}
	if len(fields) != h.dimensions || len(fields) == 0 {
		bad.Add(line, 1, r.key, "the row has %s, want %d (dimensions are separated by colons, the label comes last)", data.Count(len(fields), "dimension", "dimensions"), h.dimensions)
		return
	}
	steps := strings.Count(fields[0], ",") + 1
	if h.length > 0 && steps != h.length {
		bad.Add(line, 1, r.key, "the row has %s, and @seriesLength is %d; correct it, or remove the tag and write @equalLength false", data.Count(steps, "step", "steps"), h.length)
		return
	}
	if steps > maxSteps {
		bad.Add(line, 1, r.key, "the row has %d steps, more than the limit of %d", steps, maxSteps)
		return
	}
	q.X = make([]float64, steps*h.dimensions)
	for d, f := range fields {
		if n := strings.Count(f, ",") + 1; n != steps {
			bad.Add(line, 1, r.key, "dimension %d has %s, dimension 1 has %d; all of a sequence have as many (write ? for a missing one)", d+1, data.Count(n, "step", "steps"), steps)
			return
		}
		t := 0
		for v := range strings.SplitSeq(f, ",") {
			q.X[t*h.dimensions+d] = r.tsValue(strings.TrimSpace(v), line, bad)
			t++
		}
	}
	fill(q.X, h.dimensions, r.s.Missing)
	r.set.Sequences = append(r.set.Sequences, q)
}

// tsValue reads one input; NaN stands for a missing one.
func (r *reading) tsValue(text string, line int, bad *data.Faults) float64 {
	if text == "?" || strings.EqualFold(text, "nan") {
		if r.s.Missing == "error" {
			bad.Add(line, 1, "data.missing", "a value is missing (%s); set data.missing to interpolate or forward to have it filled in within its sequence", text)
		}
		return math.NaN()
	}
	v, err := data.ParseNumber(text)
	if err != nil {
		bad.Add(line, 1, r.key, "a value %v", err)
	}
	return v
}

// tsLabel reads the last field of a row.
func (r *reading) tsLabel(q *Sequence, label string, line int, h *tsHeader, bad *data.Faults) bool {
	unknown := label == "?" || label == ""
	switch {
	case unknown && r.bare, r.s.Labels != h.classes:
		return true
	case unknown:
		bad.Add(line, 1, r.key, "the row has no label; remove it")
	case r.s.Labels && len(h.labels) > 0 && !slices.Contains(h.labels, label):
		bad.Add(line, 1, r.key, "the label %s is none of those that @classLabel names: %s", data.Quoted(label), data.Listed(h.labels))
	case r.s.Labels:
		q.Class = r.classOf(label)
		return true
	default:
		v, err := data.ParseNumber(label)
		if err == nil {
			q.Values = []float64{v}
			return true
		}
		bad.Add(line, 1, r.key, "the value of the sequence %v", err)
	}
	return false
}
