package classes

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"recur/data"
	"recur/evaluate"
)

// waves are sequences of two inputs and 1 to 40 steps: a wave of the period that their class has, at any phase, and noise.
func waves(n int, seed uint64) (x [][]float64, truth []int) {
	random := data.Stream(seed, "waves")
	for i := range n {
		class, phase := i%3, random.Float64()*6
		one := make([]float64, 2*(1+random.IntN(40)))
		if i >= 6 { // all but a few are long enough to tell
			one = make([]float64, 2*(20+random.IntN(21)))
		}
		for j := range one {
			if one[j] = random.NormFloat64() * 10; j%2 == 0 {
				one[j] = 1000 + math.Sin(phase+float64(j/2)*6.28/float64(4+3*class)) + random.NormFloat64()/5
			}
		}
		x, truth = append(x, one), append(truth, class)
	}
	return x, truth
}

func accuracy(t *testing.T, m Method[[]float64], x [][]float64, truth []int) *evaluate.Classification {
	t.Helper()
	c, err := evaluate.Classify(truth, m.Predict(x), []string{"a", "b", "c"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRocketHearsPeriods(t *testing.T) {
	x, truth := waves(120, 1)
	unseen, want := waves(120, 2)
	m, err := Rocket(x, truth, 3, 2, 100, 7)
	if c := accuracy(t, must(t, m, err), unseen, want); c.Accuracy < .9 || c.LogLoss > .35 {
		t.Errorf("accuracy %v, log loss %v, want ≥ .9 and ≤ .35", c.Accuracy, c.LogLoss)
	}
	same, err := Rocket(x, truth, 3, 2, 100, 7)
	other, err2 := Rocket(x, truth, 3, 2, 100, 8)
	if p := m.Predict(unseen); !cmp.Equal(p, must(t, same, err).Predict(unseen)) || cmp.Equal(p, must(t, other, err2).Predict(unseen)) {
		t.Error("equal seeds are to give equal probabilities, others not")
	}
}

func TestSequencesOnAnyNumberOfThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	x, truth := waves(90, 1)
	var first [2][][]float64
	for _, threads := range []int{1, 3} {
		runtime.GOMAXPROCS(threads)
		rocket, err := Rocket(x, truth, 3, 2, 30, 7)
		nearest, err2 := Nearest(x, truth, 3, 2)
		p := [2][][]float64{must(t, rocket, err).Predict(x), must(t, nearest, err2).Predict(x)}
		if threads == 1 {
			first = p
		}
		if d := cmp.Diff(first, p); d != "" {
			t.Errorf("%d threads (-1 thread +got)\n%s", threads, d)
		}
	}
}

// What the regression says of an example left out is what one says that never had it.
func TestLeaveOneOut(t *testing.T) {
	random := data.Stream(1, "features")
	for _, size := range [][2]int{{9, 20}, {30, 6}} {
		n, f := size[0], size[1]
		features, truth := make([][]float64, n), make([]int, n)
		for i := range features {
			features[i], truth[i] = make([]float64, f), i*i%7%3
			for j := range features[i] {
				features[i][j] = random.NormFloat64()
			}
		}
		for j := range f {
			mean := 0.0
			for i := range n {
				mean += features[i][j] / float64(n)
			}
			for i := range n {
				features[i][j] -= mean
			}
		}
		r, err := fitRidge(features, truth, 3)
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if d := cmp.Diff(without(features, truth, i, r.penalty, features[i]), r.left[i], cmpopts.EquateApprox(0, 1e-7)); d != "" {
				t.Errorf("%d examples of %d features: %d left out (-want +got)\n%s", n, f, i, d)
			}
		}
		if d := cmp.Diff(without(features, truth, -1, r.penalty, features[0]), r.predict(features[0]), cmpopts.EquateApprox(0, 1e-7)); d != "" {
			t.Errorf("%d examples of %d features: predicted (-want +got)\n%s", n, f, d)
		}
	}
}

// without solves the normal equations of a ridge regression with a free constant on all examples but one, and predicts x.
func without(features [][]float64, truth []int, except int, penalty float64, x []float64) []float64 {
	f := len(x)
	a, b := mat.NewDense(f+1, f+1, nil), mat.NewDense(f+1, 3, nil)
	for j := range f {
		a.Set(j, j, penalty)
	}
	for i, row := range features {
		if i == except {
			continue
		}
		one := append(append([]float64(nil), row...), 1)
		for j, v := range one {
			floats.AddScaled(a.RawRowView(j), v, one)
			for c := range 3 {
				y := -1.0
				if c == truth[i] {
					y = 1
				}
				b.Set(j, c, b.At(j, c)+v*y)
			}
		}
	}
	var w mat.Dense
	if err := w.Solve(a, b); err != nil {
		panic(err)
	}
	out := append([]float64(nil), w.RawRowView(f)...)
	for j, v := range x {
		floats.AddScaled(out, v, w.RawRowView(j))
	}
	return out
}

// The convolution is the sum that defines it, whatever the kernel and however short the sequence.
func TestConvolution(t *testing.T) {
	random := data.Stream(1, "kernels")
	for range 300 {
		steps := 1 + random.IntN(30)
		k := draw(random, 1+random.IntN(30), 3)
		x := make([]float64, 3*steps)
		for i := range x {
			x[i] = random.NormFloat64()
		}
		reach := (k.length - 1) * k.dilation
		padding := 0
		if k.padded || steps <= reach {
			padding = reach / 2
		}
		var want []float64
		for t := -padding; t+reach < steps+padding || t == -padding; t++ {
			sum := k.bias
			for i, input := range k.inputs {
				for j := range k.length {
					if at := t + j*k.dilation; at >= 0 && at < steps {
						sum += k.weights[i*k.length+j] * x[input*steps+at]
					}
				}
			}
			want = append(want, sum)
		}
		if d := cmp.Diff(want, k.over(x, steps, nil), cmpopts.EquateApprox(1e-12, 1e-12)); d != "" {
			t.Fatalf("%d steps, %+v (-want +got)\n%s", steps, k, d)
		}
	}
}

// Mean 0 and deviation 1 as they are: the distance counts what is missing behind the shorter one as 0.
func TestNearest(t *testing.T) {
	x := [][]float64{{1, -1}, {-1}, {1}}
	m, err := Nearest(x, []int{0, 1, 1}, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	n := m.(*nearest)
	if n.channels.offset[0] != 0 || n.channels.scale[0] != 1 {
		t.Fatalf("%+v, want mean 0 and deviation 1", n.channels)
	}
	z := n.logits([]float64{1, -1, 2}, -1)
	floats.Scale(-n.unit, z)
	// No sequence is of class 2.
	if d := cmp.Diff([]float64{2, math.Sqrt(5), 2*math.Sqrt(5) + n.unit}, z, cmpopts.EquateApprox(1e-12, 0)); d != "" {
		t.Errorf("distances (-want +got)\n%s", d)
	}
	if p := m.Predict([][]float64{{1, -1, 2}, {-1, 0}}); floats.MaxIdx(p[0]) != 0 || floats.MaxIdx(p[1]) != 1 || math.Abs(floats.Sum(p[0])-1) > 1e-12 {
		t.Errorf("%v, want class 0 and class 1", p)
	}
	one, err := Nearest([][]float64{{3}}, []int{1}, 2, 1)
	if p := must(t, one, err).Predict([][]float64{{5}}); floats.MaxIdx(p[0]) != 1 {
		t.Errorf("of one training sequence of class 1: %v", p)
	}
}

// Probabilities of training sequences that lie apart are those of what is left out, not of a distance of 0 to themselves.
func TestNearestIsNotSureOfNoise(t *testing.T) {
	random := data.Stream(1, "noise")
	draw := func() (x [][]float64, truth []int) {
		for i := range 300 {
			x, truth = append(x, []float64{random.NormFloat64(), random.NormFloat64()}), append(truth, i%3)
		}
		return x, truth
	}
	x, truth := draw()
	m, err := Nearest(x, truth, 3, 1)
	unseen, want := draw()
	if c := accuracy(t, must(t, m, err), unseen, want); c.LogLoss > math.Log(3)+.05 {
		t.Errorf("log loss %v of noise, want about ln 3 = %v", c.LogLoss, math.Log(3))
	}
}

func TestSequenceFaults(t *testing.T) {
	for _, c := range []struct {
		x    [][]float64
		d    int
		want string
	}{
		{nil, 1, "the training part has no example"},
		{[][]float64{{1, 2}, {}}, 2, "training sequence 1 has 0 numbers, want one step or more of 2 inputs"},
		{[][]float64{{1, 2}, {1, 2, 3}}, 2, "training sequence 1 has 3 numbers"},
		{[][]float64{{1, 2}, {3, 4, 5, math.NaN()}}, 2, "input 1 of step 1 of training sequence 1 is NaN, want a finite number"},
		{[][]float64{{math.Inf(1)}, {1}}, 1, "is +Inf, want a finite number"},
	} {
		truth := make([]int, len(c.x))
		_, nearest := Nearest(c.x, truth, 2, c.d)
		_, rocket := Rocket(c.x, truth, 2, c.d, 5, 0)
		for _, err := range []error{nearest, rocket} {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v: %v, want %q", c.x, err, c.want)
			}
		}
	}
}

// Constant inputs, sequences of one step and a class without sequences are all within the rules.
func TestLittleToGoBy(t *testing.T) {
	x := [][]float64{{5, 1}, {5, 2}, {5, 3}, {5, 1.5}}
	truth := []int{0, 1, 1, 0}
	for _, fit := range []func() (Method[[]float64], error){
		func() (Method[[]float64], error) { return Nearest(x, truth, 3, 2) },
		func() (Method[[]float64], error) { return Rocket(x, truth, 3, 2, 20, 0) },
		func() (Method[[]float64], error) { return Rocket(x[:1], truth[:1], 3, 2, 20, 0) },
	} {
		m, err := fit()
		for _, p := range must(t, m, err).Predict([][]float64{{5, 1}, {7, 3, 8, 9}}) {
			if math.Abs(floats.Sum(p)-1) > 1e-9 || floats.MaxIdx(p) == 2 {
				t.Errorf("%s: %v", m.Name(), p)
			}
		}
	}
}

func BenchmarkRocket(b *testing.B) {
	x, truth := waves(300, 1)
	for b.Loop() {
		if _, err := Rocket(x, truth, 3, 2, 0, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	x, truth := waves(1000, 1)
	for b.Loop() {
		if _, err := Nearest(x, truth, 3, 2); err != nil {
			b.Fatal(err)
		}
	}
}
