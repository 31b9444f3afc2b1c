package data

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Numbers as people write them: what is certain is found out, what may be either is asked for, and what is worth a line is told.
func TestFindStyle(t *testing.T) {
	german, english, plain := NumberStyle{',', "."}, NumberStyle{'.', ","}, Plain
	for _, c := range []struct {
		name    string
		fields  []string
		said    Dialect
		style   NumberStyle
		note    string // part of it
		example string
	}{
		{"points", []string{"1.5", "20", "-3e5"}, Dialect{}, plain, "", ""},
		{"decimal commas", []string{"0,059", "12,5"}, Dialect{}, NumberStyle{',', ""}, "decimal comma", ""},
		{"a zero before three digits", []string{"0,059", "0,066"}, Dialect{}, NumberStyle{',', ""}, "decimal comma", ""},
		{"commas and points", []string{"1.234,5", "7"}, Dialect{}, german, "points between thousands", ""},
		{"a comma shows what points are", []string{"1.234", "0,5"}, Dialect{}, german, "points between thousands", ""},
		{"two points", []string{"1.234.567", "12"}, Dialect{}, german, "", ""},
		{"commas before points", []string{"1,234.5"}, Dialect{}, english, "commas between thousands", ""},
		{"two commas", []string{"1,234,567", "1,234"}, Dialect{}, english, "commas between thousands", ""},
		{"either", []string{"1,234", "5,678"}, Dialect{}, plain, "", "1,234"},
		{"either, and it is said", []string{"1,234", "5,678"}, Dialect{Decimal: ","}, NumberStyle{',', ""}, "", ""},
		{"either, and thousands are said", []string{"1,234"}, Dialect{Thousands: ","}, english, "", ""},
		{"points that are said to part thousands", []string{"1.234"}, Dialect{Thousands: "."}, german, "", ""},
		{"three digits everywhere", []string{"1.236", "1.279"}, Dialect{}, plain, "set data.thousands", ""},
		{"not everywhere", []string{"1.236", "1.27"}, Dialect{}, plain, "", ""},
		{"blanks", []string{"1 234,50", "12"}, Dialect{}, NumberStyle{',', " "}, "decimal comma", ""},
		{"thin blanks", []string{"1\u202f234.50"}, Dialect{}, NumberStyle{'.', " "}, "blanks between thousands", ""},
		{"apostrophes", []string{"1’234.50", "1'000"}, Dialect{}, NumberStyle{'.', "'"}, "apostrophes", ""},
		{"contradictory", []string{"1,5", "1.5"}, Dialect{}, plain, "", ""},
		{"texts", []string{"NA", "", "a,b", "12.12.2020"}, Dialect{}, plain, "", ""},
	} {
		got := FindStyle(slices.Values(c.fields), c.said)
		if got.Style != c.style && c.name != "texts" {
			t.Errorf("%s: got %+v, want %+v", c.name, got.Style, c.style)
		}
		if got.Example != c.example || !strings.Contains(got.Note, c.note) || c.note == "" && strings.Contains(got.Note, "set data.thousands") {
			t.Errorf("%s: got note %q and example %q", c.name, got.Note, got.Example)
		}
	}
}

func TestStyleParses(t *testing.T) {
	for _, c := range []struct {
		style NumberStyle
		text  string
		want  float64
		bad   string // part of the error
	}{
		{NumberStyle{',', "."}, "-1.234.567,5", -1234567.5, ""},
		{NumberStyle{',', "."}, "1.23", 0, "not grouped by threes"},
		{NumberStyle{',', "."}, "1,5e3", 1500, ""},
		{NumberStyle{',', ""}, "1.5", 0, "no number with the decimal mark"},
		{NumberStyle{',', ""}, "1,5,5", 0, "no number"},
		{NumberStyle{'.', ","}, "1,234.25", 1234.25, ""},
		{NumberStyle{'.', ","}, "12,34", 0, "not grouped by threes"},
		{NumberStyle{'.', " "}, "1\u00a0234.25", 1234.25, ""},
		{NumberStyle{'.', "'"}, "1’234", 1234, ""},
		{NumberStyle{',', "."}, "x", 0, "not a number"},
		{NumberStyle{',', "."}, "nan", 0, "never a value"},
	} {
		got, err := c.style.Parse(c.text)
		if c.bad == "" && (err != nil || got != c.want) || c.bad != "" && (err == nil || !strings.Contains(err.Error(), c.bad)) {
			t.Errorf("%+v of %q: got %v, %v", c.style, c.text, got, err)
		}
	}
}

