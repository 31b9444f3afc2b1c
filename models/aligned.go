package models

import (
	"gorgonia.org/gorgonia"

	"recur/configs"
	"recur/graph"
)

// This file is the head of networks whose labels are not aligned with the steps that are read: connectionist temporal classification [1].
//
// [1] Graves et al., Connectionist temporal classification, 2006.

// aligns says that the labels have steps of their own, which the loss aligns with those that are read.
func (s Spec) aligns() bool { return s.Loss == configs.LossOfSounds }

// Blank is the class that stands for no label.
const Blank = 0

// aligned adds the head, a score for every class at every step, and the loss over all ways of aligning the labels.
func (n *Network[F]) aligned(b *graph.Builder[F], g *Graph[F], w map[string]*gorgonia.Node, features *gorgonia.Node, o below) *gorgonia.Node {
	s := n.Spec
	if s.HeadDropout > 0 && b.Training() {
		features = b.Dropout("head", s.HeadDropout, g.noise, o.steps, features)
	}
	scores := b.Linear("head", graph.Identity, o.steps, features, w["head.weight"], w["head.bias"])
	g.Pred = graph.Memory[F](scores)
	loss := b.CTC(graph.CTC{Name: "loss", Steps: o.steps, Blank: Blank},
		graph.CTCInput{Logits: scores, Labels: b.Numbers("labels", g.targets, g.S, g.B), Lengths: o.lengths, LabelLengths: b.Lengths("said.lengths", g.SaidLengths)})
	g.LogP = loss.LogP
	return loss.Loss
}
