package predict

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// This file turns what connectionist temporal classification [1] says of the frames of an utterance, logarithms of chances [T][C] with the
// blank as class 0, into labels: those of the likeliest path, or by a search over prefixes [2] that sums the paths of each, with a language model [3].
//
// [1] Graves et al., Connectionist temporal classification, 2006.
// [2] Hannun et al., First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs, 2014: the rules; Graves 2012, section 7.5.
// [3] Its score is log p of the labels + a·log p of the language + b·labels.

// blank is the class of no label.
const blank = 0

// Language says how likely a label is after those before it. A state is what it knows of them; it is never changed, so that many
// texts may go on from one. No logarithm is NaN.
type Language interface {
	// Begin is the state of no label.
	Begin() (state any)
	// Next is the logarithm of the chance of a label, from 1 on, and the state after it.
	Next(state any, label int32) (logp float64, next any)
	// End is the logarithm of the chance that no label follows.
	End(state any) (logp float64)
}

// PrefixOptions say how labels are searched.
type PrefixOptions struct {
	Width     int     // prefixes that are kept at every frame
	NBest     int     // transcripts that are returned at most; 0: 1
	Threshold float64 // labels of which the logarithm of the chance in a frame is no more begin nothing there; 0: all may
	Language  Language
	Weight    float64 // a, of the language model
	Bonus     float64 // b, of each label
}

// Transcript is one reading of an utterance.
type Transcript struct {
	Labels []int32
	// Times are the frames at which the labels begin on the likeliest path of these labels.
	Times []int
	// LogP is the logarithm of the chance of the labels by the paths that were kept, or of the one path of Collapse, and Score what transcripts are
	// ordered by, with the language model.
	LogP, Score float64
}

// checkFrames refuses frames that are none.
func checkFrames(logp [][]float64) error {
	for t, frame := range logp {
		if len(frame) != len(logp[0]) || len(frame) < 2 {
			return fmt.Errorf("predict: frame %d has %d classes and the first %d, want as many, the blank and one label or more", t, len(frame), len(logp[0]))
		}
		for c, v := range frame {
			if math.IsNaN(v) || v > 1e-3 {
				return fmt.Errorf("predict: frame %d: the logarithm of the chance of class %d is %v, want one of 0 or below; check the weights", t, c, v)
			}
		}
	}
	return nil
}

// Collapse is greedy: the labels of the likeliest class of every frame, of equals the lowest, repeats joined and blanks left out.
func Collapse(logp [][]float64) (Transcript, error) {
	c := NewCollapsing()
	if err := checkFrames(logp); err != nil {
		return c.Transcript, err
	}
	for _, frame := range logp {
		c.Read(frame)
	}
	return c.Transcript, nil
}

// Collapsing is Collapse while frames come: the Transcript is that of the frames so far.
type Collapsing struct {
	Transcript
	before, frames int
}

// NewCollapsing begins an utterance.
func NewCollapsing() *Collapsing {
	return &Collapsing{Transcript: Transcript{Labels: []int32{}, Times: []int{}}, before: blank}
}

// Read takes one frame.
func (c *Collapsing) Read(frame []float64) {
	class := greatest(frame)
	if c.LogP += frame[class]; class != blank && class != c.before {
		c.Labels, c.Times = append(c.Labels, int32(class)), append(c.Times, c.frames)
	}
	c.before, c.Score = class, c.LogP
	c.frames++
}

// prefix is the beginning of a transcript that was kept at some frame.
type prefix struct {
	parent       *prefix
	children     []*prefix
	label        int32 // the last one; blank of no label
	length       int
	blank, other float64 // the logarithms of the chances of the paths that end with a blank, and with the label
	language     float64 // a·log p + b·labels
	state        any
	frame, slot  int // where it stands among the ways of which frame
}

// total is the logarithm of the chance of all its paths.
func (p *prefix) total() float64 { return logAddExp(p.blank, p.other) }

// child is the prefix with a label more, nil unless it was kept once.
func (p *prefix) child(label int32) *prefix {
	for _, c := range p.children {
		if c.label == label {
			return c
		}
	}
	return nil
}

// prefixWay is what a prefix becomes in a frame: one that was kept before, or parent with a label more.
type prefixWay struct {
	of, parent   *prefix
	label        int32
	blank, other float64
	language     float64
	state        any
	score        float64
}

