package baseline

import (
	"math"

	"recur/data"

	"gonum.org/v1/gonum/mat"
)

// checked is the windows that choose a penalty, in memory at once.
type checked struct {
	x       *mat.Dense // [N,P]
	y       *mat.Dense // [N,O]
	missing []bool     // [N·O]
}

func (s selection) gathered(d design) checked {
	n, o := len(s.index), s.outputs
	c := checked{x: mat.NewDense(n, d.size(), nil), y: mat.NewDense(n, o, nil), missing: make([]bool, 0, n*o)}
	s.blocks(d, func(b *block) {
		c.x.Slice(b.first, b.first+b.rows, 0, d.size()).(*mat.Dense).Copy(b.x)
		c.y.Slice(b.first, b.first+b.rows, 0, o).(*mat.Dense).Copy(b.y)
		c.missing = append(c.missing, b.missing[:b.rows*o]...)
	})
	return c
}

// loss is the mean squared error of predictions [N,O] over the known targets, +Inf where it is not a number.
func (c checked) loss(f *mat.Dense) float64 {
	sum, n := 0.0, 0.0
	rows, o := c.y.Dims()
	for i := range rows {
		got, want, missing := f.RawRowView(i), c.y.RawRowView(i), c.missing[i*o:(i+1)*o]
		for j, v := range got {
			if !missing[j] {
				e := v - want[j]
				sum += e * e
				n++
			}
		}
	}
	if v := sum / n; !math.IsNaN(v) {
		return v
	}
	return math.Inf(1)
}

// choose returns the penalty with the lowest loss on some windows; ok is false where none has a solution. Where there are
// fewer of these windows than outputs, their predictions X·(XᵀX+λ·d·I)⁻¹·XᵀY are computed from the left: one factorisation
// and N right sides a penalty, in place of O and their weights.
func (e *equations) choose(check selection) (best *ridge, ok bool) {
	_, o := e.xy.Dims()
	if len(e.systems) > 1 || len(check.index) >= o {
		return e.chooseByWeights(check)
	}
	c := check.gathered(e.design)
	lambda, ok := lowest(func(lambda float64) (float64, bool) {
		var factors mat.Cholesky
		var left, f mat.Dense
		if !factors.Factorize(e.penalised(lambda, e.systems[0].xx)) || factors.SolveTo(&left, c.x.T()) != nil {
			return 0, false
		}
		f.Mul(left.T(), e.xy)
		return c.loss(&f), true
	})
	if !ok {
		return nil, false
	}
	return e.solve(lambda)
}

func (e *equations) chooseByWeights(check selection) (best *ridge, ok bool) {
	solved := (*ridge)(nil)
	least := math.Inf(1)
	_, ok = lowest(func(lambda float64) (float64, bool) {
		r, ok := e.solve(lambda)
		if !ok {
			return 0, false
		}
		loss := r.loss(check)
		if solved == nil || loss < least {
			solved, least = r, loss
		}
		return loss, true
	})
	return solved, ok
}

// lowest tries every penalty and returns the one with the lowest loss, the first of equal ones.
func lowest(loss func(lambda float64) (float64, bool)) (best float64, ok bool) {
	least := math.Inf(1)
	for _, lambda := range lambdas {
		if v, solved := loss(lambda); solved && (!ok || v < least) {
			best, least, ok = lambda, v, true
		}
	}
	return best, ok
}

// dual is a ridge by its N windows in place of its P features [10]: W = Xᵀ·(XXᵀ + λ·d·I)⁻¹·Y, with the means of the windows
// taken off X and Y, which is what a constant without a penalty does. With fewer windows than features it costs N² where the
// normal equations cost P².
//
// [10] Saunders, Gammerman & Vovk 1998, Ridge regression learning algorithm in dual variables.
type dual struct {
	design design
	lambda float64
	means  []float64  // [P] of the features
	center []float64  // [O] of the outputs
	x      *mat.Dense // [N,P] less the means
	share  *mat.Dense // [N,O] what each window adds
}

// kernel is the Gram matrix of the windows that a dual is fitted on.
type kernel struct {
	dual
	gram  *mat.SymDense // [N,N]
	y     *mat.Dense    // [N,O] less the center
	scale float64       // d
}

