package series

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"recur/configs"
)

// A total below the values is told, and the advice leaves it out; values that are none are not told.
func TestTotalsAreTold(t *testing.T) {
	total := func(note string) bool { return strings.Contains(note, "if it is a total") }
	read := func(text string, footer int) *Dataset {
		t.Helper()
		d, err := parseCSV("t.csv", []byte(text), config(func(c *configs.Config) { c.Data.Targets, c.Data.SkipFooter = []string{"a"}, footer }))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	rows, sum := "a\n", 0
	for i := range 30 {
		cents := 10000 + 1777*i%5003
		rows, sum = rows+fmt.Sprintf("%d.%02d\n", cents/100, cents%100), sum+cents
	}
	for what, last := range map[string]string{
		"sum": fmt.Sprintf("%d.%02d\n", sum/100, sum%100), "mean": fmt.Sprintf("%.2f\n", float64(sum)/3000),
	} {
		d := read(rows+last, 0)
		at := slices.IndexFunc(d.Notes, total)
		if want := "is the " + what + " of the 30 above it; if it is a total, leave it out with data.skip_footer: 1"; at < 0 || !strings.HasSuffix(d.Notes[at], want) {
			t.Errorf("%s: got %q, want %s", what, d.Notes, want)
		}
		if d = read(rows+last, 1); d.Rows() != 30 || slices.ContainsFunc(d.Notes, total) {
			t.Errorf("%s: the advice leaves %d rows and says %q", what, d.Rows(), d.Notes)
		}
	}
	for _, none := range []string{rows, "a\n" + strings.Repeat("0\n", 20), "a\n" + strings.Repeat("3\n4\n2\n3\n", 5), "a\n" + strings.Repeat("0\n", 19) + "1\n1\n"} {
		if d := read(none, 0); slices.ContainsFunc(d.Notes, total) {
			t.Errorf("%q: got %q", none[:20], d.Notes)
		}
	}
}

// Where a row is a series the message about its name says so, and what it advises reads the file.
func TestWideIsAdvised(t *testing.T) {
	_, err := OpenCSV(config(func(c *configs.Config) {
		c.Data.Time, c.Data.Targets = []string{"id"}, []string{"d_1"}
	}), "testdata/cases/wide.csv")
	want := `or, where a row is a series whose steps are the 60 columns from "d_1" to "d_60", set data.wide: dates, data.series: the columns that name a row, data.targets: a name for the values, and no data.time`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Fatalf("got %v, want %s", err, want)
	}
	d, err := OpenCSV(config(func(c *configs.Config) {
		c.Data.Wide, c.Data.Time, c.Data.Series, c.Data.Targets = "dates", nil, []string{"id"}, []string{"units"}
	}), "testdata/cases/wide.csv")
	if err != nil || len(d.Series) != 8 || d.Rows() != 480 {
		t.Errorf("got %v", err)
	}
}
