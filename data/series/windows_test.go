package series

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// randomSet makes series of these lengths with k targets and v covariates. Every value is missing with probability gaps,
// but for the first row of a series.
func randomSet(r *rand.Rand, lengths []int, k, v int, gaps float64) *Dataset {
	d := &Dataset{Name: "random"}
	for i := range k {
		d.Targets = append(d.Targets, fmt.Sprintf("y%d", i))
	}
	for i := range v {
		d.Covariates = append(d.Covariates, fmt.Sprintf("x%d", i))
	}
	for s, n := range lengths {
		one := Series{Name: fmt.Sprintf("s%d", s)}
		for i := range n * (k + v) {
			one.Values = append(one.Values, 100*float64(s)+10*r.NormFloat64())
			one.Missing = append(one.Missing, i >= k+v && r.Float64() < gaps)
		}
		one.Values = data.Filled(one.Values, one.Missing, k+v, "forward", n)
		d.Series = append(d.Series, one)
	}
	return d
}

func prepared(t *testing.T, d *Dataset, c *configs.Config) *Prepared {
	t.Helper()
	q, err := Prepare(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// The counting law: a part with target rows [a, b) has max(0, b - Hz - max(a, T) + 1) windows a series, all their targets
// lie in it, and no target row of one part is one of another.
func TestWindowCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		steps, horizon := 1+r.IntN(8), 1+r.IntN(5)
		lengths := []int{steps + horizon + 20 + r.IntN(50), steps + horizon + 20 + r.IntN(50)}
		c := config(func(c *configs.Config) {
			c.Data.Window, c.Data.Horizon = steps, horizon
			c.Data.Split = configs.Split{Validation: float64(horizon + r.IntN(6)), Test: float64(horizon + r.IntN(6)), Steps: true}
			if r.IntN(2) == 0 {
				c.Data.Split = configs.Split{Train: 0.5, Validation: 0.3}
			}
		})
		q, err := Prepare(randomSet(r, lengths, 1, 0, 0), c)
		if err != nil {
			continue
		}
		for _, p := range []*Part{q.Train, q.Validation, q.Test} {
			got := map[int]int{}
			for i, w := range p.Windows {
				got[w.Series]++
				if first := w.Start + steps; first < p.from[w.Series] || first+horizon > p.to[w.Series] || w.Start < 0 {
					t.Fatalf("window %d of %s begins at %d, outside %d..%d", i, p.Name, w.Start, p.from[w.Series], p.to[w.Series])
				}
			}
			for s := range lengths {
				a, b := p.Rows(s)
				if want := max(0, b-horizon-max(a, steps)+1); got[s] != want {
					t.Errorf("%s of series %d, rows %d..%d, T %d, Hz %d: %d windows, want %d", p.Name, s, a, b, steps, horizon, got[s], want)
				}
			}
		}
		for s, n := range lengths {
			if q.Train.to[s] != q.Validation.from[s] || q.Validation.to[s] != q.Test.from[s] || q.Test.to[s] != n || q.Train.from[s] != 0 {
				t.Errorf("parts of series %d do not meet", s)
			}
		}
	}
}

func TestSplitBorders(t *testing.T) {
	for _, test := range []struct {
		rows        int
		split       configs.Split
		first, next int
	}{
		{300, configs.Split{Train: 1.0 / 3, Validation: 1.0 / 3}, 100, 200},
		{300, configs.Split{Train: 0.3334, Validation: 0.3333}, 100, 200},
		{100, configs.Split{Train: 0.7, Validation: 0.15}, 70, 85},
		{309, configs.Split{Validation: 40, Test: 88, Steps: true}, 181, 221},
		{50, configs.Split{Validation: 10, Steps: true}, 40, 50},
		{50, configs.Split{Train: 0.99999}, 50, 50},
	} {
		q := prepared(t, randomSet(rand.New(rand.NewPCG(1, 2)), []int{test.rows}, 1, 0, 0), config(func(c *configs.Config) { c.Data.Split = test.split }))
		if a, b := q.Validation.Rows(0); a != test.first || b != test.next {
			t.Errorf("%d rows, %+v: validation is %d..%d, want %d..%d", test.rows, test.split, a, b, test.first, test.next)
		}
	}
}

// A change of the test rows changes no scaler, no denominator, no training or validation batch; a change of the
// validation rows changes nothing of the training. With gaps and interpolation too.
func TestNothingLeaks(t *testing.T) {
	for _, policy := range []string{"interpolate", "forward"} {
		for _, head := range []string{"last", "every"} {
			r := rand.New(rand.NewPCG(3, 4))
			lengths := []int{60, 47}
			c := config(func(c *configs.Config) {
				c.Data.Missing, c.Data.Window, c.Data.Horizon, c.Data.Center = policy, 6, 3, "mean"
				c.Data.Split = configs.Split{Validation: 9, Test: 9, Steps: true}
				c.Model.Head = head
			})
			d := randomSet(r, lengths, 2, 1, 0.3)
			before := prepared(t, d, c)
			for _, part := range []*Part{before.Test, before.Validation} {
				other := changed(d, part, r)
				after := prepared(t, other, c)
				if diff := cmp.Diff(before.Scalers, after.Scalers); diff != "" {
					t.Errorf("%s: a change of the %s part changed the scalers\n%s", policy, part.Name, diff)
				}
				if diff := cmp.Diff(before.NaiveScale, after.NaiveScale); diff != "" {
					t.Errorf("%s: a change of the %s part changed the denominators\n%s", policy, part.Name, diff)
				}
				sameBatches(t, before.Train, after.Train)
				if part == before.Test {
					sameBatches(t, before.Validation, after.Validation)
				}
			}
		}
	}
}

