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
