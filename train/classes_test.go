package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorgonia.org/gorgonia"

	"recur/checkpoint"
	"recur/data"
	"recur/graph"
	"recur/models"
)

// texts are drawn sequences of symbols from 2 on, 0 being padding. The label is 2 where symbol 3 is among them, else 1 where 4 is,
// else 0; with tags every symbol has the one before it as its label, as a class from 0 to 8, and the first none.
type texts struct {
	symbols [][]int32
	tags    bool
	longest int
}

const textSymbols = 11

// textSpellings give each symbol but padding two of the three rows that all share.
var textSpellings = func() *data.Spellings {
	s := &data.Spellings{Ends: []int32{0}}
	for i := range int32(textSymbols - 1) {
		s.Rows = append(s.Rows, i%3, (i+1)%3)
		s.Ends = append(s.Ends, int32(len(s.Rows)))
	}
	return s
}()

func newTexts(n, longest int, seed uint64, tags bool) texts {
	t := texts{tags: tags, longest: longest}
	r := data.Stream(seed, "texts")
	for range n {
		one := make([]int32, 1+r.IntN(longest))
		for i := range one {
			one[i] = int32(2 + r.IntN(textSymbols-2))
		}
		t.symbols = append(t.symbols, one)
	}
	return t
}

func (t texts) label(i int) int32 {
	switch s := t.symbols[i]; {
	case slices.Contains(s, 3):
		return 2
	case slices.Contains(s, 4):
		return 1
	}
	return 0
}

func (t texts) Len() int                                   { return len(t.symbols) }
func (t texts) Called(i int) string                        { return fmt.Sprint("text ", i) }
func (t texts) Group(int) int                              { return 0 }
func (t texts) Restore(_ int, scaled, out []float64)       { copy(out, scaled) }
func (t texts) Fill32(index []int, b *data.Batch[float32]) { fillTexts(t, index, b) }
func (t texts) Fill64(index []int, b *data.Batch[float64]) { fillTexts(t, index, b) }

func (t texts) Lengths() []int {
	all := make([]int, len(t.symbols))
	for i, s := range t.symbols {
		all[i] = len(s)
	}
	return all
}

func fillTexts[F data.Float](t texts, index []int, b *data.Batch[F]) {
	steps := max(1, b.Least)
	for _, i := range index {
		steps = max(steps, len(t.symbols[i]))
	}
	b.ShapeTokens(len(index), steps, t.tags)
	b.Spelt, b.Spellings = data.Grown(b.Spelt, len(b.Tokens)), textSpellings
	for n, i := range index {
		b.Lengths[n] = len(t.symbols[i])
		for at, s := range t.symbols[i] {
			b.Tokens[at*b.N+n] = s
			if t.tags {
				b.Labels[at*b.N+n] = data.NoLabel
				if at > 0 {
					b.Labels[at*b.N+n] = t.symbols[i][at-1] - 2
				}
			}
		}
		b.PadTokens(n, 0)
		for at := range b.T {
			b.Spelt[at*b.N+n] = b.Tokens[at*b.N+n]
		}
		if !t.tags {
			b.Labels[n] = t.label(i)
		}
	}
}

// textJob is a job of texts with everything that a network of symbols may drop.
func textJob(t testing.TB, tags bool, set ...string) *Job {
	t.Helper()
	c, _ := job(t, append([]string{"model.cell=gru", "model.hidden_size=12", "train.batch_size=16", "train.epochs=5", "train.solver=adamw", "train.weight_decay=0.01"}, set...)...)
	j := &Job{Config: c, Train: newTexts(150, 20, 1, tags), Validation: newTexts(60, 25, 2, tags), Keep: func() checkpoint.Data { return checkpoint.Data{} }}
	j.Spec = models.SpecOf(c, 25, 0, 3, 0)
	s := &j.Spec
	s.Classes, s.Vocabulary, s.Unknown, s.EmbeddingSize, s.Bidirectional, s.Pool, s.Loss = 3, textSymbols, 1, 6, true, "mean_max", "cross_entropy"
	s.EmbeddingDropout, s.WordDropout, s.LockedDropout, s.HeadDropout, s.LabelSmoothing = .1, .02, .1, .1, .05
	s.ClassWeights = []float64{2, 1, 1}
	if tags {
		s.Head, s.Pool, s.Bidirectional, s.Classes, s.Outputs, s.ClassWeights = "every", "last", false, textSymbols-2, textSymbols-2, nil
	}
	return j
}

