package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func (s isa) softmaxes() {
	s.maxRows()
	s.expRows()
	s.shadeRows()
	s.softmaxRows()
	s.expSums()
	s.above()
}

func (s isa) maxRows() {
	g := s.begin("maxRows", "func(rows, n int, x *float32, ldx int, b, most *float32)", "is maxRows "+anyN)
	x, most, b := g.matrix("x", "ldx"), g.matrix("most", ""), intParam("b")
	l := g.line()
	l.rows(func() {
		more := s.vec()
		VBROADCASTSS(operand.Mem{Base: b}, more)
		ADDQ(operand.U8(4), b)
		l.along(func(p *part) {
			v := g.getPart(x, p)
			VADDPS(more, v, v)
			g.putPart(v, x, p)
			VMAXPS(v, g.getPart(most, p), v)
			g.putPart(v, most, p)
		})
	}, x)
	end()
}

func (s isa) expRows() {
	g := s.begin("expRows", "func(rows, n int, x *float32, ldx int, most, sum *float32)", "is expRows "+anyN)
	x, most, sum := g.matrix("x", "ldx"), g.matrix("most", ""), g.matrix("sum", "")
	k := s.numbers(sigmoidConstants)
	l := g.line()
	l.rows(func() {
		l.along(func(p *part) {
			v := g.getPart(most, p)
			VSUBPS(g.getPart(x, p), v, v)
			v = k.expMinus(v)
			g.putPart(v, x, p)
			VADDPS(g.getPart(sum, p), v, v)
			g.putPart(v, sum, p)
		})
	}, x)
	end()
}

func (s isa) shadeRows() {
	g := s.begin("shadeRows", "func(rows, n int, x *float32, ldx int, f, u, total *float32)", "is shadeRows "+anyN)
	x, f, u := g.matrix("x", "ldx"), g.matrix("f", ""), g.matrix("u", "")
	total := intParam("total")
	l := g.line()
	l.rows(func() {
		sum := s.zero()
		l.along(func(p *part) { // lanes past the part are 0·0 - 0
			v := g.getPart(x, p)
			VFMSUB213PS(g.getPart(u, p), g.getPart(f, p), v)
			g.putPart(v, x, p)
			VADDPS(v, sum, sum)
		})
		VMOVSS(s.across(sum).AsX(), operand.Mem{Base: total})
		ADDQ(operand.U8(4), total)
	}, x)
	end()
}

// greatest is the greatest of v and most in the lanes of the part.
func (s isa) greatest(v, most reg.VecVirtual, p *part) {
	switch {
	case p == nil:
		VMAXPS(v, most, most)
	case s.masked:
		VMAXPS(v, most, p.k, most)
	default:
		VBLENDVPS(p.v, v, most, v)
		VMAXPS(v, most, most)
	}
}

// greatestLane is the greatest lane of v, in every lane.
func (s isa) greatestLane(v reg.VecVirtual) reg.VecVirtual {
	q, t, m := s.fold(v, VMAXPS), XMM(), s.vec()
	for _, swap := range []uint8{0x4e, 0xb1} { // halves, then neighbours
		VPERMILPS(operand.U8(swap), q.AsX(), t)
		VMAXPS(t, q.AsX(), q.AsX())
	}
	VBROADCASTSS(q.AsX(), m)
	return m
}

// rowMost is the greatest value of a row, in every lane, which is written to the next place of most.
func (l line) rowMost(x *pointer, most reg.GPVirtual) reg.VecVirtual {
	m := l.vec()
	VBROADCASTSS(operand.Mem{Base: x.at}, m)
	l.along(func(p *part) { l.greatest(l.getPart(x, p), m, p) })
	m = l.greatestLane(m)
	VMOVSS(m.AsX(), operand.Mem{Base: most})
	ADDQ(operand.U8(4), most)
	return m
}

