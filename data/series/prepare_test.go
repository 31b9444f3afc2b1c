package series

import (
	"math"
	"testing"

	"recur/configs"
	"recur/data"
)

// config is a small valid config for the tests of this room.
func config(change func(*configs.Config)) *configs.Config {
	c := &configs.Config{Task: "forecast"}
	c.Data = configs.Data{
		Targets: []string{"value"}, Missing: "error", MissingValues: []string{"", "NA"},
		Split: configs.Split{Train: 0.7, Validation: 0.15}, Scale: "standard", Center: "none", Window: 4, Horizon: 2,
	}
	c.Model.Head, c.Model.DType = "last", "float64"
	if change != nil {
		change(c)
	}
	return c
}

func TestBuiltin(t *testing.T) {
	for _, test := range []struct {
		name, time, target, frequency string
		rows, missing                 int
	}{
		{"builtin:sunspots", "year", "sunactivity", "year (yyyy)", 309, 0},
		{"builtin:co2", "date", "co2", "week (2006-01-02)", 2284, 59},
	} {
		c := config(func(c *configs.Config) {
			c.Data.CSV.Path, c.Data.Time, c.Data.Targets = test.name, []string{test.time}, []string{test.target}
			c.Data.Missing = "interpolate"
		})
		d, err := Open(c)
		if err != nil {
			t.Fatal(err)
		}
		missing := 0
		for _, m := range d.Series[0].Missing {
			if m {
				missing++
			}
		}
		if d.Rows() != test.rows || missing != test.missing || d.Frequency.String() != test.frequency {
			t.Errorf("%s: got %d rows, %d missing, frequency %q", test.name, d.Rows(), missing, d.Frequency)
		}
		q, err := Prepare(d, c)
		if err != nil {
			t.Fatal(err)
		}
		var b data.Batch[float32]
		data.Fill(q.Train, []int{0, 3, 1}, &b)
		if b.N != 3 || len(b.X) != 3*4 || len(b.Y) != 6 {
			t.Errorf("%s: batch has N %d, %d inputs, %d targets", test.name, b.N, len(b.X), len(b.Y))
		}
	}
}

func TestSyntheticRanges(t *testing.T) {
	c := config(func(c *configs.Config) {
		c.Data.Synthetic = &configs.Synthetic{Kind: "mackey_glass", Points: 6000, Tau: 17}
	})
	d, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range d.Series[0].Values {
		low, high = min(low, v), max(high, v)
	}
	t.Log(low, high, d.Series[0].Values[:3])
	if low < 0.2 || high > 1.4 || high-low < 0.8 {
		t.Errorf("mackey-glass lies in %g..%g, want about 0.4..1.35", low, high)
	}
}
