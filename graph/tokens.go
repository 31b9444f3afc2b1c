package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/internal/kernel"
)

// Rows are some rows of a table with a value for every column of them; see kernel.Rows.
type Rows[F Float] = kernel.Rows[F]

// Tokens says how symbols become vectors.
type Tokens struct {
	Name    string
	Padding int // the symbol that stands for none, whose vector is zero and gets no gradient; -1: there is none such

	// Sparse asks for the gradient of the table as the rows that were read, which costs nothing that grows with the table.
	// The table then has no gradient of Gorgonia's and must not be among those that Grad is asked for.
	Sparse bool

	// Drop is the chance at which a symbol, but for padding, is replaced by Unknown; for training graphs alone, as is Noise.
	Drop    float64
	Unknown int
	Noise   *Noise

	// Spelt, when not nil, says which of the last Shared rows of the table words share with words spelt alike; the mean of those of a
	// symbol is added to its vector, whether it is dropped or not. Runs read what is there then.
	Spelt  *Spelt
	Shared int

	// Primitive makes it of primitive Gorgonia nodes, for checks: the symbols are those of the time of building.
	Primitive bool
}

// Spellings are lists of shared rows; see kernel.Spellings.
type Spellings = kernel.Spellings

// Spelt are the spellings of a batch: for each symbol the number of a list.
type Spelt struct {
	Numbers []int32
	Lists   Spellings
}

// Vectors are what symbols become: Y [T,B,E], or [N,E] of N symbols. Rows, when it was asked for in a training graph, holds after a
// run the gradient of the table.
type Vectors[F Float] struct {
	Y    *gorgonia.Node
	Rows *Rows[F]
}

// Tokens looks up the rows of a table [V,E] that symbols, [T,B] or [N] of Numbers, name.
func (b *Builder[F]) Tokens(t Tokens, symbols, table *gorgonia.Node) Vectors[F] {
	if b.err != nil {
		return Vectors[F]{}
	}
	ids, w := b.like("symbols", symbols), b.like("table", table)
	if ids.dtype != tensor.Int || len(ids.shape) < 1 || len(w.shape) != 2 {
		b.fail(fmt.Errorf("graph: tokens %q: symbols are %v of %v and the table is %v, want [T B] or [N] of %v, and [V E]", t.Name, ids.shape, ids.dtype, w.shape, tensor.Int))
		return Vectors[F]{}
	}
	v, e := w.shape[0], w.shape[1]
	drop := b.training && t.Drop > 0
	if t.Padding < -1 || t.Padding >= v || drop && (!(t.Drop < 1) || t.Unknown < 0 || t.Unknown >= v || t.Noise == nil) {
		b.fail(fmt.Errorf("graph: tokens %q: padding is %d, the unknown symbol %d and the chance of a drop %v, want symbols below %d, 0 ≤ chance < 1 and a noise",
			t.Name, t.Padding, t.Unknown, t.Drop, v))
		return Vectors[F]{}
	}
	o := &op[F]{
		kind: "tokens", name: t.Name, settings: fmt.Sprint(t.Padding, t.Sparse, t.Drop, t.Unknown, t.Shared),
		in: []port{ids, w}, out: b.port("y", append(append([]int{}, ids.shape...), e)...), wrt: []bool{false, !t.Sparse},
	}
	if t.Spelt == nil {
		t.Shared = 0
	}
	own := v - t.Shared
	if t.Shared < 0 || own < 1 || t.Padding >= own || drop && t.Unknown >= own || t.Spelt != nil && len(t.Spelt.Numbers) != ids.size() {
		b.fail(fmt.Errorf("graph: tokens %q: %d rows of %d are shared, padding is %d and the unknown symbol %d, want them below what is not shared, and a spelling for each of %d symbols", t.Name, t.Shared, v, t.Padding, t.Unknown, ids.size()))
		return Vectors[F]{}
	}
	if t.Primitive {
		return Vectors[F]{Y: b.primitiveTokens(t, o, symbols, table)}
	}
	l := kernel.NewTokens[F](b.pool, ids.size(), v, e, t.Padding)
	read := make([]int, ids.size()) // the symbols of this run, those dropped replaced
	o.run = func(in [][]F, out []F) error {
		copy(read, o.lengths)
		if err := checkSymbols(read, own); err != nil {
			return err
		}
		if drop {
			DropSymbols(t.Name, t.Drop, t.Noise, t.Unknown, t.Padding, read)
		}
		if t.Spelt == nil {
			l.Forward(read, in[1], out)
			return nil
		}
		if err := t.Spelt.check(); err != nil {
			return err
		}
		l.ForwardSpelt(read, t.Spelt.Numbers, t.Spelt.Lists, own, in[1], out)
		return nil
	}
	nodes, y := gorgonia.Nodes{symbols, table}, Vectors[F]{}
	if t.Sparse && b.training {
		y.Rows = &Rows[F]{}
		anchor := b.Input(t.Name+".anchor", make([]F, 1), 1)
		b.anchors = append(b.anchors, anchor)
		nodes, o.in, o.wrt = append(nodes, anchor), append(o.in, b.port("anchor", 1)), append(o.wrt, true)
	}
	o.diff = func(_ gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
		return b.tokensGradient(o, output, grad, func(dy, out []F) {
			var rows Rows[F]
			if t.Spelt != nil {
				rows = l.BackwardSpelt(read, dy)
			} else {
				rows = l.Backward(read, dy)
			}
			if y.Rows != nil {
				*y.Rows = rows
				return
			}
			rows.Dense(out)
		})
	}
	y.Y = b.apply(o, nodes...)
	return y
}

