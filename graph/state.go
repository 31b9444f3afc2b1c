package graph

import "gorgonia.org/gorgonia"

// LearnedState gives every batch row the learned first state, or the carried one where carry says so, which is read
// anew at each run. learned: [L,H]; carried: [L,B,H]; carry: [B], false at rows that start; returns [L,B,H].
func (b *Builder[F]) LearnedState(name string, learned, carried *gorgonia.Node, carry []bool) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	out := b.like("carried", carried)
	layers, batch, h := out.shape[0], out.shape[1], out.shape[2]
	o := &op[F]{
		kind: "learned state", name: name,
		in: []port{b.port("learned", layers, h), out}, out: out, wrt: []bool{true, false},
		run: func(in [][]F, out []F) error {
			copy(out, in[1])
			for i := range layers * batch {
				if !carry[i%batch] {
					copy(out[i*h:(i+1)*h], in[0][i/batch*h:])
				}
			}
			return nil
		},
	}
	o.diff = func(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		d, err := b.node(&op[F]{
			kind: "learned state gradient", name: name,
			in: []port{renamed(out, "gradient")}, out: o.in[0], wrt: []bool{false},
			run: func(in [][]F, out []F) error {
				clear(out)
				for i := range layers * batch {
					if carry[i%batch] {
						continue
					}
					sum := out[i/batch*h:][:h]
					for j, v := range in[0][i*h:][:h] {
						sum[j] += v
					}
				}
				return nil
			},
		}, gorgonia.Nodes{grad})
		return gorgonia.Nodes{d, nil}, err
	}
	return b.apply(o, learned, carried)
}
