package models

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/graph"
	"recur/internal/kernel"
)

// labelled is one network of classes as PyTorch computed it in float64; testdata/classes.py wrote the file.
type labelled struct {
	Case struct {
		Cell, Head, Pool                      string
		Layers, Steps, Batch, Inputs, Hidden  int
		Classes, Vocabulary, Embedding, Front int
		Shared                                int
		Bidirectional, Tied                   bool
		Smoothing                             float64
		Weights                               []float64
		Lengths                               []int
	}
	Loss  float64
	LogP  digest `json:"logp"`
	Grads []struct {
		Name string
		digest
	}
	Curve []float64
}

func (l labelled) name() string {
	c := l.Case
	return fmt.Sprintf("%s,%s,%s,layers=%d,both=%v,symbols=%d,front=%d,tied=%v,shared=%d", c.Cell, c.Head, c.Pool, c.Layers, c.Bidirectional, c.Vocabulary, c.Front, c.Tied, c.Shared)
}

func (l labelled) spec(implementation string) Spec {
	c := l.Case
	s := Spec{
		Model: configs.Model{Cell: c.Cell, HiddenSize: c.Hidden, Layers: c.Layers, Bidirectional: c.Bidirectional, Head: c.Head, Pool: c.Pool,
			EmbeddingSize: c.Embedding, CharacterNgrams: c.Shared, Implementation: implementation},
		Steps: c.Steps, Inputs: c.Inputs, Outputs: c.Classes, Vocabulary: c.Vocabulary, Unknown: 1,
		Classes: c.Classes, LabelSmoothing: c.Smoothing, Threads: 2,
	}
	if c.Tied {
		s.TieEmbeddings, s.Padding = true, -1
	}
	if len(c.Weights) > 0 {
		s.ClassWeights = c.Weights
	}
	if c.Front > 0 {
		s.Front = []configs.Layer{{Conv: configs.Conv{Channels: c.Front, Width: 3, Padding: "same", Activation: "relu"}}}
	}
	return s
}

// fillLabelled gives network and graph the formula's weights, data and labels.
func fillLabelled[F graph.Float](n *Network[F], g *Graph[F], lengths []int) {
	for i, p := range n.Params {
		formula(i, 2/math.Sqrt(float64(n.Spec.HiddenSize)), p.Values)
		if p.Name == symbolTable && n.Spec.Padding >= 0 {
			clear(p.Values[:p.Shape[1]])
		}
	}
	formula(100, 4, g.X)
	whole := func(stream, count int, to []int32, less int32) {
		v := make([]float64, len(to))
		formula(stream, 1, v)
		for i := range v {
			to[i] = int32(math.Floor((v[i]+0.5)*float64(count))) - less
		}
	}
	whole(100, n.Spec.Vocabulary, g.Tokens, 0)
	whole(103, n.Spec.Classes+1, g.Labels, 1)
	copy(g.Lengths, lengths)
	for i := range g.Tokens {
		if i/g.B >= g.Lengths[i%g.B] {
			g.Tokens[i] = 0
		}
	}
	spell(n.Spec, g)
}

// spell makes three lists of shared rows more than there are symbols, of up to three rows, and gives every symbol one of them.
func spell[F graph.Float](s Spec, g *Graph[F]) {
	g.Spellings = graph.Spellings{}
	for i := range s.Vocabulary + 3 {
		for j := range i % 4 * min(1, s.CharacterNgrams) {
			g.Spellings.Rows = append(g.Spellings.Rows, int32((3*i+j)%s.CharacterNgrams))
		}
		g.Spellings.Ends = append(g.Spellings.Ends, int32(len(g.Spellings.Rows)))
	}
	for i := range g.Spelt {
		g.Spelt[i] = (g.Tokens[i] + int32(i%g.B)) % int32(s.Vocabulary+3)
	}
}

// wholeGradient is the gradient by parameter i, of the table of symbols with the rows that were not read.
func wholeGradient[F graph.Float](n *Network[F], g *Graph[F], i int) []F {
	table, ok := g.Grads[i].(*Table[F])
	if !ok {
		return g.Gradient(i)
	}
	all := make([]F, len(n.Params[i].Values))
	table.Rows().AddTo(all)
	return all
}

func TestClassesPyTorch(t *testing.T) {
	b, err := os.ReadFile("testdata/classes.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []labelled
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		t.Run(l.name(), func(t *testing.T) {
			checkLabelled[float64](t, l, "fused", tolerance64)
			checkLabelled[float64](t, l, "primitive", tolerance64)
			checkLabelled[float32](t, l, "fused", tolerance32)
		})
	}
}

