package predict

import (
	"fmt"
	"math"
	"slices"

	"recur/data"
)

// textRows is how many texts that begin anew go through the network side by side.
const textRows = 64

// foretell is Part of text: for each example the chances of its labels.
func (m *Model) foretell(p data.Foretold) ([][]float64, error) {
	out := make([][]float64, p.Len())
	apart := slices.DeleteFunc(inOrder(p), func(i int) bool { return p.GoesOn(i) || i+1 < p.Len() && p.GoesOn(i+1) })
	if len(apart) > 0 {
		r, err := m.Reader(min(textRows, len(apart)))
		if err != nil {
			return nil, err
		}
		for index := range slices.Chunk(apart, textRows) {
			if err := sideBySide(r, p, index, out); err != nil {
				return nil, err
			}
		}
	}
	return out, m.onAndOn(p, out)
}

// onAndOn scores the examples that go on from the one before, or are gone on from, in one row.
func (m *Model) onAndOn(p data.Foretold, out [][]float64) error {
	var r *Reader
	var buffer data.TextBuffer
	for i := range out {
		if out[i] != nil {
			continue
		}
		if r == nil {
			var err error
			if r, err = m.Reader(1); err != nil {
				return err
			}
		}
		before, symbols, labels := p.Text(i, &buffer)
		if !p.GoesOn(i) {
			r.Begin(0)
		}
		if len(before) > 0 {
			if err := r.Read(1, before); err != nil {
				return fmt.Errorf("%s: %w", p.Called(i), err)
			}
		}
		logp := make([]float64, len(symbols))
		if err := r.Score(1, symbols, labels, logp, nil); err != nil {
			return fmt.Errorf("%s: %w", p.Called(i), err)
		}
		out[i] = chances(logp)
	}
	return nil
}

// sideBySide scores examples that begin anew, of like lengths.
func sideBySide(r *Reader, p data.Foretold, index []int, out [][]float64) error {
	texts := make([]Beside, len(index))
	for row, i := range index {
		var buffer data.TextBuffer // of its own: all are needed at once
		_, symbols, labels := p.Text(i, &buffer)
		texts[row] = Beside{Symbols: symbols, Next: labels, LogP: make([]float64, len(symbols))}
		r.Begin(row)
	}
	if err := SideBySide(texts, r.Score); err != nil {
		return fmt.Errorf("%s and others: %w", p.Called(index[0]), err)
	}
	for row, i := range index {
		out[i] = chances(texts[row].LogP)
	}
	return nil
}

// chances are the chances of logarithms, in place.
func chances(logp []float64) []float64 {
	for i, v := range logp {
		logp[i] = math.Exp(v)
	}
	return logp
}
