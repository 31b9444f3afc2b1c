package pipeline

import (
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/kernel"
	"recur/internal/report"
	"recur/predict"
	"recur/task"
	"recur/task/table"
	"recur/train"
)

// PairsRow is how fast one thing goes, by whole readings: an epoch, or all sentences.
type PairsRow struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`         // of what is done: symbols, seconds of sound, sentences
	Amount float64 `json:"amount"`       // so many of them in a reading
	Time   Timing  `json:"reading_ms"`   // of a reading
	Busy   Timing  `json:"processor_ms"` // likewise, of all processors together; 0 where the system does not tell
	// Shape is what a peer needs to do the same work.
	Shape PairsShape `json:"shape"`
}

// PairsShape is the work of a row.
type PairsShape struct {
	Batch      int    `json:"batch"`
	Vocabulary [2]int `json:"vocabulary"` // symbols that are read, and that are said or the labels with the blank
	Inputs     int    `json:"inputs,omitempty"`
	Lengths    []int  `json:"lengths"` // of the examples in their order: what is read,
	Said       []int  `json:"said"`    // what is said, the end counted
	Steps      int    `json:"steps,omitempty"`
	Beam       int    `json:"beam,omitempty"`

	Encoder   int                `json:"encoder"` // units of a direction
	Decoder   int                `json:"decoder,omitempty"`
	Embedding int                `json:"embedding,omitempty"`
	Front     []BenchConv        `json:"front,omitempty"`
	Dropout   map[string]float64 `json:"dropout"`
}

// PairsReport is `bench --pairs --json`.
type PairsReport struct {
	Schema  int        `json:"schema"`
	Kernel  string     `json:"kernel"`
	Threads int        `json:"threads"`
	Rows    []PairsRow `json:"rows"`
}

// The data of the bench: sentences of random words, and digits spoken by a program.
const (
	benchPairs  = 1600
	benchSounds = 200
	benchWords  = 6000 // on each side
	benchSaid   = 128  // sentences that are translated at once
	benchSteps  = 16   // symbols of every hypothesis
	marks       = 4    // symbols that are no words, the end among them, go first
)

// BenchPairs times what networks do that say one sequence of another, each for about so many seconds: training of a translation and of
// the letters of sound, by the recipes that `recur train` has, and translating greedily, with a beam of 5, and one sentence alone.
func BenchPairs(ctx context.Context, seconds float64, threads int, each func(PairsRow)) (*PairsReport, error) {
	return benchPairsOf(ctx, benchPairs, benchSounds, seconds, threads, each)
}

// benchPairsOf is BenchPairs of so many pairs and sounds.
func benchPairsOf(ctx context.Context, pairs, sounds int, seconds float64, threads int, each func(PairsRow)) (*PairsReport, error) {
	pool := kernel.NewPool(threads)
	b := &pairsBench{ctx: ctx, length: time.Duration(seconds * float64(time.Second)), threads: threads, each: each,
		report: &PairsReport{Schema: 1, Kernel: kernel.Features(), Threads: pool.Threads()}}
	pool.Close()
	dir, err := os.MkdirTemp("", "recur-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "pairs.csv")
	if err := writeSentences(file, pairs); err != nil {
		return nil, err
	}
	last, part, err := b.train("translation, training", "symbols", fmt.Sprintf(translationConfig, strconv.Quote(file)),
		func(_ *configs.Config, part data.Paired) float64 { return float64(sum(part.SaidLengths())) })
	if err != nil {
		return nil, err
	}
	if err := b.translate(last, part); err != nil {
		return nil, err
	}
	if _, _, err := b.train("speech (CTC), training", "seconds of sound", fmt.Sprintf(speechConfig, sounds), func(c *configs.Config, part data.Paired) float64 {
		return float64(sum(part.Lengths())) * c.Data.Features.Hop / 1000
	}); err != nil {
		return nil, err
	}
	return b.report, nil
}

const (
	translationConfig = `
name: bench
task: seq2seq
data: {csv: %s, source: source, target: target, tokens: {unit: word, min_count: 1}, split: {validation: 0, test: 0}}
train: {epochs: 1000}
`
	speechConfig = `
