package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"recur/internal/kernel"
	"recur/internal/report"
	"recur/predict"
	"recur/train"
)

// BenchShape is one network and batch to time.
type BenchShape struct {
	Cell   string `json:"cell"`
	Batch  int    `json:"batch"`
	Steps  int    `json:"steps"`
	Inputs int    `json:"inputs"`
	Hidden int    `json:"hidden"`
	Layers int    `json:"layers"`

	Front []BenchConv `json:"front,omitempty"`

	// Vocabulary makes it a network of the next symbol: so many symbols, each Embedding numbers, in place of inputs, and at every step a
	// softmax over all of them, whose weight is with Tied the table of symbols. 0: the inputs are numbers.
	Vocabulary int  `json:"vocabulary,omitempty"`
	Embedding  int  `json:"embedding,omitempty"`
	Tied       bool `json:"tied,omitempty"`
}

// BenchConv is a convolution below the recurrent layers, with layer norm and relu, that keeps the steps but for its stride.
type BenchConv struct {
	Channels int `json:"channels"`
	Width    int `json:"width"`
	Stride   int `json:"stride"`
}

// steps is what the convolution makes of n steps.
func (c BenchConv) steps(n int) int { return (n + c.Stride - 1) / c.Stride }

// Timing is the spread of one measurement in milliseconds.
type Timing struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Runs   int     `json:"runs"`
}

// BenchRow is what one shape takes.
type BenchRow struct {
	BenchShape
	Train     Timing  `json:"train_ms"`
	Infer     Timing  `json:"infer_ms"`
	GFLOPS    float64 `json:"gflops"`                      // of the training step's matrix products, by its minimum
	PeakShare float64 `json:"peak_share"`                  // of the peak of all threads
	Tokens    float64 `json:"tokens_per_second,omitempty"` // symbols learnt from in a second, by the median
}

// BenchReport is `bench --json`.
type BenchReport struct {
	Schema     int        `json:"schema"`
	Kernel     string     `json:"kernel"`
	Threads    int        `json:"threads"`
	PeakGFLOPS float64    `json:"peak_gflops"` // multiply-adds in registers alone, all threads
	PeakOne    float64    `json:"peak_gflops_one_thread"`
	Rows       []BenchRow `json:"rows"`
}

// BenchGrid is what bench times when no shape is asked for.
func BenchGrid() []BenchShape {
	var grid []BenchShape
	for _, s := range []BenchShape{benchShape(32, 20, 10), benchShape(32, 24, 64), benchShape(64, 50, 128), benchShape(64, 100, 256)} {
		for _, cell := range []string{"elman", "lstm", "gru"} {
			s.Cell = cell
			grid = append(grid, s)
		}
	}
	return append(grid, BenchShape{Cell: "lstm", Batch: 50, Steps: 50, Inputs: 65, Hidden: 128, Layers: 2})
}

// benchShape is a shape of one input and one layer.
func benchShape(batch, steps, hidden int) BenchShape {
	return BenchShape{Batch: batch, Steps: steps, Inputs: 1, Hidden: hidden, Layers: 1}
}