// changed copies d with other values, and other gaps, in the rows of a part and after it.
func changed(d *Dataset, p *Part, r *rand.Rand) *Dataset {
	out := &Dataset{Name: d.Name, Targets: d.Targets, Covariates: d.Covariates}
	for s := range d.Series {
		one := Series{Name: d.Series[s].Name, Values: slices.Clone(d.Series[s].Values), Missing: slices.Clone(d.Series[s].Missing)}
		for i := p.from[s] * d.Columns(); i < len(one.Values); i++ {
			one.Values[i] = 1e4 * r.NormFloat64()
			one.Missing[i] = r.IntN(4) == 0
		}
		one.Values = data.Filled(one.Values, one.Missing, d.Columns(), "forward", len(one.Missing))
		out.Series = append(out.Series, one)
	}
	return out
}

func all(p *Part) []int {
	index := make([]int, p.Len())
	for i := range index {
		index[i] = i
	}
	return index
}

func sameBatches(t *testing.T, a, b *Part) {
	t.Helper()
	if a.Len() == 0 || a.Len() != b.Len() {
		t.Fatalf("the %s part has %d and %d windows", a.Name, a.Len(), b.Len())
	}
	var x, y data.Batch[float64]
	data.Fill(a, all(a), &x)
	data.Fill(b, all(b), &y)
	for name, pair := range map[string][2][]float64{"X": {x.X, y.X}, "Y": {x.Y, y.Y}, "Mask": {x.Mask, y.Mask}} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s of the %s part differs", name, a.Name)
		}
	}
}

