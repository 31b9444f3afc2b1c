package graph

import "gorgonia.org/gorgonia"

// The gated recurrent unit [1] in the form where the reset gate acts after the matrix product, so that one product
// with the state serves all gates ([1] v3 and PyTorch's; the other form puts r ⊙ h into the product).
//
//	x  [B,I]  input of the step         W_ih [3·H,I], b_ih [3·H]
//	h  [B,H]  state before the step     W_hh [3·H,H], b_hh [3·H]
//	⊙         element by element        blocks of H rows: r, z, n
//
//	a  = W_ih x + b_ih                  u = W_hh h + b_hh
//	r  = σ(a_r + u_r)                   how much of the state the candidate sees
//	z  = σ(a_z + u_z)                   how much of the state stays
//	n  = tanh(a_n + r ⊙ u_n)            the candidate
//	h' = (1 - z) ⊙ n + z ⊙ h  =  n + z ⊙ (h - n)
//
// [1] Cho et al., Learning phrase representations using RNN encoder-decoder for statistical machine translation, 2014.

// gruStep returns h' [B,H]; read is h as the products read it, with recurrent dropout masked.
func (b *Builder[F]) gruStep(w stepWeights, x, h, read *gorgonia.Node) *gorgonia.Node {
	a, u := b.ofX(w, x), b.ofH(w, read)
	r := b.sigmoid(b.add(b.gate("gru.ar", a, 0, w.hidden), b.gate("gru.ur", u, 0, w.hidden)))
	z := b.sigmoid(b.add(b.gate("gru.az", a, 1, w.hidden), b.gate("gru.uz", u, 1, w.hidden)))
	n := b.tanh(b.add(b.gate("gru.an", a, 2, w.hidden), b.times(r, b.gate("gru.un", u, 2, w.hidden))))
	return b.add(n, b.times(z, b.sub(h, n)))
}
