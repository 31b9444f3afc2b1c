package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/text"
	"recur/internal/pipeline"
	"recur/models"
)

// textRun writes a run directory with a network of text, as it begins but with larger weights, by hand.
func textRun(t *testing.T, training, documents string, special text.Special) string {
	t.Helper()
	cut := strings.SplitAfter
	if documents == text.Line {
		cut = strings.Split
	}
	v, err := text.Build("test", text.Tokens{}, special, slices.Values(cut(training, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	n, err := models.New[float32](models.Spec{
		Model: configs.Model{Cell: "gru", HiddenSize: 9, Layers: 1, Head: "every", DType: "float32", EmbeddingSize: 8},
		Steps: 4, Outputs: v.Len(), Classes: v.Len(), Vocabulary: v.Len(), Padding: -1, Unknown: -1, Seed: 1, Threads: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	c, err := configs.Parse("text.yaml", []byte("data: {synthetic: {kind: sine}}\nmodel: {cell: gru, hidden_size: 9, head: every}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	k := &checkpoint.Checkpoint{Step: 1, Epoch: 1, Config: c, Data: checkpoint.Data{Text: &checkpoint.Text{Vocabulary: v, Documents: documents}}}
	for _, p := range n.Params {
		for i := range p.Values {
			p.Values[i] *= 4
		}
		k.Weights = append(k.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
	}
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.MkdirAll(filepath.Join(dir, "checkpoints"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.Save(checkpoint.OS(), filepath.Join(dir, "checkpoints"), k, true); err != nil {
		t.Fatal(err)
	}
	return dir
}

// printed runs a command line with standard input, and returns what it prints.
func printedBy(t *testing.T, in string, args ...string) (out string, code int, err error) {
	t.Helper()
	var stdout bytes.Buffer
	root := newRoot(&stdout)
	root.SetErr(&bytes.Buffer{})
	root.SetIn(strings.NewReader(in))
	root.SetArgs(args)
	err = root.ExecuteContext(context.Background())
	return stdout.String(), pipeline.ExitCode(err), err
}

// One sample is printed as it comes, several when they are there, and JSON has the same texts; flags come to bear.
func TestGenerateCommand(t *testing.T) {
	run := textRun(t, "to be or not to be,\nthat is the question\n", text.None, 0)
	generate := func(in string, args ...string) string {
		t.Helper()
		out, _, err := printedBy(t, in, append([]string{"generate", run}, args...)...)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	var w pipeline.Written
	if err := json.Unmarshal([]byte(generate("", "--prompt", "to ", "--length", "30", "--samples", "2", "--seed", "5", "--json")), &w); err != nil {
		t.Fatal(err)
	}
	if w.Schema != 1 || w.Prompt != "to " || w.Unit != "character" || w.Seed != 5 || w.Temperature != .8 || len(w.Samples) != 2 || w.Samples[0].Symbols != 30 || w.Samples[0].Ended != "length" {
		t.Fatalf("got %+v", w)
	}
	first := strings.TrimSuffix("to "+w.Samples[0].Text, "\n") + "\n"
	file := filepath.Join(t.TempDir(), "prompt.txt")
	if err := os.WriteFile(file, []byte("\ufeffto "), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{
		"one":             generate("", "--prompt", "to ", "--length", "30", "--seed", "5"),
		"threads":         generate("", "--prompt", "to ", "--length", "30", "--seed", "5", "--threads", "3"),
		"of a file":       generate("", "--prompt-file", file, "--length", "30", "--seed", "5"),
		"of stdin":        generate("to ", "--prompt-file", "-", "--length", "30", "--seed", "5"),
		"what is unknown": generate("", "--prompt", "Xto ", "--ignore-unknown", "--length", "30", "--seed", "5")[1:],
	} {
		if got != first {
			t.Errorf("%s: got %q, want %q", name, got, first)
		}
	}
	if got := generate("", "--prompt", "to ", "--length", "30", "--seed", "6"); got == first {
		t.Error("another seed gives the same text")
	}
	greedy := generate("", "--length", "30", "--temperature", "0")
	if top := generate("", "--length", "30", "--top-k", "1"); top != greedy {
		t.Errorf("the likeliest symbols are %q, and with --top-k 1 %q", greedy, top)
	}
	if top := generate("", "--length", "30", "--top-p", "1e-9", "--seed", "9"); top != greedy {
		t.Errorf("the likeliest symbols are %q, and with --top-p 1e-9 %q", greedy, top)
	}
	stop := w.Samples[0].Text[9:11]
	if got, want := generate("", "--prompt", "to ", "--length", "30", "--seed", "5", "--stop", strings.ReplaceAll(stop, "\n", `\n`)), "to "+w.Samples[0].Text[:strings.Index(w.Samples[0].Text, stop)]; strings.TrimSuffix(got, "\n") != strings.TrimSuffix(want, "\n") {
		t.Errorf("until %q: got %q, want %q", stop, got, want)
	}
	for want, args := range map[string][]string{
		`--prompt and --prompt-file exclude each other`: {"--prompt", "to", "--prompt-file", file},
		`--prompt-file: can't read nothing`:             {"--prompt-file", "nothing"},
		`the prompt holds "X", a character that`:        {"--prompt", "X"},
		`want a number above 0, up to 1`:                {"--top-p", "0"},
		`want a number from 0 to 1000`:                  {"--temperature", "-1"},
	} {
		if _, code, err := printedBy(t, "", append([]string{"generate", run}, args...)...); code != pipeline.ExitUsage || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: exit %d: %v, want %q", args, code, err, want)
		}
	}
}

// Names are lines: a line a sample.
func TestGenerateNames(t *testing.T) {
	run := textRun(t, "anna\nemma\nolivia\n", text.Line, text.End|text.Unknown)
	out, _, err := printedBy(t, "", "generate", run, "--samples", "40", "--length", "300", "--prompt", "em")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != 40 || slices.ContainsFunc(lines, func(s string) bool { return !strings.HasPrefix(s, "em") || strings.Contains(s, "<") }) {
		t.Errorf("got %q", out)
	}
}

func TestScoreCommand(t *testing.T) {
	run := textRun(t, "to be or not to be,\nthat is the question\n", text.None, 0)
	out, _, err := printedBy(t, "to be\nor not", "score", run)
	if err != nil || !strings.Contains(out, " nats a character (") || !strings.Contains(out, "11 characters, 0.00% of them unknown\n") {
		t.Errorf("got %q, %v", out, err)
	}
	out, _, err = printedBy(t, "to be\nor not", "score", run, "-", "--by", "line", "--json")
	var r struct {
		Schema, Symbols        int
		Nats, Bits, Perplexity float64
		Unknown                *float64
		Lines                  []struct{ Line, Symbols int }
	}
	if err != nil || json.Unmarshal([]byte(out), &r) != nil || r.Schema != 1 || r.Symbols != 11 || r.Nats <= 0 || r.Unknown == nil || len(r.Lines) != 2 || r.Lines[1].Symbols != 6 {
		t.Errorf("got %s, %v", out, err)
	}
	out, _, err = printedBy(t, "t\nb", "score", run, "--by", "token")
	if lines := strings.Split(out, "\n"); err != nil || lines[0] != "symbol,logp,rank" || lines[1] != `"` || len(lines) != 5 {
		t.Errorf("got %q, %v", out, err)
	}
	if _, code, err := printedBy(t, "", "score", run, "nothing.txt"); code != pipeline.ExitData || !strings.Contains(err.Error(), "nothing.txt") {
		t.Errorf("exit %d: %v", code, err)
	}
	if _, code, _ := printedBy(t, "", "score", run, "--by", "page"); code != pipeline.ExitUsage {
		t.Errorf("exit %d", code)
	}
}
