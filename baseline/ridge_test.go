package baseline

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// walks is a random series of two targets and a covariate; a share of the targets is missing.
func walks(rows int, missing float64) []float64 {
	r := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 3*rows)
	for i := range values {
		values[i] = r.NormFloat64()
		if i >= 3 {
			values[i] += 0.9 * values[i-3]
		}
	}
	for i := 9; i < len(values); i++ {
		if i%3 < 2 && r.Float64() < missing {
			values[i] = math.NaN()
		}
	}
	return values
}

// TestRidgeSolvesItsEquations checks that the gradient of Σ(y-wx)² + λ·d·|w|² over the known targets is zero, with the
// sums written out window by window from what data.Fill gives.
func TestRidgeSolvesItsEquations(t *testing.T) {
	for _, c := range []struct {
		name    string
		rows    int
		missing float64
	}{
		{"one block", 100, 0},
		{"several blocks", 1200, 0},
		{"missing targets", 700, 0.1},
	} {
		p := prepare(t, []string{"a", "b"}, []string{"c"}, walks(c.rows, c.missing), shape(4, 3, 20, 20))
		e := newEquations(allOf(p.Train), designOf(p))
		r, ok := e.solve(0.01)
		if !ok {
			t.Fatalf("%s: no solution", c.name)
		}
		if worst := gradient(p.Train, r, 0.01*e.scale); worst > 1e-9 {
			t.Errorf("%s: gradient %g at the solution", c.name, worst)
		}
	}
}

// gradient is the largest one of all weights, divided by the number of windows.
func gradient(p *series.Part, r *ridge, penalty float64) float64 {
	var b data.Batch[float64]
	features, outputs := r.weights.Dims()
	g := mat.NewDense(features, outputs, nil)
	for i := range p.Windows {
		data.Fill(p, []int{i}, &b)
		x := append(append([]float64(nil), b.X...), 1) // [T,1,D] is [T·D]
		for o := range outputs {
			if b.Mask[o] == 0 {
				continue
			}
			e := -b.Y[o]
			for j, v := range x {
				e += v * r.weights.At(j, o)
			}
			for j, v := range x {
				g.Set(j, o, g.At(j, o)+e*v)
			}
		}
	}
	worst := 0.0
	for o := range outputs {
		for j := range features {
			d := g.At(j, o)
			if j < features-1 {
				d += penalty * r.weights.At(j, o)
			}
			worst = max(worst, math.Abs(d)/float64(p.Len()))
		}
	}
	return worst
}

// A sine obeys y_t = 2·cos(ω)·y_{t-1} - y_{t-2}, so a linear map predicts it exactly at any horizon.
func TestRidgeFindsALinearLaw(t *testing.T) {
	wave := make([]float64, 400)
	for i := range wave {
		wave[i] = 50 + 20*math.Sin(2*math.Pi*float64(i)/37)
	}
	for _, set := range []func(*configs.Config){
		func(*configs.Config) {},
		func(c *configs.Config) { c.Data.Center = "last" },
		func(c *configs.Config) { c.Model.Head = "every" },
		func(c *configs.Config) { c.Train.Refit = "all" },
	} {
		p := prepare(t, []string{"a"}, nil, wave, func(c *configs.Config) { shape(5, 6, 50, 50)(c); set(c) })
		m, err := Ridge(p.Train, p.Validation)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range m.Predict(p.Test) {
			truth, _ := p.Test.Truth(i)
			if d := cmp.Diff(truth, f, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 0.01 })); d != "" {
				t.Fatalf("window %d (-want +got)\n%s", i, d)
			}
		}
	}
}

func TestHeadDoesNotMatterToRidge(t *testing.T) {
	fit := func(head string) [][]float64 {
		p := prepare(t, []string{"a", "b"}, []string{"c"}, walks(300, 0.05), func(c *configs.Config) { shape(4, 3, 60, 60)(c); c.Model.Head = head })
		m, err := Ridge(p.Train, p.Validation)
		if err != nil {
			t.Fatal(err)
		}
		return m.Predict(p.Test)
	}
	if d := cmp.Diff(fit("last"), fit("every")); d != "" {
		t.Errorf("(-last +every)\n%s", d)
	}
}

func TestRefitUsesTheValidationPart(t *testing.T) {
	weights := func(refit string) []float64 {
		p := prepare(t, []string{"a", "b"}, []string{"c"}, walks(300, 0), func(c *configs.Config) { shape(4, 1, 100, 50)(c); c.Train.Refit = refit })
		m, err := Ridge(p.Train, p.Validation)
		if err != nil {
			t.Fatal(err)
		}
		all := allOf(p.Train)
		if refit == "all" {
			all = allOf(series.Merge(p.Train, p.Validation))
		}
		again, _ := newEquations(all, designOf(p)).solve(m.(*ridge).lambda)
		if d := cmp.Diff(again.weights.RawMatrix().Data, m.(*ridge).weights.RawMatrix().Data); d != "" {
			t.Errorf("refit %s: not the fit on its windows\n%s", refit, d)
		}
		return m.(*ridge).weights.RawMatrix().Data
	}
	if cmp.Equal(weights("none"), weights("all")) {
		t.Error("refit: all gives the weights of refit: none")
	}
}

