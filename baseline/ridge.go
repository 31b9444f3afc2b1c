package baseline

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"recur/data"
	"recur/data/series"
)

// ridge is a linear map from a window to its forecast. Letters: P features of a window, the last one being 1; O = Hz·K
// outputs; N windows of a block.
type ridge struct {
	design  design
	lambda  float64    // penalty, as a share of the mean diagonal of XᵀX
	weights *mat.Dense // [P,O]
}

// What bounds a fit to some seconds and 256 MB.
const (
	maxFeatures = 1024     // P: a longer window is cut to its last steps
	maxOwn      = 32 << 20 // values of the matrices of outputs with missing targets together, O·P²: likewise; where one step is too much, missing ones count as filled in
	maxDual     = 16 << 20 // values of the windows of a dual form, N·P and N·O: of more only every so many are used
	maxProducts = 1e10     // of the normal equations, N·P²; of more windows only every so many are used
	maxChecks   = 3e8      // of the choice of a penalty, N·P·O
)

// lambdas are the penalties that are tried, from an almost plain least-squares fit to almost a constant.
var lambdas = []float64{1e-8, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1, 3, 10}

// Ridge fits a ridge regression [1] from the inputs of a window, scaled and centred as the network sees them and with
// covariates, to all values of its horizon, by the normal equations. The penalty is the one of a fixed grid with the
// lowest squared error on validation, or, when that is empty, on the last fifth of the training windows of each series.
// With train.refit: all it is then fitted once more on both parts, as networks are.
//
// With recipe global the features are what a network's linear path reads, and the fit is on the training windows whose
// targets all lie in the part; filled-in ones count as known.
//
// Windows of more than 1,023 inputs are cut to their last steps, and of very many windows the fit takes every second,
// third, …, so that it takes seconds. Missing targets are left out; where many outputs miss some, they count as what they
// are filled in with, the mean of the training.
//
// Where one step alone has more than 1,023 inputs, the fit is in its dual form, on as many windows as fit into memory: no
// weights are made. RidgeOfTraining, whose weights are kept, is for fewer inputs.
//
// [1] Hoerl & Kennard 1970, Ridge regression: biased estimation for nonorthogonal problems.
func Ridge(training, validation *series.Part) (Method, error) {
	return ridgeOf(training, validation, training.Len() > 0 && training.Prepared.Config.Train.Refit == "all")
}

// RidgeOfTraining is Ridge fitted on the training part alone, whatever train.refit says: what can be scored honestly on
// the validation part.
func RidgeOfTraining(training, validation *series.Part) (Method, error) {
	return ridgeOf(training, validation, false)
}

func ridgeOf(training, validation *series.Part, refit bool) (Method, error) {
	if training.Len() == 0 {
		return nil, fmt.Errorf("baseline: ridge: the training part has no window; give it rows with data.split")
	}
	q := training.Prepared
	fitOn, checkOn := usable(training), allOf(validation)
	if len(checkOn.index) == 0 {
		fitOn, checkOn = fitOn.holdOut()
	}
	final := usable(training)
	if validation.Len() > 0 && refit {
		final = usable(series.Merge(training, validation))
	}
	return solve(designOf(q), fitOn, checkOn, final)
}

// RidgeOfExamples is Ridge for examples that are no windows of series: the features are all inputs of the last steps, at most so many;
// of an example that has fewer, those behind its last one are 0. both are the examples of the two parts, for a fit once more; nil leaves it at the training part.
func RidgeOfExamples(training, validation, both data.Truths, steps, inputs int) (Method, error) {
	if training.Len() == 0 {
		return nil, fmt.Errorf("baseline: ridge: the training part has no example; give it some with data.split")
	}
	frame := training.Frame()
	fitOn := allExamples(training, frame.Values())
	checkOn, final := allExamples(validation, frame.Values()), fitOn
	if len(checkOn.index) == 0 {
		fitOn, checkOn = fitOn.holdOut()
	} else if both != nil {
		final = allExamples(both, frame.Values())
	}
	return solve(design{steps: max(1, min(steps, (maxFeatures-1)/inputs)), inputs: inputs}, fitOn, checkOn, final)
}

