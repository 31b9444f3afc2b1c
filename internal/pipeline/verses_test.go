package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// verses is a config over a text of lines.
func verses(t testing.TB, set ...string) *configs.Config {
	t.Helper()
	var b strings.Builder
	r := data.Stream(3, "verse")
	for range 500 {
		for range 2 + r.IntN(4) {
			b.WriteString([]string{"the ", "cat ", "and ", "dog ", "ran ", "off "}[r.IntN(6)])
		}
		b.WriteString("home\n")
	}
	path := filepath.Join(t.TempDir(), "verses.txt")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "name: verses\ntask: language\ndata: {corpus: \"" + path + "\", split: {train: 0.7, validation: 0.15}, window: 20}\nmodel: {hidden_size: 12, embedding_size: 8}\ntrain: {epochs: 2, batch_size: 8}\n"
	c, err := configs.Parse("verses.yaml", []byte(text), set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A text is learnt, scored exactly, judged beside counting, and goes on after a stop in the middle of an epoch to the same bits, on any
// number of threads; so do documents and ensembles.
func TestText(t *testing.T) {
	t.Parallel()
	for name, set := range map[string][]string{
		"one text": nil, "documents": {"data.documents=line"}, "words of both parts": {"data.tokens=word", "train.refit=all", "train.epochs=8"}, "members": {"ensemble.members=2", "model.cell=gru"},
		"streams of documents": {"data.documents=line", "data.window=3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := verses(t, set...)
			whole := trained(t, c, TrainOptions{Threads: 1})
			e, err := Evaluate(whole, EvaluateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			scores := scoresOf(t, e)
			if !(scores["network"] < scores["unigram"]) || !(scores["ngram"] < scores["unigram"]) {
				t.Errorf("%v", scores)
			}
			if v := e.Validation; v == nil || v.Unjudged == "" && v.Metric != "nats" {
				t.Errorf("%+v", v)
			}
			if e.Windows == 0 || e.Split != "test" {
				t.Errorf("%+v", e)
			}
			other := resumedOften(t, c)
			f, err := Evaluate(other, EvaluateOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(scores, scoresOf(t, f)); diff != "" {
				t.Errorf("on 3 threads, with stops: %s", diff)
			}
			if c.Ensemble.Members == 0 {
				if v, err := VerifyRun(context.Background(), whole, VerifyOptions{}); err != nil || len(v.Differences) > 0 {
					t.Errorf("%+v, %v", v, err)
				}
			}
		})
	}
}

// scoresOf are the nats of the methods.
func scoresOf(t *testing.T, e *Evaluation) map[string]float64 {
	t.Helper()
	b, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Metrics   struct{ Nats float64 }
		Baselines map[string]struct{ Nats float64 }
	}
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	scores := map[string]float64{"network": read.Metrics.Nats}
	for name, one := range read.Baselines {
		scores[name] = one.Nats
	}
	return scores
}

// resumedOften trains on three threads and is stopped at the end of every epoch, and between them.
func resumedOften(t *testing.T, c *configs.Config) string {
	t.Helper()
	run := filepath.Join(t.TempDir(), "run")
	for round := 0; round < 50; round++ {
		ctx, cancel := context.WithCancel(context.Background())
		o := TrainOptions{Run: run, Resume: round > 0, Threads: 3, OnEpoch: func(Epoch) { cancel() }, OnJob: func(e JobEvent) {
			if e.Epoch != nil {
				cancel()
			}
		}}
		_, err := Train(ctx, c, o)
		cancel()
		var stop *Interrupted
		if err == nil {
			return run
		}
		if !errors.As(err, &stop) {
			t.Fatal(err)
		}
	}
	t.Fatal("it has no end")
	return ""
}

// Cells are compared on text by the blocks of it.
func TestCompareText(t *testing.T) {
	t.Parallel()
	c := verses(t, "train.epochs=1", "data.documents=line")
	r, err := Compare(context.Background(), c, CompareOptions{Cells: []string{"elman", "gru"}, Seeds: []uint64{1, 2}, Run: filepath.Join(t.TempDir(), "c")})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 2 || r.Baselines["ngram"] == nil || math.IsNaN(r.Baselines["ngram"].Value("nats")) || len(r.Tests) == 0 || r.Tests[0].Test != "block bootstrap" || r.Tests[0].P == nil {
		t.Errorf("%+v", r.Tests)
	}
	if !strings.Contains(r.Text(), "block bootstrap") {
		t.Error(r.Text())
	}
}