// PrefixSearch is PrefixBeam while frames come.
type PrefixSearch struct {
	PrefixOptions
	logp [][]float64 // the frames so far
	kept []*prefix   // the best first
	ways []prefixWay
}

// PrefixBeam searches the labels of an utterance, logp [T][C]; transcripts come best first. Of equals the one that was found first is. The error
// names a frame that is wrong, or says that no labels are possible.
func PrefixBeam(logp [][]float64, o PrefixOptions) ([]Transcript, error) {
	s, err := NewPrefixSearch(o)
	if err != nil {
		return nil, err
	}
	if err := checkFrames(logp); err != nil {
		return nil, err
	}
	for _, frame := range logp {
		if err := s.Read(frame); err != nil {
			return nil, err
		}
	}
	return s.Transcripts()
}

// NewPrefixSearch begins an utterance. The error names an option that is none.
func NewPrefixSearch(o PrefixOptions) (*PrefixSearch, error) {
	if o.NBest == 0 {
		o.NBest = 1
	}
	switch {
	case o.Width < 1 || o.NBest < 0 || o.Threshold > 0:
		return nil, fmt.Errorf("predict: a search of width %d for %d transcripts with a threshold of %v, want a width and transcripts of 1 or more, and a threshold of 0 or below", o.Width, o.NBest, o.Threshold)
	case !finite([]float64{o.Weight, o.Bonus}) || math.IsNaN(o.Threshold):
		return nil, fmt.Errorf("predict: a search with threshold %v, a weight of %v and a bonus of %v, want numbers", o.Threshold, o.Weight, o.Bonus)
	}
	if o.Threshold == 0 {
		o.Threshold = math.Inf(-1)
	}
	root := &prefix{blank: 0, other: math.Inf(-1), frame: -1}
	if o.Language != nil {
		root.state = o.Language.Begin()
	}
	return &PrefixSearch{PrefixOptions: o, kept: []*prefix{root}}, nil
}

// Read takes one frame, which it keeps.
func (s *PrefixSearch) Read(frame []float64) error {
	s.ways = s.ways[:0]
	for _, p := range s.kept {
		total := p.total()
		own := s.way(p)
		own.blank = logAddExp(own.blank, total+frame[blank])
		if p.label != blank {
			own.other = logAddExp(own.other, p.other+frame[p.label])
		}
		for c, v := range frame[1:] {
			label, from := int32(c+1), total
			if label == p.label {
				from = p.blank // what stands beside the same label without a blank between is one label
			}
			if v > s.Threshold && !math.IsInf(from+v, -1) {
				s.extend(p, label, from+v)
			}
		}
	}
	for i := range s.ways {
		w := &s.ways[i]
		if w.score = logAddExp(w.blank, w.other) + w.language; math.IsNaN(w.score) || math.IsInf(w.score, 1) {
			return fmt.Errorf("predict: frame %d: the score of a transcript is %v; check the language model", len(s.logp), w.score)
		}
	}
	s.ways = slices.DeleteFunc(s.ways, func(w prefixWay) bool { return math.IsInf(w.score, -1) })
	slices.SortStableFunc(s.ways, func(a, b prefixWay) int { return cmp.Compare(b.score, a.score) })
	s.kept = s.kept[:0]
	for _, w := range s.ways[:min(s.Width, len(s.ways))] {
		s.kept = append(s.kept, w.keep())
	}
	if len(s.kept) == 0 {
		return fmt.Errorf("predict: frame %d: nothing has a chance there, neither the blank nor a label; check the weights", len(s.logp))
	}
	s.logp = append(s.logp, frame)
	return nil
}

// way is what a prefix that was kept before becomes in this frame. It is valid until the next one is asked for.
func (s *PrefixSearch) way(p *prefix) *prefixWay {
	if p.frame != len(s.logp) {
		p.frame, p.slot = len(s.logp), len(s.ways)
		s.ways = append(s.ways, prefixWay{of: p, blank: math.Inf(-1), other: math.Inf(-1), language: p.language})
	}
	return &s.ways[p.slot]
}

// extend adds the chance of the paths of a prefix that go on with a label.
func (s *PrefixSearch) extend(p *prefix, label int32, logp float64) {
	if c := p.child(label); c != nil {
		w := s.way(c)
		w.other = logAddExp(w.other, logp)
		return
	}
	w := prefixWay{parent: p, label: label, blank: math.Inf(-1), other: logp, language: p.language + s.Bonus}
	if s.Language != nil {
		var says float64
		says, w.state = s.Language.Next(p.state, label)
		w.language += s.weighed(says)
	}
	s.ways = append(s.ways, w)
}