// tokensGradient adds the gradient op. Where the gradient is one of rows its output is that of the anchor, an input of one
// number that nothing depends on: Gorgonia asks an op for gradients only on the way to an input that wants one.
func (b *Builder[F]) tokensGradient(f *op[F], output, grad *gorgonia.Node, backward func(dy, out []F)) (gorgonia.Nodes, error) {
	at := len(f.in) - 1 // the anchor, or the table
	d, err := b.node(&op[F]{
		kind: "tokens gradient", name: f.name, settings: f.settings,
		in: []port{renamed(f.out, "output"), renamed(f.out, "gradient")}, out: f.in[at], wrt: make([]bool, 2),
		run: func(in [][]F, out []F) error { backward(in[1], out); return nil },
	}, gorgonia.Nodes{output, grad})
	ds := make(gorgonia.Nodes, len(f.in))
	ds[at] = d
	return ds, err
}

// DropSymbols replaces symbols, but for padding, by the unknown one with chance p: which ones depends on the noise's seed and
// step and the name alone.
func DropSymbols(name string, p float64, noise *Noise, unknown, padding int, symbols []int) {
	mask := make([]float32, len(symbols))
	fillMask(mask, p, Stream(noise.Seed, fmt.Sprintf("dropped symbols %s %d", name, noise.Step)))
	for i, m := range mask {
		if m == 0 && symbols[i] != padding {
			symbols[i] = unknown
		}
	}
}

func checkSymbols(symbols []int, v int) error {
	for i, id := range symbols {
		if id < 0 || id >= v {
			return fmt.Errorf("symbol %d is %d, want 0 to %d", i, id, v-1)
		}
	}
	return nil
}

// check says which spelling is none of the lists.
func (s *Spelt) check() error {
	for i, n := range s.Numbers {
		if n < 0 || int(n) >= s.Lists.Len() {
			return fmt.Errorf("the spelling of symbol %d is %d, want 0 to %d", i, n, s.Lists.Len()-1)
		}
	}
	return nil
}

// primitiveTokens is the product of a matrix of zeros and ones with the table.
func (b *Builder[F]) primitiveTokens(t Tokens, o *op[F], symbols, table *gorgonia.Node) *gorgonia.Node {
	ids, v := symbols.Value().(*tensor.Dense).Ints(), o.in[1].shape[0]
	if err := checkSymbols(ids, v); err != nil || t.Drop > 0 {
		return b.fail(fmt.Errorf("graph: tokens %q of primitive nodes: chance of a drop is %v, want 0: %w", t.Name, t.Drop, err))
	}
	one := make([]F, len(ids)*v)
	for i, id := range ids {
		if id != t.Padding {
			one[i*v+id] = 1
		}
		if t.Spelt != nil {
			rows := t.Spelt.Lists.Of(t.Spelt.Numbers[i])
			for _, k := range rows {
				one[i*v+v-t.Shared+int(k)] += 1 / F(len(rows))
			}
		}
	}
	y := b.apply2(gorgonia.Mul, b.Input(t.Name+".one", one, len(ids), v), table)
	return b.Block(t.Name+".y", y, 0, o.out.shape...)
}