// Within the training part too, no input is filled with a value that lies after it once targets begin.
func TestInterpolationStopsAtTargets(t *testing.T) {
	missing := []bool{false, true, false, false, true, false, false, true, true, false}
	values := []float64{0, 0, 2, 3, 0, 5, 6, 0, 0, 9}
	for _, test := range []struct {
		limit int
		want  []float64
	}{
		{10, []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
		{9, []float64{0, 1, 2, 3, 4, 5, 6, 6, 6, 9}},
		{5, []float64{0, 1, 2, 3, 3, 5, 6, 6, 6, 9}},
		{0, []float64{0, 0, 2, 3, 3, 5, 6, 6, 6, 9}},
	} {
		if diff := cmp.Diff(test.want, data.Filled(values, missing, 1, "interpolate", test.limit)); diff != "" {
			t.Errorf("limit %d: (-want +got)\n%s", test.limit, diff)
		}
	}
	if got := data.Filled([]float64{0, 0, 5, 0}, []bool{true, true, false, true}, 1, "interpolate", 4); !slices.Equal(got, []float64{5, 5, 5, 5}) {
		t.Errorf("a gap at the start is filled as %v", got)
	}
	if got := data.Filled([]float64{1, 2}, []bool{true, true}, 1, "interpolate", 2); !slices.Equal(got, []float64{0, 0}) {
		t.Errorf("a column without values is filled as %v", got)
	}
}

// Windows without a known target, or that begin before the first known value, are left out, and that is noted.
func TestLeftOutWindows(t *testing.T) {
	d := randomSet(rand.New(rand.NewPCG(1, 1)), []int{40}, 1, 0, 0)
	m := d.Series[0].Missing
	m[0], m[1], m[10], m[11], m[12] = true, true, true, true, true
	q := prepared(t, d, config(func(c *configs.Config) {
		c.Data.Missing, c.Data.Window, c.Data.Horizon = "forward", 4, 2
		c.Data.Split = configs.Split{Validation: 5, Test: 5, Steps: true}
	}))
	var starts []int
	for i, w := range q.Train.Windows {
		starts = append(starts, w.Start)
		if _, known := q.Train.Truth(i); !slices.Contains(known, true) {
			t.Errorf("window %d has no known target", i)
		}
	}
	want := []int{2, 3, 4, 5 /* not 6 and 7: their targets are 10..12 */, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24}
	if diff := cmp.Diff(want, starts); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(q.Notes) != 1 || q.Notes[0] != "train part: 4 windows are left out, because no value to predict or no earlier input is known" {
		t.Errorf("notes are %q", q.Notes)
	}
	var b data.Batch[float64]
	data.Fill(q.Train, all(q.Train), &b)
	for i, w := range q.Train.Windows {
		for h := range 2 {
			known := !m[w.Start+4+h]
			if (b.Mask[2*i+h] == 1) != known || !known && b.Y[2*i+h] != 0 {
				t.Errorf("window at %d, step %d: mask %g, target %g", w.Start, h, b.Mask[2*i+h], b.Y[2*i+h])
			}
		}
	}
}

// Merge gives the windows of training and validation and those across their border.
func TestMerge(t *testing.T) {
	for _, gaps := range []float64{0, 0.2} {
		d := randomSet(rand.New(rand.NewPCG(5, 6)), []int{50, 60}, 1, 1, gaps)
		q := prepared(t, d, config(func(c *configs.Config) {
			c.Data.Missing = "forward"
			c.Data.Split = configs.Split{Validation: 8, Test: 8, Steps: true}
		}))
		m := Merge(q.Train, q.Validation)
		whole := prepared(t, d, config(func(c *configs.Config) {
			c.Data.Missing = "forward"
			c.Data.Split = configs.Split{Test: 8, Steps: true}
		}))
		if diff := cmp.Diff(whole.Train.Windows, m.Windows); diff != "" || m.Name != "train+validation" {
			t.Errorf("%s: (-want +got)\n%s", m.Name, diff)
		}
		var b data.Batch[float32]
		data.Fill(m, all(m), &b)
		if slices.Contains(b.Mask, 1) == false || m.Prepared.Scalers[0].Offset[0] != q.Scalers[0].Offset[0] {
			t.Error("the merged part has no targets or other scalers")
		}
	}
}

// With the scalers of a training, all windows of other rows are tested, scaled as they were.
func TestPrepareWith(t *testing.T) {
	c := config(nil)
	d := randomSet(rand.New(rand.NewPCG(7, 8)), []int{50, 60}, 1, 1, 0)
	q := prepared(t, d, c)
	scalers := map[ID]data.Scaler{{Series: "s0"}: q.Scalers[0], {Series: "s1"}: q.Scalers[1]}
	other, err := PrepareWith(randomSet(rand.New(rand.NewPCG(9, 9)), []int{30, 6}, 1, 1, 0), c, Fitted{Scalers: scalers})
	if err != nil {
		t.Fatal(err)
	}
	if other.Test.Len() != 25+1 || other.Train.Len() != 0 || other.Validation.Len() != 0 {
		t.Errorf("%d windows, want 26 of the test part alone", other.Test.Len())
	}
	if diff := cmp.Diff(q.Scalers, other.Scalers); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := PrepareWith(randomSet(rand.New(rand.NewPCG(9, 9)), []int{30, 6, 20}, 1, 1, 0), c, Fitted{Scalers: scalers}); err == nil {
		t.Error("a series without a scaler is taken")
	}
	if p, err := PrepareWith(randomSet(rand.New(rand.NewPCG(9, 9)), []int{4}, 1, 1, 0), c, Fitted{Scalers: scalers}); err != nil || p.Test.Len() != 0 {
		t.Errorf("T rows give %v, %v, want no window and no error", p, err)
	}
	if _, err := PrepareWith(randomSet(rand.New(rand.NewPCG(9, 9)), []int{3}, 1, 1, 0), c, Fitted{Scalers: scalers}); err == nil {
		t.Error("fewer than T rows are taken")
	}
}

// A tail part has one window a series, although none of its targets is known.
func TestTailPart(t *testing.T) {
	c := config(func(c *configs.Config) { c.Data.Center = "last" })
	d := randomSet(rand.New(rand.NewPCG(7, 8)), []int{6, 6}, 1, 0, 0)
	for s := range d.Series {
		d.Series[s].Missing[4], d.Series[s].Missing[5] = true, true
	}
	scaler := data.Scaler{Kind: "standard", Offset: []float64{50}, Scale: []float64{20}}
	p, err := TailPart(d, c, Fitted{Scalers: map[ID]data.Scaler{{Series: "s0"}: scaler, {Series: "s1"}: scaler}})
	if err != nil {
		t.Fatal(err)
	}
	var b data.Batch[float64]
	data.Fill(p, []int{0, 1}, &b)
	out := make([]float64, 2)
	for i := range p.Windows {
		p.Restore(i, []float64{0, 0}, out)
		if last := d.Series[i].Values[3]; math.Abs(out[0]-last) > 1e-12 || b.X[3*2+i] != 0 {
			t.Errorf("no change restores to %g, want the last value %g", out[0], last)
		}
	}
	if _, err := TailPart(randomSet(rand.New(rand.NewPCG(7, 8)), []int{7, 6}, 1, 0, 0), c, Fitted{Scalers: map[ID]data.Scaler{{Series: "s0"}: scaler, {Series: "s1"}: scaler}}); err == nil {
		t.Error("a series of another length is taken")
	}
}

func TestTail(t *testing.T) {
	d := randomSet(rand.New(rand.NewPCG(1, 8)), []int{20}, 1, 1, 0.3)
	d.Series[0].Labels = make([]string, 20)
	d.Series[0].Labels[19] = "end"
	q := prepared(t, d, config(func(c *configs.Config) { c.Data.Missing = "forward" }))
	values, missing, label := q.Tail(0)
	if !slices.Equal(values, d.Series[0].Values[32:]) || !slices.Equal(missing, d.Series[0].Missing[32:]) || label != "end" {
		t.Errorf("the tail is %v, %v, %q", values, missing, label)
	}
}
