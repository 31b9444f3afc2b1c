package pipeline

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"recur/generate"
	"recur/internal/report"
	"recur/predict"
	"recur/task/table"
)

// Stopped is the error of a command that was told to stop and had nothing to save.
type Stopped struct{ What string }

func (e *Stopped) Error() string { return "interrupted; " + e.What }

// GenerateOptions says what to write.
type GenerateOptions struct {
	generate.Options
	Threads int
	OnNote  func(string)
}

// Written is `generate --json`.
type Written struct {
	Schema      int             `json:"schema"`
	Prompt      string          `json:"prompt"`
	Unit        string          `json:"unit"` // what a symbol is
	Seed        uint64          `json:"seed"`
	Temperature float64         `json:"temperature"`
	TopK        int             `json:"top_k,omitempty"`
	TopP        float64         `json:"top_p,omitempty"`
	Samples     []WrittenSample `json:"samples"`
	Lines       bool            `json:"-"` // a sample is a line
}

// WrittenSample is one continuation of the prompt.
type WrittenSample struct {
	Text    string `json:"text"` // without the prompt
	Symbols int    `json:"symbols"`
	Ended   string `json:"ended"` // by what: length, stop, end, interrupted
}

// Generate continues a prompt with a run that has learnt from text. When ctx is done it gives what is written until then, and *Stopped.
func Generate(ctx context.Context, path string, o GenerateOptions) (*Written, error) {
	m, err := speaker("generate", path, o.Threads, o.OnNote)
	if err != nil {
		return nil, err
	}
	samples, err := m.Generate(ctx, o.Options)
	if err != nil && ctx.Err() == nil {
		return nil, usageOf(err)
	}
	w := &Written{
		Schema: 1, Prompt: o.Prompt, Unit: m.Unit(), Seed: o.Sampling.Seed, Temperature: o.Sampling.Temperature, TopK: o.Sampling.TopK, TopP: o.Sampling.TopP,
		Lines: m.Lines(),
	}
	for _, s := range samples {
		w.Samples = append(w.Samples, WrittenSample(s))
	}
	if err != nil {
		return w, &Stopped{"what was written until then is printed"}
	}
	return w, nil
}

// Text is the samples for people, each behind the prompt: lines, or texts below a heading.
func (w *Written) Text() string {
	var b strings.Builder
	for i, s := range w.Samples {
		if !w.Lines && len(w.Samples) > 1 {
			fmt.Fprintf(&b, "--- sample %d of %d\n", i+1, len(w.Samples))
		}
		text := w.Prompt + s.Text
		b.WriteString(text)
		if !strings.HasSuffix(text, "\n") {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// ScoreParts are the parts that a score is told in.
var ScoreParts = []string{generate.ByToken, generate.ByLine, generate.ByFile}

// ScoreOptions says what to score.
type ScoreOptions struct {
	generate.ScoreOptions
	Threads int
}

// Score says how likely a text is to a run that has learnt from text.
func Score(ctx context.Context, path string, o ScoreOptions) (*generate.Report, error) {
	m, err := speaker("score", path, o.Threads, o.OnNote)
	if err != nil {
		return nil, err
	}
	r, err := m.ScoreText(ctx, o.ScoreOptions)
	if err != nil && ctx.Err() != nil {
		return nil, &Stopped{"nothing was scored"}
	}
	return r, usageOf(err)
}

// speaker opens a run that has learnt from text.
func speaker(command, path string, threads int, note func(string)) (*generate.Model, error) {
	run, notes, err := open(path, threads)
	if err != nil {
		return nil, err
	}
	report.Tell(note, notes)
	networks := make([]*predict.Model, len(run.Networks))
	for i, n := range run.Networks {
		networks[i] = n.M
	}
	m, err := generate.New(networks)
	if errors.Is(err, generate.ErrNoText) {
		return nil, &Usage{Message: fmt.Sprintf("%s: the networks of %s have not learnt from text; the command of task %s is %s", command, path, run.Config.Task, table.Of(run.Config).Words().Command)}
	}
	return m, err
}

// usageOf is the error of a command line for what a run can't be asked for.
func usageOf(err error) error {
	var misuse *generate.Misuse
	if errors.As(err, &misuse) {
		return &Usage{Message: misuse.Message}
	}
	return err
}