// Bench times the training step, as Train makes it, and the forward pass of each shape for about seconds each.
func Bench(ctx context.Context, shapes []BenchShape, seconds float64, threads int, each func(BenchRow)) (*BenchReport, error) {
	pool := kernel.NewPool(threads)
	r := &BenchReport{Schema: 1, Kernel: kernel.Features(), Threads: pool.Threads()}
	pool.Close()
	for _, s := range shapes {
		// The clock of a machine drifts and others may take its cores, so the peak is measured before and after each shape.
		one, all := kernel.Peak()
		row, err := benchOne(ctx, s, time.Duration(seconds*float64(time.Second)), threads)
		if err != nil {
			return nil, fmt.Errorf("bench %+v: %w", s, err)
		}
		again, together := kernel.Peak()
		one, all = max(one, again), max(all, together)
		r.PeakOne, r.PeakGFLOPS = max(r.PeakOne, one), max(r.PeakGFLOPS, all)
		row.GFLOPS = s.flops() / row.Train.Min / 1e6
		row.PeakShare = row.GFLOPS / all
		if s.Vocabulary > 0 {
			row.Tokens = float64(s.Batch*s.Steps) / row.Train.Median * 1e3
		}
		r.Rows = append(r.Rows, row)
		if each != nil {
			each(row)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	return r, nil
}

// flops counts the multiplications and additions of the matrix products of one training step: forward, the gradient of
// what each layer reads (of the first layer's state alone), and the gradient of the weights. The state before the first
// step is zero and takes no part.
func (s BenchShape) flops() float64 {
	gates := map[string]int{"elman": 1, "lstm": 4, "gru": 3}[s.Cell]
	steps, read, times, front := s.Steps, s.Inputs, 2, 0.0 // data have no gradient
	for _, c := range s.Front {
		steps = c.steps(steps)
		front += 2 * float64(times*s.Batch*steps*read) * float64(c.Width*c.Channels)
		read, times = c.Channels, 3
	}
	if s.Vocabulary > 0 {
		read, times = s.Embedding, 3
		width := s.Hidden
		if s.Tied {
			front, width = 6*float64(s.Batch*steps*s.Hidden*s.Embedding), s.Embedding
		}
		front += 6 * float64(s.Batch*steps*width) * float64(s.Vocabulary)
	}
	states := 3 * s.Layers * (steps - 1) * s.Hidden
	inputs := times*steps*read + 3*(s.Layers-1)*steps*s.Hidden
	return front + 2*float64(s.Batch*gates*s.Hidden)*float64(states+inputs)
}

func benchOne(ctx context.Context, s BenchShape, length time.Duration, threads int) (BenchRow, error) {
	job, err := s.job()
	if err != nil {
		return BenchRow{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var times []float64
	const warm, least = 5, 10
	last, end := time.Now(), time.Now().Add(length)
	result, err := train.Run(ctx, job, train.Options{Threads: threads, OnStep: func(st train.Step) {
		now := time.Now()
		if st.Step > warm {
			times = append(times, float64(now.Sub(last).Nanoseconds())/1e6)
		}
		if len(times) >= least && now.After(end) {
			stop()
		}
		last = time.Now()
	}})
	if err != nil {
		return BenchRow{}, err
	}
	m, err := predict.Open(result.Last, threads)
	if err != nil {
		return BenchRow{}, err
	}
	infer, err := s.inference(m, length)
	return BenchRow{BenchShape: s, Train: timing(times), Infer: infer}, err
}

// benchConfig trains without end; its data section gives the shape of the windows, whose values are made by job.
const benchConfig = `
name: bench
data: {synthetic: {kind: sine, points: %d}, window: %d, horizon: 1, scale: none, split: {validation: 0, test: 0}}
model: {cell: %s, hidden_size: %d, layers: %d, front: [%s]}
train: {batch_size: %d, epochs: 100000, clip_norm: 1, early_stopping: {patience: 0}}
`

// front is the value of model.front without its brackets.
func (s BenchShape) front() string {
	var layers []string
	for _, c := range s.Front {
		layers = append(layers, fmt.Sprintf("{conv: {channels: %d, width: %d, stride: %d, padding: same, norm: layer}}", c.Channels, c.Width, c.Stride))
	}
	return strings.Join(layers, ", ")
}

// inference times the forward pass: one step of carried state for one row of one sequence, else a batch.
func (s BenchShape) inference(m *predict.Model, length time.Duration) (Timing, error) {
	if s.Vocabulary > 0 {
		n := s.noise(s.Batch)
		return repeat(length, 1, func() error { _, err := m.Part(n); return err })
	}
	if s.Batch == 1 && s.Steps == 1 {
		stream, err := m.Stream("")
		if err != nil {
			return Timing{}, err
		}
		row := make([]float64, s.Inputs)
		return repeat(length, 100, func() error { _, err := stream.Step(row); return err })
	}
	x := make([]float32, s.Steps*s.Batch*s.Inputs)
	for i := range x {
		x[i] = float32(i%7) - 3
	}
	return repeat(length, 1, func() error { _, err := m.Forward(x, nil, s.Batch, s.Steps); return err })
}

// repeat times f, several calls to a reading where one is too short for the clock.
func repeat(length time.Duration, calls int, f func() error) (Timing, error) {
	var times []float64
	for end := time.Now().Add(length); len(times) < 10 || time.Now().Before(end); {
		start := time.Now()
		for range calls {
			if err := f(); err != nil {
				return Timing{}, err
			}
		}
		times = append(times, float64(time.Since(start).Nanoseconds())/1e6/float64(calls))
	}
	return timing(times), nil
}

func timing(times []float64) Timing {
	if len(times) == 0 {
		return Timing{}
	}
	slices.Sort(times)
	return Timing{Min: times[0], Median: times[len(times)/2], Runs: len(times)}
}

// Check refuses shapes that are no network.
func (s BenchShape) Check() error {
	if s.Cell != "elman" && s.Cell != "lstm" && s.Cell != "gru" {
		return &Usage{Message: fmt.Sprintf("--cell: got %q, want elman, lstm or gru", s.Cell)}
	}
	if min(s.Batch, s.Steps, s.Inputs, s.Hidden, s.Layers) < 1 {
		return &Usage{Message: "--batch, --steps, --inputs, --hidden and --layers want whole numbers, 1 or more"}
	}
	if s.Vocabulary != 0 && (s.Vocabulary < 2 || s.Embedding < 1 || len(s.Front) > 0) || s.Vocabulary == 0 && s.Tied {
		return &Usage{Message: "--vocabulary and --embedding want whole numbers, 2 and 1 or more, and no --front; --tied wants both"}
	}
	if len(s.Front) > 0 && s.Batch == 1 && s.Steps == 1 {
		return &Usage{Message: "--front with --batch 1 --steps 1: a convolution of one step carries no state; make --steps greater"}
	}
	// Weights with their gradients and the solver's two moments; what the layers keep of every step. In float, which can't overflow.
	batch, steps, inputs, hidden, layers := float64(s.Batch), float64(s.Steps), float64(s.Inputs), float64(s.Hidden), float64(s.Layers)
	weights, kept := 0.0, 0.0
	for _, c := range s.Front {
		channels := float64(c.Channels)
		weights += 4 * channels * inputs * float64(c.Width)
		kept += batch * steps * (inputs + 4*channels)
		inputs, steps = channels, steps/float64(c.Stride)
	}
	if s.Vocabulary > 0 {
		weights += 4 * float64(s.Vocabulary) * (float64(s.Embedding) + hidden)
		inputs = float64(s.Embedding)
	}
	weights += 4 * 4 * hidden * (inputs + hidden*(2*layers-1))
	kept += batch * steps * (inputs + 8*hidden*layers)
	if bytes := 4 * (weights + kept); bytes > mostBenchBytes {
		return &Usage{Message: fmt.Sprintf("--batch, --steps, --inputs, --hidden and --layers together want about %.0f GB of memory, more than the %d GB that bench takes; make one of them smaller", bytes/1e9, int64(mostBenchBytes/1e9))}
	}
	return nil
}

// mostBenchBytes is how much memory a shape of a bench may take.
const mostBenchBytes = 8e9

const benchLine = "%-26s %10s %10s %10s %10s %9s %6s\n"

// BenchHeader is the head of the table that Text's lines fill.
func BenchHeader() string {
	return fmt.Sprintf("%-26s %21s %21s\n", "", "training step, ms", "forward pass, ms") +
		fmt.Sprintf(benchLine, "cell B,T,I,H,layers", "min", "median", "min", "median", "GFLOP/s", "peak")
}

// Text is the row as one line of the table.
func (r BenchRow) Text() string {
	name := fmt.Sprintf("%s %d,%d,%d,%d,%d", r.Cell, r.Batch, r.Steps, r.Inputs, r.Hidden, r.Layers)
	if r.Vocabulary > 0 {
		name = fmt.Sprintf("%s %d,%d,%d,%d,%d V %d", r.Cell, r.Batch, r.Steps, r.Embedding, r.Hidden, r.Layers, r.Vocabulary)
	}
	if r.Tied {
		name += " tied"
	}
	for _, c := range r.Front {
		name += fmt.Sprintf(" conv %d,%d,%d", c.Channels, c.Width, c.Stride)
	}
	return fmt.Sprintf(benchLine, name, report.Figure(r.Train.Min), report.Figure(r.Train.Median), report.Figure(r.Infer.Min), report.Figure(r.Infer.Median),
		fmt.Sprintf("%.1f", r.GFLOPS), fmt.Sprintf("%.0f%%", 100*r.PeakShare)) + r.tokens()
}

// tokens is a line of how many symbols a second are learnt from; none where there are no symbols.
func (r BenchRow) tokens() string {
	if r.Vocabulary == 0 {
		return ""
	}
	return fmt.Sprintf("  %.0f symbols/s in training\n", r.Tokens)
}

// Footer says what the figures were measured with.
func (r *BenchReport) Footer() string {
	return fmt.Sprintf("\nkernels: %s, %d threads, peak %.0f GFLOP/s (one thread %.0f)\n", r.Kernel, r.Threads, r.PeakGFLOPS, r.PeakOne)
}
