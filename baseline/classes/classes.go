// Package classes answers one question: which class would a simple method give a sequence?
//
// Texts are told apart by the words and pairs of words that they hold: naive Bayes and logistic regression. Numbers are told
// apart by the nearest training sequence and by random convolutions with a ridge regression. All give probabilities, the same on
// any number of threads, and know nothing but the training part that they were fitted to.
//
// Letters: n examples, C classes, T steps of a sequence, D inputs of a step, F features.
package classes

import (
	"fmt"
	"runtime"
	"sync"

	"recur/evaluate"
)

// Method gives each example the probability of every class: [n][C], which add up to 1. X is a text cut into words, []string, or a
// sequence of numbers, []float64 [T,D]. A Method does not change and is safe for concurrent use.
type Method[X any] interface {
	Name() string // as in tables and JSON: majority, naive_bayes, …
	Predict(x []X) [][]float64
}

type majority[X any] struct{ shares []float64 }

// Majority gives every example the shares of the classes [C] among the true ones of a training part; so it predicts the most
// frequent class. The error says which class is out of range.
func Majority[X any](truth []int, classes int) (Method[X], error) {
	if err := check(len(truth), truth, classes); err != nil {
		return nil, err
	}
	m := majority[X]{make([]float64, classes)}
	for _, c := range truth {
		m.shares[c] += 1 / float64(len(truth))
	}
	return m, nil
}

func (majority[X]) Name() string { return "majority" }

func (m majority[X]) Predict(x []X) [][]float64 {
	p := make([][]float64, len(x))
	for i := range p {
		p[i] = append([]float64(nil), m.shares...)
	}
	return p
}

type calibrated[X any] struct {
	Method[X]
	temperature float64
}

// Calibrate scales the probabilities of a method by the temperature that suits examples which it was not fitted to, best those of
// a validation part: see evaluate.Temperature. It changes no prediction.
func Calibrate[X any](m Method[X], x []X, truth []int) Method[X] {
	return calibrated[X]{m, evaluate.Temperature(truth, evaluate.Logits(m.Predict(x)))}
}

func (c calibrated[X]) Predict(x []X) [][]float64 {
	return evaluate.Temper(evaluate.Logits(c.Method.Predict(x)), c.temperature)
}

// check wants a true class within range for each of n examples, of which there must be one.
func check(n int, truth []int, classes int) error {
	if n == 0 {
		return fmt.Errorf("classes: the training part has no example; give it some with data.split")
	}
	if n != len(truth) {
		return fmt.Errorf("classes: %d examples and %d true classes, want one class for each example", n, len(truth))
	}
	for i, c := range truth {
		if c < 0 || c >= classes {
			return fmt.Errorf("classes: the class of training example %d is %d, want one of the %d from 0 on", i, c, classes)
		}
	}
	return nil
}

// parallel calls f with pieces of 0 … n-1. What f writes must depend on its piece's numbers alone, so that the result is the same
// for any number of threads.
func parallel(n int, f func(from, to int)) {
	pieces := min(runtime.GOMAXPROCS(0)*4, n)
	if pieces < 2 {
		f(0, n)
		return
	}
	var wait sync.WaitGroup
	for i := range pieces {
		wait.Go(func() { f(i*n/pieces, (i+1)*n/pieces) })
	}
	wait.Wait()
}
