package ctc

import (
	"recur/configs"
	"recur/data/text"
	"recur/predict"
)

// search is how labels are found in the chances of frames.
type search struct {
	beam    int
	options predict.PrefixOptions
}

// searchOf is the search that a config asks for, of the labels of a vocabulary.
func searchOf(d configs.Decode, v *text.Vocabulary) (search, error) {
	s := search{beam: max(1, d.Beam), options: predict.PrefixOptions{Threshold: leastLabel}}
	if d.LanguageModel == "" {
		return s, nil
	}
	l, err := languageOf(d.LanguageModel, v)
	s.options.Language, s.options.Weight, s.options.Bonus = l, d.ModelWeight, d.LabelBonus
	return s, err
}

// leastLabel is the logarithm of the chance in a frame that a label has at least which the beam tries there.
const leastLabel = -12

// of finds the labels of an utterance, the n likeliest ways.
func (s search) of(frames [][]float64, n int) ([]predict.Transcript, error) {
	if s.beam == 1 && n == 1 && s.options.Language == nil {
		one, err := predict.Collapse(frames)
		return []predict.Transcript{one}, err
	}
	o := s.options
	o.Width, o.NBest = max(s.beam, n), n
	return predict.PrefixBeam(frames, o)
}

// liveSearch finds the labels of an utterance while its steps come.
type liveSearch interface {
	Read(chances []float64) error
	// Best are the labels so far, and Begins the steps at which they begin.
	Best() []int32
	Begins() []int
	// End is what was found, if no step follows.
	End() (predict.Transcript, error)
}

// live begins an utterance.
func (s search) live() (liveSearch, error) {
	if s.beam == 1 && s.options.Language == nil {
		return &liveGreedy{predict.NewCollapsing()}, nil
	}
	o := s.options
	o.Width = s.beam
	p, err := predict.NewPrefixSearch(o)
	return liveBeam{p}, err
}

type liveGreedy struct{ of *predict.Collapsing }

func (g *liveGreedy) Read(chances []float64) error     { g.of.Read(chances); return nil }
func (g *liveGreedy) Best() []int32                    { return g.of.Labels }
func (g *liveGreedy) Begins() []int                    { return g.of.Times }
func (g *liveGreedy) End() (predict.Transcript, error) { return g.of.Transcript, nil }

type liveBeam struct{ of *predict.PrefixSearch }

func (b liveBeam) Read(chances []float64) error { return b.of.Read(chances) }
func (b liveBeam) Best() []int32                { return b.of.Best() }
func (b liveBeam) Begins() []int                { return b.of.Begins() }
func (b liveBeam) End() (predict.Transcript, error) {
	all, err := b.of.Transcripts()
	if err != nil {
		return predict.Transcript{}, err
	}
	return all[0], nil
}
