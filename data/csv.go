package data

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
)

// CSV is the text of a file of rows as CSV, whatever the file is: CSV itself, Parquet, or JSON lines.
type CSV struct {
	Text  []byte   // in UTF-8, a header first
	Notes []string // what was found out, worth a line each
	Made  bool     // of Parquet or JSON lines: a comma parts fields, and lines are counted without a header

	numbers []bool  // columns of numbers that are no text: no style is to be found of them
	lines   []int32 // of each row, nil where row n is line n
}

// CSV is the text of a file, whose kind its first bytes and its name tell. wanted are the columns that are read, nil for all of them: of
// Parquet and JSON lines the others are left empty. Where a column that is read holds lists or records the file is refused.
func (d Dialect) CSV(name string, src []byte, wanted []string) (*CSV, error) {
	return d.csv(name, src, choice{names: wanted})
}

// FlatCSV is CSV of all columns that hold a value a row; those of lists and records are left empty.
func (d Dialect) FlatCSV(name string, src []byte) (*CSV, error) {
	return d.csv(name, src, choice{flat: true})
}

func (d Dialect) csv(name string, src []byte, wanted choice) (*CSV, error) {
	if IsParquet(src) {
		notes, err := d.rowed(name, "Parquet", src)
		if err != nil {
			return nil, err
		}
		return madeOf(notes)(parquetCSV(name, src, wanted))
	}
	if !jsonLined(name, src) {
		text, notes, err := d.Plain(name, src)
		return &CSV{Text: text, Notes: notes}, err
	}
	notes, err := d.rowed(name, "JSON lines", src)
	if err != nil {
		return nil, err
	}
	text, found, err := Dialect{Encoding: d.Encoding}.Plain(name, src)
	if err != nil {
		return nil, err
	}
	return madeOf(append(notes, found...))(linesCSV(name, text, wanted))
}

// madeOf adds what was found out before.
func madeOf(notes []string) func(*CSV, error) (*CSV, error) {
	return func(c *CSV, err error) (*CSV, error) {
		if err != nil {
			return nil, err
		}
		c.Made, c.Notes = true, append(notes, c.Notes...)
		return c, nil
	}
}

// choice are the columns that are read.
type choice struct {
	names []string // nil: all
	flat  bool     // those of lists and records are not, else they are faults
}

// has says that a column is among them.
func (c choice) has(name string, at int) bool {
	return c.names == nil || slices.Contains(c.names, columnName(name, at))
}

// rowed refuses what leaves lines out of a file of rows, and notes what says nothing of one.
func (d Dialect) rowed(name, kind string, src []byte) (notes []string, err error) {
	for _, o := range []struct {
		key       string
		set, drop bool
	}{
		{"data.skip_rows", d.SkipRows > 0, true}, {"data.skip_lines", len(d.SkipLines) > 0, true}, {"data.skip_footer", d.Footer > 0, true},
		{"data.comment", d.Comment != "", false}, {"data.encoding", d.Encoding != "" && kind == "Parquet", false},
	} {
		switch {
		case o.set && o.drop:
			return nil, Errors{Fault(name, 0, 0, o.key, "is %s, which has no lines around its rows; leave out %s, and write the file without the rows that are not to be read", kind, o.key)}
		case o.set:
			notes = append(notes, name+": "+o.key+" says nothing of "+kind+" and is not used")
		}
	}
	return notes, nil
}

// RowsOf begins to read the text; name and key are as in the function of this name.
func (c *CSV) RowsOf(name, key string) Rows {
	if !c.Made {
		return RowsOf(name, key, c.Text)
	}
	r := RowsBy(name, key, c.Text, ',')
	r.Bad.Rowed, r.made, r.IsData = true, c, func(string) bool { return false }
	return r
}

// Absent says which fields stand for a missing value: null always does.
func (c *CSV) Absent(spellings []string) Absent {
	if c.Made {
		spellings = append([]string{""}, spellings...)
	}
	return AbsentOf(spellings)
}

// line is that of the file in which a row stands.
func (c *CSV) line(row int) int {
	if c.lines == nil || row < 1 {
		return row
	}
	return int(c.lines[row-1])
}

// Numbers reports that a column of such a file holds numbers that are no text.
func (c *CSV) Numbers(field int) bool { return c != nil && c.numbers != nil && c.numbers[field] }

// jsonLined tells such a file by its name, or by the brace that it begins with.
func jsonLined(name string, src []byte) bool {
	for _, ending := range []string{".jsonl", ".ndjson"} {
		if strings.EqualFold(filepath.Ext(strings.TrimSuffix(strings.ToLower(name), ".gz")), ending) {
			return true
		}
	}
	src = bytes.TrimLeft(bytes.TrimPrefix(head(src), []byte("\ufeff")), " \t\r\n")
	return bytes.HasPrefix(src, []byte("{")) || bytes.HasPrefix(src, []byte("[")) && bytes.HasPrefix(bytes.TrimLeft(src[1:], " \t\r\n"), []byte("{"))
}

// appendField writes a field of CSV; first says that it is the only one of its line, which must not be empty.
func appendField(out []byte, text string, first bool) []byte {
	if text == "" && first || strings.ContainsAny(text, "\",\r\n") || strings.HasPrefix(text, string(skippedLine)) {
		out = append(out, '"')
		for i := range len(text) {
			if text[i] == '"' {
				out = append(out, '"')
			}
			out = append(out, text[i])
		}
		return append(out, '"')
	}
	return append(out, text...)
}