func TestRidgeAsNumbers(t *testing.T) {
	p := prepare(t, []string{"a", "b"}, []string{"c"}, walks(300, 0), func(c *configs.Config) { shape(4, 2, 100, 50)(c); c.Train.Refit = "all" })
	m, err := RidgeOfTraining(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	l, ok := Numbers(m)
	if !ok || l.Shape != [2]int{4*3 + 1, 2 * 2} {
		t.Fatalf("got %v, shape %v", ok, l.Shape)
	}
	again, err := l.Method(3)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(m.Predict(p.Test), again.Predict(p.Test)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	alone, _ := newEquations(allOf(p.Train), designOf(p)).solve(l.Lambda)
	if d := cmp.Diff(alone.weights.RawMatrix().Data, l.Weights); d != "" {
		t.Errorf("not the fit on the training part\n%s", d)
	}
	if _, err := l.Method(2); err == nil {
		t.Error("weights of another number of inputs are taken")
	}
	if _, ok := Numbers(Naive()); ok {
		t.Error("naive is a ridge")
	}
}

func TestRidgeWithoutValidationHoldsOutTheEndOfEachSeries(t *testing.T) {
	p := &series.Part{Prepared: &series.Prepared{}}
	for s, n := range []int{10, 3, 7} {
		for i := range n {
			p.Windows = append(p.Windows, series.Window{Series: s, Start: i})
		}
	}
	fit, check := allOf(p).holdOut()
	if d := cmp.Diff([]int{8, 9, 19}, check.index); d != "" {
		t.Errorf("check (-want +got)\n%s", d)
	}
	if len(fit.index) != 17 {
		t.Errorf("%d windows to fit, want 17", len(fit.index))
	}
	p.Windows = p.Windows[:4]
	fit, check = allOf(p).holdOut()
	if len(fit.index) != 4 || len(check.index) != 4 {
		t.Errorf("of 4 windows got %d to fit and %d to check, want all for both", len(fit.index), len(check.index))
	}
}

func TestThinned(t *testing.T) {
	s := selection{index: make([]int, 10)}
	for i := range s.index {
		s.index[i] = i
	}
	for _, c := range []struct {
		n    float64
		want []int
	}{{10, s.index}, {1e9, s.index}, {4, []int{0, 3, 6, 9}}, {0.1, []int{0}}} {
		if d := cmp.Diff(c.want, s.thinned(c.n).index); d != "" {
			t.Errorf("%v: (-want +got)\n%s", c.n, d)
		}
	}
}

func TestLongWindowsAreCutToTheirLastSteps(t *testing.T) {
	values := make([]float64, 1400)
	for i := range values {
		values[i] = math.Sin(float64(i) / 9)
	}
	p := prepare(t, []string{"a"}, nil, values, shape(1200, 1, 50, 50))
	m, ok := newEquations(allOf(p.Train), designOf(p)).solve(1e-3)
	if !ok {
		t.Fatal("no solution")
	}
	if got, _ := m.weights.Dims(); got != maxFeatures {
		t.Errorf("%d features, want %d", got, maxFeatures)
	}
	truth, _ := p.Test.Truth(0)
	if f := m.Predict(p.Test)[0][0]; math.Abs(f-truth[0]) > 0.02 {
		t.Errorf("predicted %v, want %v", f, truth[0])
	}
}

func TestMissingTargetsShortenVeryLongWindows(t *testing.T) {
	for _, c := range []struct {
		missing float64
		want    int
	}{{0, 200}, {0.1, 107}} {
		p := prepare(t, []string{"a", "b"}, []string{"c"}, walks(700, c.missing), shape(200, 160, 0, 170))
		if got := stepsUsed(p); got != c.want { // √(2^25/320) = 323 features
			t.Errorf("share %v missing: %d steps, want %d", c.missing, got, c.want)
		}
	}
}

func TestRidgeOnUselessTargets(t *testing.T) {
	values := walks(100, 0)
	for i := 0; i < 80; i++ { // b is known in the first row of the training part only
		if i > 0 {
			values[3*i+1] = math.NaN()
		}
	}
	p := prepare(t, []string{"a", "b"}, []string{"c"}, values, shape(4, 1, 10, 10))
	m, err := Ridge(p.Train, p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Predict(p.Test) {
		if math.IsNaN(f[0]) || math.IsNaN(f[1]) {
			t.Fatalf("predicted %v", f)
		}
	}
	if _, err := Ridge(&series.Part{}, nil); err == nil || !strings.Contains(err.Error(), "data.split") {
		t.Errorf("no training window: got %v, want an error that names data.split", err)
	}
}
