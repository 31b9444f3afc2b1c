package predict

import (
	"fmt"

	"recur/data"
	"recur/internal/kernel"
)

// This file is how likely a network holds a truth that is given: the whole sequence at once, not step by step.

// states runs the decoder over the second sequences of a batch, [S,B,Hd].
func (n *network[F]) said(b *data.Batch[F], heard *heardBatch[F]) ([]F, error) {
	d := n.decoder
	x := make([]F, b.S*b.N*d.reads)
	for i, id := range b.Said {
		if id < 0 || int(id) >= d.vocabulary {
			return nil, fmt.Errorf("predict: symbol %d of the truth of row %d is %d, and the network knows 0 to %d; use the vocabulary that it was trained with", i/b.N, i%b.N, id, d.vocabulary-1)
		}
		copy(x[i*d.reads:][:d.reads], d.table[int(id)*d.reads:])
	}
	in, lengths := d.reads, lengthsOf(b.SaidLengths, b.S)
	for l, w := range d.cells {
		layer := kernel.NewLayer[F](kernel.Spec{Cell: d.cell, Nonlinearity: d.nonlinearity, T: b.S, B: b.N, I: in, H: d.hidden, Fixed: true, Pool: n.pool})
		y := make([]F, b.S*b.N*d.hidden)
		layer.Forward(w, kernel.Input[F]{X: x, H0: heard.h[l], C0: heard.c[l], Lengths: lengths}, kernel.Output[F]{Y: y})
		x, in = y, d.hidden
	}
	return x, nil
}

// place is a step of the second sequence of a row.
type place struct{ row, step int }

// truth is what is said of the labels of a row: the logarithms of their chances, and whether no symbol was more likely.
type truth struct {
	logp []float64
	hit  []bool
}

// truths writes to out [B] what is said of each label of a batch, which every network has heard; begin has been called.
func (c *choir[F]) truths(b *data.Batch[F], states [][]F, out []truth) error {
	var asked []place
	for r, length := range b.SaidLengths {
		known := c.voices[0].d.vocabulary + c.voices[0].sources[r].copies.extra
		out[r] = truth{make([]float64, length), make([]bool, length)}
		for t := range length {
			switch label := b.Labels[t*b.N+r]; {
			case int(label) >= known:
				return fmt.Errorf("predict: label %d of row %d is %d, and the network knows 0 to %d of it; use the vocabulary that it was trained with", t, r, label, known-1)
			case label >= 0:
				asked = append(asked, place{r, t})
			}
		}
	}
	for most := c.voices[0].rows; len(asked) > 0; {
		now := asked[:min(most, len(asked))]
		asked = asked[len(now):]
		for i, v := range c.voices {
			v.take(now, b.N, states[i])
		}
		label := func(row int) int32 { return b.Labels[now[row].step*b.N+now[row].row] }
		c.speak(len(now), query{label: label}, func(row int, s scores[F]) {
			at := now[row]
			out[at.row].logp[at.step], out[at.row].hit[at.step] = s.logp(s.label), s.label == s.most
		})
	}
	return nil
}

// take makes the features of places from the states of a decoder, [S,b,Hd].
func (s *steps[F]) take(places []place, b int, states []F) {
	h := s.d.hidden
	s.owners = s.owners[:0]
	y := s.y[0][:len(places)*h]
	for i, at := range places {
		s.owners = append(s.owners, at.row)
		copy(y[i*h:][:h], states[(at.step*b+at.row)*h:])
	}
	s.make(y)
}
