package train

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/configs"
)

// weight is a parameter with a gradient and no graph.
type weight struct {
	name    string
	value   *tensor.Dense
	grad    *tensor.Dense
	missing error
}

func (w *weight) Name() string                      { return w.name }
func (w *weight) Value() gorgonia.Value             { return w.value }
func (w *weight) Grad() (gorgonia.Value, error)     { return w.grad, w.missing }
func dense[F Float](values ...F) *tensor.Dense      { return tensor.New(tensor.WithBacking(values)) }
func backing[F Float](d *tensor.Dense) (values []F) { values, _ = floats[F](d); return }

// newWeight is the parameter of the golden values below.
func newWeight[F Float](name string) *weight {
	return &weight{name: name, value: dense[F](0.5, -1, 2, 0.25), grad: dense(make([]F, 4)...)}
}

// setGrad writes the gradient of step s, exact in any precision.
func setGrad[F Float](w *weight, s int) {
	g := backing[F](w.grad)
	for i := range g {
		g[i] = F((7*i+3*s)%5-2) / 4
	}
}

func solverConfig(name string, decay float64) configs.Train {
	return configs.Train{Solver: name, LearningRate: 0.05, Momentum: 0.9, Alpha: 0.95, Betas: [2]float64{0.9, 0.99}, Epsilon: 1e-3, WeightDecay: decay, DecayBiases: true}
}

// descend makes steps from..to-1.
func descend[F Float](t *testing.T, s Solver, w *weight, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		setGrad[F](w, i)
		if err := s.Step([]gorgonia.ValueGrad{w}); err != nil {
			t.Fatal(err)
		}
	}
}

func newSolver[F Float](t *testing.T, c configs.Train) Solver {
	t.Helper()
	s, err := NewSolver[F](c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Made with PyTorch 2.15 in float64:
//
//	def run(make):
//	    w = torch.nn.Parameter(torch.tensor([0.5, -1.0, 2.0, 0.25], dtype=torch.float64))
//	    o = make([w])
//	    for s in range(9):
//	        w.grad = torch.tensor([((7*i + 3*s) % 5 - 2) / 4 for i in range(4)], dtype=torch.float64)
//	        o.step()
//	    return w.tolist()
//	run(lambda p: SGD(p, lr=0.05, weight_decay=d))
//	run(lambda p: SGD(p, lr=0.05, momentum=0.9, weight_decay=d))
//	run(lambda p: RMSprop(p, lr=0.05, alpha=0.95, eps=1e-3, weight_decay=d))
//	run(lambda p: Adam(p, lr=0.05, betas=(0.9, 0.99), eps=1e-3, weight_decay=d))
//	run(lambda p: AdamW(p, lr=0.05, betas=(0.9, 0.99), eps=1e-3, weight_decay=d))
var goldenSteps = []struct {
	solver string
	decay  float64
	want   []float64
}{
	{"sgd", 0, []float64{0.5, -0.97499999999999998, 1.9875, 0.26250000000000001}},
	{"momentum", 0, []float64{0.58087641649999999, -0.91013731500000006, 1.9189247722500005, 0.25037774137500002}},
	{"rmsprop", 0, []float64{0.58445457961469993, -0.80581329625580123, 1.8679524671809922, 0.4098826192631374}},
	{"adam", 0, []float64{0.5973451614334494, -0.9157702933921037, 1.8984772544007995, 0.27866002081808355}},
	{"adamw", 0, []float64{0.5973451614334494, -0.9157702933921037, 1.8984772544007995, 0.27866002081808355}},
	{"sgd", 0.1, []float64{0.4773306040969536, -0.93138122165587744, 1.8998305308284293, 0.25153520247158012}},
	{"momentum", 0.1, []float64{0.49013887053401856, -0.74698426312110122, 1.5892884109195324, 0.20823703768668558}},
	{"rmsprop", 0.1, []float64{0.45907086603219605, -0.48379639553506182, 1.5414702253837926, 0.34646520039051193}},
	{"adam", 0.1, []float64{0.54020432242816618, -0.77914180466687633, 1.7409616746703291, 0.2498058693330277}},
	{"adamw", 0.1, []float64{0.57213283929379743, -0.87377514566978365, 1.8135826108768645, 0.26644342267264393}},
}

func TestSolversAgreeWithPyTorch(t *testing.T) {
	for _, g := range goldenSteps {
		t.Run(g.solver, func(t *testing.T) {
			// A few roundings a step: 1e-14 in float64, 2e-6 in float32.
			checkGolden[float64](t, solverConfig(g.solver, g.decay), g.want, 1e-14)
			checkGolden[float32](t, solverConfig(g.solver, g.decay), g.want, 2e-6)
		})
	}
}

func checkGolden[F Float](t *testing.T, c configs.Train, want []float64, tolerance float64) {
	t.Helper()
	w := newWeight[F]("w")
	descend[F](t, newSolver[F](t, c), w, 0, 9)
	for i, got := range backing[F](w.value) {
		if d := math.Abs(float64(got) - want[i]); !(d <= tolerance) {
			t.Errorf("decay %v, weight %d is %.17g, want %.17g (off by %.2g)", c.WeightDecay, i, got, want[i], d)
		}
	}
}

// Gorgonia's own solvers are the second opinion. Its Adam takes the root of the corrected second moment, ours divides the
// root by the root of the correction: the same but for roundings.
func TestSolversAgreeWithGorgonia(t *testing.T) {
	for ours, theirs := range map[string]string{"sgd": "gorgonia-vanilla", "adam": "gorgonia-adam"} {
		for _, decay := range []float64{0, 0.1} {
			compareSolvers[float64](t, ours, theirs, decay, 1e-14)
			compareSolvers[float32](t, ours, theirs, decay, 2e-6)
		}
	}
}

func compareSolvers[F Float](t *testing.T, ours, theirs string, decay, tolerance float64) {
	t.Helper()
	a, b := newWeight[F]("w"), newWeight[F]("w")
	x, y := newSolver[F](t, solverConfig(ours, decay)), newSolver[F](t, solverConfig(theirs, decay))
	for i := range 20 {
		rate := 0.05 / float64(i+1) // the rate follows a schedule in both
		x.SetLearningRate(rate)
		y.SetLearningRate(rate)
		descend[F](t, x, a, i, i+1)
		descend[F](t, y, b, i, i+1)
	}
	for i, got := range backing[F](a.value) {
		if want := backing[F](b.value)[i]; !(math.Abs(float64(got-want)) <= tolerance) {
			t.Errorf("%s, decay %v, weight %d is %v, %s has %v", ours, decay, i, got, theirs, want)
		}
	}
}

func TestSolverStateGoesOnToTheSameBits(t *testing.T) {
	for _, name := range []string{"sgd", "momentum", "rmsprop", "adam", "adamw"} {
		c := solverConfig(name, 0.1)
		whole := newWeight[float32]("w")
		descend[float32](t, newSolver[float32](t, c), whole, 0, 9)

		split := newWeight[float32]("w")
		first := newSolver[float32](t, c)
		descend[float32](t, first, split, 0, 4)
		state := first.State()
		descend[float32](t, first, newWeight[float32]("w"), 4, 6) // must not reach into state
		second := newSolver[float32](t, c)
		if err := second.LoadState(state); err != nil {
			t.Fatal(err)
		}
		descend[float32](t, second, split, 4, 9)
		if d := cmp.Diff(backing[float32](whole.value), backing[float32](split.value)); d != "" {
			t.Errorf("%s: weights after a resume differ (-whole +split):\n%s", name, d)
		}
	}
}

func TestSolverRefusesForeignState(t *testing.T) {
	adam := newSolver[float32](t, solverConfig("adam", 0))
	descend[float32](t, adam, newWeight[float32]("w"), 0, 1)
	broken := adam.State()
	broken.Moments = broken.Moments[:1]
	swapped := adam.State()
	swapped.Moments[0], swapped.Moments[1] = swapped.Moments[1], swapped.Moments[0]
	cases := []struct {
		to    string
		state SolverState
		want  string
	}{
		{"sgd", adam.State(), `train: solver sgd: the state is that of solver adam`},
		{"adam", broken, `train: solver adam: the state has 1 moments, want 2 for every parameter`},
		{"adam", swapped, `train: solver adam: the state has "v/w" where a moment "m" is due`},
		{"gorgonia-adam", SolverState{}, `train: solver gorgonia-adam: Gorgonia hides the state of its solvers, so nothing can be resumed; solver adam of ours can`},
		{"gorgonia-vanilla", SolverState{}, `train: solver gorgonia-vanilla: Gorgonia hides the state of its solvers, so nothing can be resumed; solver sgd of ours can`},
	}
	for _, c := range cases {
		err := newSolver[float32](t, solverConfig(c.to, 0)).LoadState(c.state)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.to, err, c.want)
		}
	}
	if err := newSolver[float64](t, solverConfig("adam", 0)).LoadState(adam.State()); err == nil {
		t.Error("moments in float32 were taken for float64")
	}
	if _, err := NewSolver[float32](solverConfig("adagrad", 0)); err == nil || !strings.Contains(err.Error(), `unknown solver "adagrad"`) {
		t.Errorf("unknown solver: got %v", err)
	}
}

