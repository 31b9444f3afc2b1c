package predict

import (
	"errors"
	"fmt"
	"math"

	"slices"

	"recur/data"
	"recur/internal/kernel"
)

// SayOptions say how sequences are searched.
type SayOptions struct {
	Beam          int     // hypotheses that live at once; 1: greedy
	NBest         int     // hypotheses of an example that are returned, at most Beam
	MaxLength     int     // symbols of a hypothesis at most, the end symbol not counted; 0: one and a half times those of the source and 10
	LengthPenalty float64 // α: hypotheses are ordered by log p / len^α, the end symbol counted
	Unknown       string  // forbid: the unknown symbol is not said; keep, replace: it is, and From tells what it stands for
	NoRepeat      int     // no so many symbols come twice in a hypothesis; 0: they may
	Attention     bool    // hypotheses keep what attention weighed
}

// Said is what networks say of an example.
type Said struct {
	Hypotheses []Hypothesis // the best first
	// LogP are the logarithms of the chances of the truth's symbols, the end symbol among them, each after the true ones before it; empty where
	// there is no truth, and 0 where a symbol of it is not known.
	LogP []float64
	Hits int // of these symbols: none was more likely in its place
}

// check refuses what means nothing, and fills in what may be left out.
func (o *SayOptions) check() error {
	if o.Beam == 0 {
		o.Beam = 1
	}
	if o.NBest == 0 {
		o.NBest = 1
	}
	switch {
	case o.Beam < 1 || o.NBest < 1 || o.NBest > o.Beam:
		return fmt.Errorf("predict: say: a beam of %d and %d hypotheses of it, want 1 or more of each and no more hypotheses than the beam is wide", o.Beam, o.NBest)
	case o.MaxLength < 0 || o.NoRepeat < 0:
		return fmt.Errorf("predict: say: at most %d symbols, of which no %d come twice, want 0 or more", o.MaxLength, o.NoRepeat)
	case !(o.LengthPenalty >= 0) || math.IsInf(o.LengthPenalty, 0):
		return fmt.Errorf("predict: say: the length penalty is %v, want a number of 0 or more", o.LengthPenalty)
	case o.Unknown != "" && o.Unknown != "keep" && o.Unknown != "replace" && o.Unknown != "forbid":
		return fmt.Errorf("predict: say: the unknown symbol is %q, want keep, replace or forbid", o.Unknown)
	}
	return nil
}

// limit is how many symbols a hypothesis of a source of so many steps has at most.
func (o *SayOptions) limit(source int) int {
	if o.MaxLength > 0 {
		return o.MaxLength
	}
	return source + source/2 + 10
}

// marks are the symbols of what is said that are no words: -1 where there is none such.
type marks struct{ padding, start, end, unknown int32 }

// sayRows is how many hypotheses live side by side, where there are so many.
const sayRows = 640

// sayAll is Say of networks of one value type.
func sayAll[F kernel.Float](networks []*network[F], p data.Paired, o SayOptions, m marks) ([]Said, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	r := rules{
		width: o.Beam, best: o.NBest, penalty: o.LengthPenalty, noRepeat: o.NoRepeat, weights: o.Attention,
		start: m.start, end: m.end, unknown: m.unknown, never: []int32{m.padding, m.start}, vocabulary: int32(networks[0].decoder.vocabulary),
	}
	if o.Unknown == "forbid" {
		r.never = append(r.never, m.unknown)
	}
	sentences := max(1, sayRows/o.Beam)
	var voices []*steps[F]
	for _, n := range networks {
		voices = append(voices, n.voice(max(sayRows, o.Beam)))
	}
	s := &sayings[F]{networks: networks, choir: newChoir(voices, r.ways()), rules: r, options: o, batch: &data.Batch[F]{}, out: make([]Said, p.Len())}
	for index := range slices.Chunk(inOrder(p), sentences) {
		if err := s.say(p, index); err != nil {
			return nil, err
		}
	}
	return s.out, nil
}

// voice is what a network says its sentences with, of so many rows; it is kept.
func (n *network[F]) voice(rows int) *steps[F] {
	if n.spoken == nil || n.spoken.rows < rows {
		n.spoken = newSteps(n.decoder, n.pool, rows)
	}
	return n.spoken
}

// sayings is one call of Say.
type sayings[F kernel.Float] struct {
	networks []*network[F]
	choir    *choir[F]
	rules    rules
	options  SayOptions
	batch    *data.Batch[F]
	out      []Said
}

// say says the examples index.
func (s *sayings[F]) say(p data.Paired, index []int) error {
	b := s.batch
	data.Fill(p, index, b)
	var heard []*heardBatch[F]
	for _, n := range s.networks {
		h, err := n.encode(b)
		if err != nil {
			return fmt.Errorf("%w (%s and others)", err, p.Called(index[0]))
		}
		heard = append(heard, h)
	}
	s.choir.begin(heard)
	if err := s.truths(p, index, heard); err != nil {
		return err
	}
	limits := make([]int, len(index))
	for i, v := range s.choir.voices {
		v.start(heard[i])
	}
	for i, l := range b.Lengths {
		limits[i] = s.options.limit(l)
	}
	hypotheses, err := beamSearch(s.rules, speaker[F](s.choir), limits)
	if err != nil {
		return unsound(p, index, err)
	}
	for r, i := range index {
		s.out[i].Hypotheses = hypotheses[r]
	}
	return nil
}

// truths scores what is known to be true of the examples index.
func (s *sayings[F]) truths(p data.Paired, index []int, heard []*heardBatch[F]) error {
	b := s.batch
	if b.S == 0 || len(b.Said) != b.S*b.N || len(b.Labels) != b.S*b.N {
		return nil
	}
	var states [][]F
	for i, n := range s.networks {
		one, err := n.said(b, heard[i])
		if err != nil {
			return err
		}
		states = append(states, one)
	}
	out := make([]truth, b.N)
	if err := s.choir.truths(b, states, out); err != nil {
		return err
	}
	for r, i := range index {
		for at, v := range out[r].logp {
			if math.IsNaN(v) {
				return unsound(p, index, badSentence(r))
			}
			if out[r].hit[at] {
				s.out[i].Hits++
			}
		}
		s.out[i].LogP = out[r].logp
	}
	return nil
}

// unsound names the example of which something was said that is no number.
func unsound(p data.Paired, index []int, err error) error {
	var bad badSentence
	if !errors.As(err, &bad) {
		return err
	}
	return fmt.Errorf("predict: %s: what the network says of it is not finite; check the data around it and the weights", p.Called(index[bad]))
}
