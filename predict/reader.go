package predict

import "fmt"

// Reader reads texts side by side, a row each, and says what comes next. The state of a row stays between calls. What is said of
// a row is its own: it depends neither on the rows beside it, nor on how a text is parted among calls, nor on threads, to the bit.
// It is not safe for concurrent use, and neither are two readers of one Model.
//
// Letters: N rows of a call, T steps, V symbols.
type Reader struct {
	rows, vocabulary int
	texts            reading
}

// reading hides the network's value type.
type reading interface {
	begin(row int)
	copyRow(row int, from reading, of int)
	read(rows int, symbols []int32)
	score(rows int, symbols, next []int32, logp []float64, ranks []int)
	step(symbols []int32, logp []float64)
	share(tasks int, f func(task int))
}

// Reader makes a reader of up to so many rows; the state of each is that of no text. The error says why a network can't read a
// text as it comes, or gives no next symbol.
func (m *Model) Reader(rows int) (*Reader, error) {
	c := m.Config.Model
	switch {
	case rows < 1:
		return nil, fmt.Errorf("predict: reader: got %d rows, want 1 or more", rows)
	case m.State.Text == nil:
		return nil, fmt.Errorf("predict: reader: the network has not learnt from text and gives no next symbol; use Part")
	case c.Bidirectional || len(c.Front) > 0 || c.Head != "every" || c.CharacterNgrams > 0:
		return nil, misfit("the config", "a network of text reads one way, without model.front and model.character_ngrams, and says something at every step; this one has bidirectional %t, %d convolutions, %d character n-grams and head %s", c.Bidirectional, len(c.Front), c.CharacterNgrams, c.Head)
	}
	texts, err := m.net.reading(rows)
	if err != nil {
		return nil, err
	}
	return &Reader{rows: rows, vocabulary: m.State.Text.Vocabulary.Len(), texts: texts}, nil
}

// Rows is the most rows of a call.
func (r *Reader) Rows() int { return r.rows }

// Vocabulary is V.
func (r *Reader) Vocabulary() int { return r.vocabulary }

// Begin sets the state of a row to that of no text.
func (r *Reader) Begin(row int) { r.texts.begin(row) }

// Copy gives a row the state of row of of another reader of the same Model, or of this one.
func (r *Reader) Copy(row int, from *Reader, of int) { r.texts.copyRow(row, from.texts, of) }

// Read moves the first rows on by symbols [T,rows], without asking what comes next.
func (r *Reader) Read(rows int, symbols []int32) error {
	if err := r.check("symbols", rows, symbols, 0); err != nil {
		return err
	}
	r.texts.read(rows, symbols)
	return nil
}

// Score moves the first rows on by symbols [T,rows], and writes to logp [T,rows] the logarithm of the chance of each symbol
// next [T,rows] that comes after; 0 where next is data.NoLabel, which asks nothing. ranks [T,rows], unless nil, receives how many symbols were held for as likely
// or likelier, the symbol itself included: 1 is the first guess; of equals the lower number comes first.
func (r *Reader) Score(rows int, symbols, next []int32, logp []float64, ranks []int) error {
	if err := r.check("symbols", rows, symbols, 0); err != nil {
		return err
	}
	if err := r.check("next symbols", rows, next, -1); err != nil {
		return err
	}
	if len(next) != len(symbols) || len(logp) != len(symbols) || ranks != nil && len(ranks) != len(symbols) {
		return fmt.Errorf("predict: reader: %d symbols with %d next ones, %d logarithms and %d ranks, want as many of each", len(symbols), len(next), len(logp), len(ranks))
	}
	r.texts.score(rows, symbols, next, logp, ranks)
	return sound(logp)
}

// Step moves the rows on by a symbol each, [N], and writes the logarithms of the chances of what comes next to logp [N,V].
func (r *Reader) Step(symbols []int32, logp []float64) error {
	if err := r.check("symbols", max(1, len(symbols)), symbols, 0); err != nil {
		return err
	}
	if len(logp) != len(symbols)*r.vocabulary {
		return fmt.Errorf("predict: reader: %d logarithms for %d rows, want %d", len(logp), len(symbols), len(symbols)*r.vocabulary)
	}
	r.texts.step(symbols, logp)
	return sound(logp)
}

// Share does tasks from 0 on with the threads of the network, several at once: what a caller does with every row of a step.
func (r *Reader) Share(tasks int, f func(task int)) { r.texts.share(tasks, f) }

// sound refuses logarithms that are NaN or of no chance at all: the weights are damaged or have diverged.
func sound(logp []float64) error {
	if finite(logp) {
		return nil
	}
	return fmt.Errorf("predict: reader: what the network gives for a symbol is not finite; check the weights")
}

// check refuses rows and symbols that there are not.
func (r *Reader) check(what string, rows int, symbols []int32, least int32) error {
	if rows < 1 || rows > r.rows || len(symbols) == 0 || len(symbols)%rows != 0 {
		return fmt.Errorf("predict: reader: %d %s in %d rows, want 1 to %d rows and whole steps", len(symbols), what, rows, r.rows)
	}
	for i, id := range symbols {
		if id < least || int(id) >= r.vocabulary {
			return fmt.Errorf("predict: reader: step %d of row %d of the %s is %d, want %d to %d; use the vocabulary that the network was trained with", i/rows, i%rows, what, id, least, r.vocabulary-1)
		}
	}
	return nil
}
