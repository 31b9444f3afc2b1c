package baseline

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data/series"
)

// spiky is an autoregression that every ninth shock throws far up.
func spiky(n int) []float64 {
	y := make([]float64, n)
	for t := 2; t < n; t++ {
		e := float64(t*7919%101-50) / 50
		if t%9 == 0 {
			e += 8
		}
		y[t] = 0.6*y[t-1] - 0.3*y[t-2] + e
	}
	return y
}

// The steps lead from least squares to the least absolute error. Golden value by scipy 1.17, a linear program:
//
//	y = [0., 0.]
//	for t in range(2, 200): y.append(0.6*y[-1] - 0.3*y[-2] + ((t*7919)%101-50)/50 + 8*(t%9 == 0))
//	X = np.array([np.r_[y[i:i+3], 1] for i in range(196)]); Y = np.array([y[i+3:i+5] for i in range(196)]); n, p = X.shape
//	lad = sum(linprog(np.r_[np.zeros(p), np.ones(2*n)], A_eq=np.hstack([X, np.eye(n), -np.eye(n)]), b_eq=Y[:,o],
//	    bounds=[(None,None)]*p + [(0,None)]*(2*n)).fun for o in (0, 1)) / (2*n)
func TestLeastAbsoluteError(t *testing.T) {
	const lad = 1.5397696403091403
	p := prepare(t, []string{"a"}, nil, spiky(200), func(c *configs.Config) {
		shape(3, 2, 0, 0)(c)
		c.Data.Scale = "none"
	})
	m, err := Ridge(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	at := m.(*ridge)
	if loss := at.absolute(allOf(p.Train)); loss < 1.1*lad {
		t.Fatalf("ridge loses %g, want a case in which it is far from the least of %g", loss, lad)
	}
	for range 8 { // each may move a weight by a quarter
		at = descend(at, allOf(p.Train))
	}
	if loss := at.absolute(allOf(p.Train)); loss < lad*(1-1e-12) || loss > 1.005*lad { // what the last steps still sway
		t.Errorf("the mean absolute error is %.6f, want %.6f or little more", loss, lad)
	}
}

// It is better than ridge by the absolute error where some errors are large, on windows that it has not seen too, and the
// same to the bit each time.
func TestLinearL1(t *testing.T) {
	for _, refit := range []string{"none", "all"} {
		p := prepare(t, []string{"a"}, nil, spiky(400), func(c *configs.Config) {
			shape(3, 2, 60, 100)(c)
			c.Train.Refit = refit
		})
		fit := func(f func(a, b *series.Part) (Method, error)) Method {
			m, err := f(p.Train, p.Validation)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		m := fit(LinearL1)
		if m.Name() != "linear_l1" {
			t.Errorf("it is called %q", m.Name())
		}
		if l, r := m.(l1).absolute(allOf(p.Test)), fit(Ridge).(*ridge).absolute(allOf(p.Test)); l > 0.9*r {
			t.Errorf("refit %s: loses %g on the test part, ridge %g, want far less", refit, l, r)
		}
		if d := cmp.Diff(m.Predict(p.Test), fit(LinearL1).Predict(p.Test)); d != "" {
			t.Errorf("refit %s: a second fit differs (-first +second)\n%s", refit, d)
		}
	}
}

// Where ridge can't be beaten its weights stay: a series that is linear to the last digit.
func TestLinearL1Keeps(t *testing.T) {
	values := []float64{1, 2}
	for i := 2; i < 120; i++ {
		values = append(values, 1.2*values[i-1]-values[i-2])
	}
	p := prepare(t, []string{"a"}, nil, values, shape(4, 2, 10, 10))
	m, err := LinearL1(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Ridge(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r.Predict(p.Test), m.Predict(p.Test)); d != "" {
		t.Errorf("(-ridge +linear_l1)\n%s", d)
	}
}

// With recipe global it is among the methods, reads Z, and what is masked does not matter; plain tables stay as they are.
func TestLinearL1OfManySeries(t *testing.T) {
	lengths := []int{90, 40, 33, 60, 17}
	p := many(t, lengths, 0.2, func(*configs.Config) {})
	if names, err := Only(nil).Names(p); err != nil || names[len(names)-1] != "linear_l1" {
		t.Fatalf("got %v, %v, want linear_l1 among them", names, err)
	}
	l, err := Make("linear_l1", p)
	if err != nil {
		t.Fatal(err)
	}
	if n, want := l.(l1).design.size(), p.Extra+1; n != want {
		t.Errorf("it reads %d features, want %d: Z and a 1", n, want)
	}
	for i, f := range l.Predict(p.Test) {
		if len(f) != p.Values() {
			t.Errorf("window %d has %d values, want %d", i, len(f), p.Values())
		}
	}
	plain := prepare(t, []string{"a"}, nil, spiky(100), shape(3, 2, 10, 10))
	methods, err := For(plain)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range methods {
		if m.Name() == "linear_l1" {
			t.Error("linear_l1 is in the table of recipe plain")
		}
	}
}

// A table has no row for it where the weights of ridge stay, as for waves without noise; by name it is there.
func TestLinearL1IsNoSecondRidge(t *testing.T) {
	p := panel(t, 0, 6, 72, func(r *rand.Rand) func(int) float64 {
		at := r.Float64()
		return func(i int) float64 { return 100 + 10*math.Sin(float64(i)*math.Pi/6+at) }
	})
	m, err := LinearL1(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	if !Repeats(m) {
		t.Fatal("no error is left to ridge, and linear_l1 is another")
	}
	methods, err := For(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range methods {
		if m.Name() == "linear_l1" {
			t.Error("linear_l1 is listed")
		}
	}
	if names, err := (Only{"linear_l1"}).Names(p); err != nil || len(names) != 1 {
		t.Errorf("by name: got %v, %v", names, err)
	}
	if Repeats(Naive()) {
		t.Error("naive repeats another method")
	}
}
