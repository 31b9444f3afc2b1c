package audio

import (
	"math"
	"slices"
	"strings"
	"testing"

	"recur/data"
	"recur/data/text"
)

// TestSynthesize: the same description gives the same bits, an utterance with any number of others; sound is loud enough and never
// too loud, at every rate and of every voice.
func TestSynthesize(t *testing.T) {
	d := DefaultDigits()
	d.Utterances, d.Seed = 12, 3
	a, err := Synthesize(d, DefaultFeatures(LogMel))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Synthesize(d, DefaultFeatures(LogMel))
	if err != nil {
		t.Fatal(err)
	}
	d.Utterances = 5
	few, err := Synthesize(d, DefaultFeatures(LogMel))
	if err != nil {
		t.Fatal(err)
	}
	d.Seed = 4
	other, err := Synthesize(d, DefaultFeatures(LogMel))
	if err != nil {
		t.Fatal(err)
	}
	for i := range few.Utterances {
		u := &a.Utterances[i]
		if !slices.Equal(u.X, b.Utterances[i].X) || !slices.Equal(u.X, few.Utterances[i].X) || slices.Equal(u.X, other.Utterances[i].X) {
			t.Errorf("utterance %d is not that of its seed", i)
		}
		if n := len(u.Transcript); n < 1 || n > 5 || strings.Trim(u.Transcript, "0123456789") != "" || !strings.HasPrefix(u.Speaker, "voice ") {
			t.Errorf("%q, %s", u.Transcript, u.Speaker)
		}
		if s := u.Seconds / float64(len(u.Transcript)); s < 0.2 || s > 1 {
			t.Errorf("a digit of %q takes %.2f s", u.Transcript, s)
		}
	}
	if a.Hash != b.Hash || a.Hash == few.Hash {
		t.Error("the hash is not that of the description")
	}
	for _, rate := range []int{6000, 16000, 48000} {
		d := Digits{Utterances: 1, Voices: 40, Shortest: 10, Longest: 10, Rate: rate, Noise: 30, Seed: uint64(rate)}
		w, most := d.Wave(0), 0.0
		for _, v := range w.Samples {
			most = max(most, math.Abs(float64(v)))
		}
		if !(most > 0.15 && most <= 1) {
			t.Errorf("%d: the loudest sample is %g", rate, most)
		}
	}
	if q, err := Prepare(a, Options{Split: half, Tokens: text.Tokens{}, Augment: Augment{Copies: 1, Speed: .1}}); err != nil || q.Train.Index[0] != 0 || q.Train.Len() != 12 {
		t.Error(err)
	}
}

// TestDigitsDiffer: single digits are told apart by the nearest mean of thirds of them, ones of voices that were not learnt from.
func TestDigitsDiffer(t *testing.T) {
	d := Digits{Utterances: 400, Voices: 8, Shortest: 1, Longest: 1, Rate: 8000, Noise: 30, Seed: 1}
	set, err := Synthesize(d, DefaultFeatures(LogMel))
	if err != nil {
		t.Fatal(err)
	}
	const parts = 6
	shape := func(u *Utterance) []float64 { // means of parts of the utterance
		v := make([]float64, parts*set.D)
		T := len(u.X) / set.D
		for f := range T {
			for c := range set.D {
				v[f*parts/T*set.D+c] += float64(u.X[f*set.D+c]) * parts / float64(T)
			}
		}
		return v
	}
	means, right, tried := [10][]float64{}, 0, 0
	for i := range set.Utterances {
		u := &set.Utterances[i]
		v, digit := shape(u), u.Transcript[0]-'0'
		if u.Speaker == "voice 1" || u.Speaker == "voice 2" {
			continue
		}
		if means[digit] == nil {
			means[digit] = make([]float64, len(v))
		}
		for k := range v {
			means[digit][k] += v[k]
		}
	}
	for i := range set.Utterances {
		u := &set.Utterances[i]
		if u.Speaker != "voice 1" && u.Speaker != "voice 2" {
			continue
		}
		v, best, most := shape(u), 0, math.Inf(-1)
		for digit, m := range means {
			dot, size := 0.0, 0.0
			for k := range m {
				dot, size = dot+m[k]*v[k], size+m[k]*m[k]
			}
			if c := dot / math.Sqrt(size); c > most {
				best, most = digit, c
			}
		}
		tried++
		if best == int(u.Transcript[0]-'0') {
			right++
		}
	}
	t.Logf("%d of %d", right, tried)
	if float64(right) < 0.7*float64(tried) || tried < 50 {
		t.Errorf("%d of %d digits are told apart", right, tried)
	}
}

func TestBadDigits(t *testing.T) {
	for want, change := range map[string]func(*Digits){
		"data.synthetic.points: got 0":             func(d *Digits) { d.Utterances = 0 },
		"data.synthetic.voices: got 0":             func(d *Digits) { d.Voices = 0 },
		"data.synthetic.length: got 3 to 2 digits": func(d *Digits) { d.Shortest, d.Longest = 3, 2 },
		"data.synthetic.rate: got 100 samples":     func(d *Digits) { d.Rate = 100 },
		"data.synthetic.noise: got NaN dB":         func(d *Digits) { d.Noise = math.NaN() },
	} {
		d := DefaultDigits()
		change(&d)
		_, err := Synthesize(d, DefaultFeatures(LogMel))
		if _, ok := err.(data.Errors); !ok || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := Synthesize(DefaultDigits(), DefaultFeatures(Files)); err == nil || !strings.Contains(err.Error(), "got files, and the sound is generated") {
		t.Error(err)
	}
}
