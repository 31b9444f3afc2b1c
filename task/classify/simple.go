package classify

import (
	"errors"
	"fmt"

	"recur/baseline"
	"recur/baseline/classes"
	"recur/data"
	"recur/data/text"
	"recur/task"
)

// The names of simple methods.
const (
	majorityName = "majority"
	bayesName    = "naive_bayes"
	logisticName = "logistic"
	nearestName  = "nearest"
	rocketName   = "rocket"
)

// simple are the simple methods that suit what is read.
type simple interface {
	names() []string // majority first, the strongest last
	// fit fits the method of a name on a part.
	fit(d *Data, name string, on part) (predictor, classes.State, error)
	// cost is about how many multiply-adds it takes to fit the method on a part and to predict another.
	cost(d *Data, name string, on, asked part) float64
}

// predictor gives every example of a part the chances of the classes, [C].
type predictor func(p part) [][]float64

// method is a predictor as baseline.Method.
type method struct {
	name    string
	predict predictor
	state   classes.State // of what may be kept
}

// Name is that of the method.
func (m method) Name() string { return m.name }

// Predict gives the chances of the classes.
func (m method) Predict(p data.Examples) [][]float64 { return m.predict(p.(part)) }

// suited lists the simple methods that suit the data.
func (d *Data) suited() []string {
	switch {
	case d.train.Len() == 0:
		return nil
	case tags(d.c):
		return []string{majorityName}
	}
	return d.simple.names()
}

// Methods lists the simple methods.
func (d *Data) Methods(only baseline.Only, _ data.Examples) ([]string, string, error) {
	list, err := only.Of(d.suited())
	return list, "", err
}

