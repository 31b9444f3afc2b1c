package graph

import (
	"fmt"
	"hash"
	"hash/fnv"
	"unsafe"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"recur/internal/kernel"
)

// Float is the element type of a graph.
type Float = kernel.Float

// port is the static type of one input or output of an operation; a nil shape is a scalar.
type port struct {
	name  string
	dtype tensor.Dtype
	shape []int
}

func (p port) size() int { return volume(p.shape) }

func (p port) hm() hm.Type {
	if p.shape == nil {
		return p.dtype
	}
	return gorgonia.TensorType{Dims: len(p.shape), Of: p.dtype}
}

// op is every operation of this package: a kind with its settings, the shapes it takes and gives, and two functions.
// There is one op for each node and it belongs to one graph, so it may own memory: the output lives in out and is
// written anew by each run, which keeps a training step free of allocations. A fresh register is asked for
// (ReturnsPtr false) and no input is ever overwritten.
type op[F Float] struct {
	kind     string // linear, lstm, …
	name     string // the qualified name of the layer, for messages
	settings string // everything else that tells this op from another; part of the hash
	id, salt int    // the number of the op in its graph, which is unique, and the graph's salt; parts of the hash
	in       []port
	out      port
	wrt      []bool // inputs that have a gradient

	// run reads in (row-major, one slice an input; nil for the lengths) and writes all of out.
	run func(in [][]F, out []F) error
	// view, when not nil, replaces run: the output is this memory itself, a part of what the one input's op owns.
	view []F
	// diff returns one gradient node an input (nil where wrt is false).
	diff func(inputs gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error)

	memory  []F
	value   gorgonia.Value
	dense   *tensor.Dense
	parent  *tensor.Dense // what dense is a view of; it must stay reachable
	slices  [][]F
	scalars []F
	lengths []int   // what the input of whole numbers, lengths or classes, held at this run; the last one of several
	numbers [][]int // the same of every input; nil of the others
}

// own gives the op its memory. It is called once, when the node is made.
func (o *op[F]) own(room *Room[F]) {
	o.slices = make([][]F, len(o.in))
	o.numbers = make([][]int, len(o.in))
	o.scalars = make([]F, len(o.in))
	if o.out.shape == nil {
		o.memory = make([]F, 1)
		o.value = scalarOver(o.memory)
		return
	}
	o.memory = o.view
	if o.memory == nil {
		o.memory = room.take(o.out.size())
	}
	o.renew()
}

// renew puts a fresh header over the op's memory. It is a view of another header, because Gorgonia's Reshape copies
// views but shares the memory of others, and the in-place work of what follows would then destroy what the backward
// pass still reads.
func (o *op[F]) renew() {
	o.parent = tensor.New(tensor.WithShape(o.out.shape...), tensor.WithBacking(o.memory))
	view, err := o.parent.Slice()
	if err != nil {
		panic(err)
	}
	o.dense = view.(*tensor.Dense)
	if err := o.dense.Reshape(o.out.shape...); err != nil { // the view of a single element is a scalar
		panic(err)
	}
	o.value = o.dense
}

// Do runs the op. A panic below it becomes an error that names the layer and the shapes; on the goroutine that Gorgonia's
// own RunAll makes it would end the process.
func (o *op[F]) Do(in ...gorgonia.Value) (out gorgonia.Value, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("graph: %s: %v; inputs are %s", o.label(), r, shapesOf(in))
		}
	}()
	if len(in) != len(o.in) {
		return nil, fmt.Errorf("graph: %s: got %d inputs, want %d", o.label(), len(in), len(o.in))
	}
	for i := range in {
		if err := o.take(i, in[i]); err != nil {
			return nil, err
		}
	}
	if o.view == nil {
		if err := o.run(o.slices, o.memory); err != nil {
			return nil, fmt.Errorf("graph: %s: %w", o.label(), err)
		}
	}
	// A consumer that works in place may have reshaped or transposed the header that it was handed.
	if o.dense != nil && (!sameShape(o.dense.Shape(), o.out.shape) || o.dense.RequiresIterator()) {
		o.renew()
	}
	return o.value, nil
}

