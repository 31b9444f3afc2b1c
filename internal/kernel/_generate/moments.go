package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/reg"
)

// moments writes the loops of a batch norm: rows of n values, with vectors of n for all of them.
func (s isa) moments() {
	s.columns("squares", "func(rows, n int, x, mean, sum *float32)", []string{"x"}, []string{"mean", "sum"}, "sum",
		func(v map[string]reg.VecVirtual) {
			VSUBPS(v["mean"], v["x"], v["x"])
			VFMADD231PS(v["x"], v["x"], v["sum"])
		})
	s.columns("products", "func(rows, n int, d, x, mean, sum *float32)", []string{"d", "x"}, []string{"mean", "sum"}, "sum",
		func(v map[string]reg.VecVirtual) {
			VSUBPS(v["mean"], v["x"], v["x"])
			VFMADD231PS(v["x"], v["d"], v["sum"])
		})
	s.columns("affine", "func(rows, n int, x, y, mean, f, u *float32)", []string{"x"}, []string{"mean", "f", "u"}, "y",
		func(v map[string]reg.VecVirtual) {
			VSUBPS(v["mean"], v["x"], v["x"])
			VFMADD213PS(v["u"], v["f"], v["x"])
			v["y"] = v["x"]
		})
	s.columns("slopes", "func(rows, n int, d, x, mean, f, h, u *float32)", []string{"d", "x"}, []string{"mean", "f", "h", "u"}, "d",
		func(v map[string]reg.VecVirtual) {
			VSUBPS(v["mean"], v["x"], v["x"])
			VFMSUB213PS(v["u"], v["f"], v["d"])
			VFNMADD231PS(v["x"], v["h"], v["d"])
		})
}

// columns writes a loop that reads matrices and vectors of a row's length, by
// name, and writes one of them, or a matrix that it does not read.
func (s isa) columns(name, signature string, matrices, vectors []string, to string, body func(v map[string]reg.VecVirtual)) {
	g := s.begin(name, signature, "is "+name+" "+anyN)
	at := map[string]*pointer{}
	var moving []*pointer
	for _, m := range matrices {
		at[m] = g.matrix(m, "")
		moving = append(moving, at[m])
	}
	for _, v := range vectors {
		at[v] = g.matrix(v, "")
	}
	if at[to] == nil {
		at[to] = g.matrix(to, "")
		moving = append(moving, at[to])
	}
	l := g.line()
	l.rows(func() {
		l.along(func(p *part) {
			v := map[string]reg.VecVirtual{}
			for _, m := range append(append([]string{}, matrices...), vectors...) {
				v[m] = g.getPart(at[m], p)
			}
			body(v)
			g.putPart(v[to], at[to], p)
		})
	}, moving...)
	end()
}
