package data

import (
	"bytes"
	"slices"
	"strings"

	"recur/configs"
)

// Dialect is how a CSV file is written beyond what its text tells: what the config says of it.
type Dialect struct {
	Decimal   string // mark in numbers: "." or ","; "" is found out, and asked for where it can't be
	Thousands string // what groups digits; "" as Decimal
	Encoding  string // utf-8 | cp1252 | latin1 | utf-16; "" is found out
	SkipRows  int    // lines at the start that are left out
	SkipLines []int  // further ones, by their numbers from 1 on
	Footer    int    // lines at the end that are left out
	Comment   string // what a line begins with that is left out; "": none
}

// DialectOf is what a config says.
func DialectOf(c *configs.Config) Dialect {
	d := &c.Data
	return Dialect{Decimal: d.Decimal, Thousands: d.Thousands, Encoding: d.Encoding, SkipRows: d.SkipRows, SkipLines: d.SkipLines, Footer: d.SkipFooter, Comment: d.Comment}
}

// Said reports that the config says something of what is not found out.
func (d Dialect) Said() bool {
	return d.Encoding != "" || d.SkipRows > 0 || len(d.SkipLines) > 0 || d.Footer > 0 || d.Comment != ""
}

// skippedLine is what a line begins with that is left out: a character that no text has, which the reader of CSV takes for a comment, so that
// the other lines keep their numbers.
const skippedLine = '\x1a'

// Plain is the text of a file, in UTF-8 and unpacked, in which the lines that are left out are marked. notes are worth a line each.
func (d Dialect) Plain(name string, src []byte) (text []byte, notes []string, err error) {
	if src, notes, err = unpacked(name, src, d.Encoding); err != nil {
		return nil, nil, err
	}
	if text, err = PlainText(name, src); err != nil {
		return nil, nil, err
	}
	if sep := sepLine(text); sep != "" {
		text = without(text, 0)
		notes = append(notes, name+": its first line says what separates fields, "+sep)
	}
	text, err = d.skip(name, text)
	return text, notes, err
}

// sepLine is a first line like sep=; which Excel writes, "" where there is none.
func sepLine(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimSpace(line)
	if len(line) != 5 || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return ""
	}
	return string(line)
}

// without is a text in which the lines that begin at some offsets are left out; empty ones stay as they are.
func without(text []byte, starts ...int) []byte {
	text = bytes.Clone(text)
	for _, at := range starts {
		if text[at] != '\n' && text[at] != '\r' {
			text[at] = skippedLine
		}
	}
	return text
}

// AsIs reports that a file is CSV that is read as it lies: nothing is packed, written in UTF-16, or left out that only Dialect.Plain knows of.
// src is its beginning.
func AsIs(name string, src []byte) bool {
	return !gzipped(src) && !utf16(src) && sepLine(src) == "" && !IsParquet(src) && !jsonLined(name, src)
}

// skip marks the lines that are left out.
func (d Dialect) skip(name string, text []byte) ([]byte, error) {
	if !d.Said() {
		return text, nil
	}
	starts := lineStarts(text)
	left := map[int]bool{}
	if d.SkipRows > len(starts) {
		return nil, Errors{Fault(name, 0, 0, "data.skip_rows", "has %s, and data.skip_rows leaves out %d", Count(len(starts), "line", "lines"), d.SkipRows)}
	}
	for l := range d.SkipRows {
		left[l] = true
	}
	for _, n := range d.SkipLines {
		if n > len(starts) {
			return nil, Errors{Fault(name, 0, 0, "data.skip_lines", "has %s, and data.skip_lines names line %d", Count(len(starts), "line", "lines"), n)}
		}
		left[n-1] = true
	}
	for l := max(0, len(starts)-d.Footer); l < len(starts); l++ {
		left[l] = true
	}
	var out []int
	for l, at := range starts {
		if left[l] || d.Comment != "" && bytes.HasPrefix(text[at:], []byte(d.Comment)) {
			out = append(out, at)
		}
	}
	return without(text, out...), nil
}

// lineStarts are the offsets of the lines of a text; an empty last one is none.
func lineStarts(text []byte) (all []int) {
	for at := 0; at < len(text); {
		all = append(all, at)
		n := bytes.IndexByte(text[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	return all
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// HeaderAmong looks for the line that names all of some columns among the first lines of a text whose first one does not. It leaves out the
// lines above it and says how many those are; 0 where there is no such line, or none is needed.
func (c *CSV) HeaderAmong(wanted []string) int {
	if len(wanted) == 0 || c.Made || names(c.Text, wanted) {
		return 0
	}
	const most = 50
	starts := lineStarts(c.Text[:min(len(c.Text), 1<<20)])
	for l := 1; l < min(most, len(starts)); l++ {
		if names(c.Text[starts[l]:], wanted) {
			if len(bytes.TrimSpace(c.Text[:starts[l]])) == 0 { // empty lines, which the reader of CSV passes over
				return 0
			}
			c.Text = without(c.Text, starts[:l]...)
			return l
		}
	}
	return 0
}

// HeaderFound is HeaderAmong before anybody has named a column: it looks for the first of three lines with as many fields, two or more, where
// the first line of the text has another number. The first holds names and no values, the second a value.
func (c *CSV) HeaderFound(isValue func(field string) bool) int {
	if c.Made {
		return 0
	}
	const most = 50
	starts := lineStarts(c.Text[:min(len(c.Text), 1<<20)])
	for l := 0; l < min(most, len(starts)); l++ {
		if text := c.Text[starts[l]:]; text[0] != '#' && c.headed(text, l == 0, isValue) {
			if l > 0 {
				c.Text = without(c.Text, starts[:l]...)
			}
			return l
		}
	}
	return 0
}

// headed reports that a text begins with a header and two rows of as many fields, parted as the header is.
func (c *CSV) headed(text []byte, first bool, isValue func(string) bool) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if text[0] == skippedLine || len(bytes.TrimSpace(line)) == 0 {
		return false
	}
	comma, _ := Separator(line)
	r := RowsBy("", "", text[:min(len(text), 1<<18)], comma)
	if r.ReadHeader() != nil || len(r.Names) < 2 || !first && slices.ContainsFunc(r.Names, isValue) {
		return false
	}
	rows, values := 0, false
	for record, err := r.csv.Read(); err == nil && rows < 2 && len(record) == len(r.Names); record, err = r.csv.Read() {
		rows, values = rows+1, values || slices.ContainsFunc(record, isValue)
	}
	return rows == 2 && (first || values)
}

// names reports that the first line of a text names all of some columns.
func names(text []byte, wanted []string) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	comma, _ := Separator(line)
	r := RowsBy("", "", line, comma)
	if len(line) == 0 || line[0] == skippedLine || r.ReadHeader() != nil {
		return false
	}
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(r.Names, strings.TrimSpace(w)) })
}
