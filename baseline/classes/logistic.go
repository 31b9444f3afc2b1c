package classes

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"

	"recur/evaluate"
)

// Strength is C of a logistic regression that is told nothing else: the penalty on its weights is |w|²/(2C). 10 is the best of 1,
// 3, 10, 30 on held out questions of TREC.
const Strength = 10

// logistic is a multinomial logistic regression on weighted rows.
type logistic struct {
	grams  *grams
	n      int       // training texts
	weight []float64 // [F,C], then the bias [C]
	at     int       // where the bias begins
}

// Logistic is multinomial logistic regression on the words and pairs of neighbouring words of texts (pairs: false leaves these out),
// weighted by tf·idf: rows are (1 + ln tf)·(ln((1+n)/(1+df)) + 1), scaled to length 1; it minimizes Σ -ln p + |w|²/(2C), the bias
// left free. All features are kept, up to 4 million weights. Its probabilities need no calibration to be of use. strength is C; 0
// stands for Strength. Errors are those of Majority.
func Logistic(texts [][]string, truth []int, classes int, pairs bool, strength float64) (Method[[]string], error) {
	if err := check(len(texts), truth, classes); err != nil {
		return nil, err
	}
	if strength == 0 {
		strength = Strength
	}
	l := &logistic{grams: learn(texts, pairs, classes), n: len(texts)}
	l.at = len(l.grams.texts) * classes
	f := &fitting{rows: l.rows(texts), truth: truth, classes: classes, penalty: 1 / strength}
	f.turn(len(l.grams.texts))
	var err error
	l.weight, err = f.solve()
	return l, err
}

func (*logistic) Name() string { return "logistic" }

func (l *logistic) rows(texts [][]string) []row {
	rows := make([]row, len(texts))
	parallel(len(texts), func(from, to int) {
		for i := from; i < to; i++ {
			rows[i] = l.grams.weighted(texts[i], l.n)
		}
	})
	return rows
}

func (l *logistic) Predict(texts [][]string) [][]float64 {
	logits := make([][]float64, len(texts))
	for i, r := range l.rows(texts) {
		logits[i] = append([]float64(nil), l.weight[l.at:]...)
		r.addTo(logits[i], l.weight)
	}
	return evaluate.Temper(logits, 1)
}

// addTo adds the row times weights [F,C].
func (r row) addTo(logits, weight []float64) {
	classes := len(logits)
	for j, f := range r.features {
		w := weight[int(f)*classes:][:classes]
		for c := range logits {
			logits[c] += r.values[j] * w[c]
		}
	}
}

// fitting is the sum that logistic regression minimizes.
type fitting struct {
	rows    []row
	truth   []int
	classes int
	penalty float64 // 1/C

	// The rows turned: which of them have feature f, and with which number, at start[f] … start[f+1]-1.
	start  []int
	holder []int32
	value  []float64

	asked  []float64 // the weights that loss was last asked for
	wrong  []float64 // [n,C] p - y with them
	losses []float64 // [n]
}

// turn orders what the rows hold by feature, so that a feature's gradient is one sum in one order.
func (f *fitting) turn(features int) {
	f.start = make([]int, features+1)
	for _, r := range f.rows {
		for _, k := range r.features {
			f.start[k+1]++
		}
	}
	for k := range features {
		f.start[k+1] += f.start[k]
	}
	next := append([]int(nil), f.start...)
	f.holder, f.value = make([]int32, f.start[features]), make([]float64, f.start[features])
	for i, r := range f.rows {
		for j, k := range r.features {
			f.holder[next[k]], f.value[next[k]] = int32(i), r.values[j]
			next[k]++
		}
	}
	f.asked = slices.Repeat([]float64{math.NaN()}, (features+1)*f.classes) // none yet
	f.wrong, f.losses = make([]float64, len(f.rows)*f.classes), make([]float64, len(f.rows))
}

// solve goes down until five steps together gain next to nothing: a thousandth of a text, or a hundred-thousandth of the sum.
func (f *fitting) solve() ([]float64, error) {
	const steps = 300
	start := make([]float64, len(f.start)*f.classes)
	problem := optimize.Problem{Func: f.loss, Grad: f.slope}
	result, err := optimize.Minimize(problem, start, &optimize.Settings{
		MajorIterations: steps,
		Converger:       &optimize.FunctionConverge{Absolute: 1e-3, Relative: 1e-5, Iterations: 5},
	}, &optimize.LBFGS{Store: 6})
	if result == nil || math.IsNaN(result.F) {
		return nil, fmt.Errorf("classes: the logistic regression found no weights: %w", err)
	}
	return result.X, nil // where a line search ends early for rounding the weights are as good as they get
}

// loss is the sum at weights w, [F,C] and the bias; it keeps p - y.
func (f *fitting) loss(w []float64) float64 {
	c := f.classes
	copy(f.asked, w)
	bias := w[len(w)-c:]
	parallel(len(f.rows), func(from, to int) {
		for i := from; i < to; i++ {
			z := f.wrong[i*c:][:c]
			copy(z, bias)
			f.rows[i].addTo(z, w)
			all := floats.LogSumExp(z)
			f.losses[i] = all - z[f.truth[i]]
			for k := range z {
				z[k] = math.Exp(z[k] - all)
			}
			z[f.truth[i]]--
		}
	})
	return floats.Sum(f.losses) + f.penalty/2*floats.Dot(w[:len(w)-c], w[:len(w)-c])
}

// slope is the gradient of loss.
func (f *fitting) slope(gradient, w []float64) {
	if !slices.Equal(w, f.asked) {
		f.loss(w)
	}
	c := f.classes
	parallel(len(f.start)-1, func(from, to int) {
		for k := from; k < to; k++ {
			g := gradient[k*c:][:c]
			for j := range g {
				g[j] = f.penalty * w[k*c+j]
			}
			for at := f.start[k]; at < f.start[k+1]; at++ {
				floats.AddScaled(g, f.value[at], f.wrong[int(f.holder[at])*c:][:c])
			}
		}
	})
	bias := gradient[len(gradient)-c:]
	clear(bias)
	for i := range f.rows {
		floats.Add(bias, f.wrong[i*c:][:c])
	}
}