func TestSolverRefusesWhatItCannotStep(t *testing.T) {
	s := newSolver[float32](t, solverConfig("adam", 0))
	short := newWeight[float32]("w")
	short.grad = dense[float32](1, 2)
	for name, w := range map[string]*weight{"short gradient": short, "wrong type": newWeight[float64]("v")} {
		if err := s.Step([]gorgonia.ValueGrad{w}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSolverStepAllocatesNothing(t *testing.T) {
	for _, name := range []string{"sgd", "momentum", "rmsprop", "adam", "adamw"} {
		s := newSolver[float32](t, solverConfig(name, 0.1))
		model := []gorgonia.ValueGrad{newWeight[float32]("a"), newWeight[float32]("b")}
		if n := testing.AllocsPerRun(20, func() {
			if err := s.Step(model); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations a step, want none", name, n)
		}
	}
}

// Made with PyTorch 2.15: torch.nn.utils.clip_grad_norm_ on gradients [3, -4] and [12].
func TestClip(t *testing.T) {
	cases := []struct {
		limit float64
		want  [][]float64
	}{
		{6.5, [][]float64{{1.4999998846153937, -1.9999998461538582}, {5.999999538461575}}},
		{20, [][]float64{{3, -4}, {12}}},
	}
	for _, c := range cases {
		g := [][]float64{{3, -4}, {12}}
		norm, bad := gradientNorm(g)
		if norm != 13 || bad != -1 {
			t.Errorf("norm is %v (fault in %d), want 13", norm, bad)
		}
		clip(g, norm, c.limit)
		for i := range g {
			for j := range g[i] {
				if d := math.Abs(g[i][j] - c.want[i][j]); d > 1e-15 {
					t.Errorf("limit %v: gradient %d[%d] is %v, want %v", c.limit, i, j, g[i][j], c.want[i][j])
				}
			}
		}
	}
}

func TestGradientNormNamesTheFault(t *testing.T) {
	for _, x := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		if _, bad := gradientNorm([][]float32{{1, 2}, {}, {3, x, 4}, {x}}); bad != 2 {
			t.Errorf("%v: fault in gradient %d, want 2", x, bad)
		}
	}
}
