package audio

import (
	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/data/text"
)

// SourceOf is where the utterances of a config are, and what is heard of them.
func SourceOf(c *configs.Config) Source {
	d := &c.Data
	s := Source{CSV: d.CSV, Audio: d.Audio, Transcript: d.Transcript, Speaker: d.Speaker, Features: featuresOf(d.Features), Resample: d.Resample.Rate, Limit: d.Limit, Dialect: data.DialectOf(c)}
	if d.Sequence != "" {
		rows := labelled.SourceOf(c)
		rows.Label = []string{d.Transcript}
		s.Numbers = &rows
	}
	return s
}

// featuresOf are the features that a config asks for.
func featuresOf(c configs.Features) Features {
	f := DefaultFeatures(c.Kind)
	f.Bands, f.Coefficients, f.Frame, f.Step, f.Deltas, f.Normalize = c.Bands, c.Count, c.Frame, c.Hop, c.Deltas, c.Normalize
	return f
}

// OpenConfig reads or generates the utterances of a config. Faults of the data are data.Errors.
func OpenConfig(c *configs.Config) (*Set, error) {
	s := c.Data.Synthetic
	if s == nil {
		return Open(SourceOf(c))
	}
	d := DefaultDigits()
	d.Utterances, d.Seed = s.Points, s.Seed
	return Synthesize(d, featuresOf(c.Data.Features))
}

// OptionsOf says how the utterances of a config are cut, numbered and changed: those of files are drawn, generated ones stay in their
// order.
func OptionsOf(c *configs.Config) Options {
	d := &c.Data
	a := d.Augment
	o := Options{Tokens: text.TokensOf(c), Seed: d.Split.Seed, Ordered: d.Synthetic != nil,
		Augment: Augment{Copies: a.Copies, Speed: a.Speed, Noise: a.Noise, Stretch: a.TimeStretch, TimeMasks: a.TimeMasks, TimeMask: a.TimeMask,
			BandMasks: a.BandMasks, BandMask: a.BandMask, Jitter: a.Jitter}}
	if split := d.Split; split != (configs.Split{}) {
		o.Split = &split
	}
	return o
}

// MemoryToRead estimates the bytes that reading manifests and what they list takes at its most, the bytes that a training keeps of it, and
// how many utterances there are; with "" the manifests of the source. The files that they list are not looked at: a second of sound is
// taken for an utterance.
func (s *Source) MemoryToRead(path string) (reading, training, utterances int64) {
	paths := s.CSV.All()
	if path != "" {
		paths = []string{path}
	}
	for _, p := range paths {
		if size, line, _ := data.Shape(p); size > 0 {
			utterances += max(1, int64(float64(size)/max(1, line)))
		}
	}
	training = utterances * (bytesOfUtterance + 100*40*4)
	return training, training, utterances
}