func checkLabelled[F graph.Float](t *testing.T, want labelled, implementation string, tolerance float64) {
	t.Helper()
	n, err := New[F](want.spec(implementation))
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	g, err := n.Graph(want.Case.Batch, want.Case.Steps, true)
	if err != nil {
		t.Fatal(err)
	}
	fillLabelled(n, g, want.Case.Lengths)
	loss := run(t, g)
	if e := math.Abs(loss-want.Loss) / want.Loss; !(e <= tolerance) {
		t.Errorf("%s %T: loss is %v, want %v", implementation, F(0), loss, want.Loss)
	}
	check := func(what string, x []F, d digest) {
		if e := wrong(x, d); !(e <= tolerance) {
			t.Errorf("%s %T: %s is off by %.2g of its largest value %.4g, want at most %g", implementation, F(0), what, e, d.Max, tolerance)
		}
	}
	check("chance of the labels", g.LogP, want.LogP)
	if len(want.Grads) != len(n.Params) {
		t.Fatalf("got %d parameters, want %d", len(n.Params), len(want.Grads))
	}
	for i, d := range want.Grads {
		if n.Params[i].Name != d.Name {
			t.Fatalf("parameter %d is %s, want %s", i, n.Params[i].Name, d.Name)
		}
		check("gradient of "+d.Name, wholeGradient(n, g, i), d.digest)
	}
	if implementation == "fused" {
		checkLabelledCurve(t, n, g, want, tolerance)
	}
}

// checkLabelledCurve trains for as many steps as the golden curve has, with the same Adam; a row of the table that is never
// read has no gradient there, so that the whole table and its rows are stepped alike.
func checkLabelledCurve[F graph.Float](t *testing.T, n *Network[F], g *Graph[F], want labelled, tolerance float64) {
	t.Helper()
	fillLabelled(n, g, want.Case.Lengths)
	m, v := make([][]F, len(n.Params)), make([][]F, len(n.Params))
	for i, p := range n.Params {
		m[i], v[i] = make([]F, len(p.Values)), make([]F, len(p.Values))
	}
	for step, w := range want.Curve {
		if loss := run(t, g); !(math.Abs(loss-w)/w <= 3*tolerance) { // of ten steps, each with its roundings
			t.Errorf("%T: loss at step %d is %v, want %v", F(0), step, loss, w)
		}
		c1, c2 := 1-math.Pow(0.9, float64(step+1)), 1-math.Pow(0.999, float64(step+1))
		for i, p := range n.Params {
			if table, ok := g.Grads[i].(*Table[F]); ok {
				kernel.AdamRows(p.Values, table.Rows(), m[i], v[i], 0.01, 0.9, 0.999, 1e-8, c1, c2, 0)
				continue
			}
			kernel.AdamStep(p.Values, g.Gradient(i), m[i], v[i], 0.01, 0.9, 0.999, 1e-8, c1, c2, 0)
		}
	}
	if first, last := want.Curve[0], want.Curve[len(want.Curve)-1]; last >= first {
		t.Errorf("the loss did not fall: %v to %v", first, last)
	}
}

// classified is a small network of symbols with everything that training drops.
func classified(pool string) Spec {
	return Spec{
		Model: configs.Model{Cell: "gru", HiddenSize: 5, Layers: 2, Bidirectional: true, Pool: pool, EmbeddingSize: 4, HeadDropout: .3, Dropout: .1,
			EmbeddingDropout: .2, WordDropout: .2, LockedDropout: .2},
		Steps: 6, Outputs: 3, Classes: 3, Vocabulary: 9, Unknown: 1, LabelSmoothing: .1, Seed: 4,
	}
}

// TestClassGradients: with all dropouts and every pool, the gradients agree with central differences.
func TestClassGradients(t *testing.T) {
	for _, pool := range []string{"last", "mean", "max", "mean_max", "attention", "every", "tied", "spelt"} {
		s := classified(pool)
		if pool == "every" || pool == "tied" {
			s.Pool, s.Head = "last", "every"
		}
		if pool == "spelt" {
			s.Pool, s.CharacterNgrams = "max", 5
		}
		if pool == "tied" {
			s.TieEmbeddings, s.Classes, s.Outputs = true, s.Vocabulary, s.Vocabulary
		}
		n, g := open[float64](t, s, 3, true)
		fillLabelled(n, g, []int{6, 3, 5})
		g.Labels[0] = 2
		g.Dropout(3, 7)
		run(t, g)
		for i, p := range n.Params {
			gradient := slices.Clone(wholeGradient(n, g, i))
			for j := 0; j < len(gradient); j += 1 + len(gradient)/7 {
				const h = 1e-6
				kept := p.Values[j]
				p.Values[j] = kept + h
				up := run(t, g)
				p.Values[j] = kept - h
				down := run(t, g)
				p.Values[j] = kept
				if want := (up - down) / (2 * h); math.Abs(gradient[j]-want) > 1e-7 && !(p.Name == symbolTable && j < 4 && !s.TieEmbeddings) {
					t.Errorf("pool %s: gradient of %s[%d] is %v, central differences give %v", pool, p.Name, j, gradient[j], want)
				}
			}
			if p.Name == symbolTable && !s.TieEmbeddings && !slices.Equal(gradient[:4], make([]float64, 4)) {
				t.Errorf("pool %s: padding has the gradient %v", pool, gradient[:4])
			}
		}
	}
}

