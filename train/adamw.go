package train

import "recur/configs"

// newAdamW returns Adam with decoupled weight decay [2] (torch.optim.AdamW): the step begins with w ← w·(1 − rate·decay),
// and the decay enters neither the gradient nor the moments.
//
// [2] Loshchilov and Hutter, Decoupled weight decay regularization, 2019.
func newAdamW[F Float](c configs.Train) *adam[F] {
	s := newAdam[F](c)
	s.solver = "adamw"
	s.decoupled = true
	return s
}
