package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// grid is a loop over rows and, in each, over whole vectors of columns.
type grid struct {
	isa
	n, j     reg.GPVirtual // a row and the place in it, in bytes
	pointers []*pointer
}

// pointer is a matrix that the loop walks along.
type pointer struct {
	at, step reg.GPVirtual // the row's start and the bytes to the next row's
}

// matrix adds a pointer parameter; stride names its row stride, "" means n.
func (g *grid) matrix(name, stride string) *pointer {
	p := &pointer{at: intParam(name), step: g.n}
	if stride != "" {
		p.step = bytesParam(stride)
	}
	g.pointers = append(g.pointers, p)
	return p
}

// blocks splits a pointer to gates into one for each of four blocks of n.
func (g *grid) blocks(name, stride string) [4]*pointer {
	var b [4]*pointer
	b[0] = g.matrix(name, stride)
	for i := 1; i < 4; i++ {
		b[i] = &pointer{at: GP64(), step: b[0].step}
		MOVQ(b[i-1].at, b[i].at)
		ADDQ(g.n, b[i].at)
		g.pointers = append(g.pointers, b[i])
	}
	return b
}

func (g *grid) mem(p *pointer) operand.Mem { return operand.Mem{Base: p.at, Index: g.j, Scale: 1} }

func (g *grid) get(p *pointer) reg.VecVirtual {
	v := g.vec()
	VMOVUPS(g.mem(p), v)
	return v
}

func (g *grid) put(v reg.VecVirtual, p *pointer) { VMOVUPS(v, g.mem(p)) }

// rows writes the loop over rows; the pointers given move on with it.
func (g *grid) rows(body func(), pointers ...*pointer) {
	rows := intParam("rows")
	loop, done := label("row"), label("end")
	TESTQ(rows, rows)
	JZ(operand.LabelRef(done))
	Label(loop)
	body()
	for _, p := range pointers {
		ADDQ(p.step, p.at)
	}
	DECQ(rows)
	JNZ(operand.LabelRef(loop))
	Label(done)
}

// each writes the loops round the body.
func (g *grid) each(body func()) {
	g.rows(func() {
		inner := label("column")
		g.j = GP64()
		XORQ(g.j, g.j)
		Label(inner)
		body()
		ADDQ(operand.U8(g.bytes()), g.j)
		CMPQ(g.j, g.n)
		JLT(operand.LabelRef(inner))
	}, g.pointers...)
	end()
}

func (s isa) begin(name, signature, doc string) *grid {
	TEXT(name+s.suffix, attr.NOSPLIT, signature)
	Doc(name + s.suffix + " " + doc)
	Pragma("noescape")
	return &grid{isa: s, n: bytesParam("n")}
}

const whole = "for n > 0 a multiple of the vector."

func (s isa) cells() {
	s.lstm()
	s.lstmInfer()
	s.lstmBack()
	s.gru()
	s.gruBack()
}

func (s isa) lstm() {
	g := s.begin("lstm", "func(rows, n int, gates *float32, ldg int, c0, c1, h *float32, ldh int)", "is lstmRows "+whole)
	gates := g.blocks("gates", "ldg")
	c0, c1, h := g.matrix("c0", ""), g.matrix("c1", ""), g.matrix("h", "ldh")
	k := s.numbers(sigmoidConstants, tanhConstants)
	g.each(func() {
		i := k.sigmoid(g.get(gates[0]))
		g.put(i, gates[0])
		u := k.tanh(g.get(gates[2]))
		g.put(u, gates[2])
		VMULPS(i, u, u)
		f := k.sigmoid(g.get(gates[1]))
		g.put(f, gates[1])
		VFMADD231PS(g.mem(c0), f, u)
		g.put(u, c1)
		o := k.sigmoid(g.get(gates[3]))
		g.put(o, gates[3])
		t := k.tanh(u)
		VMULPS(o, t, t)
		g.put(t, h)
	})
}

// lstmInfer leaves the gates as they are, so that σ(a)·tanh(b) needs one
// division: with tanh(b) = p/q it is p/(q·(1+exp(-a))). Where that product
// is beyond the largest float the result is 0, and less than 1e-38 in truth.
func (s isa) lstmInfer() {
	g := s.begin("lstmInfer", "func(rows, n int, gates *float32, ldg int, c0, c1, h *float32, ldh int)", "is lstmInferRows "+whole)
	gates := g.blocks("gates", "ldg")
	c0, c1, h := g.matrix("c0", ""), g.matrix("c1", ""), g.matrix("h", "ldh")
	k := s.numbers(sigmoidConstants, tanhConstants)
	g.each(func() {
		f := k.sigmoid(g.get(gates[1]))
		i := k.onePlusExp(g.get(gates[0]))
		u, below := k.tanhParts(g.get(gates[2]))
		VMULPS(i, below, below)
		VDIVPS(below, u, u)
		o := k.onePlusExp(g.get(gates[3]))
		VFMADD231PS(g.mem(c0), f, u)
		g.put(u, c1)
		t, under := k.tanhParts(u)
		VMULPS(o, under, under)
		VDIVPS(under, t, t)
		g.put(t, h)
	})
}