// Packed and otherwise written files give the same text.
func TestPlainOfPackedAndEncoded(t *testing.T) {
	const want = "Größe;x\n1;2\n"
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write([]byte(want))
	w.Close()
	latin := strings.NewReplacer("ö", "\xf6", "ß", "\xdf").Replace(want)
	var wide []byte
	for _, r := range "\ufeff" + want {
		wide = append(wide, byte(r), byte(r>>8))
	}
	for name, c := range map[string]struct {
		d   Dialect
		src []byte
	}{
		"gzip": {Dialect{}, zipped.Bytes()}, "cp1252": {Dialect{Encoding: "cp1252"}, []byte(latin)}, "latin1": {Dialect{Encoding: "latin1"}, []byte(latin)},
		"utf-16": {Dialect{}, wide}, "utf-16 that is said": {Dialect{Encoding: "utf-16"}, wide}, "utf-8": {Dialect{Encoding: "utf-8"}, []byte(want)},
	} {
		got, _, err := c.d.Plain("f.csv", c.src)
		if err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if _, _, err := (Dialect{}).Plain("f.csv", []byte(latin)); err == nil || !strings.Contains(err.Error(), "data.encoding: cp1252") {
		t.Errorf("got %v, want an error that names data.encoding", err)
	}
	if _, _, err := (Dialect{}).Plain("f.csv", zipped.Bytes()[:20]); err == nil || !strings.Contains(err.Error(), "can't be unpacked") {
		t.Errorf("got %v, want an error of a cut file", err)
	}
}

// Lines that are left out change no number of the others.
func TestSkippedLinesKeepNumbers(t *testing.T) {
	src := "sep=;\n# made by hand\ntitle\n\na;b\nkWh;h\n1;2\n# more\n3;4\ntotal;6\n"
	d := Dialect{Comment: "#", SkipLines: []int{6}, Footer: 1}
	text, notes, err := d.Plain("f.csv", []byte(src))
	if err != nil || len(notes) != 1 {
		t.Fatal(notes, err)
	}
	file := CSV{Text: text}
	above := file.HeaderAmong([]string{"b", "a"})
	if above != 4 {
		t.Errorf("the header: got %d lines above it, want 4", above)
	}
	r := file.RowsOf("f.csv", "data.csv")
	if err := r.ReadHeader(); err != nil {
		t.Fatal(err)
	}
	var got [][]string
	var lines []int
	for record := range r.All() {
		line, _ := r.Pos(0)
		got, lines = append(got, slices.Clone(record)), append(lines, line)
	}
	if err := r.Bad.Err(); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{{"1", "2"}, {"3", "4"}}, got); d != "" {
		t.Error(d)
	}
	if !slices.Equal(lines, []int{7, 9}) {
		t.Errorf("lines: got %v", lines)
	}
	if above := (&CSV{Text: []byte("a,b\n1,2\n")}).HeaderAmong([]string{"b"}); above != 0 {
		t.Error("a header in the first line is looked for further down")
	}
	for _, d := range []Dialect{{SkipRows: 99}, {SkipLines: []int{99, 2}}} {
		if _, _, err := d.Plain("f.csv", []byte(src)); err == nil {
			t.Errorf("%+v: no error", d)
		}
	}
}
