package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Constants of exp and tanh, fitted so that the greatest relative error is
// least (iteratively reweighted least squares in double precision on a dense
// grid), then rounded.
//
// exp(r) for |r| <= ln 2 / 2 is 1 + r·E1 + … + r⁵·E5, to 9.2e-8. The argument
// is x = r + n·ln 2 with one multiply-add: n is at most 126, so the rounding
// of ln 2 adds less than 2.5e-7 at the far ends, where sigmoid is 1e-38.
//
// tanh(x) is x·P(x²)/Q(x²) with degrees 4 and 4 and Q0 = 1, to 2.1e-8 up to 9;
// being a multiple of x it is as good near zero. Arguments beyond 8 give the
// value at 8, which is 1 - 2.3e-7: up to there no rounding passes 1.
var constants = map[string]float64{
	"one":     1,
	"expHigh": 87, "expLow": -87, "minusLog2e": -math.Log2E, "ln2": math.Ln2,
	"E1": 0.99999971, "E2": 0.49999149, "E3": 0.16667637, "E4": 0.04189796, "E5": 0.00829027,
	"tanhHigh": 8, "tanhLow": -8,
	"P0": 0.9999999794590934, "P1": 0.1338101618748608, "P2": 0.0034955768104221645,
	"P3": 2.0608893038000513e-05, "P4": 1.335439555421814e-08,
	"Q1": 0.46714331781451884, "Q2": 0.02587693937980978, "Q3": 0.0003285616167413309, "Q4": 7.77645011452719e-07,
}

var (
	sigmoidConstants = []string{"one", "expHigh", "expLow", "minusLog2e", "ln2", "E1", "E2", "E3", "E4", "E5"}
	tanhConstants    = []string{"one", "tanhHigh", "tanhLow", "P0", "P1", "P2", "P3", "P4", "Q1", "Q2", "Q3", "Q4"}
)

var globals = map[string]operand.Mem{}

// full is a vector in memory full of the constant; n copies are written so
// that it serves as an operand of any width.
func full(name string) operand.Mem {
	if m, ok := globals[name]; ok {
		return m
	}
	v := constants[name]
	m := GLOBL(name, attr.RODATA|attr.NOPTR)
	for i := range 16 {
		DATA(4*i, operand.F32(v))
	}
	globals[name] = m
	return m
}

// window is 8 words of ones, then 8 of zeros: a load from its middle less n
// words is the mask of n lanes.
func (s isa) window() operand.Mem {
	if m, ok := globals["window"]; ok {
		return m
	}
	m := GLOBL("window", attr.RODATA|attr.NOPTR)
	for i := range 16 {
		v := uint32(math.MaxUint32)
		if i >= 8 {
			v = 0
		}
		DATA(4*i, operand.U32(v))
	}
	globals["window"] = m
	return m
}

// numbers gives the constants of a function: from registers where there are
// enough of them, else from memory.
type numbers struct {
	isa
	regs map[string]reg.VecVirtual
}

// numbers loads those named where the instruction set has registers for them.
func (s isa) numbers(names ...[]string) numbers {
	n := numbers{s, map[string]reg.VecVirtual{}}
	if !s.masked {
		return n
	}
	for _, list := range names {
		for _, name := range list {
			if n.regs[name] == nil {
				v := s.vec()
				VMOVUPS(full(name), v)
				n.regs[name] = v
			}
		}
	}
	return n
}

func (n numbers) get(name string) operand.Op {
	if v := n.regs[name]; v != nil {
		return v
	}
	return full(name)
}

// copy is a register of its own holding the constant.
func (n numbers) copy(name string) reg.VecVirtual {
	v := n.vec()
	VMOVAPS(n.get(name), v)
	return v
}

// clamp is x kept between two constants; a NaN stays, as the instructions
// return their second source then.
func (n numbers) clamp(x reg.VecVirtual, low, high string) reg.VecVirtual {
	y := n.vec()
	VMINPS(x, n.copy(high), y)
	l := n.copy(low)
	z := n.vec()
	VMAXPS(y, l, z)
	return z
}

// sigmoid is 1/(1+exp(-x)).
func (n numbers) sigmoid(x reg.VecVirtual) reg.VecVirtual {
	below := n.onePlusExp(x)
	y := n.copy("one")
	VDIVPS(below, y, y)
	return y
}

// onePlusExp is 1+exp(-x).
func (n numbers) onePlusExp(x reg.VecVirtual) reg.VecVirtual {
	x = n.clamp(x, "expLow", "expHigh")
	e := n.vec() // the power of two of exp(-x)
	VMULPS(n.get("minusLog2e"), x, e)
	var whole reg.VecVirtual
	if n.masked {
		VRNDSCALEPS(operand.U8(0), e, e)
	} else {
		whole = n.vec()
		VCVTPS2DQ(e, whole)
		VCVTDQ2PS(whole, e)
	}
	VFMADD231PS(n.get("ln2"), e, x) // x is now the negative of exp's argument
	p := n.copy("E5")
	// E1…E5 alternate in sign, as their argument is the negative.
	VFNMADD213PS(n.get("E4"), x, p)
	VFNMADD213PS(n.get("E3"), x, p)
	VFNMADD213PS(n.get("E2"), x, p)
	VFNMADD213PS(n.get("E1"), x, p)
	VFNMADD213PS(n.get("one"), x, p)
	if n.masked {
		VSCALEFPS(e, p, p)
	} else {
		VPSLLD(operand.U8(23), whole, whole)
		VPADDD(whole, p, p)
	}
	VADDPS(n.get("one"), p, p)
	return p
}

// tanh is x·P(x²)/Q(x²).
func (n numbers) tanh(x reg.VecVirtual) reg.VecVirtual {
	p, q := n.tanhParts(x)
	VDIVPS(q, p, p)
	return p
}

// tanhParts are x·P(x²) and Q(x²).
func (n numbers) tanhParts(x reg.VecVirtual) (p, q reg.VecVirtual) {
	x = n.clamp(x, "tanhLow", "tanhHigh")
	u := n.vec()
	VMULPS(x, x, u)
	p, q = n.copy("P4"), n.copy("Q4")
	for i := 3; i >= 0; i-- {
		VFMADD213PS(n.get(fmt.Sprintf("P%d", i)), u, p)
		if i > 0 {
			VFMADD213PS(n.get(fmt.Sprintf("Q%d", i)), u, q)
		}
	}
	VFMADD213PS(n.get("one"), u, q)
	VMULPS(x, p, p)
	return p, q
}