// weighed is what a language model says, times its weight; with a weight of 0 it says nothing.
func (s *PrefixSearch) weighed(logp float64) float64 {
	if s.Weight == 0 {
		return 0
	}
	return s.Weight * logp
}

// keep makes the prefix of a way.
func (w *prefixWay) keep() *prefix {
	p := w.of
	if p == nil {
		p = &prefix{parent: w.parent, label: w.label, length: w.parent.length + 1, language: w.language, state: w.state, frame: -1}
		w.parent.children = append(w.parent.children, p)
	}
	p.blank, p.other = w.blank, w.other
	return p
}

// labels are those of a prefix.
func (p *prefix) labels() []int32 {
	out := make([]int32, p.length)
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = p.label
		p = p.parent
	}
	return out
}

// Best are the labels that are likeliest so far, the end not counted.
func (s *PrefixSearch) Best() []int32 { return s.kept[0].labels() }

// Begins are the frames at which those begin.
func (s *PrefixSearch) Begins() []int { return begins(s.logp, s.Best()) }

// Transcripts are the best of what was kept, if no frame follows.
func (s *PrefixSearch) Transcripts() ([]Transcript, error) {
	all := make([]Transcript, len(s.kept))
	for i, p := range s.kept {
		all[i] = Transcript{Labels: p.labels(), LogP: p.total(), Score: p.total() + p.language}
		if s.Language != nil {
			all[i].Score += s.weighed(s.Language.End(p.state))
		}
		if math.IsNaN(all[i].Score) {
			return nil, fmt.Errorf("predict: the score of a transcript is %v at its end; check the language model", all[i].Score)
		}
	}
	slices.SortStableFunc(all, func(a, b Transcript) int { return cmp.Compare(b.Score, a.Score) })
	all = all[:min(s.NBest, len(all))]
	for i := range all {
		all[i].Times = begins(s.logp, all[i].Labels)
	}
	return all, nil
}

// begins are the frames at which labels begin on their likeliest path through logp [T][C], of equals the one that stays longer where it was. There must be a
// path.
func begins(logp [][]float64, labels []int32) []int {
	states := 2*len(labels) + 1
	class := func(s int) int32 {
		if s%2 == 0 {
			return blank
		}
		return labels[s/2]
	}
	back := make([]uint8, len(logp)*states) // how many states the path came up
	before, now := make([]float64, states), make([]float64, states)
	for s := range before {
		before[s] = math.Inf(-1)
	}
	for t, frame := range logp {
		for s := range now {
			best, from := before[s], 0
			if t == 0 && s < 2 {
				best = 0
			}
			if s > 0 && before[s-1] > best {
				best, from = before[s-1], 1
			}
			if s > 1 && s%2 == 1 && class(s) != class(s-2) && before[s-2] > best {
				best, from = before[s-2], 2
			}
			now[s], back[t*states+s] = best+frame[class(s)], uint8(from)
		}
		before, now = now, before
	}
	out := make([]int, len(labels))
	s := states - 1
	if states > 1 && before[states-2] >= before[states-1] {
		s--
	}
	for t := len(logp) - 1; t >= 0; t-- {
		if s%2 == 1 {
			out[s/2] = t
		}
		s -= int(back[t*states+s])
	}
	return out
}

// LogLikelihood is the logarithm of the chance of labels, by all paths through the frames, logp [T][C] with the blank first; -Inf where there
// are too few frames.
func LogLikelihood(logp [][]float64, labels []int32) float64 {
	n := 2*len(labels) + 1
	symbol := func(s int) int32 {
		if s%2 == 0 {
			return 0
		}
		return labels[s/2]
	}
	now, next := make([]float64, n), make([]float64, n)
	for s := range now {
		now[s] = math.Inf(-1)
	}
	now[0] = 0 // before the first frame, as if a blank had been
	for t, frame := range logp {
		for s := range next {
			sum := now[s]
			if s > 0 && (t > 0 || s == 1) {
				sum = logAddExp(sum, now[s-1])
			}
			if s > 1 && s%2 == 1 && symbol(s) != symbol(s-2) {
				sum = logAddExp(sum, now[s-2])
			}
			next[s] = sum + frame[symbol(s)]
		}
		now, next = next, now
	}
	if n == 1 {
		return now[0]
	}
	return logAddExp(now[n-1], now[n-2])
}
