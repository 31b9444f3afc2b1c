package kernel

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// goldenClass is one entry of testdata/classes.json, which testdata/classes.py made with PyTorch 2.15 in float64. Of every
// result it holds three sums over all elements.
type goldenClass struct {
	Op         string
	Sizes      []int
	Smoothing  float64
	Weighted   bool
	Lengths    []int
	Activation string
	Momentum   float64
	Labels     []int
	Sums       map[string][]float64
}

// check compares the sums of a result.
func (g goldenClass) check(t *testing.T, name string, x []float64) {
	t.Helper()
	want := g.Sums[name]
	if len(want) != 3 {
		t.Fatalf("%s %v: PyTorch has no %s", g.Op, g.Sizes, name)
	}
	for j, got := range sums(x) {
		if !(math.Abs(got-want[j]) <= 1e-10*(1+math.Abs(want[j]))) {
			t.Errorf("%s %v: sum %d of %s is %.15g, PyTorch has %.15g", g.Op, g.Sizes, j, name, got, want[j])
		}
	}
}

// goldenClasses are the entries of one operation.
func goldenClasses(t *testing.T, op string) (entries []goldenClass) {
	t.Helper()
	return goldenEntries(t, "testdata/classes.json", op)
}

func goldenEntries(t *testing.T, file, op string) (entries []goldenClass) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []goldenClass
	if err := json.Unmarshal(src, &all); err != nil {
		t.Fatal(err)
	}
	for _, g := range all {
		if g.Op == op {
			entries = append(entries, g)
		}
	}
	if len(entries) == 0 {
		t.Fatalf("no entry of %s", op)
	}
	return entries
}

func TestCrossEntropyPyTorch(t *testing.T) {
	for _, g := range goldenClasses(t, "cross-entropy") {
		s := CrossEntropySpec{N: g.Sizes[0], H: g.Sizes[1], V: g.Sizes[2], Smoothing: g.Smoothing, Train: true}
		q := newClasses[float64](s, false, 0)
		q.in = CrossEntropyInput[float64]{X: wave(1, s.N*s.H), W: wave(2, s.V*s.H), B: wave(3, s.V), Targets: make([]int, s.N)}
		Scale(2, q.in.X)
		Scale(.5, q.in.W)
		if g.Weighted {
			q.in.Mask, q.in.Classes = wave(4, s.N), wave(5, s.V)
		}
		for i := range s.N {
			q.in.Targets[i] = i * 5 % s.V
			if g.Weighted {
				q.in.Mask[i] += 1.5
				if i%3 == 1 {
					q.in.Mask[i] = 0
				}
			}
		}
		for k := range q.in.Classes {
			q.in.Classes[k] += 1.5
		}
		loss := NewCrossEntropy[float64](s).Run(q.in, q.out)
		g.check(t, "loss", []float64{loss})
		g.check(t, "dx", q.out.DX)
		g.check(t, "dw", q.out.DW)
		g.check(t, "db", q.out.DB)
		if !g.Weighted {
			g.check(t, "logp", q.out.LogP)
		}
		p := make([]float64, s.N*s.V)
		LinearForward(nil, Identity, s.N, s.H, s.V, q.in.X, q.in.W, q.in.B, p)
		Softmax(s.N, s.V, p, make([]float64, s.N), make([]float64, s.N))
		g.check(t, "p", p)
	}
}