name: bench
task: ctc
data: {synthetic: {kind: spoken_digits, points: %d}, split: {validation: 0, test: 0}}
train: {epochs: 1000}
`
)

// writeSentences makes pairs of 6 to 20 words.
func writeSentences(file string, pairs int) error {
	r := rand.New(rand.NewPCG(14, 1))
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Write([]string{"source", "target"})
	for range pairs {
		n := 6 + r.IntN(15)
		side := func(letter string, words int) string {
			all := make([]string, words)
			for i := range all {
				all[i] = letter + strconv.Itoa(r.IntN(benchWords))
			}
			return strings.Join(all, " ")
		}
		w.Write([]string{side("s", n), side("t", min(20, max(6, n-2+r.IntN(5))))})
	}
	w.Flush()
	return os.WriteFile(file, []byte(out.String()), 0o600)
}

// pairsBench is one run of the bench.
type pairsBench struct {
	ctx     context.Context
	length  time.Duration
	threads int
	each    func(PairsRow)
	report  *PairsReport
}

func (b *pairsBench) add(r PairsRow) {
	b.report.Rows = append(b.report.Rows, r)
	if b.each != nil {
		b.each(r)
	}
}

// train times epochs, of which the first two, in which graphs are made, are left out.
func (b *pairsBench) train(name, unit, config string, amount func(*configs.Config, data.Paired) float64) (*checkpoint.Checkpoint, data.Paired, error) {
	d, c, err := benchData(config)
	if err != nil {
		return nil, nil, err
	}
	job := d.Job(c)
	job.Validation = nil
	part := job.Train.(data.Paired)
	ctx, stop := context.WithCancel(b.ctx)
	defer stop()
	const warm, least = 2, 5
	var times, busy []float64
	var began, end time.Time
	var before time.Duration
	updates := (part.Len() + c.Train.BatchSize - 1) / c.Train.BatchSize
	result, err := train.Run(ctx, job, train.Options{Threads: b.threads, OnStep: func(s train.Step) {
		switch at := (s.Step - 1) % updates; {
		case at == 0 && s.Epoch == warm+1:
			began, end, before = time.Now(), time.Now().Add(b.length), processorTime()
		case at == 0:
			began, before = time.Now(), processorTime()
		case at == updates-1 && s.Epoch > warm:
			all := float64(updates) / float64(updates-1) / 1e6 // from the end of the first update on
			times = append(times, float64(time.Since(began).Nanoseconds())*all)
			busy = append(busy, float64((processorTime()-before).Nanoseconds())*all)
			if len(times) >= least && time.Now().After(end) {
				stop()
			}
		}
	}})
	if err != nil {
		return nil, nil, err
	}
	if b.ctx.Err() != nil {
		return nil, nil, b.ctx.Err()
	}
	row := PairsRow{Name: name, Unit: unit, Time: timing(times), Busy: timing(busy), Shape: pairsShape(c, job, part)}
	row.Amount = amount(c, part)
	b.add(row)
	return result.Last, part, nil
}

// benchData reads and prepares the data of a config.
func benchData(config string) (task.Data, *configs.Config, error) {
	c, err := configs.Parse("bench.yaml", []byte(config), nil)
	if err != nil {
		return nil, nil, err
	}
	source, err := table.Of(c).Open(c, nil)
	if err != nil {
		return nil, nil, err
	}
	d, err := source.Prepare(source.Config())
	if err != nil {
		return nil, nil, err
	}
	return d, d.Config(), nil
}

// pairsShape is what a peer needs to know.
func pairsShape(c *configs.Config, job *train.Job, part data.Paired) PairsShape {
	m, spec := c.Model, job.Spec
	s := PairsShape{Batch: c.Train.BatchSize, Vocabulary: [2]int{spec.Vocabulary, spec.Classes}, Inputs: spec.Inputs, Lengths: part.Lengths(), Said: part.SaidLengths(), Embedding: spec.EmbeddingSize, Encoder: spec.HiddenSize,
		Dropout: map[string]float64{"embedding": m.EmbeddingDropout, "memory": m.MemoryDropout, "head": m.HeadDropout, "between": m.Dropout}}
	if spec.Says > 0 {
		s.Decoder = m.Decoder.HiddenSize
	}
	for _, l := range m.Front {
		s.Front = append(s.Front, BenchConv{l.Conv.Channels, l.Conv.Width, max(1, l.Conv.Stride)})
	}
	return s
}

func sum(all []int) (n int) {
	for _, v := range all {
		n += v
	}
	return n
}

// translate times what a network says of sentences: by hypotheses that never end, so that every one has as many symbols.
func (b *pairsBench) translate(last *checkpoint.Checkpoint, part data.Paired) error {
	for i, w := range last.Weights {
		if w.Name != "head.bias" {
			continue
		}
		bias, err := w.Float32s()
		if err != nil {
			return err
		}
		for mark := range marks {
			bias[mark] = -50
		}
		last.Weights[i] = checkpoint.FromFloats(w.Name, w.Shape, bias)
	}
	m, err := predict.Open(last, b.threads)
	if err != nil {
		return err
	}
	for _, r := range []struct{ beam, sentences int }{{1, benchSaid}, {5, benchSaid}, {5, 1}} {
		few := unsaid{part, min(r.sentences, part.Len())}
		o := predict.SayOptions{Beam: r.beam, MaxLength: benchSteps - 1, LengthPenalty: 1}
		say := func() error { _, err := predict.Say([]*predict.Model{m}, few, o); return err }
		if err := say(); err != nil { // makes what is kept
			return err
		}
		var busy []float64
		t, err := repeat(b.length, 1, func() error {
			before := processorTime()
			defer func() { busy = append(busy, float64((processorTime()-before).Nanoseconds())/1e6) }()
			return say()
		})
		if err != nil {
			return err
		}
		name := fmt.Sprintf("translation, beam %d", r.beam)
		if r.sentences == 1 {
			name += ", one alone"
		}
		b.add(PairsRow{Name: name, Unit: "sentences", Amount: float64(few.Len()), Time: t, Busy: timing(busy), Shape: PairsShape{Batch: few.n, Vocabulary: [2]int{benchWords, benchWords},
			Lengths: few.Lengths(), Said: []int{}, Steps: benchSteps, Beam: r.beam, Encoder: m.Config.Model.Encoder.HiddenSize, Decoder: m.Config.Model.Decoder.HiddenSize, Embedding: m.Config.Model.EmbeddingSize}})
	}
	return nil
}

// unsaid are the first n of some pairs without what is to be said.
type unsaid struct {
	data.Paired
	n int
}

func (u unsaid) Len() int           { return u.n }
func (u unsaid) Lengths() []int     { return u.Paired.Lengths()[:u.n] }
func (u unsaid) SaidLengths() []int { return u.Paired.SaidLengths()[:u.n] }
func (u unsaid) Fill32(index []int, b *data.Batch[float32]) {
	u.Paired.Fill32(index, b)
	b.Labels = b.Labels[:0]
}

func (u unsaid) Fill64(index []int, b *data.Batch[float64]) {
	u.Paired.Fill64(index, b)
	b.Labels = b.Labels[:0]
}

// PerSecond is how much is done in a second, by the median.
func (r PairsRow) PerSecond() float64 { return r.Amount / r.Time.Median * 1e3 }

const pairsLine = "%-34s %14s %14s   %s\n"

// PairsHeader is the head of the table that Text's lines fill.
func PairsHeader() string {
	return fmt.Sprintf(pairsLine, "", "best a second", "median", "of")
}

// Text is the row as one line of the table.
func (r PairsRow) Text() string {
	return fmt.Sprintf(pairsLine, r.Name, report.Figure(r.Amount/r.Time.Min*1e3), report.Figure(r.PerSecond()), r.Unit)
}

// Footer says what the figures were measured with.
func (r *PairsReport) Footer() string {
	return fmt.Sprintf("\nkernels: %s, %d threads\n", r.Kernel, r.Threads)
}