// Method fits one, once.
func (d *Data) Method(name string, judging bool) (baseline.Method, error) {
	on, key := d.train, name
	if d.c.Train.Refit == "all" && !judging && d.validation.Len() > 0 {
		on, key = d.both(), name+" of both"
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if m, ok := d.fitted[key]; ok {
		return m, nil
	}
	m := method{name: name}
	var err error
	if tags(d.c) {
		m.predict, err = d.majorityOfSteps(on)
	} else {
		m.predict, m.state, err = d.simple.fit(d, name, on)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if d.fitted == nil {
		d.fitted = map[string]method{}
	}
	d.fitted[key] = m
	return m, nil
}

// majorityOfSteps gives every step the shares of the classes in a part.
func (d *Data) majorityOfSteps(on part) (predictor, error) {
	var all []int
	for c, n := range counts(on, len(d.classes)) {
		for range n {
			all = append(all, c)
		}
	}
	m, err := classes.Majority[int](all, len(d.classes))
	if err != nil {
		return nil, err
	}
	return func(p part) [][]float64 {
		out := make([][]float64, p.Len())
		for i, steps := range p.Lengths() {
			for range steps {
				out[i] = append(out[i], m.Predict([]int{0})[0]...)
			}
		}
		return out
	}, nil
}

// known are the examples of a part whose label is known, in the form that simple methods read, and their labels.
func known[X any](p part, form func(i int) X) (x []X, truth []int) {
	for i := range p.Len() {
		if c := p.Labels(i)[0]; c >= 0 {
			x, truth = append(x, form(i)), append(truth, int(c))
		}
	}
	return x, truth
}

// predictorOf asks a method about parts.
func predictorOf[X any](m classes.Method[X], form func(p part, i int) X) predictor {
	return func(p part) [][]float64 {
		x := make([]X, p.Len())
		for i := range x {
			x[i] = form(p, i)
		}
		return m.Predict(x)
	}
}

var errNoMethod = errors.New("there is no such method")

// ofTexts are the simple methods of texts: on their words and pairs of neighbouring words.
type ofTexts struct{}

// simpleNames are those that a simple method may have, of texts or of numbers.
var simpleNames = []string{majorityName, bayesName, logisticName, nearestName, rocketName}

func (ofTexts) names() []string { return []string{majorityName, bayesName, logisticName} }

func (ofTexts) fit(d *Data, name string, on part) (predictor, classes.State, error) {
	tokens := text.TokensOf(d.c)
	form := func(p part, i int) []string { return tokens.Words(p.Content(i)) }
	x, truth := known(on, func(i int) []string { return form(on, i) })
	var m classes.Method[[]string]
	var err error
	switch name {
	case majorityName:
		m, err = classes.Majority[[]string](truth, len(d.classes))
	case bayesName:
		m, err = classes.NaiveBayes(x, truth, len(d.classes), true)
		if v, of := known(d.validation, func(i int) []string { return form(d.validation, i) }); err == nil && len(v) > 0 {
			m = classes.Calibrate(m, v, of) // it is far too sure of itself else
		}
	case logisticName:
		m, err = classes.Logistic(x, truth, len(d.classes), true, 0)
	default:
		err = errNoMethod
	}
	if err != nil {
		return nil, classes.State{}, err
	}
	kept, _ := classes.Keep(m)
	return predictorOf(m, form), kept, nil
}

// iterations is how many passes over the texts a logistic regression takes at the most.
const iterations = 300

func (ofTexts) cost(d *Data, name string, on, asked part) float64 {
	if name != logisticName {
		return 0
	}
	words := 0
	for _, n := range on.Lengths() {
		words += n
	}
	return iterations * 2 * 2 * float64(words) * float64(len(d.classes)) // words and pairs, forth and back
}

// ofNumbers are the simple methods of sequences of numbers.
type ofNumbers struct{ inputs int }

func (ofNumbers) names() []string { return []string{majorityName, nearestName, rocketName} }

func (n ofNumbers) fit(d *Data, name string, on part) (predictor, classes.State, error) {
	x, truth := known(on, func(i int) []float64 { return values(on, i) })
	var m classes.Method[[]float64]
	var err error
	switch name {
	case majorityName:
		m, err = classes.Majority[[]float64](truth, len(d.classes))
	case nearestName:
		m, err = classes.Nearest(x, truth, len(d.classes), n.inputs)
	case rocketName:
		m, err = classes.Rocket(x, truth, len(d.classes), n.inputs, 0, 0)
	default:
		err = errNoMethod
	}
	if err != nil {
		return nil, classes.State{}, err
	}
	kept, _ := classes.Keep(m)
	return predictorOf(m, values), kept, nil
}

// values are the numbers of sequence i.
func values(p part, i int) []float64 { return p.(sequences).Sequence(i).X }

func (n ofNumbers) cost(d *Data, name string, on, asked part) float64 {
	steps := func(p part) (sum float64) {
		for _, t := range p.Lengths() {
			sum += float64(t)
		}
		return sum
	}
	switch name {
	case nearestName:
		return steps(on) * float64(asked.Len()+min(on.Len(), 500)) * float64(n.inputs)
	case rocketName:
		const features = 2 * classes.Kernels
		examples := float64(on.Len())
		return classes.Kernels*9*2*(steps(on)+steps(asked)) + examples*features*min(examples, features)
	}
	return 0
}

// Foretell says how good simple methods are on the validation part.
func (d *Data) Foretell(budget float64) (string, error) {
	if d.validation.Len() == 0 {
		return "", nil
	}
	all, _, err := d.judged(budget)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return task.Foretold("accuracy on the validation part", all, func(m task.Named) (float64, error) {
		scored, err := d.Judge(d.validation).Metrics(m.Said)
		if err != nil {
			return 0, err
		}
		return scored.Value("accuracy"), nil
	})
}

// judged are what the simple methods say of the validation part that cost no more than the budget, and why others were left out.
func (d *Data) judged(budget float64) (all []task.Named, leftOut string, err error) {
	for _, name := range d.suited() {
		if d.simple.cost(d, name, d.train, d.validation) > budget {
			leftOut = "simple methods that learn would have cost more than the training"
			continue
		}
		m, err := d.Method(name, true)
		if err != nil {
			return nil, "", err
		}
		all = append(all, task.Named{Name: name, Said: m.Predict(d.validation)})
	}
	return all, leftOut, nil
}
