package audio

import (
	"fmt"
	"math"
	"slices"

	"recur/data"
)

// Kinds of features.
const (
	LogMel = "logmel" // logarithms of the power in bands
	MFCC   = "mfcc"   // mel cepstra
	Files  = "files"  // what other programs made: .npy, CSV or .mfc
)

// How features are brought to one scale.
const (
	PerUtterance = "utterance" // each number: minus its mean over the utterance, divided by its standard deviation and 0.001
	Running      = "running"   // likewise over the frames of the utterance so far, which needs no end of it
	Unchanged    = "none"
)

// Features say which numbers a frame becomes: what data.features asks for, and what has no key.
type Features struct {
	Kind         string
	Bands        int     // of sound
	Coefficients int     // of mfcc; of .mfc files the numbers of a frame
	Frame, Step  float64 // milliseconds: how long a frame is, and how far the next begins behind it
	PreEmphasis  float64 // share of the sample before that is taken off
	Low, High    float64 // Hz, where the bands begin and end; High 0: half the rate
	Lifter       int     // of mfcc: higher coefficients are made larger, most at half this one; 0: not at all
	Deltas       int     // 1: each number's slope over time beside it; 2: the slope of that too; 0: neither
	Normalize    string  // PerUtterance, Running or Unchanged
}

// DefaultFeatures are those of a kind: 40 bands from 20 Hz to half the rate, 25 ms every 10 ms; of mfcc 13 coefficients with slopes.
func DefaultFeatures(kind string) Features {
	f := Features{Kind: kind, Bands: 40, Coefficients: 13, Frame: 25, Step: 10, PreEmphasis: 0.97, Low: 20, Normalize: PerUtterance}
	if kind == MFCC {
		f.Deltas = 2
	}
	return f
}

// Check gives the first key that is at fault as a *data.Error, whose File is the key.
func (f *Features) Check() error {
	fault := func(key, format string, args ...any) error {
		key = "data.features." + key
		return data.Fault(key, 0, 0, key, format, args...)
	}
	switch {
	case !slices.Contains([]string{LogMel, MFCC, Files}, f.Kind):
		return fault("kind", "got %q, want logmel, mfcc or files", f.Kind)
	case !slices.Contains([]string{PerUtterance, Running, Unchanged}, f.Normalize):
		return fault("normalize", "got %q, want utterance, running or none", f.Normalize)
	case f.Deltas < 0 || f.Deltas > 2:
		return fault("deltas", "got %d, want 0, 1 or 2", f.Deltas)
	case !(f.Step > 0 && f.Step <= 1000):
		return fault("hop", "got %g ms, want more than 0 and at most 1000", f.Step)
	case f.Coefficients < 1 || f.Coefficients > maxInputs:
		return fault("count", "got %d, want 1 to %d", f.Coefficients, maxInputs)
	case f.Kind == Files:
		return nil
	case !(f.Frame > 0 && f.Frame <= 1000):
		return fault("frame", "got %g ms, want more than 0 and at most 1000", f.Frame)
	case f.Bands < 1 || f.Bands > maxInputs:
		return fault("bands", "got %d, want 1 to %d", f.Bands, maxInputs)
	case f.Kind == MFCC && f.Coefficients > f.Bands:
		return fault("count", "got %d, and there are %d bands; want no more than those", f.Coefficients, f.Bands)
	case !(f.PreEmphasis >= 0 && f.PreEmphasis < 1):
		return fault("pre_emphasis", "got %g, want 0 or more and less than 1", f.PreEmphasis)
	case !(f.Low >= 0) || f.High != 0 && !(f.High > f.Low):
		return fault("high", "bands go from %g to %g Hz, want from 0 or more to more than that", f.Low, f.High)
	case f.Lifter < 0:
		return fault("lifter", "got %d, want 0 or more", f.Lifter)
	}
	return nil
}

// base is how many numbers a frame of sound has before slopes are put beside them.
func (f *Features) base() int {
	if f.Kind == MFCC {
		return f.Coefficients
	}
	return f.Bands
}

// Width is D of features of sound.
func (f *Features) Width() int { return f.base() * (1 + f.Deltas) }

