package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// onlyPart makes the lanes past the part zero.
func (s isa) onlyPart(v reg.VecVirtual, p *part) {
	switch {
	case p == nil:
	case s.masked:
		VMOVUPS_Z(v, p.k, v)
	default:
		VANDPS(p.v, v, v)
	}
}

// across is the sum of the lanes of v, in the lowest lane.
func (s isa) across(v reg.VecVirtual) reg.VecVirtual {
	q := s.fold(v, VADDPS)
	VHADDPS(q, q, q)
	VHADDPS(q, q, q)
	return q
}

// mean is the sum of the lanes of v times share, in every lane.
func (s isa) mean(v, share reg.VecVirtual) reg.VecVirtual {
	q, m := s.across(v), s.vec()
	VMULSS(share.AsX(), q, q)
	VBROADCASTSS(q, m)
	return m
}

func (s isa) norms() {
	s.norm()
	s.normBack()
}

func (s isa) norm() {
	g := s.begin("norm", "func(rows, n int, x, gain, shift, hat, rstd *float32, share, eps float32)", "is normRows for any n > 0; hat may be x.")
	x, gain, shift, hat := g.matrix("x", ""), g.matrix("gain", ""), g.matrix("shift", ""), g.matrix("hat", "")
	rstd, share, eps := intParam("rstd"), s.splat("share"), s.splat("eps")
	one := s.numbers([]string{"one"}).copy("one")
	l := g.line()
	l.rows(func() {
		sum := s.zero()
		l.along(func(p *part) { VADDPS(g.getPart(x, p), sum, sum) })
		mean := s.mean(sum, share)
		squares := s.zero()
		l.along(func(p *part) {
			v := g.getPart(x, p)
			VSUBPS(mean, v, v)
			s.onlyPart(v, p)
			VFMADD231PS(v, v, squares)
		})
		q := s.across(squares)
		VMULSS(share.AsX(), q, q)
		VADDSS(eps.AsX(), q, q)
		VSQRTSS(q, q, q)
		VDIVSS(q, one.AsX(), q)
		VMOVSS(q.AsX(), operand.Mem{Base: rstd})
		ADDQ(operand.U8(4), rstd)
		inv := s.vec()
		VBROADCASTSS(q, inv)
		l.along(func(p *part) {
			v := g.getPart(x, p)
			VSUBPS(mean, v, v)
			VMULPS(inv, v, v)
			g.putPart(v, hat, p)
			VMULPS(g.getPart(gain, p), v, v)
			VADDPS(g.getPart(shift, p), v, v)
			g.putPart(v, x, p)
		})
	}, x, hat)
	end()
}

func (s isa) normBack() {
	g := s.begin("normBack", "func(rows, n int, d, hat, rstd, gain, dgain, dshift *float32, share float32)", "is normBackRows for any n > 0.")
	d, hat, gain := g.matrix("d", ""), g.matrix("hat", ""), g.matrix("gain", "")
	dgain, dshift := g.matrix("dgain", ""), g.matrix("dshift", "")
	rstd, share := intParam("rstd"), s.splat("share")
	l := g.line()
	l.rows(func() {
		sum, with := s.zero(), s.zero()
		l.along(func(p *part) {
			v, h, t := g.getPart(d, p), g.getPart(hat, p), g.getPart(dshift, p)
			VADDPS(v, t, t)
			g.putPart(t, dshift, p)
			t = g.getPart(dgain, p)
			VFMADD231PS(h, v, t)
			g.putPart(t, dgain, p)
			VMULPS(g.getPart(gain, p), v, v)
			g.putPart(v, d, p)
			VADDPS(v, sum, sum)
			VFMADD231PS(h, v, with)
		})
		sum, with = s.mean(sum, share), s.mean(with, share)
		inv := s.vec()
		VBROADCASTSS(operand.Mem{Base: rstd}, inv)
		ADDQ(operand.U8(4), rstd)
		l.along(func(p *part) {
			v := g.getPart(d, p)
			VSUBPS(sum, v, v)
			VFNMADD231PS(g.getPart(hat, p), with, v)
			VMULPS(inv, v, v)
			g.putPart(v, d, p)
		})
	}, d, hat)
	end()
}
