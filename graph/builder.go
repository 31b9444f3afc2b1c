package graph

import (
	"errors"
	"fmt"
	"strings"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/internal/kernel"
)

// Pool is a set of worker goroutines that the operations of one or more graphs share.
type Pool = kernel.Pool

// NewPool returns a pool of so many threads; 0 means all that Go may use.
func NewPool(threads int) *Pool { return kernel.NewPool(threads) }

// Builder puts nodes into one expression graph. The first error is kept and every later call returns nil and does
// nothing, so the maths reads straight and Err is asked once at the end. Gorgonia keeps some state for all graphs of a
// process: build graphs on one goroutine at a time; running them at the same time is fine.
type Builder[F Float] struct {
	g        *gorgonia.ExprGraph
	pool     *Pool
	room     *Room[F] // nil: the graph has memory of its own
	training bool
	names    map[string]bool
	ops      int
	salt     int            // changes the hashes of all nodes; see Build
	once     bool           // no node may be asked for twice
	anchors  gorgonia.Nodes // what Grad asks for besides; see Tokens
	err      error
}

// NewBuilder starts a graph. pool may be nil (one thread). training says whether the operations keep what a backward
// pass needs; Grad refuses a graph that was built without it.
func NewBuilder[F Float](name string, pool *Pool, training bool) *Builder[F] {
	return &Builder[F]{
		g:        gorgonia.NewGraph(gorgonia.WithGraphName(name)),
		pool:     pool,
		training: training,
		names:    make(map[string]bool),
	}
}

// Graph returns the expression graph.
func (b *Builder[F]) Graph() *gorgonia.ExprGraph { return b.g }

// Training says whether the operations keep what a backward pass needs.
func (b *Builder[F]) Training() bool { return b.training }

// Err returns the first error.
func (b *Builder[F]) Err() error { return b.err }

// fail keeps the first error and returns nil for the node that is not made.
func (b *Builder[F]) fail(err error) *gorgonia.Node {
	if b.err == nil {
		b.err = err
	}
	return nil
}

// Input adds an input or a weight that reads values (row-major) by reference. Names are unique in a graph: Gorgonia
// would silently merge two inputs of one name.
func (b *Builder[F]) Input(name string, values []F, shape ...int) *gorgonia.Node {
	if len(shape) == 0 || len(values) != volume(shape) {
		return b.fail(fmt.Errorf("graph: input %q: got %d values, want %v", name, len(values), shape))
	}
	return b.input(name, dtypeOf[F](), values, shape)
}

// Lengths adds the number of real steps of each batch row, by reference: [B], each from 0 to T.
func (b *Builder[F]) Lengths(name string, lengths []int) *gorgonia.Node {
	return b.input(name, tensor.Int, lengths, []int{len(lengths)})
}

// Numbers adds whole numbers, of classes or symbols, that are read by reference.
func (b *Builder[F]) Numbers(name string, numbers []int, shape ...int) *gorgonia.Node {
	if len(shape) == 0 || len(numbers) != volume(shape) {
		return b.fail(fmt.Errorf("graph: input %q: got %d numbers, want %v", name, len(numbers), shape))
	}
	return b.input(name, tensor.Int, numbers, shape)
}

func (b *Builder[F]) input(name string, dtype tensor.Dtype, values any, shape []int) *gorgonia.Node {
	switch {
	case b.err != nil:
		return nil
	case name == "" || b.names[name]:
		return b.fail(fmt.Errorf("graph: input %q: the name is used already or empty, want a unique one", name))
	case volume(shape) < 1:
		return b.fail(fmt.Errorf("graph: input %q: shape is %v, want every dimension 1 or more", name, shape))
	}
	b.names[name] = true
	value := tensor.New(tensor.WithShape(shape...), tensor.WithBacking(values))
	n := gorgonia.NewTensor(b.g, dtype, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(strings.Repeat(saltMark, b.salt)+name))
	if err := gorgonia.Let(n, value); err != nil {
		return b.fail(fmt.Errorf("graph: input %q: %w", name, err))
	}
	return n
}