// solve fits on a selection with the penalty that does best on another, and then once more on the final one.
func solve(d design, fitOn, checkOn, final selection) (Method, error) {
	checkOn = checkOn.thinned(maxChecks / float64(d.size()*fitOn.outputs))
	if d.size() > maxFeatures {
		return dualOf(fitOn, checkOn, final, d)
	}
	best, ok := newEquations(fitOn, d).choose(checkOn)
	if !ok {
		return nil, errNoSolution
	}
	if len(final.index) == len(fitOn.index) {
		return best, nil // they are the windows it was fitted on
	}
	if again, ok := newEquations(final, d).solve(best.lambda); ok {
		best = again
	}
	return best, nil
}

var errNoSolution = fmt.Errorf("baseline: ridge: no penalty up to %g gives a solution; the inputs may hold values that are too large", lambdas[len(lambdas)-1])

// Linear is a fitted ridge as plain numbers, to be kept in a file.
type Linear struct {
	Steps   int       // the last steps of a window that are used; 0: Z is, from From on
	From    int       // the first number of Z that is used
	Lambda  float64   // the penalty, as a share of the mean diagonal of XᵀX
	Shape   [2]int    // P features (steps × inputs or some of Z, and a 1), Hz·K outputs
	Weights []float64 // [P, Hz·K] in scaled, centred units
}

// Numbers returns the plain numbers of a Method that Ridge made.
func Numbers(m Method) (l Linear, ok bool) {
	r, ok := m.(*ridge)
	if !ok {
		return l, false
	}
	l = Linear{Steps: r.design.steps, From: r.design.from, Lambda: r.lambda, Weights: r.weights.RawMatrix().Data}
	l.Shape[0], l.Shape[1] = r.weights.Dims()
	return l, true
}

// Method predicts with the numbers again; inputs is how many values a step has.
func (l Linear) Method(inputs int) (Method, error) {
	d := design{steps: l.Steps, inputs: inputs, from: l.From}
	if d.to = l.From; l.Steps == 0 {
		d.to += l.Shape[0] - 1
	}
	if p, o := l.Shape[0], l.Shape[1]; p != d.size() || l.From < 0 || d.to < d.from || o < 1 || len(l.Weights) != p*o {
		return nil, fmt.Errorf("baseline: ridge: got %d weights of shape %v for %d steps of %d inputs, want a row for each input and one more", len(l.Weights), l.Shape, l.Steps, inputs)
	}
	return &ridge{design: d, lambda: l.Lambda, weights: mat.NewDense(l.Shape[0], l.Shape[1], l.Weights)}, nil
}

func (*ridge) Name() string { return "ridge" }

func (r *ridge) Predict(p data.Examples) [][]float64 {
	all := make([][]float64, p.Len())
	_, outputs := r.weights.Dims()
	r.apply(allExamples(p, outputs), func(b *block, f *mat.Dense) {
		for n := range b.rows {
			out := make([]float64, outputs)
			p.Restore(b.first+n, f.RawRowView(n), out)
			all[b.first+n] = out
		}
	})
	return all
}

// apply calls yield with each block and its predictions [N,O] in scaled, centred units, both reused.
func (r *ridge) apply(s selection, yield func(b *block, f *mat.Dense)) {
	var f mat.Dense
	s.blocks(r.design, func(b *block) {
		f.Reset()
		f.Mul(b.x, r.weights)
		yield(b, &f)
	})
}

// loss is the mean squared error in scaled units over the known targets, +Inf where it is not a number.
func (r *ridge) loss(s selection) float64 {
	return r.average(s, func(e float64) float64 { return e * e })
}

// average is the mean over the known targets of a function of the error in scaled units, +Inf where it is not a number.
func (r *ridge) average(s selection, of func(e float64) float64) float64 {
	sum, n := 0.0, 0.0
	r.apply(s, func(b *block, f *mat.Dense) {
		for i := range b.rows {
			row, want, missing := f.RawRowView(i), b.y.RawRowView(i), b.missingRow(i)
			for o := range row {
				if !missing[o] {
					sum += of(row[o] - want[o])
					n++
				}
			}
		}
	})
	if v := sum / n; !math.IsNaN(v) {
		return v
	}
	return math.Inf(1)
}
