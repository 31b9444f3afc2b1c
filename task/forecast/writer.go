package forecast

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"recur/data"
)

// CSV writes forecasts as CSV while they come: series (where they have names), time, and for each target its
// value, where it is asked for its mean, and the ends of its intervals. Close it at the end.
type CSV struct {
	out     *bufio.Writer
	safe    bool
	head    Head
	named   atomic.Bool
	started bool
}

// NewCSV writes to w. safe guards text that a spreadsheet would take for a formula.
func NewCSV(w io.Writer, safe bool) *CSV {
	return &CSV{out: bufio.NewWriter(w), safe: safe}
}

// guarded puts an apostrophe before text that a spreadsheet would take for a formula, where that is asked for. A number is
// none, whatever its sign.
func (c *CSV) guarded(text string) string {
	if !c.safe || text == "" || !strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(text)[0]) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && strings.Trim(text, "+-.0123456789eE") == "" {
		return text
	}
	return "'" + text
}

// Begin takes what holds for all series.
func (c *CSV) Begin(head Head) error { c.head = head; return nil }

// Format words the rows of one series. Either all series have names or none.
func (c *CSV) Format(f Series) ([]byte, error) {
	var out []byte
	if f.Series != "" {
		c.named.Store(true)
	}
	name, err := field(c.guarded(f.Series))
	if name = append(name, ','); f.Series == "" {
		name = nil
	}
	labels := make([][]byte, len(f.Times))
	for i := range labels {
		var wrong error
		if labels[i], wrong = field(c.guarded(f.Times[i])); wrong != nil {
			err = wrong
		}
	}
	switch {
	case c.head.Paths:
		return c.paths(f, name, labels), err
	case c.head.Total && len(labels) > 0: // from, to
		labels = [][]byte{slices.Concat(labels[0], []byte{','}, labels[len(labels)-1])}
	}
	for i, label := range labels {
		out = append(append(out, name...), label...)
		for _, target := range c.head.Targets {
			out = data.AppendDigits(append(out, ','), f.Values[target][i])
			if c.head.Means {
				out = data.AppendDigits(append(out, ','), f.Mean[target][i])
			}
			for _, level := range c.head.Intervals {
				ends := f.Intervals[level][target]
				out = data.AppendDigits(append(out, ','), ends.Lower[i])
				out = data.AppendDigits(append(out, ','), ends.Upper[i])
			}
		}
		out = append(out, '\n')
	}
	return out, err
}

// paths words the sample paths of one series, whose name is followed by a comma: the number of the path, the time, and the value of each target.
func (c *CSV) paths(f Series, name []byte, labels [][]byte) (out []byte) {
	for n := range f.Samples[c.head.Targets[0]] {
		for i, label := range labels {
			out = append(strconv.AppendInt(append(out, name...), int64(n+1), 10), ',')
			out = append(out, label...)
			for _, target := range c.head.Targets {
				out = data.AppendDigits(append(out, ','), f.Samples[target][n][i])
			}
			out = append(out, '\n')
		}
	}
	return out
}

// field is text as a field of CSV.
func field(text string) ([]byte, error) {
	plain := text != ""
	for _, b := range []byte(text) {
		plain = plain && (b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '-' || b == '_' || b == ':' || b == '.')
	}
	if plain {
		return []byte(text), nil
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.Write([]string{text})
	w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Write writes the rows of one series.
func (c *CSV) Write(rows []byte) error {
	if err := c.start(); err != nil {
		return err
	}
	_, err := c.out.Write(rows)
	return err
}

// start writes the header before the first row.
func (c *CSV) start() error {
	if c.started {
		return nil
	}
	c.started = true
	header := c.header()
	for i := range header {
		header[i] = c.guarded(header[i])
	}
	w := csv.NewWriter(c.out)
	if err := w.Write(header); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// header names the columns, each by a name of its own: targets keep theirs, and what would be called like one is called otherwise.
func (c *CSV) header() []string {
	taken := slices.Clone(c.head.Targets)
	free := func(names ...string) string {
		for n := 2; ; n++ {
			for _, name := range names {
				if !slices.Contains(taken, name) {
					taken = append(taken, name)
					return name
				}
			}
			names = []string{names[0] + "_" + strconv.Itoa(n)}
		}
	}
	var header []string
	if c.named.Load() {
		header = append(header, free("series", "series_name"))
	}
	switch {
	case c.head.Paths:
		header = append(header, free("sample", "sample_number"), free("time", "time_stamp"))
	case c.head.Total:
		header = append(header, free("from", "from_time"), free("to", "to_time"))
	default:
		header = append(header, free("time", "time_stamp"))
	}
	for _, target := range c.head.Targets {
		header = append(header, target)
		if c.head.Means {
			header = append(header, free(target+"_mean"))
		}
		for _, level := range c.head.Intervals {
			prefix := ""
			if len(c.head.Targets) > 1 {
				prefix = target + "_"
			}
			header = append(header, free(prefix+"lower_"+level, target+"_lower_"+level), free(prefix+"upper_"+level, target+"_upper_"+level))
		}
	}
	return header
}

// Close writes what is still in memory.
func (c *CSV) Close() error {
	if err := c.start(); err != nil {
		return err
	}
	return c.out.Flush()
}

// JSON writes one Head while its forecasts come. Close it at the end.
type JSON struct {
	out *bufio.Writer
	any bool
}

// NewJSON writes to w.
func NewJSON(w io.Writer) *JSON { return &JSON{out: bufio.NewWriter(w)} }

// Begin writes what holds for all series.
func (j *JSON) Begin(head Head) error {
	head.Forecasts = []Series{}
	b, err := json.MarshalIndent(head, "", "  ")
	if err != nil {
		return err
	}
	const end = "[]\n}" // of the list of forecasts, the last member
	_, err = fmt.Fprintf(j.out, "%s[", b[:len(b)-len(end)])
	return err
}

// Format words one series.
func (j *JSON) Format(f Series) ([]byte, error) {
	return json.MarshalIndent(f, "    ", "  ")
}

// Write writes one series.
func (j *JSON) Write(b []byte) error {
	comma := ","
	if !j.any {
		comma = ""
	}
	j.any = true
	_, err := fmt.Fprintf(j.out, "%s\n    %s", comma, b)
	return err
}

// Close writes the end, and what is still in memory.
func (j *JSON) Close() error {
	end := "]\n}\n"
	if j.any {
		end = "\n  ]\n}\n"
	}
	if _, err := j.out.WriteString(end); err != nil {
		return err
	}
	return j.out.Flush()
}