// apply makes the node of one of our ops.
func (b *Builder[F]) apply(o *op[F], in ...*gorgonia.Node) *gorgonia.Node {
	if b.err != nil {
		return nil
	}
	for i, n := range in {
		if n == nil {
			return b.fail(fmt.Errorf("graph: %s: input %d is missing", o.label(), i))
		}
		if o.in == nil || i >= len(o.in) {
			return b.fail(fmt.Errorf("graph: %s: got %d inputs, want %d", o.label(), len(in), len(o.in)))
		}
		if !sameShape(n.Shape(), o.in[i].shape) || n.Dtype() != o.in[i].dtype {
			return b.fail(fmt.Errorf("graph: %s: %s is %v of %v, want %v of %v",
				o.label(), o.in[i].name, []int(n.Shape()), n.Dtype(), o.in[i].shape, o.in[i].dtype))
		}
	}
	n, err := b.node(o, in)
	if err != nil {
		return b.fail(err)
	}
	return n
}

// node is apply for the gradient functions, which report errors through Gorgonia.
func (b *Builder[F]) node(o *op[F], in gorgonia.Nodes) (*gorgonia.Node, error) {
	b.ops++
	o.id, o.salt = b.ops, b.salt
	o.own(b.room)
	n, err := gorgonia.ApplyOp(o, in...)
	if err != nil {
		return nil, fmt.Errorf("graph: %s: %w", o.label(), err)
	}
	if n.Op() != gorgonia.Op(o) { // it has become an earlier node
		err := &Clash{Node: o.label(), Other: describe(n), Hash: n.Hashcode()}
		b.fail(err) // Gorgonia, which may have called us, does not hand an error on as a value
		return nil, err
	}
	return n, nil
}

// port describes an input or output of this graph's element type.
func (b *Builder[F]) port(name string, shape ...int) port {
	return port{name: name, dtype: dtypeOf[F](), shape: shape}
}

// like describes an input that has n's shape.
func (b *Builder[F]) like(name string, n *gorgonia.Node) port {
	if n == nil {
		return port{name: name}
	}
	if n.IsScalar() {
		return port{name: name, dtype: n.Dtype()}
	}
	return port{name: name, dtype: n.Dtype(), shape: n.Shape()}
}

// Grad adds the gradients of cost, a scalar, by each of wrt, which are inputs. After a run they are read with
// node.Grad(). No dual values are bound: the gradients are fresh each run and never add up.
func (b *Builder[F]) Grad(cost *gorgonia.Node, wrt ...*gorgonia.Node) {
	if b.err != nil {
		return
	}
	if !b.training {
		b.fail(errors.New("graph: gradient: the builder was made for evaluation, want training"))
		return
	}
	if err := b.unmerged(); err != nil {
		b.fail(err)
		return
	}
	if _, err := gorgonia.Grad(cost, append(append(gorgonia.Nodes{}, wrt...), b.anchors...)...); err != nil {
		b.fail(fmt.Errorf("graph: gradient: %w", err))
	}
}

// GradientOf is the memory of the gradient by an input, after a run; nil when there is none.
func GradientOf[F Float](n *gorgonia.Node) []F {
	v, err := n.Grad()
	if err != nil {
		return nil
	}
	d, ok := v.(*tensor.Dense)
	if !ok || d.Dtype() != dtypeOf[F]() {
		return nil
	}
	return floatsOf[F](d)
}

// Machine compiles the graph for Gorgonia's TapeMachine. The error is a *Clash where two nodes have one hash, which the
// compiler would take for one. Only Build finds those that became one before, and makes a graph that has neither.
func (b *Builder[F]) Machine() (m gorgonia.VM, err error) {
	if err := b.distinct(); err != nil {
		return nil, err
	}
	defer func() {
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("graph: compile: %v", r)
		}
	}()
	return newMachine(b.g), nil
}

// keep takes the result of one of Gorgonia's own functions.
func (b *Builder[F]) keep(n *gorgonia.Node, err error) *gorgonia.Node {
	if err != nil {
		return b.fail(fmt.Errorf("graph: %w", err))
	}
	return n
}

// apply2 calls one of Gorgonia's binary functions unless there was an error before.
func (b *Builder[F]) apply2(f func(x, y *gorgonia.Node) (*gorgonia.Node, error), x, y *gorgonia.Node) *gorgonia.Node {
	if b.err != nil || x == nil || y == nil {
		return b.fail(errors.New("graph: an operand is missing"))
	}
	return b.keep(f(x, y))
}

func (b *Builder[F]) apply1(f func(x *gorgonia.Node) (*gorgonia.Node, error), x *gorgonia.Node) *gorgonia.Node {
	if b.err != nil || x == nil {
		return b.fail(errors.New("graph: an operand is missing"))
	}
	return b.keep(f(x))
}
