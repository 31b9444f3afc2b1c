package graph

import "gorgonia.org/gorgonia"

// The long short-term memory [1] with a forget gate [2] and without peepholes.
//
//	x     [B,I]  input of the step                  W_ih [4·H,I], b_ih [4·H]
//	h, c  [B,H]  state and cell before the step     W_hh [4·H,H], b_hh [4·H]
//	⊙            element by element                 blocks of H rows: i, f, g, o
//
//	a  = W_ih x + b_ih + W_hh h + b_hh
//	i  = σ(a_i)         what of the candidate enters      f = σ(a_f)   what of the cell stays
//	g  = tanh(a_g)      the candidate                     o = σ(a_o)   what of the cell shows
//	c' = f ⊙ c + i ⊙ g
//	h' = o ⊙ tanh(c')
//
// [1] Hochreiter & Schmidhuber, Long short-term memory, Neural Computation 9(8), 1997.
// [2] Gers, Schmidhuber & Cummins, Learning to forget: continual prediction with LSTM, Neural Computation 12(10), 2000.

// lstmStep returns h' and c' [B,H].
func (b *Builder[F]) lstmStep(w stepWeights, x, h, c *gorgonia.Node) (h2, c2 *gorgonia.Node) {
	a := b.add(b.ofX(w, x), b.ofH(w, h))
	i := b.sigmoid(b.gate("lstm.i", a, 0, w.hidden))
	f := b.sigmoid(b.gate("lstm.f", a, 1, w.hidden))
	g := b.tanh(b.gate("lstm.g", a, 2, w.hidden))
	o := b.sigmoid(b.gate("lstm.o", a, 3, w.hidden))
	c2 = b.add(b.times(f, c), b.times(i, g))
	shown := c2
	if w.norm.GainC != nil {
		shown = b.layerNorm(w.name+".norm.c", Conv{Channels: w.hidden, Norm: LayerNorm}, ConvInput{Gain: w.norm.GainC, Shift: w.norm.ShiftC}, c2)
	}
	h2 = b.times(o, b.tanh(shown))
	return h2, c2
}
