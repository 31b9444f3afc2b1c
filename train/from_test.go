package train

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/data/series"
	"recur/data/text"
)

// whats are what became of weights, by name.
func whats(t *Taken) map[string]string {
	m := map[string]string{}
	for _, r := range t.Rows {
		m[r.Name] = r.What
	}
	return m
}

// TestTakenWeights: what fits is taken, also of the other type of numbers; a training from it begins where it says, so does its refit,
// a resume goes on to the same bits, and refuses other weights.
func TestTakenWeights(t *testing.T) {
	source := mustRun(t, Options{}, "model.dtype=float64", "train.epochs=2").Best
	for _, set := range [][]string{{"train.epochs=4"}, {"train.epochs=4", "train.refit=all", "train.average=ema", "train.on_nan=rollback"}} {
		c, p := job(t, set...)
		j := JobOf(c, p)
		taken, err := Take(j.Spec, nil, nil, source.Weights)
		if err != nil || len(taken.Weights) != len(source.Weights) {
			t.Fatalf("%d of %d weights are taken: %v", len(taken.Weights), len(source.Weights), err)
		}
		j.From = taken.Weights
		run := func(o Options, ctx context.Context) *Result {
			r, err := Run(ctx, j, o)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		whole, drawn := run(Options{}, context.Background()), mustRun(t, Options{}, set...)
		if a, b := whole.Epochs[0].TrainLoss, drawn.Epochs[0].TrainLoss; !(a < .8*b) {
			t.Errorf("from trained weights the first loss is %v, from drawn ones %v", a, b)
		}
		for step := 1; step < whole.Last.Step; step += 4 {
			ctx, o := interruptAt(step)
			k := run(o, ctx).Last
			sameResult(t, "resumed", whole, run(Options{Resume: onDisk(t)(k)}, context.Background()))
			if err := Compatible(k, JobOf(c, p), Options{}); err == nil || !strings.Contains(err.Error(), "began with weights of another network") {
				t.Errorf("without its weights a run is resumed: %v", err)
			}
		}
	}
}

// TestWhatIsTaken: every kind of misfit is told, and nothing of it is taken.
func TestWhatIsTaken(t *testing.T) {
	c, p := job(t, "model.layers=2")
	s := JobOf(c, p).Spec
	source := mustRun(t, Options{}, "train.epochs=1").Best.Weights
	i := slices.IndexFunc(source, func(t checkpoint.Tensor) bool { return t.Name == "head.bias" })
	source[i] = checkpoint.FromFloats("head.bias", []int{2}, []float32{1, 2})
	source = append(source, checkpoint.FromFloats("extra", nil, []float32{1}))
	k := slices.IndexFunc(source, func(t checkpoint.Tensor) bool { return t.Name == "rnn.bias_hh_l0" })
	source[k].DType, source[k].Data = "F16", source[k].Data[:len(source[k].Data)/2]
	taken, err := Take(s, nil, nil, source)
	if err != nil {
		t.Fatal(err)
	}
	got := whats(taken)
	for name, want := range map[string]string{"rnn.weight_ih_l0": "taken", "rnn.weight_ih_l1": "only here", "head.bias": "another shape", "extra": "only there", "rnn.bias_hh_l0": "type F16"} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	bad := checkpoint.FromFloats("head.weight", []int{1, 6}, []float64{1, 2, math.NaN(), 4, 5, 6})
	if _, err := Take(s, nil, nil, []checkpoint.Tensor{bad}); err == nil || !strings.Contains(err.Error(), "value 2 of head.weight is NaN") {
		t.Errorf("a NaN is taken: %v", err)
	}
	bad = checkpoint.FromFloats("head.weight", []int{1, 6}, []float64{1, 2, 1e300, 4, 5, 6})
	if _, err := Take(s, nil, nil, []checkpoint.Tensor{bad}); err == nil {
		t.Error("what is infinite in float32 is taken")
	}
}

func vocabulary(t *testing.T, of string) *checkpoint.Data {
	t.Helper()
	v, err := text.Build("a", text.Tokens{}, text.Unknown, func(yield func(string) bool) { yield(of) })
	if err != nil {
		t.Fatal(err)
	}
	return &checkpoint.Data{Text: &checkpoint.Text{Vocabulary: v, Documents: text.None}}
}

// TestRowsAreTakenByName: symbols, labels and names keep their rows, wherever they stand in the other network.
func TestRowsAreTakenByName(t *testing.T) {
	j := textJob(t, true, "model.dtype=float64") // a symbol after each
	ours, theirs := vocabulary(t, "aaaabbbccd"), vocabulary(t, "xxxxxxddddccccbb")
	s := j.Spec
	v := ours.Text.Vocabulary.Len()
	s.Vocabulary, s.Classes, s.Outputs, s.Padding, s.ClassWeights = v, v, v, -1, nil
	n, e := theirs.Text.Vocabulary.Len(), s.EmbeddingSize
	numbers := make([]float64, n*e)
	for i := range numbers {
		numbers[i] = float64(100 + i)
	}
	taken, err := Take(s, ours, theirs, []checkpoint.Tensor{
		checkpoint.FromFloats("embedding.weight", []int{n, e}, numbers), checkpoint.FromFloats("head.bias", nil, numbers[:n]),
		checkpoint.FromFloats("head.weight", []int{n, 3}, numbers[:n*3])})
	if err != nil {
		t.Fatal(err)
	}
	if got := whats(taken); got["embedding.weight"] != "4 of 5 rows" || got["head.bias"] != "4 of 5 rows" || got["head.weight"] != "another shape" {
		t.Errorf("got %v", got)
	}
	find := func(d *checkpoint.Data, symbol string) int {
		return slices.Index(symbolNames(d, d.Text.Vocabulary.Len()), symbol)
	}
	table, _ := checkpoint.Find(taken.Weights, "embedding.weight")
	rows, _ := table.Float64s()
	for _, symbol := range []string{"false b", "false c", "false d", "true <unk>"} {
		i, k := find(ours, symbol), find(theirs, symbol)
		if i < 0 || k < 0 || rows[i*e] != numbers[k*e] || rows[i*e+e-1] != numbers[k*e+e-1] {
			t.Errorf("%q is row %d here and %d there: %v", symbol, i, k, rows)
		}
	}
	if a := find(ours, "false a"); math.Abs(rows[a*e]) > 1 {
		t.Errorf("a, which the other network has not, begins at %v", rows[a*e])
	}

	for name, d := range map[string]*checkpoint.Data{
		"head.bias":             {Labelled: &checkpoint.Labelled{Classes: []string{"x", "y"}}},
		"embedding.wind.weight": {Local: &series.LocalState{Categories: map[string][]string{"wind": {"y"}}}},
	} {
		if got := rowNames(d, name, []int{2}); len(got) != 2 || got[1] != "y" {
			t.Errorf("the rows of %s are %q", name, got)
		}
	}
}

// TestRowsOfTexts: a classifier takes the symbols of a language model, and rows that words share where there are as many.
func TestRowsOfTexts(t *testing.T) {
	model := vocabulary(t, "aabbcc")
	labelled := &checkpoint.Data{Labelled: &checkpoint.Labelled{Classes: []string{"x", "y"}, Vocabulary: model.Text.Vocabulary}}
	n := model.Text.Vocabulary.Len()
	a, b := rowNames(model, "embedding.weight", []int{n, 8}), rowNames(labelled, "embedding.weight", []int{n + 2, 8})
	if !slices.Equal(a, b[:n]) || b[n] != "row 0 of 2" || len(b) != n+2 {
		t.Errorf("the rows are %q and %q", a, b)
	}
	if got := rowNames(labelled, "head.weight", []int{2, 3}); !slices.Equal(got, []string{"x", "y"}) {
		t.Errorf("the rows of the head are %q", got)
	}
	if got := rowNames(&checkpoint.Data{}, "embedding.weight", []int{3, 2}); got != nil {
		t.Errorf("rows without a vocabulary are %q", got)
	}
}
