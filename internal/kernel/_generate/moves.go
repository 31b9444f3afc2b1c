package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// line is a loop over the columns of a row, of any number.
type line struct {
	*grid
	limit reg.GPVirtual // where whole vectors end
	last  *part
}

func (g *grid) line() line {
	l := line{grid: g, limit: GP64(), last: g.tail(intParam("n"))}
	MOVQ(g.n, l.limit)
	ANDQ(operand.I32(int32(-g.bytes())), l.limit)
	g.j = GP64()
	return l
}

// along writes the loop: body is written twice, for whole vectors and for the
// part at the end of a row.
func (l line) along(body func(p *part)) {
	loop, part, done := label("column"), label("part"), label("done")
	XORQ(l.j, l.j)
	Label(loop)
	CMPQ(l.j, l.limit)
	JGE(operand.LabelRef(part))
	body(nil)
	ADDQ(operand.U8(l.bytes()), l.j)
	JMP(operand.LabelRef(loop))
	Label(part)
	CMPQ(l.j, l.n)
	JE(operand.LabelRef(done))
	body(l.last)
	Label(done)
}

// strips writes loops over rows and columns of any number.
func (g *grid) strips(body func(p *part)) {
	l := g.line()
	g.rows(func() { l.along(body) }, g.pointers...)
}

func (g *grid) getPart(p *pointer, only *part) reg.VecVirtual {
	v := g.vec()
	g.load(g.mem(p), v, only)
	return v
}

func (g *grid) putPart(v reg.VecVirtual, p *pointer, only *part) { g.store(v, g.mem(p), only) }

const anyN = "for any n."

// unary writes y = f(x) over rows.
func (s isa) unary(name, doc string, lists [][]string, f func(k numbers, x reg.VecVirtual) reg.VecVirtual) {
	g := s.begin(name, "func(rows, n int, x *float32, ldx int, y *float32, ldy int)", doc)
	x, y := g.matrix("x", "ldx"), g.matrix("y", "ldy")
	k := s.numbers(lists...)
	g.strips(func(p *part) { g.putPart(f(k, g.getPart(x, p)), y, p) })
	end()
}

// slope writes dx = dy·f(y) over rows.
func (s isa) slope(name, doc string, f func(k numbers, y, dy reg.VecVirtual) reg.VecVirtual) {
	g := s.begin(name, "func(rows, n int, y *float32, ldy int, dy *float32, lddy int, dx *float32, lddx int)", doc)
	y, dy, dx := g.matrix("y", "ldy"), g.matrix("dy", "lddy"), g.matrix("dx", "lddx")
	k := s.numbers([]string{"one"})
	g.strips(func(p *part) { g.putPart(f(k, g.getPart(y, p), g.getPart(dy, p)), dx, p) })
	end()
}

func (s isa) activations() {
	s.unary("tanh", "is actRows of Tanh "+anyN, [][]string{tanhConstants},
		func(k numbers, x reg.VecVirtual) reg.VecVirtual { return k.tanh(x) })
	s.unary("sigmoid", "is actRows of Sigmoid "+anyN, [][]string{sigmoidConstants},
		func(k numbers, x reg.VecVirtual) reg.VecVirtual { return k.sigmoid(x) })
	s.unary("relu", "is actRows of ReLU "+anyN, nil, func(k numbers, x reg.VecVirtual) reg.VecVirtual {
		y := s.vec()
		VMAXPS(x, s.zero(), y) // of zero and a NaN it returns the second, the NaN
		return y
	})
	s.slope("tanhBack", "is actBackRows of Tanh "+anyN, func(k numbers, y, dy reg.VecVirtual) reg.VecVirtual {
		return product(s, k.restSquare(y), dy)
	})
	s.slope("sigmoidBack", "is actBackRows of Sigmoid "+anyN, func(k numbers, y, dy reg.VecVirtual) reg.VecVirtual {
		return product(s, product(s, k.rest(y), y), dy)
	})
	s.slope("reluBack", "is actBackRows of ReLU "+anyN, func(k numbers, y, dy reg.VecVirtual) reg.VecVirtual {
		if s.masked {
			m := K()
			VCMPPS(operand.U8(1), y, s.zero(), m) // 0 < y
			d := s.vec()
			VMOVAPS_Z(dy, m, d)
			return d
		}
		m := s.vec()
		VCMPPS(operand.U8(1), y, s.zero(), m)
		VANDPS(dy, m, m)
		return m
	})
}

