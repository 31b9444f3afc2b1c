package pipeline

import (
	"context"
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// saying are small configs of what is said of something else: of texts, where symbols are copied, and in sounds.
var saying = map[string]struct {
	config string
	set    []string
}{
	"texts":   {ofPairs, nil},
	"members": {ofPairs, []string{"ensemble.members=2", "train.average=ema"}},
	"copies":  {ofPairs, []string{"model.copy=true", "model.tie_embeddings=true", "data.shared_vocabulary=true", "model.decoder.layers=2", "train.refit=all", "train.accumulate=2"}},
	"sounds":  {ofSounds, nil},
	"heard": {ofSounds, []string{"ensemble.members=2", "train.refit=all", "train.accumulate=2", "train.average=ema",
		"data.augment={copies: 2, speed: 0.1, noise: [10, 30]}", "model.bidirectional=false"}},
}

const (
	ofPairs  = "name: pairs\ntask: seq2seq\ndata: {synthetic: {kind: dates, points: 120, seed: 3}, split: {train: 0.6, validation: 0.2}}\nmodel: {hidden_size: 8, embedding_size: 6}\ntrain: {epochs: 2, batch_size: 16, min_updates: 0}\ndecode: {beam: 2, max_length: 12}\n"
	ofSounds = "name: sounds\ntask: ctc\ndata: {synthetic: {kind: spoken_digits, points: 30}, split: {train: 0.6, validation: 0.2}, augment: {copies: 0}}\nmodel: {hidden_size: 8, front: [{conv: {channels: 8, width: 5, stride: 4, padding: same, norm: layer}}]}\ntrain: {epochs: 2, batch_size: 4, min_updates: 0}\n"
)

// ofSaying is one of those configs.
func ofSaying(t testing.TB, kind string, set ...string) *configs.Config {
	t.Helper()
	one := saying[kind]
	c, err := configs.Parse(kind+".yaml", []byte(one.config), append(one.set, set...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// figuresOf are all figures of an evaluation as JSON says them, by method.
func figuresOf(t *testing.T, e *Evaluation) map[string]map[string]float64 {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Metrics   map[string]*float64
		Baselines map[string]map[string]*float64
		Decode    map[string]any
	}
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	if read.Decode["beam"] == nil {
		t.Errorf("how it was decoded is not told: %s", b)
	}
	all := map[string]map[string]float64{}
	take := func(name string, of map[string]*float64) {
		all[name] = map[string]float64{}
		for key, v := range of {
			if v != nil {
				all[name][key] = *v
			}
		}
	}
	take("network", read.Metrics)
	for name, of := range read.Baselines {
		take(name, of)
	}
	return all
}

// What says something has the same bits on any number of threads and where it is stopped, in the middle of an epoch too, and gone on with; it
// verifies, its scores are those of the contract, and it is drawn.
func TestRunsThatSay(t *testing.T) {
	t.Parallel()
	for kind := range saying {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			c := ofSaying(t, kind)
			whole := trained(t, c, TrainOptions{Threads: 1})
			e, err := Evaluate(whole, EvaluateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			scores := figuresOf(t, e)
			names, baselines := []string{"loss", "perplexity", "token_accuracy", "exact_match", "bleu", "chrf", "rouge1", "rouge2", "rougeL"}, []string{"copy", "lead", "most_frequent"}
			if c.Task == "ctc" {
				names, baselines = []string{"loss", "ler", "cer", "wer", "exact_match"}, []string{"most_frequent"}
			}
			for _, name := range names {
				if _, ok := scores["network"][name]; !ok {
					t.Errorf("no %s among %v", name, scores["network"])
				}
			}
			for _, name := range baselines {
				if scores[name] == nil {
					t.Errorf("no baseline %s among %v", name, scores)
				}
			}
			f, err := Evaluate(resumedOften(t, c), EvaluateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(scores, figuresOf(t, f)); diff != "" {
				t.Errorf("on 3 threads, with stops: %s", diff)
			}
			if c.Ensemble.Members == 0 {
				if v, err := VerifyRun(context.Background(), whole, VerifyOptions{FromStart: true}); err != nil || !v.Same {
					t.Errorf("%+v, %v", v, err)
				}
			}
			if paths, err := Plot(whole, 0); err != nil || len(paths) < 2 { // of outputs that are none there is little to draw
				t.Errorf("pictures: %v, %v", paths, err)
			}
		})
	}
}

// Cells are compared by what they say of the same examples.
func TestCompareWhatIsSaid(t *testing.T) {
	t.Parallel()
	if only, err := ParseBaselines("copy,most_frequent"); err != nil || len(only) != 2 { // names of this task's methods are known
		t.Error(only, err)
	}
	for kind, metric := range map[string]string{"texts": "chrf_error", "sounds": "ler"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r, err := Compare(context.Background(), ofSaying(t, kind, "train.epochs=1"), CompareOptions{Cells: []string{"elman", "gru"}, Seeds: []uint64{1, 2}, Run: filepath.Join(t.TempDir(), "c")})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Rows) != 2 || r.Baselines["most_frequent"] == nil || math.IsNaN(r.Baselines["most_frequent"].Value(metric)) || len(r.Tests) == 0 || r.Tests[0].Test != "paired-bootstrap" || r.Tests[0].P == nil {
				t.Errorf("%+v, %v", r.Tests, r.Baselines)
			}
			if text := r.Text(); !strings.Contains(text, "told apart") {
				t.Errorf("there is no verdict: %s", text)
			}
		})
	}
}
