package main

import (
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func (s isa) optimiser() {
	s.sumSquares()
	s.scale()
	s.adam()
	s.spin()
}

// sumSquares adds in double precision: each half of a vector is widened.
func (s isa) sumSquares() {
	g := s.begin("sumSquares", "func(n int, x *float32) float64", "is sumSquares "+anyN)
	x := g.matrix("x", "")
	low, high := s.zero(), s.zero()
	g.line().along(func(p *part) {
		v := g.getPart(x, p)
		a, b := s.vec(), s.vec()
		if s.masked {
			half := YMM()
			VEXTRACTF64X4(operand.U8(1), v, half)
			VCVTPS2PD(v.AsY(), a)
			VCVTPS2PD(half, b)
		} else {
			half := XMM()
			VEXTRACTF128(operand.U8(1), v, half)
			VCVTPS2PD(v.AsX(), a)
			VCVTPS2PD(half, b)
		}
		VFMADD231PD(a, a, low)
		VFMADD231PD(b, b, high)
	})
	VADDPD(high, low, low)
	q := s.fold(low, VADDPD)
	VHADDPD(q, q, q)
	Store(q, ReturnIndex(0))
	end()
}

func (s isa) scale() {
	g := s.begin("scale", "func(n int, a float32, x *float32)", "is scale "+anyN)
	a, x := s.splat("a"), g.matrix("x", "")
	g.line().along(func(p *part) { g.putPart(product(s, a, g.getPart(x, p)), x, p) })
	end()
}

func (s isa) adam() {
	g := s.begin("adam", "func(n int, w, d, m, v *float32, keep, b1, a1, b2, a2, rate, root, eps float32)", "is adam "+anyN)
	w, d, m, v := g.matrix("w", ""), g.matrix("d", ""), g.matrix("m", ""), g.matrix("v", "")
	keep, b1, a1, b2 := s.splat("keep"), s.splat("b1"), s.splat("a1"), s.splat("b2")
	a2, rate, root, eps := s.splat("a2"), s.splat("rate"), s.splat("root"), s.splat("eps")
	g.line().along(func(p *part) {
		x := g.getPart(d, p)
		mean := product(s, b1, g.getPart(m, p))
		VFMADD231PS(x, a1, mean)
		g.putPart(mean, m, p)
		VMULPS(x, x, x)
		VMULPS(a2, x, x)
		VFMADD231PS(g.getPart(v, p), b2, x)
		g.putPart(x, v, p)
		VSQRTPS(x, x)
		VFMADD213PS(eps, root, x)
		VMULPS(rate, mean, mean)
		VDIVPS(x, mean, mean)
		y := product(s, keep, g.getPart(w, p))
		VSUBPS(mean, y, y)
		g.putPart(y, w, p)
	})
	end()
}

// spin keeps ten chains of multiply-adds going and nothing else.
func (s isa) spin() {
	TEXT("spin"+s.suffix, attr.NOSPLIT, "func(n int)")
	Doc("spin" + s.suffix + " does n > 0 rounds of ten independent multiply-adds of vectors.")
	n := intParam("n")
	var chains []reg.VecVirtual
	for range 10 {
		chains = append(chains, s.zero())
	}
	a := s.zero()
	loop := label("loop")
	Label(loop)
	for _, c := range chains {
		VFMADD231PS(a, a, c)
	}
	DECQ(n)
	JNZ(operand.LabelRef(loop))
	end()
}