func (s isa) moves() {
	g := s.begin("copy", "func(rows, n int, dst *float32, ldd int, src *float32, lds int)", "is copyRows "+anyN)
	dst, src := g.matrix("dst", "ldd"), g.matrix("src", "lds")
	g.strips(func(p *part) { g.putPart(g.getPart(src, p), dst, p) })
	end()

	g = s.begin("add", "func(rows, n int, dst *float32, ldd int, src *float32, lds int)", "is addRows "+anyN)
	dst, src = g.matrix("dst", "ldd"), g.matrix("src", "lds")
	g.strips(func(p *part) {
		sum := g.getPart(src, p)
		VADDPS(g.getPart(dst, p), sum, sum)
		g.putPart(sum, dst, p)
	})
	end()

	s.transpose()
}

// transpose works on squares of 8 by 8, which both instruction sets have the
// shuffles for: rows and n are multiples of 8.
func (s isa) transpose() {
	TEXT("transpose"+s.suffix, attr.NOSPLIT, "func(rows, n int, dst *float32, ldd int, src *float32, lds int)")
	Doc("transpose" + s.suffix + " is transpose for rows and n multiples of 8.")
	Pragma("noescape")
	rows, n := intParam("rows"), intParam("n")
	dst, src := intParam("dst"), intParam("src")
	ldd, lds := bytesParam("ldd"), bytesParam("lds")
	loop, inner, done := label("row"), label("column"), label("done")
	Label(loop)
	TESTQ(rows, rows)
	JZ(operand.LabelRef(done))
	d, p, j := GP64(), GP64(), GP64()
	MOVQ(dst, d)
	MOVQ(src, p)
	MOVQ(n, j)
	Label(inner)
	square(d, ldd, p, lds)
	ADDQ(operand.U8(32), p)
	t := GP64()
	LEAQ(operand.Mem{Base: d, Index: ldd, Scale: 8}, t)
	MOVQ(t, d)
	SUBQ(operand.U8(8), j)
	JNZ(operand.LabelRef(inner))
	ADDQ(operand.U8(32), dst)
	LEAQ(operand.Mem{Base: src, Index: lds, Scale: 8}, t)
	MOVQ(t, src)
	SUBQ(operand.U8(8), rows)
	JMP(operand.LabelRef(loop))
	Label(done)
	end()
}

// square transposes 8 by 8 floats: halves of rows four apart are joined, then
// pairs and then quads are interleaved.
func square(dst, ldd, src, lds reg.GPVirtual) {
	var in, a, b [8]reg.VecVirtual
	q := GP64()
	MOVQ(src, q)
	for i := range 4 {
		low, high := YMM(), YMM()
		VMOVUPS(operand.Mem{Base: q}, low.AsX())
		VINSERTF128(operand.U8(1), operand.Mem{Base: q, Index: lds, Scale: 4}, low, low)
		VMOVUPS(operand.Mem{Base: q, Disp: 16}, high.AsX())
		VINSERTF128(operand.U8(1), operand.Mem{Base: q, Index: lds, Scale: 4, Disp: 16}, high, high)
		in[i], in[4+i] = low, high // columns 0-3, and 4-7, of rows i and i+4
		ADDQ(lds, q)
	}
	for h := 0; h < 8; h += 4 {
		for i := range 2 {
			a[h+2*i], a[h+2*i+1] = YMM(), YMM()
			VUNPCKLPS(in[h+2*i+1], in[h+2*i], a[h+2*i])
			VUNPCKHPS(in[h+2*i+1], in[h+2*i], a[h+2*i+1])
		}
		for i := range 4 {
			b[h+i] = YMM()
			VSHUFPS(operand.U8([2]uint8{0x44, 0xee}[i%2]), a[h+2+i/2], a[h+i/2], b[h+i])
		}
	}
	q = GP64()
	MOVQ(dst, q)
	for i := range 8 {
		VMOVUPS(b[i], operand.Mem{Base: q})
		if i < 7 {
			ADDQ(ldd, q)
		}
	}
}
