package data

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// NumberStyle is how numbers are written: what stands before the fraction, and what groups digits by threes.
type NumberStyle struct {
	Decimal   byte   // '.' or ','
	Thousands string // "": nothing
}

// Plain is the style of numbers as programs write them.
var Plain = NumberStyle{Decimal: '.'}

// Parse is ParseNumber for the style. Digits that are grouped must be grouped by threes.
func (n NumberStyle) Parse(s string) (float64, error) {
	if n == Plain {
		return ParseNumber(s)
	}
	whole, fraction, split := strings.Cut(s, string(n.Decimal))
	if n.Thousands != "" {
		digits := strings.TrimLeft(whole, "+-")
		if groups := splitGroups(digits, n.Thousands); len(groups) > 1 {
			if !byThrees(groups) {
				return 0, fmt.Errorf("is %s, whose digits are not grouped by threes as data.thousands %s says", Quoted(s), Quoted(n.Thousands))
			}
			whole = whole[:len(whole)-len(digits)] + strings.Join(groups, "")
		}
	}
	if strings.Contains(whole, ".") || strings.ContainsAny(fraction, ".,") {
		return 0, fmt.Errorf("is %s, which is no number with the decimal mark %q; data.decimal and data.thousands say how numbers are written", Quoted(s), string(n.Decimal))
	}
	plain := whole
	if split {
		plain += "." + fraction
	}
	v, err := ParseNumber(plain)
	if err != nil {
		_, err = ParseNumber(s)
		if err == nil {
			err = fmt.Errorf("is %s, which is no number with the decimal mark %q", Quoted(s), string(n.Decimal))
		}
	}
	return v, err
}

// blanks are what may stand for a blank between groups of digits.
var blanks = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2009", " ", "’", "'")

// splitGroups parts digits at a mark; a blank and an apostrophe stand for all of their kind.
func splitGroups(digits, mark string) []string {
	if mark == " " || mark == "'" {
		digits = blanks.Replace(digits)
	}
	return strings.Split(digits, mark)
}

// byThrees reports that digits are grouped as in 1,234,567.
func byThrees(groups []string) bool {
	for i, g := range groups {
		if strings.Trim(g, "0123456789") != "" || i > 0 && len(g) != 3 || len(g) == 0 || len(g) > 3 {
			return false
		}
	}
	return true
}

// StyleFound is what the fields of a file tell of how its numbers are written.
type StyleFound struct {
	Style   NumberStyle
	Note    string // what was found out, or may be otherwise, and is worth a line
	Example string // a number that may be read in two ways, and nothing tells which; "": none
}

