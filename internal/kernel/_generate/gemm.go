package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tile is the state of a gemm while it is written.
type tile struct {
	isa
	c, a, b            reg.GPVirtual
	ldc, ars, aks, ldb reg.GPVirtual // in bytes
	m, k               reg.GPVirtual
	last               *part
	done               string
}

// gemm writes c (+)= bias + a·b for m rows and n columns, at most a tile's. Rows go
// in tiles of s.rows and what is left; for each number of vectors of columns
// there is a body of its own, with and without a part of a vector at the end.
// Operands from b are loaded before they are used: folded into the
// multiply-adds they cost a sixth of the speed on Zen 4.
func (s isa) gemm() {
	TEXT("gemm"+s.suffix, attr.NOSPLIT, "func(c *float32, ldc int, a *float32, ars, aks int, b *float32, ldb, m, n, k int, bias *float32, acc int)")
	Doc(fmt.Sprintf("gemm%s is gemm for 1 <= n <= %d.", s.suffix, s.lanes*s.vecs))
	Pragma("noescape")
	t := tile{isa: s, done: label("done")}
	t.last = s.tail(intParam("n"))
	t.c, t.a, t.b = intParam("c"), intParam("a"), intParam("b")
	t.ldc, t.ars, t.aks, t.ldb = bytesParam("ldc"), bytesParam("ars"), bytesParam("aks"), bytesParam("ldb")
	t.m, t.k = intParam("m"), intParam("k")
	TESTQ(t.m, t.m)
	JZ(operand.LabelRef(t.done))
	// Cases from the widest to the narrowest: full vectors only, then with a part.
	for v := s.vecs; v >= 1; v-- {
		part, next := label("part"), label("next")
		CMPQ(memory("n"), operand.U8((v-1)*s.lanes))
		JLE(operand.LabelRef(next))
		CMPQ(memory("n"), operand.U8(v*s.lanes))
		JNE(operand.LabelRef(part))
		t.columns(v, nil)
		Label(part)
		t.columns(v, t.last)
		Label(next)
	}
	Label(t.done)
	end()
}

// columns writes the loop over rows for v vectors of columns and jumps to done.
// Of 7 or 8 rows that are left 4 go first: a tile of 1 or 2 rows waits for its operands.
func (t *tile) columns(v int, p *part) {
	const less = 4
	loop, full, half, rest, other := label("rows"), label("full"), label("half"), label("rest"), label("other")
	Label(loop)
	CMPQ(t.m, operand.U8(t.rows))
	JLT(operand.LabelRef(rest))
	JEQ(operand.LabelRef(full))
	CMPQ(t.m, operand.U8(2*less))
	JLE(operand.LabelRef(half))
	Label(full)
	t.advance(t.rows, v, p)
	JMP(operand.LabelRef(loop))
	Label(rest)
	CMPQ(t.m, operand.U8(less))
	JNE(operand.LabelRef(other))
	Label(half)
	t.advance(less, v, p)
	JMP(operand.LabelRef(loop))
	Label(other)
	for r := t.rows - 1; r >= 1; r-- {
		if r == less {
			continue
		}
		next := label("fewer")
		CMPQ(t.m, operand.U8(r))
		JNE(operand.LabelRef(next))
		t.body(r, v, p)
		JMP(operand.LabelRef(t.done))
		Label(next)
	}
	JMP(operand.LabelRef(t.done))
}

// advance is body, and moves a past its rows.
func (t *tile) advance(r, v int, p *part) {
	t.body(r, v, p)
	step := GP64()
	IMUL3Q(operand.U8(r), t.ars, step)
	ADDQ(step, t.a)
	SUBQ(operand.U8(r), t.m)
}

// body writes r rows by v vectors: sums stay in registers over all k. It moves
// c past its rows.
func (t *tile) body(r, v int, p *part) {
	sums := t.sums(r, v, p)
	loop, store, set := label("k"), label("store"), label("set")
	ap, bp, k := GP64(), GP64(), GP64()
	MOVQ(t.a, ap)
	MOVQ(t.b, bp)
	MOVQ(t.k, k)
	high := ap // of rows 3 and on
	if r > 3 {
		high = GP64()
		LEAQ(operand.Mem{Base: ap, Index: t.ars, Scale: 2}, high)
		ADDQ(t.ars, high)
	}
	TESTQ(k, k)
	JZ(operand.LabelRef(store))
	Label(loop)
	b := make([]reg.VecVirtual, v)
	for j := range b {
		b[j] = t.vec()
		t.load(operand.Mem{Base: bp, Disp: j * t.bytes()}, b[j], t.only(p, j == v-1))
	}
	for i := range sums {
		a, at := t.vec(), operand.Mem{Base: ap}
		if i >= 3 {
			at.Base = high
		}
		if i%3 != 0 {
			at.Index, at.Scale = t.ars, uint8(i%3)
		}
		VBROADCASTSS(at, a)
		for j := range b {
			VFMADD231PS(b[j], a, sums[i][j])
		}
	}
	ADDQ(t.ldb, bp)
	ADDQ(t.aks, ap)
	if r > 3 {
		ADDQ(t.aks, high)
	}
	DECQ(k)
	JNZ(operand.LabelRef(loop))

	Label(store)
	CMPQ(memory("acc"), operand.U8(0))
	JE(operand.LabelRef(set))
	cp := GP64()
	MOVQ(t.c, cp)
	old := t.vec()
	for i := range sums {
		for j := range b {
			t.load(operand.Mem{Base: cp, Disp: j * t.bytes()}, old, t.only(p, j == v-1))
			VADDPS(old, sums[i][j], sums[i][j])
		}
		ADDQ(t.ldc, cp)
	}
	Label(set)
	for i := range sums {
		for j := range b {
			t.store(sums[i][j], operand.Mem{Base: t.c, Disp: j * t.bytes()}, t.only(p, j == v-1))
		}
		ADDQ(t.ldc, t.c)
	}
}

// sums are r rows by v vectors that hold the bias, or zero without one.
func (t *tile) sums(r, v int, p *part) [][]reg.VecVirtual {
	sums := make([][]reg.VecVirtual, r)
	none, start := label("none"), label("start")
	bias := intParam("bias")
	TESTQ(bias, bias)
	JZ(operand.LabelRef(none))
	for i := range sums {
		for j := range v {
			sum := t.vec()
			if i == 0 {
				t.load(operand.Mem{Base: bias, Disp: j * t.bytes()}, sum, t.only(p, j == v-1))
			} else {
				VMOVAPS(sums[0][j], sum)
			}
			sums[i] = append(sums[i], sum)
		}
	}
	JMP(operand.LabelRef(start))
	Label(none)
	for i := range sums {
		for _, sum := range sums[i] {
			t.clear(sum)
		}
	}
	Label(start)
	return sums
}

func (t *tile) only(p *part, last bool) *part {
	if last {
		return p
	}
	return nil
}
