package series

import (
	"slices"
	"strings"
	"time"

	"recur/data"
)

// Table is a CSV file as text, before anybody has said which column is what.
type Table struct {
	Name    string     // for messages: the file's name
	Above   int        // lines above the header that are left out
	Told    string     // the separator in words, "" for commas
	Names   []string   // the header
	Columns [][]string // the fields of each column, without blanks around them
	Lines   []int      // the line of each row
	More    bool       // the file has more rows than were asked for
}

// ReadTable reads the first rows of a CSV file, at most so many fields in all. path may be builtin:NAME. Faults of the file are
// Errors; fields of any text are none.
func ReadTable(path string, most int) (*Table, error) {
	name, src, err := source(path)
	if err != nil {
		return nil, err
	}
	text, err := data.Dialect{}.FlatCSV(name, src)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: name}
	if above := text.HeaderFound(looksLikeValue); above > 0 {
		t.Above = above
	}
	r := text.RowsOf(name, "data.csv")
	if err := r.ReadHeader(); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(r.Names, func(n string) bool { return !looksLikeData(n) }) {
		r.Bad.Add(1, 1, "data.csv", "the first line looks like data: it must name the columns; put a line of names above it")
		return nil, r.Bad.Err()
	}
	told := ""
	if !text.Made {
		_, told = data.Separator(text.Text)
	}
	t.Told, t.Names, t.Columns = told, r.Names, make([][]string, len(r.Names))
	for record := range r.All() {
		if t.More = len(t.Lines)*len(t.Names) >= most; t.More {
			break
		}
		line, _ := r.Pos(0)
		t.Lines = append(t.Lines, line)
		for c, f := range record {
			t.Columns[c] = append(t.Columns[c], strings.Clone(strings.TrimSpace(f)))
		}
	}
	t.plainNumbers(&r)
	return t, r.Bad.Err()
}

// plainNumbers writes the numbers of the columns that hold numbers with a decimal point and without groups where it is certain that the file
// has them otherwise; the reader of data finds the same.
func (t *Table) plainNumbers(r *data.Rows) {
	for c, fields := range t.Columns {
		style := r.StyleOf(c, data.FindStyle(slices.Values(fields), data.Dialect{}).Style)
		if style == data.Plain {
			continue
		}
		plain, numbers := slices.Clone(fields), 0
		for i, f := range fields {
			if v, err := style.Parse(f); err == nil {
				plain[i], numbers = data.Digits(v), numbers+1
			}
		}
		if 2*numbers > len(fields) {
			t.Columns[c] = plain
		}
	}
}

// looksLikeValue is looksLikeData, and knows decimal commas.
func looksLikeValue(field string) bool {
	return looksLikeData(field) || data.IsNumber(strings.ReplaceAll(field, ",", "."))
}

// Number reads a field as a decimal number. The error says what is wrong with it and what to do.
func Number(field string) (float64, error) { return data.ParseNumber(field) }

// MeansMissing reports whether a field is one of the ways to write a missing value beside those of data.missing_values' default:
// n/a, null, none, -, ? and the like.
func MeansMissing(field string) bool {
	return field != "" && (slices.Contains(data.Holes, strings.ToLower(field)) || strings.Trim(field, "-.?*") == "")
}

// TimeForms finds how time stamps are written: the names of the forms, for data.time_format, that read every one of them and say
// different times. The first is the one that the reader would try first; it is nil where no form reads them all.
func TimeForms(stamps []string) []string {
	s := &data.Stamps{All: func(yield func(data.Stamp) bool) {
		for _, text := range stamps {
			if !yield(data.Stamp{Text: text}) {
				return
			}
		}
	}}
	for _, group := range data.Forms {
		fits := s.Fitting(group)
		if len(fits) == 0 || len(stamps) == 0 {
			continue
		}
		names := []string{fits[0].Name}
		for _, other := range fits[1:] {
			if slices.ContainsFunc(stamps, func(s string) bool { return !sameTime(fits[0], other, s) }) {
				names = append(names, other.Name)
			}
		}
		return names
	}
	return nil
}

func sameTime(a, b data.Form, stamp string) bool {
	x, _ := a.Parse(stamp)
	y, _ := b.Parse(stamp)
	return x.Equal(y)
}

// Clock reports whether a field is a time of day alone, such as 14:30 or 14:30:00.
func Clock(field string) bool {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if _, err := time.Parse(layout, field); err == nil {
			return true
		}
	}
	return false
}