// rest is 1 - x.
func (k numbers) rest(x reg.VecVirtual) reg.VecVirtual {
	y := k.vec()
	VSUBPS(x, k.copy("one"), y)
	return y
}

// restSquare is 1 - x².
func (k numbers) restSquare(x reg.VecVirtual) reg.VecVirtual {
	y := k.copy("one")
	VFNMADD231PS(x, x, y)
	return y
}

func product(s isa, a operand.Op, b reg.VecVirtual) reg.VecVirtual {
	y := s.vec()
	VMULPS(a, b, y)
	return y
}

func (s isa) lstmBack() {
	g := s.begin("lstmBack", "func(rows, n int, gates *float32, ldg int, c0, c1, dh, dc *float32)", "is lstmBackRows "+whole)
	gates := g.blocks("gates", "ldg")
	c0, c1, dh, dc := g.matrix("c0", ""), g.matrix("c1", ""), g.matrix("dh", ""), g.matrix("dc", "")
	k := s.numbers(tanhConstants)
	g.each(func() {
		t := k.tanh(g.get(c1))
		o := g.get(gates[3])
		e := product(s, g.mem(dh), o)
		d := g.get(dc)
		VFMADD231PS(k.restSquare(t), e, d)
		do := product(s, e, t)
		VMULPS(k.rest(o), do, do)
		g.put(do, gates[3])
		i, u := g.get(gates[0]), g.get(gates[2])
		di := product(s, d, i) // d·i serves both i and u
		du := product(s, k.restSquare(u), di)
		VMULPS(u, di, di)
		VMULPS(k.rest(i), di, di)
		g.put(di, gates[0])
		g.put(du, gates[2])
		f := g.get(gates[1])
		VMULPS(f, d, d)
		g.put(d, dc)
		df := product(s, g.mem(c0), d)
		VMULPS(k.rest(f), df, df)
		g.put(df, gates[1])
	})
}

func (s isa) gru() {
	g := s.begin("gru", "func(rows, n int, gates *float32, ldg int, h0, h1 *float32, ldh int)", "is gruRows "+whole)
	gates := g.blocks("gates", "ldg")
	h0 := g.matrix("h0", "ldh")
	h1 := &pointer{at: intParam("h1"), step: h0.step}
	g.pointers = append(g.pointers, h1)
	k := s.numbers(sigmoidConstants, tanhConstants)
	g.each(func() {
		r := k.sigmoid(g.get(gates[1]))
		g.put(r, gates[1])
		u := g.get(gates[3])
		VFMADD231PS(g.mem(gates[0]), r, u)
		u = k.tanh(u)
		g.put(u, gates[3])
		z := k.sigmoid(g.get(gates[2]))
		g.put(z, gates[2])
		d := g.get(h0)
		VSUBPS(u, d, d)
		VFMADD231PS(z, d, u)
		g.put(u, h1)
	})
}

func (s isa) gruBack() {
	g := s.begin("gruBack", "func(rows, n int, gates *float32, ldg int, h0 *float32, ldh int, dh *float32)", "is gruBackRows "+whole)
	gates := g.blocks("gates", "ldg")
	h0, dh := g.matrix("h0", "ldh"), g.matrix("dh", "")
	k := s.numbers([]string{"one"})
	g.each(func() {
		r, z, u := g.get(gates[1]), g.get(gates[2]), g.get(gates[3])
		d := g.get(dh)
		dz := g.get(h0)
		VSUBPS(u, dz, dz)
		VMULPS(d, dz, dz)
		y := k.rest(z)
		du := product(s, d, y)
		VMULPS(z, d, d) // d·z serves both dh and the gradient of z
		g.put(d, dh)
		VMULPS(z, y, y)
		VMULPS(y, dz, dz)
		g.put(dz, gates[2])
		VMULPS(k.restSquare(u), du, du)
		g.put(du, gates[3])
		VMULPS(r, du, du)
		dr := product(s, g.mem(gates[0]), du)
		g.put(du, gates[0])
		VMULPS(k.rest(r), dr, dr)
		g.put(dr, gates[1])
	})
}