// Finish puts slopes beside numbers [T,d] and brings them to one scale: x becomes [T,D]. It is what happens to features of files too.
func (f *Features) Finish(x []float32, d int) (out []float32, width int) {
	out, width = Slopes(x, d, f.Deltas), d*(1+f.Deltas)
	switch f.Normalize {
	case PerUtterance:
		Normalize(out, width)
	case Running:
		newRunning(width).normalize(out)
	}
	return out, width
}

// running normalizes frames by those so far.
type running struct {
	frames       float64
	mean, spread []float64 // spread is the sum of squares around the mean [1]
}

// [1] Welford, Note on a method for calculating corrected sums of squares and products, 1962.

func newRunning(width int) *running {
	return &running{mean: make([]float64, width), spread: make([]float64, width)}
}

// normalize takes from each number of the next frames [T,D] its mean so far and divides it by its standard deviation so far and 0.001.
func (r *running) normalize(x []float32) {
	for at := 0; at < len(x); at += len(r.mean) {
		r.frames++
		for c := range r.mean {
			v := float64(x[at+c])
			off := v - r.mean[c]
			r.mean[c] += off / r.frames
			r.spread[c] += off * (v - r.mean[c])
			x[at+c] = float32((v - r.mean[c]) / (math.Sqrt(r.spread[c]/r.frames) + 1e-3))
		}
	}
}

// Normalize takes from each of the d numbers of frames [T,d] its mean and divides it by its standard deviation and 0.001.
func Normalize(x []float32, d int) {
	n := float64(len(x) / d)
	for c := range d {
		sum := 0.0
		for i := c; i < len(x); i += d {
			sum += float64(x[i])
		}
		mean, squares := sum/n, 0.0
		for i := c; i < len(x); i += d {
			squares += (float64(x[i]) - mean) * (float64(x[i]) - mean)
		}
		scale := math.Sqrt(squares/n) + 1e-3
		for i := c; i < len(x); i += d {
			x[i] = float32((float64(x[i]) - mean) / scale)
		}
	}
}

// tooShort tells of sound that no frame fits in.
func (e *Extractor) tooShort(name string, n int) error {
	return data.Fault(name, 0, 0, "data.features.frame", "has %s, and a frame is %d (data.features.frame: %g ms at %d samples a second): there is nothing to hear; remove it, or make frames shorter",
		data.Count(n, "sample", "samples"), e.frame, e.Features.Frame, e.Rate)
}

// Extract makes features [T,D] of sound at the extractor's rate. name is what messages call it: faults are *data.Error.
func (e *Extractor) Extract(name string, samples []float32) ([]float32, error) {
	x, err := e.plain(name, samples)
	if err != nil {
		return nil, err
	}
	out, _ := e.Features.Finish(x, e.Features.base())
	return out, nil
}

// plain makes features without slopes, as they are.
func (e *Extractor) plain(name string, samples []float32) ([]float32, error) {
	switch T := e.Frames(len(samples)); {
	case T == 0:
		return nil, e.tooShort(name, len(samples))
	case T > maxFrames:
		return nil, data.Fault(name, 0, 0, "data.features.hop", "has %d frames, more than the limit of %d; cut it into shorter utterances", T, maxFrames)
	default:
		out, d := make([]float32, T*e.Features.base()), e.Features.base()
		for t := range T {
			before := float32(0)
			if t > 0 {
				before = samples[t*e.step-1]
			}
			e.one(out[t*d:(t+1)*d], before, samples[t*e.step:][:e.frame])
		}
		return out, nil
	}
}

// Frames is how many whole frames so many samples have.
func (e *Extractor) Frames(samples int) int {
	if samples < e.frame {
		return 0
	}
	return 1 + (samples-e.frame)/e.step
}

// String names the features in reports.
func (f *Features) String() string {
	what := fmt.Sprintf("%d %s", f.Bands, "log-mel bands")
	switch f.Kind {
	case MFCC:
		what = fmt.Sprintf("%d mel cepstra of %d bands", f.Coefficients, f.Bands)
	case Files:
		what = "features of files"
	}
	return what + [3]string{"", " with slopes", " with slopes and their slopes"}[f.Deltas]
}
