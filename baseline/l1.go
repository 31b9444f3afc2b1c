package baseline

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"recur/data/series"
)

// l1 is a linear map like ridge's with weights of its own, or with those of ridge where no other did better.
type l1 struct {
	*ridge
	repeats bool
}

func (l1) Name() string { return "linear_l1" }

// Repeats says that no other weights did better than those of ridge.
func (l l1) Repeats() bool { return l.repeats }

// LinearL1 fits the linear map of Ridge, on the same features, to the mean absolute error [8]: what the linear path of a
// network could do alone with the loss of the network. Squared errors let a few large ones decide; medians do not. It
// starts at the weights of Ridge and takes 500 to 2,000 steps of Adam [9] on windows in random order, with a rate that falls
// to zero. Where that does not lower the error on the windows that Ridge chooses its penalty by, the weights of Ridge stay.
// With train.refit: all it is done once more on both parts. It is deterministic for a seed and takes seconds.
//
// [8] Koenker & Bassett 1978, Regression quantiles (the median).
// [9] Kingma & Ba 2015, Adam: a method for stochastic optimization.
func LinearL1(training, validation *series.Part) (Method, error) {
	start, err := RidgeOfTraining(training, validation)
	if err != nil {
		return nil, err
	}
	fitOn, checkOn := usable(training), allOf(validation)
	if len(checkOn.index) == 0 {
		fitOn, checkOn = fitOn.holdOut()
	}
	r, whole := start.(*ridge), usable(training)
	checkOn = checkOn.thinned(maxChecks / float64(r.design.size()*training.Prepared.Values()))
	down := descend(r, fitOn)
	helps := down.absolute(checkOn) < r.absolute(checkOn)
	if validation.Len() > 0 && training.Prepared.Config.Train.Refit == "all" {
		if start, err = Ridge(training, validation); err != nil {
			return nil, err
		}
		r, whole = start.(*ridge), usable(series.Merge(training, validation))
	}
	switch {
	case !helps:
		return l1{ridge: r, repeats: true}, nil
	case len(whole.index) == len(fitOn.index):
		return l1{ridge: down}, nil // they are the windows it was fitted on
	}
	return l1{ridge: descend(r, whole)}, nil
}

// Repeats reports whether m says what another method says: LinearL1 where the weights of Ridge stayed. A table has no row for it, unless
// it is asked for by name.
func Repeats(m Method) bool {
	r, ok := m.(interface{ Repeats() bool })
	return ok && r.Repeats()
}

// How LinearL1 descends.
const (
	batchRows   = 128
	passes      = 10 // over the windows, within the bounds on updates
	fewUpdates  = 500
	mostUpdates = 2000
	rate        = 1e-3
	decayMean   = 0.9
	decaySquare = 0.99
	smallest    = 1e-8
)

// chunk is how many updates are laid out at once.
const chunk = 64

// descend returns the weights at the end of the way down from some.
func descend(start *ridge, s selection) *ridge {
	d := newDescent(start, s)
	for d.done < d.updates {
		next := s.with(d.next(min(chunk, d.updates-d.done) * batchRows))
		next.blocks(d.at.design, func(b *block) {
			for from := 0; from+batchRows <= b.rows; from += batchRows {
				d.step(b, from)
			}
		})
	}
	return d.at
}

// descent is Adam on the weights of a linear map.
type descent struct {
	at           *ridge
	windows      selection
	order        []int // windows still to come of this pass
	random       *rand.Rand
	mean, square []float64 // [P·O] of the gradient
	updates      int
	done         int
	gradient     *mat.Dense // [P,O]
	errors       *mat.Dense // [batchRows,O]
}

func newDescent(start *ridge, s selection) *descent {
	p, o := start.weights.Dims()
	name := fnv.New64a()
	name.Write([]byte("baseline linear_l1"))
	return &descent{
		at: start.clone(), windows: s, random: rand.New(rand.NewPCG(s.windows.Prepared.Config.Seed, name.Sum64())),
		mean: make([]float64, p*o), square: make([]float64, p*o),
		updates:  min(max(passes*len(s.index)/batchRows, fewUpdates), mostUpdates),
		gradient: mat.NewDense(p, o, nil), errors: mat.NewDense(batchRows, o, nil),
	}
}

// next draws windows: every one once, in random order, then all again.
func (d *descent) next(n int) []int {
	var index []int
	for len(index) < n {
		if len(d.order) == 0 {
			d.order = slices.Clone(d.windows.index)
			d.random.Shuffle(len(d.order), func(i, j int) { d.order[i], d.order[j] = d.order[j], d.order[i] })
		}
		take := min(n-len(index), len(d.order))
		index = append(index, d.order[:take]...)
		d.order = d.order[take:]
	}
	return index
}

// step is one update on batchRows rows of a block.
func (d *descent) step(b *block, from int) {
	x, w := rowsOf(b.x, from), d.at.weights.RawMatrix()
	e, g := d.errors.RawMatrix(), d.gradient.RawMatrix()
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, x, w, 0, e)
	known := 0.0
	for i := range batchRows {
		row, want, missing := d.errors.RawRowView(i), b.y.RawRowView(from+i), b.missingRow(from+i)
		for o, f := range row {
			switch {
			case missing[o] || f == want[o]:
				row[o] = 0
			case f > want[o]:
				row[o] = 1
			default:
				row[o] = -1
			}
			if !missing[o] {
				known++
			}
		}
	}
	d.done++
	if known == 0 {
		return
	}
	blas64.Gemm(blas.Trans, blas.NoTrans, 1/known, x, e, 0, g)
	d.adam(w.Data, g.Data)
}

// rowsOf is batchRows rows of a matrix.
func rowsOf(m *mat.Dense, from int) blas64.General {
	all := m.RawMatrix()
	all.Rows, all.Data = batchRows, all.Data[from*all.Stride:(from+batchRows)*all.Stride]
	return all
}

// adam changes the weights; the rate falls along a cosine from its full height to zero.
func (d *descent) adam(w, g []float64) {
	now := rate * (1 + math.Cos(math.Pi*float64(d.done-1)/float64(d.updates))) / 2
	first, second := 1-math.Pow(decayMean, float64(d.done)), 1-math.Pow(decaySquare, float64(d.done))
	for i, v := range g {
		d.mean[i] += (1 - decayMean) * (v - d.mean[i])
		d.square[i] += (1 - decaySquare) * (v*v - d.square[i])
		w[i] -= now * d.mean[i] / first / (math.Sqrt(d.square[i]/second) + smallest)
	}
}

func (r *ridge) clone() *ridge {
	c := *r
	c.weights = mat.DenseCopyOf(r.weights)
	return &c
}

// absolute is the mean absolute error in scaled units over the known targets, +Inf where it is not a number.
func (r *ridge) absolute(s selection) float64 { return r.average(s, math.Abs) }