// Marked reports that a text has a field in quotes, in which a comma may stand that separates no fields, or digits that blanks or
// apostrophes group.
func Marked(text []byte) bool {
	for _, mark := range []string{"\"", "'", "’", "\u00a0", "\u202f", "\u2009"} {
		if bytes.Contains(text, []byte(mark)) {
			return true
		}
	}
	for at := 0; ; at++ { // a blank between digits, three of them behind it: no stamp has that
		blank := bytes.IndexByte(text[at:], ' ')
		if blank < 0 {
			return false
		}
		at += blank
		if at > 0 && digits(text[at-1:at]) && at+4 <= len(text) && digits(text[at+1:at+4]) && !(at+4 < len(text) && (digits(text[at+4:at+5]) || text[at+4] == '-')) {
			return true
		}
	}
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// FindStyle is FindStyle of some fields of the rows below the header, with a note of what was found; numbers that may be read in two ways are
// faults. Where fields are parted by commas and none is quoted their numbers can be written in one way alone.
func (r *Rows) FindStyle(fields []int, said Dialect) (style NumberStyle, notes []string, err error) {
	if r.made != nil {
		fields = slices.DeleteFunc(slices.Clone(fields), r.made.Numbers)
	}
	if said.Decimal == "" && said.Thousands == "" && r.Comma() == ',' && !Marked(r.src) {
		return Plain, nil, nil
	}
	rows := r.After(r.Below(), 0) // of its own, so that r is read from its beginning still
	found := FindStyle(func(yield func(string) bool) {
		for record := range rows.All() {
			for _, f := range fields {
				if !yield(record[f]) {
					return
				}
			}
		}
	}, said)
	if found.Note != "" {
		notes = append(notes, r.Bad.File+": "+found.Note)
	}
	if found.Example != "" {
		r.Bad.Add(0, 0, "data.decimal", "numbers such as %s may have a decimal comma or commas between thousands; say which: data.decimal: \",\" or data.thousands: \",\"", Quoted(found.Example))
	}
	return found.Style, notes, r.Bad.Err()
}

// evidence counts what numbers tell.
type evidence struct {
	commaDecimal, pointDecimal     int    // 0,5  1.25: the mark before a fraction
	commaThousands, pointThousands int    // 1,234.5  1.234.567: the mark between groups
	commaEither, pointEither       int    // 1,234  1.234: one or the other
	either                         string // the first of commaEither
	group                          string // blank or apostrophe
}

// StyleOf is how the numbers of a field are written where those of text are written so.
func (r *Rows) StyleOf(field int, found NumberStyle) NumberStyle {
	if r.made.Numbers(field) {
		return Plain
	}
	return found
}

// FindStyle finds how numbers are written from the fields of a file that should be numbers; others are passed over. said is what the config
// says.
func FindStyle(fields iter.Seq[string], said Dialect) StyleFound {
	if said.Decimal != "" || said.Thousands != "" {
		style := NumberStyle{Decimal: '.', Thousands: said.Thousands}
		if said.Decimal == "," || said.Decimal == "" && said.Thousands == "." {
			style.Decimal = ','
		}
		return StyleFound{Style: style}
	}
	var e evidence
	for f := range fields {
		e.look(f)
	}
	return e.style()
}

// look takes one field into account.
func (e *evidence) look(s string) {
	s = blanks.Replace(strings.TrimLeft(strings.TrimSpace(s), "+-"))
	for _, mark := range []string{" ", "'"} {
		if strings.Contains(s, mark) {
			whole, _, _ := strings.Cut(strings.ReplaceAll(s, ",", "."), ".")
			if !byThrees(strings.Split(whole, mark)) {
				return
			}
			e.group, s = mark, strings.ReplaceAll(s, mark, "")
		}
	}
	if s == "" || strings.Trim(s, "0123456789.,") != "" || strings.Trim(s, ".,") == "" {
		return
	}
	commas, points := strings.Count(s, ","), strings.Count(s, ".")
	switch {
	case commas > 0 && points > 0: // the last mark is that of the fraction
		if strings.LastIndexByte(s, ',') > strings.LastIndexByte(s, '.') {
			e.commaDecimal, e.pointThousands = e.commaDecimal+1, e.pointThousands+1
		} else {
			e.pointDecimal, e.commaThousands = e.pointDecimal+1, e.commaThousands+1
		}
	case commas > 1:
		e.commaThousands++
	case points > 1:
		e.pointThousands++
	case commas == 1:
		if grouped := strings.Split(s, ","); byThrees(grouped) && grouped[0] != "0" {
			if e.commaEither++; e.either == "" {
				e.either = s
			}
		} else {
			e.commaDecimal++
		}
	case points == 1:
		if grouped := strings.Split(s, "."); byThrees(grouped) && grouped[0] != "0" {
			e.pointEither++
		} else {
			e.pointDecimal++
		}
	}
}

// style weighs the evidence.
func (e *evidence) style() StyleFound {
	comma := e.commaDecimal > 0 || e.pointThousands > 0
	point := e.pointDecimal > 0 || e.commaThousands > 0
	f := StyleFound{Style: NumberStyle{Decimal: '.', Thousands: e.group}}
	switch {
	case comma && point: // contradictory: fields that do not fit are faults
	case comma:
		f.Style.Decimal = ','
		if e.pointThousands > 0 || e.pointEither > 0 {
			f.Style.Thousands = "."
		}
		f.Note = "numbers are read with a decimal comma" + pick(f.Style.Thousands == ".", " and points between thousands", "")
	case point && e.commaThousands+e.commaEither > 0:
		f.Style.Thousands = ","
		f.Note = "numbers are read with commas between thousands"
	case !point && e.commaEither > 0:
		f.Example = e.either
	case !point && e.pointEither > 1 && e.commaEither == 0:
		f.Note = "all numbers with a point have three digits after it and are read as fractions; if the point parts thousands, set data.thousands to \".\""
	}
	if f.Note == "" && e.group != "" {
		f.Note = "numbers are read with " + pick(e.group == " ", "blanks", "apostrophes") + " between thousands"
	}
	return f
}