// TestRowsOfClassesAlone: neither padding, nor what stands behind the end, nor the other rows change what is said of one.
func TestRowsOfClassesAlone(t *testing.T) {
	for _, pool := range []string{"last", "mean", "max", "mean_max", "attention", "every"} {
		s := classified(pool)
		if pool == "every" {
			s.Pool, s.Head = "last", "every"
		}
		n, err := New[float32](s)
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		said := func(rows, steps, at int, rest int32) []float32 {
			g, err := n.Graph(rows, steps, false)
			if err != nil {
				t.Fatal(err)
			}
			for i := range g.Tokens {
				g.Tokens[i] = (int32(i)*rest + rest) % 9
			}
			for i := range g.Labels {
				g.Labels[i] = int32(i) % 3
			}
			g.Lengths[at] = 4
			for i, v := range []int32{5, 3, 0, 8} {
				g.Tokens[i*rows+at] = v
				if len(g.Labels) > rows {
					g.Labels[i*rows+at] = 2
				}
			}
			if len(g.Labels) == rows {
				g.Labels[at] = 2
			}
			run(t, g)
			var out []float32
			for i := at; i < len(g.LogP); i += rows {
				out = append(out, g.LogP[i])
			}
			return out[:min(4, len(out))]
		}
		want := said(1, 4, 0, 0)
		for i, got := range [][]float32{said(1, 6, 0, 2), said(3, 6, 1, 4), said(3, 6, 2, 7), said(40, 9, 33, 5)} {
			for j := range want {
				if math.Abs(float64(got[j]-want[j])) > 1e-6 { // kernels may sum rows of another number in another order
					t.Errorf("pool %s, surrounding %d: %v, alone %v", pool, i, got, want)
				}
			}
		}
	}
}

// TestThreadsOfClasses: the same bits on any number of threads.
func TestThreadsOfClasses(t *testing.T) {
	for _, pool := range []string{"mean_max", "attention"} {
		var want []float32
		for _, threads := range []int{1, 2, 5} {
			s := classified(pool)
			s.Threads, s.HiddenSize, s.EmbeddingSize, s.Steps, s.Vocabulary, s.Classes, s.Outputs = threads, 40, 70, 30, 50, 20, 20
			n, g := open[float32](t, s, 32, true)
			fillLabelled(n, g, nil)
			g.Dropout(1, 2)
			got := []float32{float32(run(t, g))}
			for i := range n.Params {
				got = append(got, g.Gradient(i)...)
			}
			if want == nil {
				want = got
			}
			if !slices.Equal(got, want) {
				t.Errorf("pool %s: %d threads give other bits", pool, threads)
			}
		}
	}
}

// TestJudgedPlainly: an evaluation graph gives the mean of -log p, whatever smoothing, weights and dropout training has.
func TestJudgedPlainly(t *testing.T) {
	s := classified("mean")
	s.ClassWeights = []float64{1, 5, .5}
	n, g := open[float64](t, s, 4, false)
	fillLabelled(n, g, []int{6, 3, 5, 1})
	copy(g.Labels, []int32{1, -1, 2, 0})
	loss := run(t, g)
	if want := -(g.LogP[0] + g.LogP[2] + g.LogP[3]) / 3; math.Abs(loss-want) > 1e-12 || g.LogP[1] != 0 {
		t.Errorf("the loss is %v, the labels have the chances %v", loss, g.LogP)
	}
	if n.Spec.ClassWeights == nil {
		t.Error("the weights are gone")
	}
	for i := range g.Labels {
		g.Labels[i] = -1
	}
	if loss := run(t, g); loss != 0 {
		t.Errorf("a batch without labels has the loss %v", loss)
	}
}

// The values are those of sklearn.utils.class_weight.compute_class_weight("balanced", ...) for 5, 2 and 1 labels.
func TestBalancedWeights(t *testing.T) {
	want := []float64{8. / 15, 8. / 6, 8. / 3}
	for k, w := range BalancedWeights([]int{5, 2, 1}) {
		if math.Abs(w-want[k]) > 1e-15 {
			t.Errorf("class %d weighs %v, want %v", k, w, want[k])
		}
	}
	if w := BalancedWeights([]int{3, 0}); w[1] != 1 {
		t.Errorf("a class that does not occur weighs %v", w[1])
	}
}

