package series

import (
	"math"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
	"recur/internal/distribution"
)

// The config's word says the same of a distribution as the family that it names: it must be able to without asking it.
func TestDistributionsOfTheConfig(t *testing.T) {
	for _, k := range configs.Keys() {
		if k.Name != "model.distribution" {
			continue
		}
		for _, name := range k.Enum {
			m := configs.Model{Distribution: name}
			family, ok := distribution.Named(name)
			if ok != m.Likelihood() || (ok && family.Counts()) != m.Counts() {
				t.Errorf("%s: a family %t, of the config %t; counts %t", name, ok, m.Likelihood(), m.Counts())
			}
		}
		return
	}
	t.Error("there is no key model.distribution")
}

// countSet are counts of two series, the second one with a hole.
func countSet() *Dataset {
	d := &Dataset{Name: "counts", Targets: []string{"sold"}}
	for s := range 2 {
		one := Series{Name: string(rune('a' + s))}
		for i := range 40 {
			one.Values = append(one.Values, float64((i*i+3*s)%7*(1+20*s)))
			one.Missing = append(one.Missing, s == 1 && i == 9)
		}
		d.Series = append(d.Series, one)
	}
	return d
}

func ofCounts(c *configs.Config) {
	c.Model.Distribution, c.Model.Quantiles = "negative_binomial", []float64{0.1, 0.5, 0.9}
	c.Data.Transform, c.Data.WindowScale, c.Data.Center, c.Data.Profile = "none", "mean", "none", false
}

// Windows of counts are divided by 1 and their mean alone, which is told beside them, and what is restored are the counts.
func TestUnitsOfCounts(t *testing.T) {
	q, err := Prepare(countSet(), global(ofCounts))
	if err != nil {
		t.Fatal(err)
	}
	if q.Outputs != 2*q.Values() || q.Local.Unit != 1 {
		t.Errorf("%d outputs for %d values, unit %v", q.Outputs, q.Values(), q.Local.Unit)
	}
	var b data.Batch[float64]
	index := []int{0, q.Train.Len() - 1}
	data.Fill(q.Train, index, &b)
	for n, i := range index {
		w, sum, rows := q.Train.Windows[i], 0.0, 0
		for r := max(0, w.Start); r < w.Start+q.Steps; r++ {
			sum, rows = sum+q.Train.table.values[w.Series][r], rows+1
		}
		if want := 1 + sum/float64(rows); math.Abs(b.Units[n]-want) > 1e-12*want {
			t.Errorf("window %d: the unit is %v, want %v", i, b.Units[n], want)
		}
		truth, known := q.Train.Truth(i)
		for o, y := range truth {
			if got := b.Y[n*b.Out+o] * b.Units[n]; known[o] && math.Abs(got-y) > 1e-9 {
				t.Errorf("window %d, step %d: %v, want %v", i, o+1, got, y)
			}
		}
	}
	plain, err := Prepare(countSet(), global(nil))
	if err != nil {
		t.Fatal(err)
	}
	if data.Fill(plain.Train, index, &b); len(b.Units) != 0 {
		t.Errorf("units %v of values that are no counts", b.Units)
	}
}

// Values below 0 and fractions are no counts, each series is told, and what is missing is none of them.
func TestCountable(t *testing.T) {
	set := countSet()
	set.Series[1].Values[9] = 0.5 // the hole
	c := global(ofCounts)
	if _, err := Prepare(set, c); err != nil {
		t.Fatal(err)
	}
	set.Series[0].Values[3], set.Series[1].Values[8] = -1, 2.5
	for name, err := range map[string]error{
		"Prepare":     second(Prepare(set, c)),
		"PrepareWith": second(PrepareWith(set, c, Fitted{})),
		"PrepareRows": second(PrepareRows(set, c, Fitted{})),
	} {
		for _, want := range []string{`series "a": column "sold" holds -1 in row 4`, `series "b": column "sold" holds 2.5 in row 9`, "whole numbers from 0 on; take student_t or quantiles"} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
	}
}

func second(_ *Prepared, err error) error { return err }
