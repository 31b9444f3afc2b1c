// Command generate writes the assembly of package kernel with avo, once for
// each instruction set:
//
//	go run . -isa avx512 -out ../avx512_amd64.s -stubs ../avx512_amd64.go -pkg kernel
//
// What each function computes is said by the portable loop of the same name in
// loops.go and cells.go.
package main

import (
	"flag"
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
	"github.com/mmcloughlin/avo/x86"
)

// isa is an instruction set: how wide a vector is and how a part of one is
// moved. Both kinds have 32-bit floats and fused multiply-adds.
type isa struct {
	suffix string // of the functions' names
	lanes  int    // floats of a vector
	rows   int    // of a full tile of gemm
	vecs   int    // vectors of a full tile of gemm
	masked bool   // has mask registers (AVX-512)
}

var (
	avx2   = isa{suffix: "AVX2", lanes: 8, rows: 6, vecs: 2}
	avx512 = isa{suffix: "AVX512", lanes: 16, rows: 6, vecs: 4, masked: true}
)

func main() {
	name := flag.String("isa", "", "avx2 or avx512")
	flag.Parse()
	var s isa
	switch *name {
	case "avx2":
		s = avx2
	case "avx512":
		s = avx512
	default:
		fmt.Fprintln(os.Stderr, "generate: -isa must be avx2 or avx512")
		os.Exit(2)
	}
	ConstraintExpr("!purego")
	s.gemm()
	s.cells()
	s.activations()
	s.moves()
	s.optimiser()
	s.norms()
	s.softmaxes()
	s.moments()
	Generate()
}

// bytes is the size of a vector.
func (s isa) bytes() int { return 4 * s.lanes }

func (s isa) vec() reg.VecVirtual {
	if s.masked {
		return ZMM()
	}
	return YMM()
}

func (s isa) zero() reg.VecVirtual {
	v := s.vec()
	s.clear(v)
	return v
}

// clear makes v zero.
func (s isa) clear(v reg.VecVirtual) {
	if !s.masked {
		VXORPS(v, v, v)
		return
	}
	i, err := x86.VPXORD(v, v, v)
	if err != nil {
		panic(err)
	}
	i.CancellingInputs = true // it does not read v, which avo does not know of this one
	Instruction(i)
}

// fold is the sum of the quarters, or the halves, of v, 16 bytes each.
func (s isa) fold(v reg.VecVirtual, add func(ops ...operand.Op)) reg.VecVirtual {
	if s.masked {
		half := YMM()
		VEXTRACTF64X4(operand.U8(1), v, half)
		add(half, v.AsY(), half)
		v = half
	}
	q := XMM()
	VEXTRACTF128(operand.U8(1), v.AsY(), q)
	add(q, v.AsX(), q)
	return q
}

// splat is a vector full of the float parameter of that name.
func (s isa) splat(param string) reg.VecVirtual {
	v := s.vec()
	VBROADCASTSS(memory(param), v)
	return v
}

// memory is where the parameter of that name lies.
func memory(param string) operand.Mem {
	a, err := Param(param).Resolve()
	if err != nil {
		panic(err)
	}
	return a.Addr
}

// part selects the first lanes of a vector; nil selects all.
type part struct {
	k reg.OpmaskVirtual
	v reg.VecVirtual
}

// tail makes the part for the last n%lanes floats of a row; n is not changed.
// With n a multiple of lanes the part is empty.
func (s isa) tail(n reg.GPVirtual) *part {
	t := GP64()
	MOVQ(n, t)
	ANDQ(operand.U8(s.lanes-1), t)
	if s.masked {
		m := GP32()
		MOVQ(t, reg.RCX)
		MOVL(operand.U32(1), m)
		SHLL(reg.CL, m)
		DECL(m)
		k := K()
		KMOVW(m, k)
		return &part{k: k}
	}
	at := GP64()
	LEAQ(s.window(), at)
	NEGQ(t)
	v := YMM()
	VMOVUPS(operand.Mem{Base: at, Index: t, Scale: 4}.Offset(32), v)
	return &part{v: v}
}

// load and store move a vector or its selected part.
func (s isa) load(m operand.Mem, v reg.VecVirtual, p *part) {
	switch {
	case p == nil:
		VMOVUPS(m, v)
	case s.masked:
		VMOVUPS_Z(m, p.k, v)
	default:
		VMASKMOVPS(m, p.v, v)
	}
}

func (s isa) store(v reg.VecVirtual, m operand.Mem, p *part) {
	switch {
	case p == nil:
		VMOVUPS(v, m)
	case s.masked:
		VMOVUPS(v, p.k, m)
	default:
		VMASKMOVPS(v, p.v, m)
	}
}

var labels int

// label makes a name for a place that is used nowhere else.
func label(name string) string {
	labels++
	return fmt.Sprintf("%s%d", name, labels)
}

// int64Param loads an int parameter, and one that counts floats in bytes.
func intParam(name string) reg.GPVirtual   { r := GP64(); Load(Param(name), r); return r }
func bytesParam(name string) reg.GPVirtual { r := intParam(name); SHLQ(operand.U8(2), r); return r }

// end leaves the function; the upper halves are cleared because code with SSE
// is slow otherwise.
func end() {
	VZEROUPPER()
	RET()
}