// take reads input i into o.slices (or o.lengths and o.numbers).
func (o *op[F]) take(i int, v gorgonia.Value) error {
	want := o.in[i]
	if want.shape == nil {
		switch s := v.(type) {
		case *gorgonia.F64:
			o.scalars[i] = F(*s)
		case *gorgonia.F32:
			o.scalars[i] = F(*s)
		default:
			return fmt.Errorf("graph: %s: %s is %T, want a scalar", o.label(), want.name, v)
		}
		o.slices[i] = o.scalars[i : i+1]
		return nil
	}
	d, ok := v.(*tensor.Dense)
	if !ok || d.Dtype() != want.dtype {
		return fmt.Errorf("graph: %s: %s is %T of %v, want a dense tensor of %v", o.label(), want.name, v, v.Dtype(), want.dtype)
	}
	if !sameShape(d.Shape(), want.shape) {
		return fmt.Errorf("graph: %s: %s is %v, want %v", o.label(), want.name, []int(d.Shape()), want.shape)
	}
	if want.dtype == tensor.Int {
		o.lengths = d.Ints()
		o.numbers[i] = o.lengths
		return nil
	}
	if d.RequiresIterator() {
		d = d.Materialize().(*tensor.Dense)
	}
	o.slices[i] = floatsOf[F](d)
	return nil
}

func (o *op[F]) label() string { return fmt.Sprintf("%s %q", o.kind, o.name) }

// What follows is Gorgonia's Op and SDOp.

func (o *op[F]) Arity() int           { return len(o.in) }
func (o *op[F]) ReturnsPtr() bool     { return false }
func (o *op[F]) CallsExtern() bool    { return false }
func (o *op[F]) OverwritesInput() int { return -1 }
func (o *op[F]) String() string       { return o.kind + " " + o.name }

func (o *op[F]) Type() hm.Type {
	types := make([]hm.Type, 0, len(o.in)+1)
	for _, p := range o.in {
		types = append(types, p.hm())
	}
	return hm.NewFnType(append(types, o.out.hm())...)
}

func (o *op[F]) InferShape(in ...gorgonia.DimSizer) (tensor.Shape, error) {
	for i, d := range in {
		if got, ok := d.(tensor.Shape); ok && !sameShape(got, o.in[i].shape) {
			return nil, fmt.Errorf("graph: %s: %s is %v, want %v", o.label(), o.in[i].name, []int(got), o.in[i].shape)
		}
	}
	return tensor.Shape(o.out.shape).Clone(), nil
}

// WriteHash writes what tells the op from others: numbers, names and shapes, but no address, so that a graph has the same
// hashes in every process and build.
func (o *op[F]) WriteHash(h hash.Hash) {
	fmt.Fprintf(h, "recur %d %d %s %q %s", o.salt, o.id, o.kind, o.name, o.settings)
	for _, p := range o.in {
		p.writeHash(h)
	}
	o.out.writeHash(h)
}

func (p port) writeHash(h hash.Hash) { fmt.Fprintf(h, " %q %v %v", p.name, p.dtype, p.shape) }

func (o *op[F]) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

func (o *op[F]) DiffWRT(inputs int) []bool { return o.wrt }

func (o *op[F]) SymDiff(in gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if o.diff == nil {
		return nil, fmt.Errorf("graph: %s has no gradient", o.label())
	}
	return o.diff(in, output, grad)
}

// Memory returns what a node of this package owns: its value after each run, in place. Nodes of other makers give nil.
func Memory[F Float](n *gorgonia.Node) []F {
	if n == nil {
		return nil
	}
	if o, ok := n.Op().(*op[F]); ok {
		return o.memory
	}
	return nil
}

func dtypeOf[F Float]() tensor.Dtype {
	var z F
	if unsafe.Sizeof(z) == 4 {
		return tensor.Float32
	}
	return tensor.Float64
}

// floatsOf returns the memory of d, whose dtype is F's, without the allocation that d.Data() makes.
func floatsOf[F Float](d *tensor.Dense) []F {
	var z F
	if unsafe.Sizeof(z) == 4 {
		s := d.Float32s()
		return *(*[]F)(unsafe.Pointer(&s))
	}
	s := d.Float64s()
	return *(*[]F)(unsafe.Pointer(&s))
}

// scalarOver returns a Gorgonia scalar that shares the memory of s[0].
func scalarOver[F Float](s []F) gorgonia.Value {
	switch p := any(&s[0]).(type) {
	case *float32:
		return (*gorgonia.F32)(p)
	case *float64:
		return (*gorgonia.F64)(p)
	}
	panic("graph: unknown element type")
}

func volume(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func sameShape(got tensor.Shape, want []int) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != want[i] {
			return false
		}
	}
	return true
}

func shapesOf(in []gorgonia.Value) string {
	s := make([][]int, 0, len(in))
	for _, v := range in {
		if v == nil {
			s = append(s, nil)
			continue
		}
		s = append(s, v.Shape())
	}
	return fmt.Sprint(s)
}

// bytesOf is how many bytes so many numbers take.
func bytesOf[F Float](numbers int) int64 { return int64(unsafe.Sizeof(F(0))) * int64(numbers) }