func newKernel(s selection, d design) *kernel {
	p, o := d.size(), s.outputs
	s = s.thinned(math.Min(maxProducts/float64(p*p), maxDual/float64(max(p, o))))
	c := s.gathered(d)
	k := &kernel{dual: dual{design: d, x: c.x, means: columnMeans(c.x), center: columnMeans(c.y)}, y: c.y}
	n, _ := c.x.Dims()
	for i := range n {
		for _, v := range c.x.RawRowView(i)[:p-1] {
			k.scale += v * v / float64(p-1)
		}
		subtract(c.x.RawRowView(i), k.means)
		subtract(c.y.RawRowView(i), k.center)
	}
	if k.scale == 0 {
		k.scale = 1
	}
	k.gram = mat.NewSymDense(n, nil)
	k.gram.SymOuterK(1, c.x)
	return k
}

func columnMeans(m *mat.Dense) []float64 {
	n, columns := m.Dims()
	means := make([]float64, columns)
	for i := range n {
		for j, v := range m.RawRowView(i) {
			means[j] += v / float64(n)
		}
	}
	return means
}

func subtract(row, means []float64) {
	for j, v := range means {
		row[j] -= v
	}
}

// factorized is XXᵀ + λ·d·I in factors.
func (k *kernel) factorized(lambda float64) (*mat.Cholesky, bool) {
	n := k.gram.SymmetricDim()
	sum := mat.NewSymDense(n, nil)
	sum.CopySym(k.gram)
	for i := range n {
		sum.SetSym(i, i, sum.At(i, i)+lambda*k.scale)
	}
	var factors mat.Cholesky
	return &factors, factors.Factorize(sum)
}

func (k *kernel) solve(lambda float64) (*dual, bool) {
	factors, ok := k.factorized(lambda)
	if !ok {
		return nil, false
	}
	d := k.dual
	d.lambda, d.share = lambda, new(mat.Dense)
	return &d, factors.SolveTo(d.share, k.y) == nil
}

// choose is that of equations.
func (k *kernel) choose(check selection) (lambda float64, ok bool) {
	c := check.gathered(k.design)
	near := k.near(c.x)
	return lowest(func(lambda float64) (float64, bool) {
		factors, ok := k.factorized(lambda)
		var left, f mat.Dense
		if !ok || factors.SolveTo(&left, near.T()) != nil {
			return 0, false
		}
		f.Mul(left.T(), k.y)
		k.add(&f)
		return c.loss(&f), true
	})
}

// near is how alike windows x, which are changed, and those of the fit are: [·,N].
func (d *dual) near(x *mat.Dense) *mat.Dense {
	rows, _ := x.Dims()
	for i := range rows {
		subtract(x.RawRowView(i), d.means)
	}
	var near mat.Dense
	near.Mul(x, d.x.T())
	return &near
}

func (d *dual) add(f *mat.Dense) {
	rows, _ := f.Dims()
	for i := range rows {
		for j, v := range d.center {
			f.RawRowView(i)[j] += v
		}
	}
}

func (*dual) Name() string { return "ridge" }

func (d *dual) Predict(p data.Examples) [][]float64 {
	all := make([][]float64, p.Len())
	outputs := len(d.center)
	allExamples(p, outputs).blocks(d.design, func(b *block) {
		var f mat.Dense
		f.Mul(d.near(b.x), d.share)
		d.add(&f)
		for n := range b.rows {
			all[b.first+n] = make([]float64, outputs)
			p.Restore(b.first+n, f.RawRowView(n), all[b.first+n])
		}
	})
	return all
}

// dualOf is ridgeOf for windows of more than maxFeatures inputs a step.
func dualOf(fitOn, checkOn, final selection, d design) (Method, error) {
	k := newKernel(fitOn, d)
	lambda, ok := k.choose(checkOn)
	if !ok {
		return nil, errNoSolution
	}
	if len(final.index) != len(fitOn.index) {
		k = newKernel(final, d)
	}
	r, ok := k.solve(lambda)
	if !ok {
		return nil, errNoSolution
	}
	return r, nil
}
