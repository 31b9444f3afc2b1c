package predict

import (
	"fmt"
	"math"
	"slices"

	"recur/data"
)

// How text that is scored goes through the network: texts that begin anew so many side by side, and of each so many symbols at a
// time.
const (
	textRows  = 64
	textSteps = 256
)

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
	n, longest := len(index), 0
	texts, labels := make([][]int32, n), make([][]int32, n)
	for row, i := range index {
		var buffer data.TextBuffer // of its own: all are needed at once
		r.Begin(row)
		_, texts[row], labels[row] = p.Text(i, &buffer)
		out[i] = make([]float64, 0, len(texts[row]))
		longest = max(longest, len(texts[row]))
	}
	for from := 0; from < longest; from += textSteps {
		steps := min(textSteps, longest-from)
		symbols, next, logp := make([]int32, steps*n), make([]int32, steps*n), make([]float64, steps*n)
		for row := range index {
			for t := range steps {
				next[t*n+row] = data.NoLabel
				if at := from + t; at < len(texts[row]) {
					symbols[t*n+row], next[t*n+row] = texts[row][at], labels[row][at]
				}
			}
		}
		if err := r.Score(n, symbols, next, logp, nil); err != nil {
			return fmt.Errorf("%s and others: %w", p.Called(index[0]), err)
		}
		for row, i := range index {
			for t := 0; t < steps && from+t < len(texts[row]); t++ {
				out[i] = append(out[i], logp[t*n+row])
			}
		}
	}
	for _, i := range index {
		out[i] = chances(out[i])
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
