package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
)

// Two files that go line by line are scored as SOURCES,TARGETS; one alone is refused, and its message says so. What was learnt is left out.
func TestEvaluateTwoFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	sources, targets := write("train.de", "eins\nzwei\ndrei\nvier\n"), write("train.en", "one\ntwo\nthree\nfour\n")
	c, err := configs.Parse("c.yaml", []byte("task: seq2seq\ndata: {parallel: ["+sources+", "+targets+"], split: {train: 0.5, validation: 0.25}}\n"+
		"model: {hidden_size: 4, embedding_size: 3}\ntrain: {epochs: 1, threads: 1}\ndecode: {beam: 1}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	run := trained(t, c, TrainOptions{})
	others, said := write("test.de", "sechs\nsieben\neins\nzwei\ndrei\nvier\n"), write("test.en", "six\nseven\none\ntwo\nthree\nfour\n")
	e, err := Evaluate(run, EvaluateOptions{CSV: others + "," + said})
	if err != nil || e.Windows != 3 || e.Sightings == nil || e.LeftOut != 3 {
		t.Fatalf("got %+v, %v; want two new pairs and the one of the test part, and three left out", e, err)
	}
	if e, err = Evaluate(run, EvaluateOptions{CSV: others + "," + said, All: true}); err != nil || e.Windows != 6 {
		t.Errorf("all: got %+v, %v", e, err)
	}
	if _, err = Evaluate(run, EvaluateOptions{CSV: others}); err == nil || !strings.Contains(err.Error(), "SOURCES,TARGETS") {
		t.Errorf("sources alone: got %v", err)
	}
}
