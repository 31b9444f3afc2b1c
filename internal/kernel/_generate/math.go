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
// 2^r for 0 <= r < 1 is 1 + r·E1 + … + r⁵·E5, to 9.4e-8. The argument of exp is
// x = (r + n)·ln 2: the rounding of x/ln 2 is worth at most 6e-8·x, as if x
// had been rounded once more, and less than 2e-8 in sigmoid.
//
// tanh(x) is x·P(x²)/Q(x²) with degrees 4 and 4 and Q0 = 1, to 2.1e-8 up to 9;
// being a multiple of x it is as good near zero. Arguments beyond 8 give the
// value at 8, which is 1 - 2.3e-7: up to there no rounding passes 1.
var constants = map[string]float64{
	"one":     1,
	"expHigh": 87, "expLow": -87, "minusLog2e": -math.Log2E,
	"E1": 0.6931512951850891, "E2": 0.24016444385051727, "E3": 0.05579991266131401, "E4": 0.009017029777169228, "E5": 0.0018671301659196615,
	"tanhHigh": 8, "tanhLow": -8,
	"P0": 0.9999999794590934, "P1": 0.1338101618748608, "P2": 0.0034955768104221645,
	"P3": 2.0608893038000513e-05, "P4": 1.335439555421814e-08,
	"Q1": 0.46714331781451884, "Q2": 0.02587693937980978, "Q3": 0.0003285616167413309, "Q4": 7.77645011452719e-07,
}

var (
	sigmoidConstants = []string{"one", "minusLog2e", "E1", "E2", "E3", "E4", "E5"}
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

// onePlusExp is 1+exp(-x); infinite and 1 where that is beyond a float's range.
func (n numbers) onePlusExp(x reg.VecVirtual) reg.VecVirtual {
	p := n.expMinus(x)
	VADDPS(n.get("one"), p, p)
	return p
}

// expMinus is exp(-x).
func (n numbers) expMinus(x reg.VecVirtual) reg.VecVirtual {
	split := n.exp2
	if n.masked {
		split = n.exp2Masked
	}
	r, multiply := split(x)
	p := n.copy("E5")
	for _, next := range []string{"E4", "E3", "E2", "E1", "one"} {
		VFMADD213PS(n.get(next), r, p)
	}
	multiply(p)
	return p
}

// exp2Masked splits the argument y of 2^y = exp(-x) into a fraction r from 0 on
// and a whole number, by whose power of two multiply multiplies. For an infinite
// y the fraction is 0.
func (n numbers) exp2Masked(x reg.VecVirtual) (r reg.VecVirtual, multiply func(reg.VecVirtual)) {
	y, r := n.vec(), n.vec()
	VMULPS(n.get("minusLog2e"), x, y)
	VREDUCEPS(operand.U8(down), y, r)
	return r, func(p reg.VecVirtual) { VSCALEFPS(y, p, p) }
}

// down is the rounding mode towards minus infinity.
const down = 1

// exp2 is exp2Masked without the instructions for it, for x kept where the
// power is a normal number.
func (n numbers) exp2(x reg.VecVirtual) (r reg.VecVirtual, multiply func(reg.VecVirtual)) {
	y, e := n.vec(), n.vec()
	VMULPS(n.get("minusLog2e"), n.clamp(x, "expLow", "expHigh"), y)
	VROUNDPS(operand.U8(down), y, e)
	VSUBPS(e, y, y)
	VCVTPS2DQ(e, e)
	VPSLLD(operand.U8(23), e, e)
	return y, func(p reg.VecVirtual) { VPADDD(e, p, p) }
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
