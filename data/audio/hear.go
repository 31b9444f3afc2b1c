package audio

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"math"
	"path/filepath"
	"runtime"

	"recur/data"
)

// heard is what a file gave.
type heard struct {
	entry *entry
	x     []float32 // [T,D]
	d     int
	rate  int // of the file
	sum   [32]byte
	err   error
}

// listener hears files, one after the other. It is for one goroutine.
type listener struct {
	features   Features
	resample   int
	extractors map[int]*Extractor // by rate
	resamplers map[int]*Resampler // by the rate that is brought to another
}

func newListener(f Features, resample int) *listener {
	return &listener{features: f, resample: resample, extractors: map[int]*Extractor{}, resamplers: map[int]*Resampler{}}
}

// extractor is the one for a rate.
func (l *listener) extractor(rate int) (e *Extractor, err error) {
	if e = l.extractors[rate]; e == nil {
		e, err = NewExtractor(l.features, rate)
		l.extractors[rate] = e
	}
	return e, err
}

// at brings sound to the rate that is wanted.
func (l *listener) at(name string, w *Wave) (*Wave, error) {
	if l.resample == 0 || l.resample == w.Rate {
		return w, nil
	}
	r := l.resamplers[w.Rate]
	if r == nil {
		var err error
		if r, err = NewResampler(w.Rate, l.resample); err != nil {
			return nil, data.Fault(name, 0, 0, "data.resample", "%v", err)
		}
		l.resamplers[w.Rate] = r
	}
	return &Wave{Rate: l.resample, Samples: r.Resample(w.Samples)}, nil
}

// read hears all entries.
func (r *reading) read() (*Set, error) {
	if len(r.missing) > 0 {
		return nil, r.told(r.missing, r.more)
	}
	if err := r.s.Features.Check(); err != nil {
		return nil, wrapped(err)
	}
	workers := r.s.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	listeners := make([]*listener, workers)
	for i := range listeners {
		listeners[i] = newListener(r.s.Features, r.s.Resample)
	}
	bad, more := data.Errors(nil), 0
	err := data.InOrder(workers, r.each(), func(worker int, e *entry) (heard, error) {
		return listeners[worker].hear(e), nil
	}, func(h heard) error {
		err := h.err
		if err == nil {
			err = r.keep(&h)
		}
		switch one := first(err); {
		case one == nil:
			return err
		case len(bad) < maxFaults:
			bad = append(bad, one)
		default:
			more++
		}
		return nil
	})
	if err == nil && len(bad) > 0 {
		err = r.told(bad, more)
	}
	if err != nil {
		return nil, err
	}
	return r.done(), nil
}

// each is every entry in order.
func (r *reading) each() iter.Seq2[*entry, error] {
	return func(yield func(*entry, error) bool) {
		for i := range r.entries {
			if !yield(&r.entries[i], nil) {
				return
			}
		}
	}
}

// told is several faults, and how many there are besides.
func (r *reading) told(bad data.Errors, more int) error {
	if more > 0 {
		bad = append(bad, data.Fault(r.set.Name, 0, 0, "", "and %s", data.Count(more, "more fault", "more faults")))
	}
	return bad
}

// hear makes the numbers of an entry. What reads it again is kept with it, for copies that are to be changed.
func (l *listener) hear(e *entry) heard {
	h := heard{entry: e}
	name := data.ShortPath(e.path)
	if l.features.Kind == Files {
		e.Utterance.numbers = func() ([]float32, int, error) { return e.list(name, &l.features) }
		h.err = l.numbers(&h)
		return h
	}
	if e.Utterance.sound = e.sound; e.sound == nil {
		e.Utterance.sound = func() (*Wave, error) { return e.load(name) }
	} else {
		name = e.Name
	}
	h.err = l.sound(name, &h)
	return h
}

// numbers reads features of a file.
func (l *listener) numbers(h *heard) error {
	x, d, err := h.entry.Utterance.numbers()
	if err != nil {
		return err
	}
	h.sum, h.entry.Seconds = sumOf(x), float64(len(x)/d)*l.features.Step/1000
	h.x, h.d = l.features.Finish(x, d)
	return nil
}

// sound makes features of sound.
func (l *listener) sound(name string, h *heard) error {
	w, err := h.entry.Utterance.sound()
	if err != nil {
		return err
	}
	h.rate, h.sum, h.entry.Seconds, h.d = w.Rate, sumOf(w.Samples), w.Seconds(), l.features.Width()
	if w, err = l.at(name, w); err != nil {
		return err
	}
	e, err := l.extractor(w.Rate)
	if err == nil {
		h.x, err = e.Extract(name, w.Samples)
	}
	return err
}