// TestTexts: a network of symbols learns, of whole texts and at every step, from batches of many lengths; its bits are the same on
// any number of threads, and when it goes on from a checkpoint in the middle of an epoch.
func TestTexts(t *testing.T) {
	for _, tags := range []bool{false, true} {
		for _, dtype := range []string{"float32", "float64"} {
			set := []string{"model.dtype=" + dtype, "train.on_nan=rollback"}
			textJob := func(t testing.TB, tags bool, set ...string) *Job {
				j := textJob(t, tags, set...)
				if dtype == "float32" {
					j.Spec.CharacterNgrams = 3
				}
				return j
			}
			whole, err := Run(context.Background(), textJob(t, tags, set...), Options{Threads: 1})
			if err != nil {
				t.Fatal(err)
			}
			first, last := whole.Epochs[0].ValidationLoss, whole.Epochs[len(whole.Epochs)-1].ValidationLoss
			if !(last < .75*first) {
				t.Errorf("tags %v: the validation loss went from %v to %v", tags, first, last)
			}
			threads, err := Run(context.Background(), textJob(t, tags, set...), Options{Threads: 3})
			if err != nil {
				t.Fatal(err)
			}
			sameResult(t, "three threads", whole, threads)
			for _, step := range []int{7, 20} {
				ctx, o := interruptAt(step)
				part, err := Run(ctx, textJob(t, tags, set...), o)
				if err != nil {
					t.Fatal(err)
				}
				rest, err := Run(context.Background(), textJob(t, tags, set...), Options{Resume: part.Last})
				if err != nil {
					t.Fatal(err)
				}
				sameResult(t, fmt.Sprintf("resumed at step %d", step), whole, rest)
			}
		}
	}
}

