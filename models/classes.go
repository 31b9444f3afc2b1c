package models

import (
	"fmt"

	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

// This file is the head that tells classes apart, and the pools that make one vector of all steps.

const (
	crossEntropy = "cross_entropy"
	poolWeight   = "pool.weight"
)

// noLabel is data.NoLabel: what stands in Labels where nothing is to be predicted.
const noLabel = -1

var summaries = map[string]graph.Summary{"mean": graph.MeanSteps, "max": graph.MaxSteps, "mean_max": graph.MeanMaxSteps}

func (s *Spec) usualLoss() string {
	if s.Classes > 0 {
		return crossEntropy
	}
	return "mse"
}

// checkClasses reports what is wrong with the classes and the pool.
func (s *Spec) checkClasses() error {
	switch {
	case s.pools() && s.Head == "every":
		return fmt.Errorf("models: head every with pool %s, want pool last: there is a prediction at every step", s.Pool)
	case (s.Classes > 0) != (s.Loss == crossEntropy || s.Loss == configs.LossOfSounds):
		return fmt.Errorf("models: loss %s with %d classes, want %s with classes and with nothing else", s.Loss, s.Classes, crossEntropy)
	case s.Classes == 0 && (s.LabelSmoothing != 0 || s.ClassWeights != nil):
		return fmt.Errorf("models: label smoothing %v and %d weights of classes without classes, want none", s.LabelSmoothing, len(s.ClassWeights))
	case s.Classes == 0:
		return nil
	case s.Classes != s.Outputs || s.Classes < 2:
		return fmt.Errorf("models: %d classes and %d outputs, want the same, 2 or more", s.Classes, s.Outputs)
	case len(s.Quantiles) > 0 || s.Extra > 0 || s.Output != "identity":
		return fmt.Errorf("models: classes with %d quantiles, %d extra values and output %s, want 0, 0 and identity", len(s.Quantiles), s.Extra, s.Output)
	case !(s.LabelSmoothing >= 0 && s.LabelSmoothing < 1):
		return fmt.Errorf("models: label smoothing is %v, want 0 or more and below 1", s.LabelSmoothing)
	case s.ClassWeights != nil && len(s.ClassWeights) != s.Classes:
		return fmt.Errorf("models: %d weights of classes, want one for each of %d", len(s.ClassWeights), s.Classes)
	}
	for i, w := range s.ClassWeights {
		if !(w >= 0) || w-w != 0 {
			return fmt.Errorf("models: the weight of class %d is %v, want a number of 0 or more", i, w)
		}
	}
	return nil
}

// pools says that all steps make up the features, not the last states alone.
func (s Spec) pools() bool { return s.Pool != "last" && s.Pool != "" }

// reachesSteps says that the head reads, itself or pooled, all steps of the last recurrent layer.
func (s Spec) reachesSteps() bool { return s.Head == "every" || s.pools() }

// features is the number of values that the head reads of the recurrent layers.
func (s Spec) features() int {
	h := s.Directions() * s.HiddenSize
	if kind, ok := summaries[s.Pool]; ok {
		return kind.Width(h)
	}
	return h
}

// pooled makes one vector of the real steps of the last layer, x [R,B,dirs·H]. Pools are one op each with either
// implementation: those of primitive nodes hold the lengths of the time of building.
func (n *Network[F]) pooled(b *graph.Builder[F], w map[string]*gorgonia.Node, x *gorgonia.Node, o below) *gorgonia.Node {
	if kind, ok := summaries[n.Spec.Pool]; ok {
		return b.Summarise(kind, "pool", o.steps, x, o.lengths)
	}
	none := b.Input("pool.bias", make([]F, 1), 1) // one for all steps would change no share of any
	scores := b.Products("pool", graph.Identity, o.steps, none, graph.Product{Weight: w[poolWeight], Of: []graph.Operand{{X: x, InputGradient: true}}})
	y, _ := b.Attention("pool.steps", o.steps, scores, x, o.lengths)
	return y
}

// classes adds the head and its loss in one op: the mean over the labels that count. An evaluation graph leaves smoothing and
// weights of classes away, so that its loss is the mean of -log p alone and a network is judged alike however it is trained.
func (n *Network[F]) classes(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, features *gorgonia.Node, steps int) *gorgonia.Node {
	s := n.Spec
	c := graph.CrossEntropy{Name: "head", Steps: steps, InputGradient: true}
	if b.Training() {
		c.Smoothing, c.ClassWeights = s.LabelSmoothing, s.ClassWeights
		switch {
		case s.HeadDropout > 0 && steps > 0:
			features = b.LockedDropout("head", s.HeadDropout, g.noise, steps, features)
		case s.HeadDropout > 0:
			features = b.Dropout("head", s.HeadDropout, g.noise, steps, features)
		}
	}
	weight := w["head.weight"]
	if s.TieEmbeddings {
		none := b.Input("head.project.bias", make([]F, s.EmbeddingSize), s.EmbeddingSize)
		features = b.Linear("head.project", graph.Identity, steps, features, w[headProject], none)
		weight = w[symbolTable]
	}
	loss := b.CrossEntropy(c, graph.ClassInput{X: features, Weight: weight, Bias: w["head.bias"],
		Targets: b.Numbers("labels", g.targets, len(g.targets)), Mask: b.Input("counts", g.counts, len(g.counts))})
	g.LogP = loss.LogP
	return loss.Loss
}

// allocateSymbols makes the memory of symbols and labels; none counts at first.
func (g *Graph[F]) allocateSymbols(s Spec) {
	if s.Vocabulary > 0 {
		g.Tokens, g.symbols = make([]int32, g.T*g.B), make([]int, g.T*g.B)
		if s.CharacterNgrams > 0 {
			g.Spelt = make([]int32, g.T*g.B)
			g.spelt.Numbers = g.Spelt
		}
	}
	if s.Classes == 0 {
		return
	}
	labels := g.B
	switch {
	case g.S > 0:
		labels *= g.S
	case s.Head == "every":
		labels *= g.T
	}
	g.Labels, g.targets, g.counts = make([]int32, labels), make([]int, labels), make([]F, labels)
	for i := range g.Labels {
		g.Labels[i] = noLabel
	}
}

// widen writes Tokens and Labels where the ops read them. A step past the length of its row has no label.
func (g *Graph[F]) widen() {
	for i, v := range g.Tokens {
		g.symbols[i] = int(v)
	}
	g.spelt.Lists = g.Spellings
	for i, v := range g.Said {
		g.said[i] = int(v)
	}
	for i, v := range g.Copied {
		g.copied[i] = int(v)
	}
	every, lengths := len(g.Labels) > g.B, g.Lengths
	if g.S > 0 {
		every, lengths = true, g.SaidLengths
	}
	for i, y := range g.Labels {
		g.targets[i], g.counts[i] = int(y), 1
		if y == noLabel || every && i/g.B >= lengths[i%g.B] {
			g.counts[i] = 0
		}
	}
}

// BalancedWeights are the weights of classes that occur so often in training with which all of them count alike in sum, N/(K·N_k) [1];
// that of a class which does not occur is 1.
//
// [1] King & Zeng, Logistic regression in rare events data, 2001; class_weight: balanced of scikit-learn.
func BalancedWeights(counts []int) []float64 {
	all := 0
	for _, n := range counts {
		all += n
	}
	w := make([]float64, len(counts))
	for k, n := range counts {
		if w[k] = 1; n > 0 {
			w[k] = float64(all) / float64(len(counts)*n)
		}
	}
	return w
}
