package kernel

import (
	"os"
	"sync/atomic"
)

// ops is one implementation of the inner loops. The Go one in loops.go and
// cells.go says what each must do; the others are held to it by tests.
//
// Matrices are slices with a row stride ("ld"), in elements. In the functions
// of the cells n is a multiple of width; in the others every n will do.
type ops[F Float] struct {
	name  string
	width int // hidden units are padded to a multiple of it
	cols  int // columns of a panel, the most that one gemm makes

	// gemm is c[i,j] (+)= bias[j] + Σ_k a[i·ars + k·aks] · b[k·ldb + j] for m
	// rows and n <= cols columns and k >= 1 terms; a nil bias is zero, acc adds to c.
	gemm func(c []F, ldc int, a []F, ars, aks int, b []F, ldb, m, n, k int, bias []F, acc bool)

	act       func(a Activation, rows, n int, x []F, ldx int, y []F, ldy int)
	actBack   func(a Activation, rows, n int, y []F, ldy int, dy []F, lddy int, dx []F, lddx int)
	lstm      func(rows, n int, g []F, ldg int, c0, c1, h []F, ldh int)
	lstmInfer func(rows, n int, g []F, ldg int, c0, c1, h []F, ldh int)
	lstmBack  func(rows, n int, g []F, ldg int, c0, c1, dh, dc []F)
	gru       func(rows, n int, g []F, ldg int, h0, h1 []F, ldh int)
	gruBack   func(rows, n int, g []F, ldg int, h0 []F, ldh int, dh []F)
	copyRows  func(rows, n int, dst []F, ldd int, src []F, lds int)
	addRows   func(rows, n int, dst []F, ldd int, src []F, lds int)
	transpose func(rows, n int, dst []F, ldd int, src []F, lds int)
	norm      func(rows, n int, x, gain, shift, hat, rstd []F)
	normBack  func(rows, n int, d, hat, rstd, gain, dgain, dshift []F)

	maxRows   func(rows, n int, x []F, ldx int, b, most []F)
	expRows   func(rows, n int, x []F, ldx int, most, sum []F)
	shadeRows func(rows, n int, x []F, ldx int, f, u, total []F)
	softmax   func(rows, n int, x []F, ldx int, most, sum []F)
	expSums   func(rows, n int, x []F, ldx int, most, sum []F)
	above     func(x []F, border F) int
	squares   func(rows, n int, x, mean, sum []F)
	products  func(rows, n int, d, x, mean, sum []F)
	affine    func(rows, n int, x, y, mean, f, u []F)
	slopes    func(rows, n int, d, x, mean, f, h, u []F)

	sumSquares func(x []F) float64
	scale      func(a F, x []F)
	adam       func(w, g, m, v []F, a adamFactors[F])
	spin       func(n int) (flops float64) // n rounds of multiply-adds in registers
}

// goOps is the portable implementation.
func goOps[F Float]() *ops[F] {
	return &ops[F]{
		name: "go", width: 4, cols: 32,
		gemm: gemm[F], act: actRows[F], actBack: actBackRows[F],
		lstm: lstmRows[F], lstmInfer: lstmInferRows[F], lstmBack: lstmBackRows[F], gru: gruRows[F], gruBack: gruBackRows[F],
		copyRows: copyRows[F], addRows: addRows[F], transpose: transpose[F],
		norm: normRows[F], normBack: normBackRows[F],
		maxRows: maxRows[F], expRows: expRows[F], shadeRows: shadeRows[F], softmax: softmaxRows[F],
		expSums: expSums[F], above: above[F],
		squares: squares[F], products: products[F], affine: affine[F], slopes: slopes[F],
		sumSquares: sumSquares[F], scale: scale[F], adam: adam[F], spin: spin[F],
	}
}

var (
	ops64 = goOps[float64]()
	ops32 = choose(os.Getenv(Variable))

	current atomic.Pointer[ops[float32]] // set by tests to use another than ops32
)

// choose returns the float32 implementation of that name, or the fastest one
// when the name is empty or none that this machine has.
func choose(name string) *ops[float32] {
	all := implementations()
	for _, o := range all {
		if o.name == name {
			return o
		}
	}
	return all[0]
}

// use returns the implementation for F.
func use[F Float]() *ops[F] {
	var f F
	if _, ok := any(f).(float64); ok {
		return any(ops64).(*ops[F])
	}
	if o := current.Load(); o != nil {
		return any(o).(*ops[F])
	}
	return any(ops32).(*ops[F])
}