// TestSymbolsBegin: symbols begin small, padding at zero, and nothing else of the network draws otherwise for them.
func TestSymbolsBegin(t *testing.T) {
	s := classified("attention")
	s.Vocabulary, s.Padding = 400, 2
	n, _ := open[float64](t, s, 1, false)
	least, most := math.Inf(1), math.Inf(-1)
	for i, v := range n.Param(symbolTable).Values {
		if least, most = min(least, v), max(most, v); (v == 0) != (i/4 == 2) {
			t.Errorf("symbol %d begins at %v", i/4, v)
		}
	}
	if least < -.1 || least > -.09 || most > .1 || most < .09 {
		t.Errorf("symbols begin between %v and %v, want ±0.1", least, most)
	}
	s.Vocabulary = 9
	other, _ := open[float64](t, s, 1, false)
	if a, b := n.Param("head.weight").Values, other.Param("head.weight").Values; !slices.Equal(a, b) {
		t.Errorf("the head begins at %v or %v", a, b)
	}
	if w := n.Param(poolWeight).Values; slices.Contains(w, 0) {
		t.Errorf("the pool begins at %v", w)
	}
}

// TestDrop: a graph that is dropped is not kept, and made anew when it is asked for.
func TestDrop(t *testing.T) {
	n, g := open[float32](t, classified("mean"), 2, true)
	n.Drop(g)
	if len(n.graphs) != 0 {
		t.Errorf("%d graphs are kept", len(n.graphs))
	}
	other, err := n.Graph(2, 6, true)
	if err != nil || other == g {
		t.Errorf("the graph that was dropped is there: %v", err)
	}
	run(t, other)
}

func TestClassErrors(t *testing.T) {
	for want, change := range map[string]func(s *Spec){
		"head every with pool mean, want pool last":                       func(s *Spec) { s.Head = "every" },
		"loss mse with 3 classes, want cross_entropy":                     func(s *Spec) { s.Loss = "mse" },
		"loss cross_entropy with 0 classes":                               func(s *Spec) { s.Classes, s.Loss, s.LabelSmoothing = 0, "cross_entropy", 0 },
		"3 classes and 4 outputs":                                         func(s *Spec) { s.Outputs = 4 },
		"label smoothing is 1, want 0 or more and below 1":                func(s *Spec) { s.LabelSmoothing = 1 },
		"2 weights of classes, want one for each of 3":                    func(s *Spec) { s.ClassWeights = []float64{1, 2} },
		"the weight of class 1 is -2":                                     func(s *Spec) { s.ClassWeights = []float64{1, -2, 1} },
		"and output tanh, want 0, 0 and identity":                         func(s *Spec) { s.Output = "tanh" },
		`unknown pool "sum"`:                                              func(s *Spec) { s.Pool = "sum" },
		"9 symbols with embedding_size 4, 2 inputs":                       func(s *Spec) { s.Inputs = 2 },
		"padding 0 and the unknown symbol 9 of 9":                         func(s *Spec) { s.Unknown = 9 },
		"locked_dropout is 1, want 0 or more and below 1":                 func(s *Spec) { s.LockedDropout = 1 },
		"embedding_dropout 0.2 and word_dropout 0.2 without symbols":      func(s *Spec) { s.Vocabulary, s.Inputs = 0, 1 },
		"label smoothing 0.1 and 0 weights of classes without classes":    func(s *Spec) { s.Classes = 0 },
		"a head tied to 9 symbols tells 3 apart, head last, want as many": func(s *Spec) { s.TieEmbeddings = true },
		"5 rows of parts of words with 0 symbols and": func(s *Spec) {
			s.CharacterNgrams, s.Vocabulary, s.Inputs, s.EmbeddingDropout, s.WordDropout = 5, 0, 1, 0, 0
		},
		"a head tied to 0 symbols tells 3 apart": func(s *Spec) {
			s.TieEmbeddings, s.Vocabulary, s.Inputs, s.EmbeddingDropout, s.WordDropout = true, 0, 1, 0, 0
		},
		"head every with a front that does not keep every step or read": func(s *Spec) {
			s.Head, s.Pool = "every", "last"
			s.Front = []configs.Layer{{Conv: configs.Conv{Channels: 2, Width: 3}}}
		},
	} {
		s := classified("mean")
		change(&s)
		if _, err := New[float32](s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	_, g := open[float32](t, classified("mean"), 2, true)
	copy(g.Labels, []int32{1, 3})
	if _, err := g.Run(); err == nil || !strings.Contains(err.Error(), "target 1 is 3, want 0 to 2") {
		t.Errorf("a label that is no class gave %v", err)
	}
	g.Labels[1], g.Tokens[3] = 0, 9
	if _, err := g.Run(); err == nil || !strings.Contains(err.Error(), "symbol 3 is 9, want 0 to 8") {
		t.Errorf("a symbol beyond the table gave %v", err)
	}
}
