package generate

import (
	"context"
	"fmt"
	"math"

	"recur/data"
	"recur/data/text"
)

// Options say what to write.
type Options struct {
	Prompt        string // "": the beginning of a text
	IgnoreUnknown bool   // symbols of the prompt that the vocabulary lacks are no error
	Length        int    // the most symbols of a sample
	Samples       int
	Sampling      Sampling
	Stop          string // a sample ends before this text; "": at nothing
	// Emit is given the text of a sample as it comes, whole characters at a time. It may be nil.
	Emit func(sample int, piece string) error
}

// Sample is one continuation.
type Sample struct {
	Text    string // without the prompt; of bytes it may hold some that are not UTF-8
	Symbols int    // that were drawn, an end symbol not counted
	Ended   string // by what
}

// What ends a sample.
const (
	ByLength      = "length"
	ByStop        = "stop"        // the stop text came
	ByEnd         = "end"         // the network ended the document
	ByInterrupted = "interrupted" // the context was done
)

// maxRows is how many samples are written side by side: more share nothing any further.
const maxRows = 64

// Generate writes samples. Sample i depends on the seed and i alone: neither on how many there are, nor on threads. Where ctx is
// done it returns what is written until then, and the error of ctx. The error is a *Misuse for a prompt that can't be read or a stop
// text that is none.
func (m *Model) Generate(ctx context.Context, o Options) ([]Sample, error) {
	if err := o.Sampling.Check(); err != nil {
		return nil, err
	}
	if o.Length < 1 || o.Samples < 1 {
		return nil, fmt.Errorf("generate: length and samples are %d and %d, want 1 or more each", o.Length, o.Samples)
	}
	if at := data.FirstInvalid([]byte(o.Stop)); at >= 0 {
		return nil, &Misuse{fmt.Sprintf("the stop text is not UTF-8: byte 0x%02x at offset %d; want whole characters", o.Stop[at], at)}
	}
	w := &writing{m: m, o: o, samples: make([]Sample, o.Samples)}
	if err := w.open(); err != nil {
		return nil, err
	}
	return w.samples, w.run(ctx)
}

// writing is one call of Generate.
type writing struct {
	m       *Model
	o       Options
	prompt  *readers  // whose only row has read the prompt
	opening []float64 // [V], what it says of the first symbol
	rows    *readers
	active  []*line // that of each row
	next    int     // the sample that begins next
	never   []int32 // symbols that are not written
	samples []Sample
	logp    []float64 // [N,V]
	symbols []int32
	drawers [maxRows / drawnRows]Drawer
}

// drawnRows is how many rows of a step one thread draws symbols for.
const drawnRows = 8

// line is a sample that is being written.
type line struct {
	sample  int
	drawn   int
	symbol  int32 // the last one
	written *writer
}

// open reads the prompt.
func (w *writing) open() (err error) {
	symbols, err := w.m.prompt(w.o.Prompt, w.o.IgnoreUnknown)
	if err != nil {
		return err
	}
	v, n := w.m.vocabulary, min(w.o.Samples, maxRows)
	if w.prompt, err = w.m.readers(1); err != nil {
		return err
	}
	if w.rows, err = w.m.readers(n); err != nil {
		return err
	}
	w.opening, w.logp = make([]float64, v.Len()), make([]float64, n*v.Len())
	w.never = append(w.never, v.Number(text.Padding), v.Number(text.Unknown), v.Number(text.Start))
	if !w.m.parted() {
		w.never = append(w.never, v.Number(text.End))
	}
	last := len(symbols) - 1
	if last > 0 {
		if err := w.prompt.read(1, symbols[:last]); err != nil {
			return err
		}
	}
	return w.prompt.step(symbols[last:], w.opening)
}

// run writes all samples.
func (w *writing) run(ctx context.Context) error {
	v := w.m.vocabulary.Len()
	for {
		for row := len(w.active); row < w.rows.each[0].Rows() && w.next < len(w.samples); row = len(w.active) {
			l, err := w.begin()
			if err != nil {
				return err
			}
			if l != nil {
				w.rows.copy(row, w.prompt, 0)
				w.active = append(w.active, l)
			}
		}
		if len(w.active) == 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return w.leave(err)
		}
		w.symbols = w.symbols[:0]
		for _, l := range w.active {
			w.symbols = append(w.symbols, l.symbol)
		}
		if err := w.rows.step(w.symbols, w.logp[:len(w.symbols)*v]); err != nil {
			return err
		}
		w.rows.each[0].Share((len(w.active)+drawnRows-1)/drawnRows, func(task int) {
			for row := task * drawnRows; row < min((task+1)*drawnRows, len(w.active)); row++ {
				w.draw(w.active[row], w.logp[row*v:][:v], &w.drawers[task])
			}
		})
		for row := len(w.active) - 1; row >= 0; row-- { // from the last on: what takes the place of one that ends was looked at already
			ended, err := w.take(w.active[row])
			if err != nil {
				return err
			}
			if ended {
				w.close(row)
			}
		}
	}
}

// begin draws the first symbol of the next sample; nil: it has ended with that.
func (w *writing) begin() (*line, error) {
	l := &line{sample: w.next}
	var emit func(string) error
	if w.o.Emit != nil {
		emit = func(piece string) error { return w.o.Emit(l.sample, piece) }
	}
	l.written = newWriter(w.m.vocabulary, w.o.Prompt, w.o.Stop, emit)
	w.next++
	w.draw(l, w.opening, &w.drawers[0])
	ended, err := w.take(l)
	if ended || err != nil {
		return nil, err
	}
	return l, nil
}

// draw draws the next symbol of a sample.
func (w *writing) draw(l *line, logp []float64, d *Drawer) {
	for _, n := range w.never {
		if n >= 0 {
			logp[n] = math.Inf(-1)
		}
	}
	s := w.o.Sampling
	l.symbol = int32(d.Draw(s, logp, Uniform(s.Seed, uint64(l.sample), uint64(l.drawn))))
}

// take writes the symbol that was drawn for a sample, and says that the sample has ended.
func (w *writing) take(l *line) (ended bool, err error) {
	if w.m.parted() && l.symbol == w.m.start[0] {
		return true, w.finish(l, ByEnd)
	}
	l.drawn++
	stopped, err := l.written.add(l.symbol)
	switch {
	case err != nil:
		return true, err
	case stopped:
		return true, w.finish(l, ByStop)
	case l.drawn == w.o.Length:
		return true, w.finish(l, ByLength)
	}
	return false, nil
}

// finish keeps a sample.
func (w *writing) finish(l *line, ended string) error {
	err := l.written.end()
	w.samples[l.sample] = Sample{Text: string(l.written.text), Symbols: l.drawn, Ended: ended}
	return err
}

// close frees a row: the last one takes its place.
func (w *writing) close(row int) {
	last := len(w.active) - 1
	if row != last {
		w.rows.copy(row, w.rows, last)
		w.active[row] = w.active[last]
	}
	w.active = w.active[:last]
}

// leave keeps what is written of every sample.
func (w *writing) leave(err error) error {
	for _, l := range w.active {
		if finished := w.finish(l, ByInterrupted); finished != nil {
			return finished
		}
	}
	for i := w.next; i < len(w.samples); i++ {
		w.samples[i].Ended = ByInterrupted
	}
	return err
}
