package audio

import (
	"math"

	"gonum.org/v1/gonum/dsp/fourier"

	"recur/data"
)

// Extractor makes features of sound: pre-emphasis x[t] - c·x[t-1], frames under a symmetric Hann window, the power of their Fourier
// transform at the next power of two, mel bands, ln(E + 1e-7); for cepstra the orthonormal cosine transform (DCT-II) of that and a
// lifter [1]. It is for one goroutine.
//
// [1] Young et al. 2006, The HTK Book 3.4, sections 5.2 to 5.6. Bands are triangles of height 1 over frequencies in Hz.
type Extractor struct {
	Features Features
	Rate     int

	frame, step int // samples
	window      []float64
	fft         *fourier.FFT
	bands       []band
	cosines     [][]float64 // [Coefficients][Bands], with the lifter; nil for log-mel

	pressed []float64 // a frame, windowed, with zeros behind
	lines   []complex128
	logs    []float64
}

// floor is added to the power of a band.
const floor = 1e-7

// band is a triangle over lines of the transform.
type band struct {
	first   int
	weights []float64
}

// NewExtractor makes one for sound of a rate. The error is a *data.Error about a key of data.features.
func NewExtractor(f Features, rate int) (*Extractor, error) {
	if err := f.Check(); err != nil {
		return nil, err
	}
	e := &Extractor{Features: f, Rate: rate, frame: int(math.Round(f.Frame * float64(rate) / 1000)), step: int(math.Round(f.Step * float64(rate) / 1000))}
	if e.frame < 2 || e.step < 1 {
		return nil, data.Fault("data.features", 0, 0, "data.features.frame", "a frame of %g ms every %g ms has %s every %d at a rate of %d; want longer ones", f.Frame, f.Step, data.Count(e.frame, "sample", "samples"), e.step, rate)
	}
	size := 1
	for size < e.frame {
		size *= 2
	}
	e.window = hann(e.frame)
	e.fft = fourier.NewFFT(size)
	e.pressed, e.lines, e.logs = make([]float64, size), make([]complex128, size/2+1), make([]float64, f.Bands)
	if err := e.cut(size); err != nil {
		return nil, err
	}
	if f.Kind == MFCC {
		e.cosines = cosines(f.Coefficients, f.Bands, f.Lifter)
	}
	return e, nil
}

// hann is the symmetric window.
func hann(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(n-1))
	}
	return w
}

// cut makes the bands.
func (e *Extractor) cut(size int) error {
	f, nyquist := &e.Features, float64(e.Rate)/2
	high := f.High
	if high == 0 {
		high = nyquist
	}
	if high > nyquist || f.Low >= high {
		return data.Fault("data.features", 0, 0, "data.features.high", "bands go from %g to %g Hz, and at %d samples a second there is nothing above %g; want low below high and high at most that", f.Low, high, e.Rate, nyquist)
	}
	hertz := float64(e.Rate) / float64(size) // between two lines
	var empty int
	if e.bands, empty = triangles(f.Bands, f.Low, high, hertz, size/2+1); empty < 0 {
		return nil
	}
	most := f.Bands - 1
	for ; most > 0; most-- {
		if _, empty := triangles(most, f.Low, high, hertz, size/2+1); empty < 0 {
			break
		}
	}
	return data.Fault("data.features", 0, 0, "data.features.bands", "%d bands are too many: number %d is so narrow that a frame of %g ms tells nothing of it; at most %d fit, or make frames longer (data.features.frame)", f.Bands, empty+1, f.Frame, most)
}

// mel is a frequency in mel, and hz the way back.
func mel(hertz float64) float64 { return 2595 * math.Log10(1+hertz/700) }
func hz(mel float64) float64    { return 700 * (math.Pow(10, mel/2595) - 1) }

// triangles makes n bands from low to high Hz, evenly spaced in mel, over lines that are so many Hz apart; empty is the first that no
// line lies in, -1 where there is none.
func triangles(n int, low, high, hertz float64, lines int) (bands []band, empty int) {
	edge := func(i int) float64 { return hz(mel(low) + (mel(high)-mel(low))*float64(i)/float64(n+1)) }
	empty = -1
	bands = make([]band, n)
	for b := range bands {
		left, top, right := edge(b), edge(b+1), edge(b+2)
		for line := max(0, int(left/hertz)); line < lines && float64(line)*hertz < right; line++ {
			at := float64(line) * hertz
			w := min((at-left)/(top-left), (right-at)/(right-top))
			if w <= 0 {
				continue
			}
			if len(bands[b].weights) == 0 {
				bands[b].first = line
			}
			bands[b].weights = append(bands[b].weights, w)
		}
		if len(bands[b].weights) == 0 && empty < 0 {
			empty = b
		}
	}
	return bands, empty
}

// cosines is the orthonormal DCT-II of n numbers up to a coefficient, times the lifter 1 + L/2·sin(πk/L).
func cosines(coefficients, n, lifter int) [][]float64 {
	rows := make([][]float64, coefficients)
	for k := range rows {
		scale := math.Sqrt(2 / float64(n))
		if k == 0 {
			scale = math.Sqrt(1 / float64(n))
		}
		if lifter > 0 {
			scale *= 1 + float64(lifter)/2*math.Sin(math.Pi*float64(k)/float64(lifter))
		}
		rows[k] = make([]float64, n)
		for i := range rows[k] {
			rows[k][i] = scale * math.Cos(math.Pi*float64(k)*(float64(i)+0.5)/float64(n))
		}
	}
	return rows
}

// one makes the numbers of a frame of samples; before is the one in front of it, 0 where there is none.
func (e *Extractor) one(out []float32, before float32, samples []float32) {
	for i, v := range samples {
		e.pressed[i] = (float64(v) - e.Features.PreEmphasis*float64(before)) * e.window[i]
		before = v
	}
	clear(e.pressed[e.frame:])
	lines := e.fft.Coefficients(e.lines, e.pressed)
	for b := range e.bands {
		power := 0.0
		for i, w := range e.bands[b].weights {
			c := lines[e.bands[b].first+i]
			power += w * (real(c)*real(c) + imag(c)*imag(c))
		}
		e.logs[b] = math.Log(power + floor)
	}
	if e.cosines == nil {
		for b, v := range e.logs {
			out[b] = float32(v)
		}
		return
	}
	for k, row := range e.cosines {
		sum := 0.0
		for i, w := range row {
			sum += w * e.logs[i]
		}
		out[k] = float32(sum)
	}
}
