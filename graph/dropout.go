package graph

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gorgonia.org/gorgonia"
)

// Noise is where the dropout layers of one graph take their random numbers: the masks depend on Seed, Step and the
// layer's name alone. Set both before a run.
type Noise struct{ Seed, Step uint64 }

// Dropout sets each element of a sequence to zero with probability p and multiplies the others by 1/(1-p), so that the
// mean stays [1]. x: [R,B,H] with R ≥ steps; returns [steps,B,H]; or a matrix with steps = 0. Use it in training graphs
// alone.
//
// [1] Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting, 2014.
func (b *Builder[F]) Dropout(name string, p float64, noise *Noise, steps int, x *gorgonia.Node) *gorgonia.Node {
	return b.dropout("dropout", name, p, noise, steps, x, false)
}

// LockedDropout is Dropout of a sequence with one mask [1,B,H] for all of its steps, so that a feature that is dropped stays
// away from the first step to the last [1].
//
// [1] Gal & Ghahramani, A theoretically grounded application of dropout in recurrent neural networks, 2016.
func (b *Builder[F]) LockedDropout(name string, p float64, noise *Noise, steps int, x *gorgonia.Node) *gorgonia.Node {
	return b.dropout("locked dropout", name, p, noise, steps, x, true)
}

// dropout multiplies by a mask of all elements, or by one of a step that is repeated.
func (b *Builder[F]) dropout(kind, name string, p float64, noise *Noise, steps int, x *gorgonia.Node, locked bool) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	in := b.like("x", x)
	shape, rows, err := rowsOf(in, steps)
	if err != nil || !(p >= 0 && p < 1) || noise == nil {
		return b.fail(fmt.Errorf("graph: %s %q: x is %v and p is %v, want [%d.. B H] and 0 ≤ p < 1", kind, name, in.shape, p, steps))
	}
	n := rows * shape[len(shape)-1]
	each := n // elements of the mask
	if locked && steps > 0 {
		each /= steps
	}
	mask := make([]F, each)
	times := func(x, y []F) {
		for at := 0; at < n; at += each {
			x, y := x[at:][:each], y[at:][:each]
			for i, m := range mask {
				y[i] = m * x[i]
			}
		}
	}
	o := &op[F]{
		kind: kind, name: name, settings: fmt.Sprint(p, steps),
		in: []port{in}, out: b.port("y", shape...), wrt: []bool{true},
		run: func(in [][]F, out []F) error {
			fillMask(mask, p, Stream(noise.Seed, fmt.Sprintf("%s %s %d", kind, name, noise.Step)))
			times(in[0], out)
			return nil
		},
	}
	o.diff = func(_ gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		dx, err := b.node(&op[F]{
			kind: kind + " gradient", name: name, settings: o.settings,
			in: []port{renamed(o.out, "output"), renamed(o.out, "gradient")}, out: in, wrt: make([]bool, 2),
			run: func(in [][]F, out []F) error {
				times(in[1], out)
				clear(out[n:])
				return nil
			},
		}, gorgonia.Nodes{output, grad})
		return gorgonia.Nodes{dx}, err
	}
	return b.apply(o, x)
}

// fillMask draws 0 with probability p (to 32 bits) and 1/(1-p) otherwise, two elements from each 64 bits.
func fillMask[F Float](mask []F, p float64, r *rand.PCG) {
	keep, limit := F(1/(1-p)), uint64(math.Round(p*(1<<32)))
	choose := func(bits uint64) F {
		if bits < limit {
			return 0
		}
		return keep
	}
	for i := 0; i < len(mask); i += 2 {
		bits := r.Uint64()
		mask[i] = choose(bits >> 32)
		if i+1 < len(mask) {
			mask[i+1] = choose(bits & (1<<32 - 1))
		}
	}
}
