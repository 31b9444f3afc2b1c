package checkpoint_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// manyConfig has everything that recipe global keeps: covariates, some known ahead, a calendar and horizons of the series.
const manyConfig = `
name: many
task: forecast
data:
  csv: /gone/many.csv
  time: day
  series: shop
  targets: [sold]
  covariates: [rain]
  future_covariates: [holiday]
  horizon_column: ahead
  calendar: [month, weekday]
  missing: seasonal
  missing_mask: true
  season: 7
  horizon: 3
  window: 14
  transform: log
  window_scale: deviation
model: {patch: 7}
ensemble: {members: 0}
`

// manyCSV has two shops with some gaps, and after their rows so many that hold nothing but holidays.
func manyCSV(rows, ahead int) string {
	var b strings.Builder
	b.WriteString("shop,day,sold,rain,holiday,ahead\n")
	for _, shop := range []string{"a", "b"} {
		for r := range rows + ahead {
			sold, rain := fmt.Sprint(20+r%7*3+r*r%5), fmt.Sprint(r*r%11)
			if r%13 == 5 {
				sold = ""
			}
			if r >= rows {
				sold, rain = "", ""
			}
			day := time.Date(2024, 1, 1+r, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			fmt.Fprintf(&b, "%s,%s,%s,%s,%d,%s\n", shop, day, sold, rain, r*r%3, map[string]string{"a": "3", "b": "2"}[shop])
		}
	}
	return b.String()
}

func prepareMany(t *testing.T, rows, ahead int) (*configs.Config, *series.Prepared) {
	t.Helper()
	c, err := configs.Parse("many", []byte(manyConfig), nil)
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/many.csv"
	if err := os.WriteFile(path, []byte(manyCSV(rows, ahead)), 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := series.OpenCSV(c, path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := series.Prepare(set, c)
	if err != nil {
		t.Fatal(err)
	}
	return c, p
}

// What a checkpoint keeps of recipe global gives, read back, the last windows that the data give: the same bits.
func TestDescribeGlobal(t *testing.T) {
	t.Parallel()
	c, p := prepareMany(t, 28, 3)
	k := small(t)(10)
	k.Config, k.Data = c, checkpoint.Describe(p)
	f := crashfs.New()
	save(t, f, crashDir, k, true)
	loaded, _ := load(t, f, "/runs/x", "best")
	if diff := cmp.Diff(k, loaded, equal); diff != "" {
		t.Fatal(diff)
	}
	d := loaded.Data
	if a := d.Series[0]; a.Rows != 28 || len(a.Tail) != 28*3 || len(a.Ahead) != 3 || a.Horizon != 3 || d.Series[1].Horizon != 2 || len(a.Labels) != 28 || a.Labels[27] != "2024-01-28" {
		t.Errorf("rows %d, tail %d, ahead %v, horizon %d, labels %v", a.Rows, len(a.Tail), a.Ahead, a.Horizon, a.Labels)
	}
	set, err := d.Dataset(c)
	if err != nil {
		t.Fatal(err)
	}
	tail, err := series.TailPart(set, c, d.Fitted())
	if err != nil {
		t.Fatal(err)
	}
	// The same data with rows to forecast appended by hand.
	whole, err := series.TailPart(withUnknown(p.Set, 3), c, p.Fitted())
	if err != nil {
		t.Fatal(err)
	}
	var x, y data.Batch[float64]
	data.Fill(tail, []int{0, 1}, &x)
	data.Fill(whole, []int{0, 1}, &y)
	if !slices.Equal(x.X, y.X) || !slices.Equal(x.Z, y.Z) || len(x.Z) == 0 {
		t.Errorf("inputs differ:\n%v\n%v\n%v\n%v", x.X, y.X, x.Z, y.Z)
	}
}

// withUnknown is a set whose rows ahead have become rows to forecast.
func withUnknown(d *series.Dataset, hz int) *series.Dataset {
	out := *d
	out.Series = slices.Clone(d.Series)
	for s := range out.Series {
		if out.Series[s].Ahead != hz {
			panic("rows ahead")
		}
		out.Series[s].Ahead = 0
	}
	return &out
}

func TestDatasetWantsWhatIsKnownAhead(t *testing.T) {
	t.Parallel()
	c, p := prepareMany(t, 28, 0)
	d := checkpoint.Describe(p)
	_, err := d.Dataset(c)
	var fault *data.Error
	if !errors.As(err, &fault) || fault.Key != "data.future_covariates" || !strings.Contains(err.Error(), `series "a" has 0 rows`) {
		t.Errorf("got %v", err)
	}
}

// Predicted rows count as known, what is known ahead moves on, and the oldest rows go where so many are kept.
func TestContinued(t *testing.T) {
	t.Parallel()
	_, p := prepareMany(t, 28, 5)
	d := checkpoint.Describe(p)
	before := d.Series[0]
	for _, keep := range []int{0, 10} {
		s, err := d.Continued(before, []float64{1, 2, 3}, keep)
		if err != nil {
			t.Fatal(err)
		}
		rows := 31
		if keep > 0 {
			rows = keep
		}
		if len(s.Tail) != rows*3 || len(s.TailMissing) != rows*3 || s.Rows != 31 || len(s.Ahead) != 2 || !strings.HasPrefix(s.LastTime, "2024-01-31") {
			t.Fatalf("keep %d: %d values, %d rows, %d ahead, last time %s", keep, len(s.Tail), s.Rows, len(s.Ahead), s.LastTime)
		}
		for h := range 3 {
			row := s.Tail[len(s.Tail)-9+3*h:][:3]
			if row[0] != float64(h+1) || row[1] != before.Tail[27*3+1] || row[2] != before.Ahead[h] || slices.Contains(s.TailMissing[len(s.Tail)-9:], true) {
				t.Errorf("row %d after the last is %v", h, row)
			}
		}
	}
	if before.Rows != 28 || len(before.Tail) != 28*3 || math.IsNaN(before.Tail[0]) {
		t.Error("the state before has changed")
	}
}