// load reads the sound of an entry, or the piece of it that is meant.
func (e *entry) load(name string) (*Wave, error) {
	switch filepath.Ext(e.path) {
	case ".npy", ".mfc", ".mfcc":
		return nil, data.Fault(name, 0, 0, "data.features.kind", "is a file of features, want sound; set data.features.kind: files")
	}
	w, err := ReadWAV(name, e.path)
	if err == nil && e.cut {
		w.Samples, err = e.piece(name, w.Samples, 1, float64(w.Rate))
	}
	return w, err
}

// list reads the features of an entry, or the piece of them that is meant.
func (e *entry) list(name string, f *Features) ([]float32, int, error) {
	x, d, err := ReadFeatures(name, e.path, f.Coefficients)
	if err == nil && e.cut {
		x, err = e.piece(name, x, d, 1000/f.Step)
	}
	return x, d, err
}

// piece is the part of x, in groups of d numbers of which there are so many a second, that an entry is.
func (e *entry) piece(name string, x []float32, d int, second float64) ([]float32, error) {
	n := len(x) / d
	from, to := int(math.Round(e.from*second)), n
	if e.told > 0 {
		to = int(math.Round((e.from + e.told) * second))
	}
	if from >= n || to > n+int(second/100)+1 { // manifests round to hundredths
		return nil, data.Fault(e.File, e.Line, 0, "data.audio", "the utterance lies from %g to %g s (offset and duration) of %s, which ends at %.3g s; correct the manifest", e.from, float64(to)/second, name, float64(n)/second)
	}
	return x[from*d : min(to, n)*d], nil
}

// keep takes an utterance into the set, or says why it is none of it.
func (r *reading) keep(h *heard) error {
	e, s := h.entry, r.set
	rate := h.rate
	if r.s.Resample > 0 && rate > 0 {
		rate = r.s.Resample
	}
	want, whose := r.known.Rate, "the network was trained with"
	if want == 0 && len(s.Utterances) > 0 {
		want, whose = s.Rate, fmt.Sprintf("%s, the first, has", s.Utterances[0].Name)
	}
	if want != 0 && rate != want {
		return r.otherRate(e, rate, want, whose)
	}
	width, whose := r.known.D, "the network reads"
	if width == 0 {
		width, whose = s.D, "the first file has"
	}
	if width != 0 && h.d != width {
		return data.Fault(e.File, e.Line, 0, "data.features", "%s has %d numbers a frame, and %s %d; all have as many", e.Name, h.d, whose, width)
	}
	if s.Rate, s.D = rate, h.d; h.rate < rate {
		r.slower++
	}
	e.X, e.sum = h.x, h.sum
	r.sum.Write(h.sum[:])
	s.Utterances = append(s.Utterances, e.Utterance)
	return nil
}

// otherRate tells of sound at another rate than that of all.
func (r *reading) otherRate(e *entry, rate, want int, whose string) error {
	if r.known.Rate > 0 {
		return data.Fault(e.Name, 0, 0, "data.resample", "has %d samples a second, and %s %d; convert it, as with: ffmpeg -i IN -ar %d OUT.wav, or train with data.resample: %d, which takes any rate", rate, whose, want, want, want)
	}
	return data.Fault(e.File, e.Line, 0, "data.resample", "%s has %d samples a second, and %s %d; set data.resample: %d to bring all to one rate", e.Name, rate, whose, want, min(rate, want))
}

// done ends the reading.
func (r *reading) done() *Set {
	s := r.set
	s.Hash = hex.EncodeToString(r.sum.Sum(nil))
	differ := 0
	for i := range r.entries {
		if e := &r.entries[i]; e.told > 0 && !e.cut && math.Abs(e.told-e.Seconds) > 0.1+0.05*e.Seconds {
			if differ++; differ == 1 {
				s.Notes = append(s.Notes, fmt.Sprintf("%s: the manifest says that %s lasts %.2f s, and it lasts %.2f s; the sound counts", e.File, e.Name, e.told, e.Seconds))
			}
		}
	}
	if r.slower > 0 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s: %s fewer than %d samples a second: what they would have had above is silence (data.resample)", s.Name, data.Count(r.slower, "file has", "files have"), s.Rate))
	}
	if differ > 1 {
		s.Notes = append(s.Notes, fmt.Sprintf("%s: so it is with %d utterances in all", s.Name, differ))
	}
	return s
}

// sumOf tells numbers apart.
func sumOf(x []float32) [32]byte {
	h := sha256.New()
	var b [4096]byte
	for len(x) > 0 {
		n := min(len(x), len(b)/4)
		for i, v := range x[:n] {
			bits := math.Float32bits(v)
			b[4*i], b[4*i+1], b[4*i+2], b[4*i+3] = byte(bits), byte(bits>>8), byte(bits>>16), byte(bits>>24)
		}
		h.Write(b[:4*n])
		x = x[n:]
	}
	return [32]byte(h.Sum(nil))
}
