package data

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Limits of a CSV file beyond its size. They keep a file that is something else from taking all memory.
const (
	maxField   = 64 << 10 // bytes
	maxColumns = 20000
)

// Rows reads a CSV file row by row, within limits, and collects its faults: the first line names the columns, every row has as
// many fields as it, comments are not known. The separator is a comma, a semicolon or a tab.
type Rows struct {
	Names []string // the header
	Bad   Faults
	Cut   bool   // the CSV is at fault, and the rest has not been read
	Told  string // worth a note: the separator where it is not the comma

	Blanks string // worth a note: white space around names of columns that was left out

	IsData  func(field string) bool // says that a field of the first line is a value rather than a name
	Longest int                     // bytes that a field may have
	Empty   string                  // what to do about an empty line
	Skip    func(line int)          // told of empty lines; nil: they are faults

	key    string // the config key that names the file
	src    []byte
	before int // lines of the file before src
	made   *CSV
	row    int // of a made file, from 1
	end    int64
	any    bool // a row has been read
	csv    *csv.Reader
}

// RowsOf begins to read src, the text of a CSV file. name is what messages call it, key the config key that names it.
func RowsOf(name, key string, src []byte) Rows {
	comma, told := Separator(src)
	if told != "" {
		told = name + ": fields are separated by " + told
	}
	r := RowsBy(name, key, src, comma)
	r.Told = told
	return r
}

// RowsBy is RowsOf where the separator is known.
func RowsBy(name, key string, src []byte, comma rune) Rows {
	r := Rows{Bad: Faults{File: name}, key: key, src: src, IsData: IsNumber, Longest: maxField,
		Empty: "delete it, or write NA where a value is missing (data.missing_values)"}
	r.begin(comma)
	return r
}

func (r *Rows) begin(comma rune) {
	r.csv = csv.NewReader(bytes.NewReader(r.src))
	r.csv.Comma, r.csv.ReuseRecord, r.csv.FieldsPerRecord, r.csv.Comment = comma, true, -1, skippedLine
}

// After reads rows further down the file, of which so many lines come before them.
func (r *Rows) After(rows []byte, before int) Rows {
	next := Rows{Names: r.Names, Bad: Faults{File: r.Bad.File, Rowed: r.Bad.Rowed}, made: r.made, key: r.key, src: rows, before: before, Longest: r.Longest, Empty: r.Empty, Skip: r.Skip}
	next.begin(r.csv.Comma)
	return next
}

// Pos is the line of the file and the column where a field of the row at hand begins; of a file that is no text its row, and 0.
func (r *Rows) Pos(field int) (line, column int) {
	if r.made != nil {
		return r.made.line(r.row), 0
	}
	line, column = r.csv.FieldPos(field)
	return line + r.before, column
}

// ReadHeader reads the first line.
func (r *Rows) ReadHeader() error {
	record, err := r.csv.Read()
	if err != nil {
		return r.syntax(err)
	}
	if len(record) > maxColumns {
		r.Bad.Add(1, 1, r.key, "has %d columns, more than the limit of %d", len(record), maxColumns)
		return r.Bad.Err()
	}
	r.name(record)
	r.end = r.csv.InputOffset()
	return nil
}

// name takes the names of the columns and notes where white space was left out.
func (r *Rows) name(header []string) {
	n, first := 0, 0
	for i, as := range header {
		if len(strings.TrimSpace(as)) != len(as) {
			if n++; n == 1 {
				first = i
			}
		}
		r.Names = append(r.Names, strings.Clone(columnName(as, i)))
	}
	if n > 0 {
		r.Blanks = fmt.Sprintf("%s: white space around the names of %s is left out: %s is read as %s", r.Bad.File, Count(n, "column", "columns"), Quoted(header[first]), Quoted(r.Names[first]))
	}
}

// columnName is what the column at a place is called whose name is written so.
func columnName(as string, at int) string {
	name := strings.TrimSpace(as)
	if name == "" { // pandas and others write an index so
		return fmt.Sprintf("column_%d", at+1)
	}
	return norm.NFC.String(name) // some programs write ö as o and two dots
}

// All are the rows that have as many fields as the header. Others are faults, as is a CSV that can't be read on, and one without
// a row. The fields are valid until the next row.
func (r *Rows) All() iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for {
			record, err := r.csv.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				r.syntax(err)
				return
			}
			if r.row++; r.made == nil {
				r.blankLines(r.end)
			}
			r.end = r.csv.InputOffset()
			if len(record) != len(r.Names) {
				r.ragged(record)
				continue
			}
			if r.oversized(record) {
				continue
			}
			if r.any = true; !yield(record) {
				return
			}
		}
		if !r.any && len(r.Bad.List) == 0 {
			r.Bad.Add(1, 1, r.key, "there is a header and no row below it")
		}
	}
}