// TestTextsWithOtherSolvers: every solver trains a table of symbols, Gorgonia's own with its whole gradient.
func TestTextsWithOtherSolvers(t *testing.T) {
	for _, solver := range []string{"sgd", "momentum", "rmsprop", "adam", "gorgonia-adam", "gorgonia-vanilla"} {
		r, err := Run(context.Background(), textJob(t, false, "train.epochs=2", "train.weight_decay=0", "train.solver="+solver), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if first, last := r.Epochs[0].TrainLoss, r.Epochs[1].TrainLoss; !(last < first) {
			t.Errorf("%s: the loss went from %v to %v", solver, first, last)
		}
		table, _ := checkpoint.Find(r.Last.Weights, "embedding.weight")
		v, _ := checkpoint.Floats[float32](table)
		if !slices.Equal(v[:6], make([]float32, 6)) {
			t.Errorf("%s: padding has become %v", solver, v[:6])
		}
	}
}

// TestFewGraphs: texts of very many lengths make few graphs, and all that are not kept are let go of.
func TestFewGraphs(t *testing.T) {
	j := textJob(t, false, "train.batch_size=1", "train.epochs=1")
	var long texts
	for n := range 60 {
		long.symbols = append(long.symbols, slices.Repeat([]int32{4}, n+1))
	}
	j.Train, j.Validation, j.Spec.Steps = long, nil, 60
	tr, err := newTrainer[float32](j, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.net.Close()
	if _, err := tr.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := len(tr.stages.kept); n != maxStages {
		t.Errorf("%d graphs are kept, want %d", n, maxStages)
	}
	sizes := map[int]bool{}
	for n := 1; n <= 600; n++ {
		s := rounded(n)
		sizes[s] = true
		if s < n || float64(s-n) > float64(s)/5 {
			t.Errorf("%d steps are rounded to %d", n, s)
		}
	}
	if len(sizes) > 34 {
		t.Errorf("there are %d sizes", len(sizes))
	}
}

// TestOrderOfTexts: an epoch takes every text once, in batches of like lengths, of which only the last is not full.
func TestOrderOfTexts(t *testing.T) {
	j := textJob(t, false)
	s := newSampler(j.Config, j.Train)
	order, lengths := make([]int, 150), j.Train.(texts).Lengths()
	s.draw(order, 0, 0)
	sorted := slices.Sorted(slices.Values(order))
	for i, v := range sorted {
		if i != v {
			t.Fatalf("text %d is taken %v", i, sorted)
		}
	}
	spread := 0
	for batch := range slices.Chunk(order, 16) {
		shortest, longest := 99, 0
		for _, i := range batch {
			shortest, longest = min(shortest, lengths[i]), max(longest, lengths[i])
		}
		spread += longest - shortest
	}
	if spread > 60 { // ten batches of texts drawn from 1 to 20
		t.Errorf("the lengths in batches differ by %d in all", spread)
	}
	again := make([]int, 150)
	s.draw(again, 1, 150)
	if slices.Equal(order, again) {
		t.Error("two epochs have the same order")
	}
}

// rows is a table whose gradient is one of rows.
type rows[F Float] struct {
	weight
	of graph.Rows[F]
}

func (r *rows[F]) Rows() graph.Rows[F]           { return r.of }
func (r *rows[F]) Grad() (gorgonia.Value, error) { panic("the whole gradient was asked for") }

// TestSolversOfRows: where a gradient has all rows of a table every solver makes of it what it makes of the whole gradient, to the bit;
// rows that it has not stay as they are, and so do their moments.
func TestSolversOfRows(t *testing.T) {
	testSolversOfRows[float32](t)
	testSolversOfRows[float64](t)
}

func testSolversOfRows[F Float](t *testing.T) {
	values := []F{.5, -1, 2, .25, .75, -.5, 1, 0, 3, -2, .125, 1}
	for _, name := range []string{"sgd", "momentum", "rmsprop", "adam", "adamw"} {
		for _, decay := range []float64{0, .1} {
			whole := &weight{name: "w", value: dense(slices.Clone(values)...), grad: dense(make([]F, 12)...)}
			some := &rows[F]{weight: weight{name: "w", value: dense(slices.Clone(values)...)}}
			a, b := newSolver[F](t, solverConfig(name, decay)), newSolver[F](t, solverConfig(name, decay))
			for step := range 9 {
				setGrad[F](whole, step)
				g := backing[F](whole.grad)
				some.of = graph.Rows[F]{Of: []int{2, 0, 1}, Values: slices.Concat(g[8:], g[:8])}
				for s, w := range map[Solver]gorgonia.ValueGrad{a: whole, b: some} {
					if err := s.Step([]gorgonia.ValueGrad{w}); err != nil {
						t.Fatal(err)
					}
				}
			}
			if d := cmp.Diff(backing[F](whole.value), backing[F](some.value)); d != "" {
				t.Errorf("%s, decay %v: all rows (-whole +rows):\n%s", name, decay, d)
			}
			if d := cmp.Diff(a.State(), b.State()); d != "" {
				t.Errorf("%s, decay %v: state after all rows (-whole +rows):\n%s", name, decay, d)
			}
			before, state := slices.Clone(backing[F](some.value)), b.State()
			some.of = graph.Rows[F]{Of: []int{1}, Values: []F{1, 2, 3, 4}}
			if err := b.Step([]gorgonia.ValueGrad{some}); err != nil {
				t.Fatal(err)
			}
			after := backing[F](some.value)
			if !slices.Equal(before[:4], after[:4]) || !slices.Equal(before[8:], after[8:]) || slices.Equal(before[4:8], after[4:8]) {
				t.Errorf("%s: a step of row 1 made %v of %v", name, after, before)
			}
			for i, m := range b.State().Moments {
				was, _ := checkpoint.Floats[F](state.Moments[i])
				is, _ := checkpoint.Floats[F](m)
				if !slices.Equal(was[:4], is[:4]) || !slices.Equal(was[8:], is[8:]) || slices.Equal(was, is) {
					t.Errorf("%s: a step of row 1 made %v of %s %v", name, is, m.Name, was)
				}
			}
		}
	}
}

// TestNormOfRows: the norm over rows is that over the whole table, and what is not finite in a row that a batch has read is
// found, in the weights as in the state of the solver.
func TestNormOfRows(t *testing.T) {
	j := textJob(t, false, "model.dtype=float64")
	tr, err := newTrainer[float64](j, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.net.Close()
	s, err := tr.stages.of(models.Size{Rows: 16, Steps: 20})
	if err != nil {
		t.Fatal(err)
	}
	index := make([]int, 16)
	permute(index, 0, 0, false)
	s.fill(j.Train, index)
	if _, err := s.run(); err != nil {
		t.Fatal(err)
	}
	var some, whole [][]float64
	for i, p := range s.graph.Grads {
		v, err := p.Grad()
		if err != nil {
			t.Fatal(err)
		}
		g, _ := floats[float64](v)
		some, whole = append(some, s.graph.Gradient(i)), append(whole, g)
	}
	a, _ := gradientNorm(some)
	b, _ := gradientNorm(whole)
	if math.Abs(a-b) > 1e-12*b || len(some[0]) >= len(whole[0]) {
		t.Errorf("the norm of %d values of rows is %v, of the whole table, %d values, %v", len(some[0]), a, len(whole[0]), b)
	}
	for _, what := range []string{"weights", "state"} {
		o := Options{disturb: func(step int, where string, memory any) {
			if step == 3 && where == what {
				memory.([][]float64)[0][3*6] = math.NaN() // symbol 3 of the table, the first parameter
			}
		}}
		_, err := Run(context.Background(), textJob(t, false, "model.dtype=float64"), o)
		want := map[string]string{"weights": "a weight of embedding.weight", "state": "m/embedding.weight"}[what]
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a NaN among the %s gave %v, want %s", what, err, want)
		}
	}
}
