package predict

import (
	"cmp"
	"math"
	"slices"

	"recur/internal/kernel"
)

// This file is what a single network says of its rows: the likeliest symbols and the scale of all, without the scores of all. With copying
// the chance of symbol w is
//
//	g·softmax(z)_w + (1-g)·u_w,  u_w the sum of what attention weighs on the steps that hold w, g = σ(x) for gate x.
//
// In logarithms less log g, and with s = log Σ exp z, that is log(exp z_w + exp(s - x)·u_w) - s: where u_w is 0 the logits stay. So the logits of what may
// be copied are asked for, and what becomes of them stands beside the likeliest of the others.

// rank has n rows heard, the features of which are made.
func (c *choir[F]) rank(n int, q query, hear func(row int, s scores[F])) {
	v := c.voices[0]
	var never, wanted []int32 // of all rows, one behind the other
	ask := func(row int) (no, want []int32) {
		if q.never != nil {
			no = q.never(row)
		}
		a, b := len(never), len(wanted)
		if v.gate != nil {
			wanted = append(wanted, v.sources[v.owners[row]].copies.numbers...)
			never = append(append(never, no...), wanted[b:]...)
			no = never[a:]
		}
		if q.label != nil {
			wanted = append(wanted, q.label(row))
		}
		return no, wanted[b:]
	}
	c.ranking.Forward(n, v.features[:n*v.d.outputs], ask, func(row, worker int, r kernel.Ranked[F]) {
		s := scores[F]{top: r.Top, scale: r.Scale, most: r.Most, weights: v.look(row)}
		if q.label != nil {
			s.label = r.Wanted[len(r.Wanted)-1]
		}
		if v.gate != nil {
			v.copied(row, q, r, &s, &c.desks[worker])
		}
		hear(row, s)
	})
}

// copied makes of r, what the logits of a row say, what is said with copying, in the memory of k.
func (s *steps[F]) copied(row int, q query, r kernel.Ranked[F], out *scores[F], k *desk[F]) {
	c, x := &s.sources[s.owners[row]].copies, float64(s.gates[row])
	out.scale = r.Scale + softplus(-x)
	var never []int32
	if q.never != nil {
		never = q.never(row)
	}
	k.top = append(k.top[:0], r.Top...)
	for i, u := range k.sums(c, out.weights) {
		symbol, of := c.numbers[i], r.Wanted[i]
		if u > 0 {
			of = F(logAddExp(float64(of), r.Scale-x+math.Log(float64(u))))
		}
		out.most = max(out.most, of)
		if q.label != nil && q.label(row) == symbol {
			out.label = of
		}
		if of > F(math.Inf(-1)) && !slices.Contains(never, symbol) {
			k.top = append(k.top, kernel.Candidate[F]{Column: symbol, Value: of})
		}
	}
	slices.SortFunc(k.top, func(a, b kernel.Candidate[F]) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Column, b.Column))
	})
	out.top = k.top[:min(k.ways, len(k.top))]
}

// softplus is log(1 + exp x).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// logAddExp is log(exp a + exp b).
func logAddExp(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}
