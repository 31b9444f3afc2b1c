package graph

import "gorgonia.org/gorgonia"

// The Elman cell [1], the simple recurrent network.
//
//	x   [B,I]  input of the step          W_ih [H,I], b_ih [H]
//	h   [B,H]  state before the step      W_hh [H,H], b_hh [H]
//	f          tanh, relu, sigmoid or the identity
//
//	h' = f(W_ih x + b_ih + W_hh h + b_hh)
//
// [1] Elman, Finding structure in time, Cognitive Science 14, 1990.

// elmanStep returns h' [B,H].
func (b *Builder[F]) elmanStep(w stepWeights, x, h *gorgonia.Node) *gorgonia.Node {
	return b.activate(w.f, b.add(b.ofX(w, x), b.ofH(w, h)))
}
