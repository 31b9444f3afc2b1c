package pipeline

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/text"
	"recur/generate"
	"recur/models"
)

// textRun writes a run directory with a network of text, as it begins but with larger weights, by hand.
func textRun(t *testing.T, training, documents string, tokens text.Tokens, seed uint64) string {
	t.Helper()
	special := text.Special(0)
	if documents != text.None {
		special |= text.End
	}
	cut := strings.SplitAfter
	if documents == text.Line {
		cut = strings.Split
	}
	v, err := text.Build("test", tokens, special, slices.Values(cut(training, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	n, err := models.New[float32](models.Spec{
		Model: configs.Model{Cell: "lstm", HiddenSize: 12, Layers: 1, Head: "every", DType: "float32", EmbeddingSize: 8},
		Steps: 4, Outputs: v.Len(), Classes: v.Len(), Vocabulary: v.Len(), Padding: -1, Unknown: -1, Seed: seed, Threads: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	c, err := configs.Parse("tiny.yaml", []byte(tiny), []string{"model.cell=lstm", "model.hidden_size=12", "model.head=every"})
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

func TestGenerateAndScore(t *testing.T) {
	const training = "to be or not to be\nthat is the question\n"
	run := textRun(t, training, text.None, text.Tokens{}, 3)
	var emitted string
	o := GenerateOptions{Options: generate.Options{
		Prompt: "to be", Length: 40, Samples: 1, Sampling: generate.Sampling{Temperature: .8, Seed: 7},
		Emit: func(_ int, piece string) error { emitted += piece; return nil },
	}}
	w, err := Generate(context.Background(), run, o)
	if err != nil {
		t.Fatal(err)
	}
	if s := w.Samples[0]; s.Text != emitted || s.Symbols != 40 || s.Ended != "length" || w.Text() != strings.TrimSuffix("to be"+s.Text, "\n")+"\n" {
		t.Errorf("got %+v, of which %q was emitted and %q is printed", s, emitted, w.Text())
	}
	o.Emit, o.Samples, o.Threads = nil, 3, 3
	three, err := Generate(context.Background(), run, o)
	if err != nil {
		t.Fatal(err)
	}
	if three.Samples[0] != w.Samples[0] || !strings.HasPrefix(three.Text(), "--- sample 1 of 3\nto be") {
		t.Errorf("among three the first sample is %+v, alone %+v", three.Samples[0], w.Samples[0])
	}

	// what it says of its own text
	file := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(file, []byte(training), 0o644); err != nil {
		t.Fatal(err)
	}
	whole := scored(t, run, file, "")
	if whole.Symbols != len(training)-1 || math.Abs(whole.Perplexity-math.Exp(whole.Nats)) > 1e-9 || math.Abs(whole.Bits-whole.Nats/math.Ln2) > 1e-9 {
		t.Errorf("got %+v", whole.Language)
	}
	tokens := scored(t, run, file, "token")
	sum, spelled := 0.0, training[:1]
	for _, k := range tokens.Tokens {
		sum, spelled = sum-k.LogP, spelled+k.Symbol
	}
	if spelled != training || math.Abs(sum/float64(len(training)-1)-whole.Nats) > 1e-9 {
		t.Errorf("tokens spell %q with %g nats, want %q and %g", spelled, sum/float64(len(training)-1), training, whole.Nats)
	}
	lines := scored(t, run, file, "line").Lines
	if len(lines) != 2 || lines[0].Symbols != 18 || lines[1].Symbols != 21 || lines[1].Line != 2 ||
		math.Abs(lines[0].Nats*18+lines[1].Nats*21-sum) > 1e-9 {
		t.Errorf("lines are %+v", lines)
	}
	read, err := Score(context.Background(), run, ScoreOptions{ScoreOptions: generate.ScoreOptions{Path: "-", In: strings.NewReader(training)}})
	if err != nil || read.Language != whole.Language {
		t.Errorf("from standard input %+v, %v, want %+v", read, err, whole.Language)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "b.txt"), []byte("not the best"), 0o644); err != nil {
		t.Fatal(err)
	}
	files := scored(t, run, filepath.Dir(file), "file")
	if len(files.Files) != 2 || files.Files[0].Language != whole.Language || files.Symbols != files.Files[0].Symbols+files.Files[1].Symbols {
		t.Errorf("files are %+v of %+v", files.Files, files.Language)
	}
}

func scored(t *testing.T, run, path, by string) *generate.Report {
	t.Helper()
	r, err := Score(context.Background(), run, ScoreOptions{ScoreOptions: generate.ScoreOptions{Path: path, By: by}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Documents that are lines: samples are lines, and the end of each is judged.
func TestGenerateLines(t *testing.T) {
	run := textRun(t, "anna\nemma\nolivia\n", text.Line, text.Tokens{}, 2)
	w, err := Generate(context.Background(), run, GenerateOptions{Options: generate.Options{Length: 200, Samples: 5, Sampling: generate.Sampling{Temperature: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(w.Text(), "\n"); len(lines) != 6 || slices.ContainsFunc(w.Samples, func(s WrittenSample) bool { return s.Ended != "end" }) {
		t.Errorf("got %+v", w.Samples)
	}
	r, err := Score(context.Background(), run, ScoreOptions{ScoreOptions: generate.ScoreOptions{In: strings.NewReader("emma\nann"), By: "line"}})
	if err != nil || len(r.Lines) != 2 || r.Lines[0].Symbols != 5 || r.Lines[1].Symbols != 4 || r.Symbols != 9 {
		t.Errorf("got %+v, %v", r, err)
	}
}

// Wrong uses say what to do, with the exit code of their kind.
func TestLanguageMisused(t *testing.T) {
	characters := textRun(t, "to be or not to be\n", text.None, text.Tokens{}, 1)
	words := textRun(t, "to be or not to be\n", text.None, text.Tokens{Unit: text.Word, MinCount: 1}, 1)
	series := filepath.Join(t.TempDir(), "series")
	c, err := configs.Parse("tiny.yaml", []byte(tiny), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Train(context.Background(), c, TrainOptions{Run: series, Threads: 1}); err != nil {
		t.Fatal(err)
	}
	two := t.TempDir()
	for _, name := range []string{"a", "b"} {
		if err := os.WriteFile(filepath.Join(two, name), []byte("to be"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written := func(run, prompt string) error {
		_, err := Generate(context.Background(), run, GenerateOptions{Options: generate.Options{Prompt: prompt, Length: 1, Samples: 1}})
		return err
	}
	told := func(run, path, by, in string) error {
		_, err := Score(context.Background(), run, ScoreOptions{ScoreOptions: generate.ScoreOptions{Path: path, By: by, In: strings.NewReader(in)}})
		return err
	}
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{written(series, ""), ExitUsage, "generate: the networks of " + series + " have not learnt from text; the command of task forecast is recur forecast"},
		{told(series, "", "", "to"), ExitUsage, "score: the networks of " + series + " have not learnt from text; the command of task forecast is recur forecast"},
		{written(characters, "to xé"), ExitUsage, `the prompt holds "x", "é", characters that the network has not learnt; take them out of the prompt, or give --ignore-unknown, which leaves them out`},
		{written(filepath.Join(two, "nothing"), ""), ExitCheckpoint, "nothing"},
		{told(words, "", "line", "to be"), ExitUsage, "--by line needs lines, and the run reads words, which have none; use --by token"},
		{told(words, two, "token", ""), ExitUsage, "--by token goes with one file, and " + two + " stands for 2; name one of them, or use --by file"},
		{told(characters, "", "", ""), ExitData, "standard input: the file is empty"},
		{told(characters, "", "", "t"), ExitData, "standard input: holds one character and nothing before it to foretell it by; give a longer text"},
		{told(characters, "", "", "to\xff"), ExitData, "standard input:1:3: byte 0xff at offset 2 is not UTF-8; save the file as text in UTF-8"},
		{told(characters, filepath.Join(two, "c"), "", ""), ExitData, "no such file"},
	} {
		if c.err == nil || ExitCode(c.err) != c.code || !strings.Contains(c.err.Error(), c.want) || c.code == ExitData && strings.Contains(c.err.Error(), "data.tokens") {
			t.Errorf("got exit %d: %v\nwant exit %d: %s", ExitCode(c.err), c.err, c.code, c.want)
		}
	}
}

// When it is told to stop, generate gives what is written until then.
func TestGenerateStopped(t *testing.T) {
	run := textRun(t, "to be or not to be\n", text.None, text.Tokens{}, 1)
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	w, err := Generate(ctx, run, GenerateOptions{Options: generate.Options{Length: 1 << 30, Samples: 1, Sampling: generate.Sampling{Temperature: 1}, Emit: func(int, string) error {
		if n++; n == 100 {
			cancel()
		}
		return nil
	}}})
	var stopped *Stopped
	if !errors.As(err, &stopped) || ExitCode(err) != ExitInterrupted || w == nil || len(w.Samples[0].Text) < 100 || w.Samples[0].Ended != "interrupted" {
		t.Errorf("got %+v, %v", w, err)
	}
	if _, err := Score(ctx, run, ScoreOptions{ScoreOptions: generate.ScoreOptions{In: strings.NewReader("to be")}}); ExitCode(err) != ExitInterrupted {
		t.Errorf("got %v", err)
	}
}

func TestReportWrites(t *testing.T) {
	run := textRun(t, "to be or not to be\n", text.None, text.Tokens{}, 1)
	for by, want := range map[string]string{"token": "symbol,logp,rank\no,-", "line": "line,symbols,nats,bits,perplexity\n1,4,", "file": "file,symbols,nats,bits,perplexity,unknown\nstandard input,4,", "": " nats a character ("} {
		r, err := Score(context.Background(), run, ScoreOptions{ScoreOptions: generate.ScoreOptions{In: strings.NewReader("to be"), By: by}})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := r.Write(&b); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("--by %q writes %q, %v, want %q", by, &b, err, want)
		}
	}
}