// Below is the text below the header.
func (r *Rows) Below() []byte { return r.src[r.end:] }

// Made reports that the rows are no lines of CSV but of Parquet or JSON lines.
func (r *Rows) Made() bool { return r.made != nil }

// Comma is what separates fields.
func (r *Rows) Comma() rune { return r.csv.Comma }

// Lines is about how many lines that are not empty there are.
func (r *Rows) Lines() int {
	return bytes.Count(r.src, []byte("\n")) - bytes.Count(r.src, []byte("\n\n"))
}

// Column is the field of a named column; -1 and a fault where it is missing or there are two.
func (r *Rows) Column(name, key string) int {
	at := slices.Index(r.Names, name)
	if at < 0 {
		r.Bad.Add(1, 1, key, "no column %s (%s)%s", Quoted(name), key, r.columnsHint(Suggest(name, r.Names)))
		return at
	}
	if second := slices.Index(r.Names[at+1:], name); second >= 0 {
		line, column := r.Pos(at + 1 + second)
		r.Bad.Add(line, column, key, "two columns are named %s, and %s names one; rename one of them", Quoted(name), key)
	}
	return at
}

// columnsHint adds the columns of the file to a suggestion, and says so when its first line looks like data.
func (r *Rows) columnsHint(suggestion string) string {
	if suggestion != "" {
		return suggestion + " The columns are " + Listed(r.Names)
	}
	if !slices.ContainsFunc(r.Names, func(n string) bool { return !r.IsData(n) }) {
		return "; the first line looks like data: it must name the columns"
	}
	if len(r.Names) == 1 {
		return "; the only column is " + Listed(r.Names) + " (fields are separated by commas, semicolons or tabs)"
	}
	return "; the columns are " + Listed(r.Names)
}

// blankLines reports an empty line between the end of one record and the next: encoding/csv skips it, and nothing may be
// dropped without a word.
func (r *Rows) blankLines(end int64) {
	rest := r.src[end:]
	n := emptyLines(rest)
	if n == 0 {
		return
	}
	line, _ := r.Pos(0)
	if r.Skip != nil {
		for i := range n {
			r.Skip(line - n + i)
		}
		return
	}
	r.Bad.Add(line-1, 1, "data.missing_values", "the line is empty; %s", r.Empty)
}

// emptyLines is how many empty lines src begins with.
func emptyLines(src []byte) (n int) {
	for len(src) > 0 {
		line, rest, ended := bytes.Cut(src, []byte("\n"))
		if !ended || len(bytes.TrimSuffix(line, []byte("\r"))) > 0 {
			break
		}
		n, src = n+1, rest
	}
	return n
}

// ragged reports a row with too few or too many fields.
func (r *Rows) ragged(record []string) {
	line, column := r.Pos(0)
	hint := ""
	if len(record) > len(r.Names) && r.csv.Comma == ',' {
		hint = "; a comma inside a number or a text must not separate fields: write decimal points, or put the field in quotes"
	}
	if strings.HasPrefix(record[0], "#") {
		hint = "; for lines that are comments set data.comment to \"#\""
	}
	r.Bad.Add(line, column, r.key, "the row has %s, the header %d%s", Count(len(record), "field", "fields"), len(r.Names), hint)
}

// oversized reports a field beyond the limit, in any column.
func (r *Rows) oversized(record []string) bool {
	for i, f := range record {
		if len(f) > r.Longest {
			line, column := r.Pos(i)
			r.Bad.Add(line, column, r.key, "column %s has %d bytes in one field, more than the limit of %d; is a quote never closed?", Quoted(r.Names[i]), len(f), r.Longest)
			return true
		}
	}
	return false
}

// syntax turns an error of encoding/csv into a fault.
func (r *Rows) syntax(err error) error {
	r.Cut = true
	var p *csv.ParseError
	switch {
	case err == io.EOF:
		r.Bad.Add(0, 0, r.key, "the file is empty")
	case errors.As(err, &p) && errors.Is(err, csv.ErrQuote) && p.Line > p.StartLine:
		r.Bad.Add(p.StartLine+r.before, 1, r.key, "a quoted field that begins here is not closed properly; its fault shows in line %d", p.Line+r.before)
	case errors.As(err, &p) && errors.Is(err, csv.ErrQuote):
		r.Bad.Add(p.Line+r.before, p.Column, r.key, "a quoted field is not closed, or text follows its closing quote; write a quote inside a quoted field twice")
	case errors.As(err, &p) && errors.Is(err, csv.ErrBareQuote):
		r.Bad.Add(p.Line+r.before, p.Column, r.key, "a quote stands inside a field that does not begin with one; put the whole field in quotes and write the inner quote twice")
	default:
		r.Bad.Add(0, 0, r.key, "can't be read as CSV: %v", err)
	}
	return r.Bad.Err()
}
