package audio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"recur/data"
)

// Augment says how copies of the training part are changed. It is what data.augment asks for. Every change is drawn from the seed,
// the name of the utterance and the number of the copy.
type Augment struct {
	Copies int // changed copies beside each utterance; 0: none

	// Of sound:
	Speed float64    // played faster or slower by up to this share, pitch and all
	Noise [2]float64 // white noise in half of the copies, so many decibels below the sound, from and to; both 0: none

	// Of features:
	Stretch             float64 // longer or shorter by up to this share
	TimeMasks, TimeMask int     // so many times up to so many frames are silenced
	BandMasks, BandMask int     // so many times up to so many numbers that stand side by side are silenced in all frames
	Jitter              float64 // standard deviation of noise on each number, after they are normalized
}

// Check gives the first key that is at fault as a *data.Error, whose File is the key. files says that features come from files.
func (a *Augment) Check(files bool) error {
	fault := func(key, format string, args ...any) error {
		key = "data.augment." + key
		return data.Fault(key, 0, 0, key, format, args...)
	}
	share := func(v float64) bool { return v >= 0 && v <= 0.5 }
	noisy := a.Noise != [2]float64{}
	switch {
	case a.Copies < 0 || a.Copies > 1000:
		return fault("copies", "got %d, want 0 to 1000", a.Copies)
	case !share(a.Speed):
		return fault("speed", "got %g, want 0 to 0.5", a.Speed)
	case !share(a.Stretch):
		return fault("time_stretch", "got %g, want 0 to 0.5", a.Stretch)
	case noisy && !(a.Noise[0] <= a.Noise[1] && a.Noise[0] >= -100 && a.Noise[1] <= 200):
		return fault("noise", "got %g to %g dB, want a lower number and a higher one, -100 to 200", a.Noise[0], a.Noise[1])
	case min(a.TimeMasks, a.TimeMask, a.BandMasks, a.BandMask) < 0 || max(a.TimeMasks, a.BandMasks) > 1000:
		return fault("time_masks", "got %d masks of up to %d frames and %d of up to %d bands, want 0 or more of each", a.TimeMasks, a.TimeMask, a.BandMasks, a.BandMask)
	case !(a.Jitter >= 0 && a.Jitter <= 100):
		return fault("jitter", "got %g, want 0 to 100", a.Jitter)
	case files && (a.Speed > 0 || noisy):
		return fault("speed", "speed and noise change sound, and features come from files; use time_stretch, time_masks and jitter")
	}
	return nil
}

// draw is the random stream of a copy.
func draw(seed uint64, name string, copied int) *rand.Rand {
	return data.Stream(seed, fmt.Sprintf("augment/%s/%d", name, copied))
}

// between is drawn evenly.
func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }

// Wave changes sound.
func (a *Augment) Wave(r *rand.Rand, x []float32) []float32 {
	x = Faster(x, between(r, 1-a.Speed, 1+a.Speed))
	noisy, decibels := r.Float64() < 0.5, between(r, a.Noise[0], a.Noise[1])
	if noisy && a.Noise != [2]float64{} {
		x = Noisy(r, x, decibels)
	}
	return x
}

// Lengthen changes how long features [T,d] last, before slopes are put beside them.
func (a *Augment) Lengthen(r *rand.Rand, x []float32, d int) []float32 {
	return Stretched(x, d, between(r, 1-a.Stretch, 1+a.Stretch))
}

// Hide silences parts of features [T,d] that are otherwise done, and adds noise. It changes x.
func (a *Augment) Hide(r *rand.Rand, x []float32, d int) {
	MaskTimes(r, x, d, a.TimeMasks, a.TimeMask)
	MaskBands(r, x, d, a.BandMasks, a.BandMask)
	for i := range x {
		if a.Jitter > 0 {
			x[i] += float32(a.Jitter * r.NormFloat64())
		}
	}
}

// Faster plays sound so many times as fast, its pitch higher by as much: it is sampled anew by linear interpolation.
func Faster(x []float32, times float64) []float32 {
	if times == 1 || len(x) < 2 {
		return slices.Clone(x)
	}
	return sampled(x, 1, 1+int(float64(len(x)-1)/times), times)
}

// Stretched makes features [T,d] last so many times as long, by linear interpolation between frames.
func Stretched(x []float32, d int, times float64) []float32 {
	T := len(x) / d
	n := max(1, int(math.Round(float64(T)*times)))
	if times == 1 || T < 2 || n < 2 {
		return slices.Clone(x)
	}
	return sampled(x, d, n, float64(T-1)/float64(n-1))
}

// sampled is n frames of d numbers of x, each so many frames behind the one before.
func sampled(x []float32, d, n int, step float64) []float32 {
	out, last := make([]float32, n*d), len(x)/d-1
	for t := range n {
		at := float64(t) * step
		first := min(int(at), last)
		share, next := at-float64(first), min(first+1, last)
		for c := range d {
			out[t*d+c] = float32((1-share)*float64(x[first*d+c]) + share*float64(x[next*d+c]))
		}
	}
	return out
}

// Noisy adds white noise whose power lies so many decibels below that of the sound. Silence stays silent.
func Noisy(r *rand.Rand, x []float32, decibels float64) []float32 {
	power := 0.0
	for _, v := range x {
		power += float64(v) * float64(v)
	}
	size := math.Sqrt(power / float64(max(1, len(x))) / math.Pow(10, decibels/10))
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(float64(v) + size*r.NormFloat64())
	}
	return out
}

// MaskTimes sets up to so many frames that follow each other to the mean of each number, n times. It never hides more than half of them
// at a time.
func MaskTimes(r *rand.Rand, x []float32, d, n, most int) {
	T := len(x) / d
	means := meansOf(x, d, n > 0)
	for range n {
		long := r.IntN(min(most, T/2) + 1)
		from := r.IntN(T - long + 1)
		for t := from; t < from+long; t++ {
			copy(x[t*d:(t+1)*d], means)
		}
	}
}

// MaskBands sets up to so many numbers that stand side by side to their means in all frames, n times, never more than half at a time.
func MaskBands(r *rand.Rand, x []float32, d, n, most int) {
	means := meansOf(x, d, n > 0)
	for range n {
		wide := r.IntN(min(most, d/2) + 1)
		from := r.IntN(d - wide + 1)
		for t := range len(x) / d {
			copy(x[t*d+from:t*d+from+wide], means[from:from+wide])
		}
	}
}

// meansOf are the means of the numbers of frames, where they are asked for.
func meansOf(x []float32, d int, asked bool) []float32 {
	means := make([]float32, d)
	for c := 0; asked && c < d; c++ {
		sum := 0.0
		for i := c; i < len(x); i += d {
			sum += float64(x[i])
		}
		means[c] = float32(sum / float64(len(x)/d))
	}
	return means
}
