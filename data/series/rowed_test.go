package series

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// Files of ../testdata are one table, written by pandas as CSV, as Parquet of several row groups, and as JSON lines.
func TestOneTableInThreeForms(t *testing.T) {
	c := config(func(c *configs.Config) {
		c.Data.Time, c.Data.Series = []string{"month"}, []string{"store"}
		c.Data.Targets, c.Data.Covariates, c.Data.Missing = []string{"sales"}, []string{"promo"}, "interpolate"
	})
	want, err := OpenCSV(c, "../testdata/panel.csv")
	if err != nil {
		t.Fatal(err)
	}
	if len(want.Series) != 2 || want.Rows() != 120 || !want.missingIn(0) {
		t.Fatalf("panel.csv: got %d series of %d rows", len(want.Series), want.Rows())
	}
	for _, other := range []string{"panel.parquet", "panel.jsonl.gz"} {
		got, err := OpenCSV(c, "../testdata/"+other)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want.Series {
			w, g := want.Series[i], got.Series[i]
			if w.Name != g.Name || !cmp.Equal(w.Values, g.Values) || !cmp.Equal(w.Missing, g.Missing) || !cmp.Equal(w.Time, g.Time) {
				t.Errorf("%s: series %d: got %v", other, i, g)
			}
			if other == "panel.parquet" && !cmp.Equal(w.Labels, g.Labels) {
				t.Errorf("%s: stamps %v", other, g.Labels[:3])
			}
		}
		s, err := openStream(c, "../testdata/"+other, 1, Frequency{}, 0, 64)
		if err != nil || s.Whole == nil || s.Whole.Rows() != 120 {
			t.Errorf("%s: as a stream: %v", other, err)
		}
	}
}

// How numbers of text are written says nothing of those that are none, and null is missing whatever else is.
func TestNumbersThatAreNoText(t *testing.T) {
	read := func(src string, set ...func(*configs.Config)) (*Dataset, error) {
		c := config(func(c *configs.Config) {
			c.Data.Targets, c.Data.Covariates, c.Data.Missing, c.Data.MissingValues = []string{"a"}, []string{"b"}, "forward", []string{"-"}
			for _, f := range set {
				f(c)
			}
		})
		return parseCSV("t.jsonl", []byte(src), c)
	}
	got, err := read("{\"a\": 1.234, \"b\": \"1.234,5\"}\n{\"a\": 2.345, \"b\": \"2,5\"}\n{\"a\": null, \"b\": \"-\"}\n")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{1.234, 1234.5, 2.345, 2.5, 2.345, 2.5}, got.Series[0].Values); d != "" {
		t.Error(d)
	}
	doubtful := "{\"a\": 1.5, \"b\": \"1,234\"}\n{\"a\": 2.5, \"b\": \"2,345\"}\n"
	if _, err := read(doubtful); err == nil || !strings.Contains(err.Error(), `say which: data.decimal: "," or data.thousands: ","`) {
		t.Errorf("got %v, want a question", err)
	}
	if got, err = read(doubtful, func(c *configs.Config) { c.Data.Decimal = "," }); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{1.5, 1.234, 2.5, 2.345}, got.Series[0].Values); d != "" {
		t.Error(d)
	}
}

// Places are rows of Parquet and lines of JSON, without the column that they would have in CSV.
func TestPlacesOfRows(t *testing.T) {
	for src, want := range map[string]string{
		"{\"a\": 1}\n\n{\"a\": \"x\"}\n": `t.jsonl:3: column "a" is "x", not a number`,
		"{\"b\": 1}\n":                   `t.jsonl: no column "a" (data.targets); did you mean "b"? The columns are "b"`,
		"{\"a\": null}\n{\"a\": 1}\n":    `t.jsonl:1: column "a" has no value; set data.missing`,
	} {
		_, err := parseCSV("t.jsonl", []byte(src), config(func(c *configs.Config) { c.Data.Targets = []string{"a"} }))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", src, err, want)
		}
	}
}
