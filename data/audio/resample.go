package audio

import (
	"fmt"
	"math"
	"slices"
)

// Resampler brings sound to another rate with a low-pass filter: a sinc under a Kaiser window, one set of weights for each place
// that a new sample can have between two old ones. Below 0.88 of half the lower rate all is kept to 0.1%; what lies above half of it
// is 80 dB down. It does not change and is safe for concurrent use.
//
// Source: Crochiere & Rabiner 1983, Multirate Digital Signal Processing, chapters 2 and 4; Kaiser's formulas for the window.
type Resampler struct {
	From, To int
	up, down int         // To/From in lowest terms
	half     int         // weights on each side of a place
	weights  [][]float64 // [up][2·half]
}

const (
	zeros      = 48      // crossings of the sinc on each side, in samples of the lower rate
	kaiserBeta = 9       // 90 dB
	rolloff    = 0.94    // the cut, as a share of half the lower rate
	maxWeights = 1 << 22 // of a filter
	besselEnd  = 1e-12   // terms that no longer count
)

// NewResampler makes one. The error says which rates have no filter of a reasonable size.
func NewResampler(from, to int) (*Resampler, error) {
	if from < minRate || from > maxRate || to < minRate || to > maxRate {
		return nil, fmt.Errorf("%d samples a second can't be brought to %d: want rates from %d to %d", from, to, minRate, maxRate)
	}
	g := gcd(from, to)
	r := &Resampler{From: from, To: to, up: to / g, down: from / g}
	slower := max(1, float64(from)/float64(to)) // old samples for a crossing
	r.half = int(math.Ceil(zeros * slower))
	if r.up*2*r.half > maxWeights {
		return nil, fmt.Errorf("%d samples a second can't be brought to %d: the rates have too little in common; convert the files, as with: ffmpeg -i IN -ar %d OUT.wav", from, to, to)
	}
	for phase := range r.up {
		r.weights = append(r.weights, r.filter(float64(phase)/float64(r.up), slower))
	}
	return r, nil
}

// filter gives the weights for a place that lies a share of a sample behind an old one.
func (r *Resampler) filter(share, slower float64) []float64 {
	w := make([]float64, 2*r.half)
	sum := 0.0
	for i := range w {
		at := (float64(i-r.half+1) - share) / slower // in samples of the lower rate
		if edge := at / zeros; edge > -1 && edge < 1 {
			w[i] = sinc(rolloff*at) * bessel(kaiserBeta*math.Sqrt(1-edge*edge))
		}
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum // what does not change stays as it is
	}
	return w
}

// Resample gives the sound at the other rate: sample i lies at the same time as before, and there is silence around. A number of
// samples that is not whole is rounded up.
func (r *Resampler) Resample(x []float32) []float32 {
	if r.up == r.down {
		return slices.Clone(x)
	}
	n := (len(x)*r.up + r.down - 1) / r.down
	out := make([]float32, n)
	for i := range out {
		place := i * r.down
		first := place/r.up - r.half + 1
		w := r.weights[place%r.up]
		sum := 0.0
		for k := max(0, -first); k < len(w) && first+k < len(x); k++ {
			sum += w[k] * float64(x[first+k])
		}
		out[i] = float32(sum)
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel is I0, the modified Bessel function of the first kind and order 0, by its series.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > besselEnd*sum; k++ {
		term *= x / 2 / k * (x / 2 / k)
		sum += term
	}
	return sum
}

// Resampling brings sound to another rate while it comes: the samples that Resample makes of all of it. It is for one goroutine.
type Resampling struct {
	r      *Resampler
	held   []float32 // samples from number first on
	first  int
	n, out int // samples that came, and that were given
}

// Resampling begins a sound.
func (r *Resampler) Resampling() *Resampling { return &Resampling{r: r} }

// Write takes samples and gives those of the other rate that no later one changes, after dst.
func (s *Resampling) Write(dst, samples []float32) []float32 {
	if s.r.up == s.r.down {
		return append(dst, samples...)
	}
	s.held, s.n = append(s.held, samples...), s.n+len(samples)
	return s.give(dst, s.n-s.r.half)
}

// Close gives the last ones after dst.
func (s *Resampling) Close(dst []float32) []float32 { return s.give(dst, s.n) }

// give makes what lies before an old sample.
func (s *Resampling) give(dst []float32, end int) []float32 {
	r := s.r
	for ; s.out*r.down < end*r.up; s.out++ {
		place := s.out * r.down
		first := place/r.up - r.half + 1
		sum := 0.0
		for k, w := range r.weights[place%r.up] {
			if at := first + k; at >= 0 && at < s.n {
				sum += w * float64(s.held[at-s.first])
			}
		}
		dst = append(dst, float32(sum))
	}
	if unneeded := min(s.out*r.down/r.up-r.half+1-s.first, len(s.held)); unneeded > 0 {
		s.held, s.first = s.held[:copy(s.held, s.held[unneeded:])], s.first+unneeded
	}
	return dst
}
