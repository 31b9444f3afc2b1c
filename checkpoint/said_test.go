package checkpoint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
	"recur/configs"
	"recur/data"
	"recur/data/text"
)

// wordsOf makes a vocabulary of the words of a text.
func wordsOf(t *testing.T, s string, special text.Special) *text.Vocabulary {
	t.Helper()
	v, err := text.Build("a", text.Tokens{Unit: text.Word, MinCount: 1}, special, func(yield func(string) bool) { yield(s) })
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const whole = text.Padding | text.Unknown | text.Start | text.End

// kept is what is read of data that were written.
func kept(t *testing.T, d checkpoint.Data) checkpoint.Data {
	t.Helper()
	c, err := configs.Parse("c.yaml", []byte("data: {synthetic: {kind: sine}}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	disk := crashfs.New()
	k := &checkpoint.Checkpoint{Step: 1, Epoch: 1, Config: c, Data: d, Weights: []checkpoint.Tensor{checkpoint.FromFloats("head.bias", []int{1}, make([]float32, 1))}}
	if _, err := checkpoint.Save(disk, "c", k, true); err != nil {
		t.Fatal(err)
	}
	got, _, err := checkpoint.Load(disk, "c", "last")
	if err != nil {
		t.Fatal(err)
	}
	return got.Data
}

// What a model of pairs keeps is read back: of texts, of texts with one vocabulary, and of numbers.
func TestPairsAreKept(t *testing.T) {
	source, target := wordsOf(t, "the cat and the dog", whole), wordsOf(t, "die Katze und der „Hund“", whole)
	for name, p := range map[string]*checkpoint.Paired{
		"texts":   {Source: source, Target: target, SourceSteps: 7, TargetSteps: 9},
		"shared":  {Source: target, Target: target, Shared: true, SourceSteps: 1, TargetSteps: 2},
		"numbers": {Target: target, SourceSteps: 5, TargetSteps: 6, Inputs: []string{"x", "y"}, Columns: []string{"id", "x", "y"}, InputScaler: data.Scaler{Kind: "standard", Offset: []float64{.1, 1. / 3}, Scale: []float64{2, 1e-300}}},
	} {
		d := kept(t, checkpoint.Data{Paired: p})
		got := d.Paired
		if got == nil {
			t.Errorf("%s: nothing is read back", name)
			continue
		}
		if (got.Source == nil) != (p.Source == nil) || p.Source != nil && got.Source.Checksum() != p.Source.Checksum() || got.Target.Checksum() != p.Target.Checksum() {
			t.Errorf("%s: other vocabularies are read", name)
		}
		if got.Shared != p.Shared || p.Shared && got.Source != got.Target {
			t.Errorf("%s: shared is %v, and one vocabulary is the other %v", name, got.Shared, got.Source == got.Target)
		}
		if d.Gives() != target.Len() || d.Reads() != len(p.Inputs) {
			t.Errorf("%s: it gives %d and reads %d", name, d.Gives(), d.Reads())
		}
		if diff := cmp.Diff(p, got, equal, cmpopts.IgnoreFields(checkpoint.Paired{}, "Source", "Target")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, bad := range map[string]*checkpoint.Paired{
		"nothing":          {},
		"no end":           {Source: source, Target: wordsOf(t, "a b", text.Padding|text.Start), SourceSteps: 1, TargetSteps: 1},
		"neither":          {Target: target, SourceSteps: 1, TargetSteps: 1},
		"both":             {Source: source, Target: target, Inputs: []string{"x"}, InputScaler: data.Scaler{Offset: []float64{0}, Scale: []float64{1}}, SourceSteps: 1, TargetSteps: 1},
		"numbers unscaled": {Target: target, Inputs: []string{"x"}, SourceSteps: 1, TargetSteps: 1},
		"no steps":         {Source: source, Target: target},
		"no UTF-8":         {Target: target, Inputs: []string{"\xff"}, InputScaler: data.Scaler{Offset: []float64{0}, Scale: []float64{1}}, SourceSteps: 1, TargetSteps: 1},
	} {
		if err := bad.Check(); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// What a model of sounds keeps is read back, with the rate where features are made of samples.
func TestSoundsAreKept(t *testing.T) {
	v := wordsOf(t, "one two zwölf", text.Padding|text.Unknown)
	for _, rate := range []int{0, 8000} {
		s := &checkpoint.Sounds{Vocabulary: v, Inputs: 40, Rate: rate, Steps: 300, Labels: 12}
		d := kept(t, checkpoint.Data{Sounds: s})
		if d.Sounds == nil || d.Sounds.Vocabulary.Checksum() != v.Checksum() || d.Gives() != v.Len() || d.Reads() != 40 {
			t.Fatalf("got %+v", d.Sounds)
		}
		if diff := cmp.Diff(s, d.Sounds, equal, cmpopts.IgnoreFields(checkpoint.Sounds{}, "Vocabulary")); diff != "" {
			t.Error(diff)
		}
	}
	for name, bad := range map[string]*checkpoint.Sounds{
		"nothing": {}, "no blank": {Vocabulary: wordsOf(t, "a b", text.Unknown), Inputs: 1, Steps: 1, Labels: 1}, "no features": {Vocabulary: v, Steps: 1, Labels: 1},
		"a rate below 0": {Vocabulary: v, Inputs: 1, Rate: -1, Steps: 1, Labels: 1},
	} {
		if err := bad.Check(); err == nil || !strings.Contains(err.Error(), "blank") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