func (s isa) softmaxRows() {
	g := s.begin("softmax", "func(rows, n int, x *float32, ldx int, most, sum *float32)", "is softmaxRows for any n > 0.")
	x := g.matrix("x", "ldx")
	most, sum := intParam("most"), intParam("sum")
	k := s.numbers(sigmoidConstants)
	l := g.line()
	l.rows(func() {
		m := l.rowMost(x, most)
		total := s.zero()
		l.along(func(p *part) {
			v := s.vec()
			VSUBPS(g.getPart(x, p), m, v)
			v = k.expMinus(v)
			g.putPart(v, x, p)
			s.onlyPart(v, p)
			VADDPS(v, total, total)
		})
		q, inv := s.across(total), s.vec()
		VMOVSS(q.AsX(), operand.Mem{Base: sum})
		ADDQ(operand.U8(4), sum)
		VDIVSS(q.AsX(), k.copy("one").AsX(), q.AsX())
		VBROADCASTSS(q.AsX(), inv)
		l.along(func(p *part) { g.putPart(product(s, inv, g.getPart(x, p)), x, p) })
	}, x)
	end()
}

func (s isa) expSums() {
	g := s.begin("expSums", "func(rows, n int, x *float32, ldx int, most, sum *float32)", "is expSums for any n > 0.")
	x := g.matrix("x", "ldx")
	most, sum := intParam("most"), intParam("sum")
	k := s.numbers(sigmoidConstants)
	l := g.line()
	l.rows(func() {
		m := l.rowMost(x, most)
		total := s.zero()
		l.along(func(p *part) {
			v := s.vec()
			VSUBPS(g.getPart(x, p), m, v)
			v = k.expMinus(v)
			s.onlyPart(v, p)
			VADDPS(v, total, total)
		})
		VMOVSS(s.across(total).AsX(), operand.Mem{Base: sum})
		ADDQ(operand.U8(4), sum)
	}, x)
	end()
}

// above compares a vector at a time; of one with a greater lane the first such lane is the answer.
func (s isa) above() {
	const greater = 0x1e // ordered, quiet
	TEXT("above"+s.suffix, attr.NOSPLIT, "func(n int, x *float32, border float32) int")
	Doc("above" + s.suffix + " is above " + anyN)
	Pragma("noescape")
	n, x, border := intParam("n"), intParam("x"), s.splat("border")
	i, left, bits := GP64(), GP64(), GP64()
	loop, rest, found, none := label("vector"), label("rest"), label("found"), label("none")
	last := s.tail(n)
	compare := func(p *part) {
		v := s.vec()
		s.load(operand.Mem{Base: x, Index: i, Scale: 4}, v, p)
		if s.masked {
			k := K()
			if p == nil {
				VCMPPS(operand.U8(greater), border, v, k)
			} else {
				VCMPPS(operand.U8(greater), border, v, p.k, k)
			}
			KMOVW(k, bits.As32())
		} else {
			VCMPPS(operand.U8(greater), border, v, v)
			if p != nil {
				VANDPS(p.v, v, v)
			}
			VMOVMSKPS(v, bits.As32())
		}
		TESTL(bits.As32(), bits.As32())
		JNZ(operand.LabelRef(found))
	}
	XORQ(i, i)
	MOVQ(n, left)
	Label(loop)
	CMPQ(left, operand.U8(s.lanes))
	JLT(operand.LabelRef(rest))
	compare(nil)
	ADDQ(operand.U8(s.lanes), i)
	SUBQ(operand.U8(s.lanes), left)
	JMP(operand.LabelRef(loop))
	Label(rest)
	TESTQ(left, left)
	JZ(operand.LabelRef(none))
	compare(last)
	Label(none)
	MOVQ(n, i)
	XORQ(bits, bits)
	JMP(operand.LabelRef("give"))
	Label(found)
	BSFQ(bits, bits)
	ADDQ(bits, i)
	Label("give")
	Store(i, ReturnIndex(0))
	end()
}
