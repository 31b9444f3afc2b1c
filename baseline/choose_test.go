package baseline

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// herd is n autoregressions of so many rows, by row.
func herd(n, rows int) []float64 {
	values := walks((n*rows+2)/3, 0)[:n*rows]
	for i := n; i < len(values); i++ {
		values[i] = 0.8*values[i-n] + 0.2*values[i]
	}
	return values
}

func letters(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = string(rune('a'+i/26)) + string(rune('a'+i%26))
	}
	return out
}

// Of many outputs the penalty is chosen from the left: by the same losses as from the weights of every penalty.
func TestPenaltyOfManyOutputs(t *testing.T) {
	p := prepare(t, letters(40), nil, herd(40, 150), shape(3, 5, 20, 20))
	e, check := newEquations(allOf(p.Train), designOf(p)), allOf(p.Validation)
	if o := p.Values(); len(check.index) >= o {
		t.Fatalf("%d windows to check on %d outputs, want fewer", len(check.index), o)
	}
	got, ok := e.choose(check)
	want, also := e.chooseByWeights(check)
	if !ok || !also {
		t.Fatal("no solution")
	}
	if d := cmp.Diff(want.weights.RawMatrix().Data, got.weights.RawMatrix().Data); d != "" || want.lambda != got.lambda {
		t.Errorf("penalty %g, want %g; weights (-want +got)\n%s", got.lambda, want.lambda, d)
	}
}

// The dual form is the solution of the normal equations.
func TestDualIsRidge(t *testing.T) {
	p := prepare(t, letters(40), nil, herd(40, 70), shape(2, 3, 10, 10))
	r, err := Ridge(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dualOf(allOf(p.Train), allOf(p.Validation), allOf(p.Train), designOf(p))
	if err != nil {
		t.Fatal(err)
	}
	if r.(*ridge).lambda != d.(*dual).lambda {
		t.Fatalf("penalty %g, want %g", d.(*dual).lambda, r.(*ridge).lambda)
	}
	want := r.Predict(p.Test)
	for i, f := range d.Predict(p.Test) {
		for o, v := range f {
			if math.Abs(v-want[i][o]) > 1e-9*(1+math.Abs(v)) {
				t.Fatalf("window %d, output %d: got %v, want %v", i, o, v, want[i][o])
			}
		}
	}
}

// A step of more inputs than a fit takes goes by the dual form, and finds what there is to find.
func TestRidgeOfManyTargets(t *testing.T) {
	n := maxFeatures + 10
	values := make([]float64, n*60)
	for i := range values {
		values[i] = math.Sin(2*math.Pi*float64(i/n)/12 + float64(i%n))
	}
	targets := make([]string, n)
	for i := range targets {
		targets[i] = string(rune('A'+i%50)) + string(rune('0'+i/50%70))
	}
	p := prepare(t, targets, nil, values, shape(3, 2, 8, 8))
	m, err := Ridge(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := m.(*dual); !ok {
		t.Fatalf("got a %T, want the dual form", m)
	}
	for i, f := range m.Predict(p.Test) {
		truth, _ := p.Test.Truth(i)
		for o, v := range f {
			if math.Abs(v-truth[o]) > 1e-3 {
				t.Fatalf("window %d, output %d: got %v, want %v", i, o, v, truth[o])
			}
		}
	}
}

// Where the outputs that miss targets are too many for matrices of their own, missing targets count as the mean: that costs
// little skill where few are missing.
func TestMissingAmongManyTargets(t *testing.T) {
	const n, horizon = 100, 40
	loss := func(gap int) float64 {
		values := herd(n, 260)
		for i := n; gap > 0 && i < 160*n; i += gap {
			values[i] = math.NaN()
		}
		p := prepare(t, letters(n), nil, values, shape(1, horizon, 45, 45))
		if d := designOf(p); crowded(p, d.size()) != (gap > 0) {
			t.Fatalf("gaps every %d: %d features and %d outputs are crowded, or not, and should be the other", gap, d.size(), p.Values())
		}
		e := newEquations(allOf(p.Train), designOf(p))
		if len(e.systems) != 1 {
			t.Fatalf("%d systems, want one", len(e.systems))
		}
		r, ok := e.choose(allOf(p.Validation))
		if !ok {
			t.Fatal("no solution")
		}
		return r.loss(allOf(p.Test))
	}
	if whole, gaps := loss(0), loss(97); !(gaps < 1.05*whole) {
		t.Errorf("squared error %v with one value of a hundred missing, %v with none", gaps, whole)
	}
}
