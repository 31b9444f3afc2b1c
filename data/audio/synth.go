package audio

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"recur/data"
)

// Digits describe utterances that are made by a program and not by people: strings of digits in voices that differ in pitch, in the
// size of the mouth, in pace and in breath. They sound like a simple speaking machine, are far easier than speech, and serve to try
// things out: a score on them says nothing about speech.
type Digits struct {
	Utterances int
	Voices     int // different speakers, at most maxVoices
	Shortest   int // digits of an utterance, from and to
	Longest    int
	Rate       int     // samples a second
	Noise      float64 // decibels of white noise below the voice
	Seed       uint64
}

// DefaultDigits are strings of one to five digits in six voices at 8 kHz.
func DefaultDigits() Digits {
	return Digits{Utterances: 600, Voices: 6, Shortest: 1, Longest: 5, Rate: 8000, Noise: 30}
}

const (
	maxVoices    = 1000
	maxSynthetic = 1_000_000
	maxDigits    = 100
)

// Check gives the first key of data.synthetic that is at fault as a *data.Error, whose File is the key.
func (d *Digits) Check() error {
	fault := func(key, format string, args ...any) error {
		key = "data.synthetic." + key
		return data.Fault(key, 0, 0, key, format, args...)
	}
	switch {
	case d.Utterances < 1 || d.Utterances > maxSynthetic:
		return fault("points", "got %d, want 1 to %d", d.Utterances, maxSynthetic)
	case d.Voices < 1 || d.Voices > maxVoices:
		return fault("voices", "got %d, want 1 to %d", d.Voices, maxVoices)
	case d.Shortest < 1 || d.Longest < d.Shortest || d.Longest > maxDigits:
		return fault("length", "got %d to %d digits, want from 1 or more to as many or more, at most %d", d.Shortest, d.Longest, maxDigits)
	case d.Rate < 6000 || d.Rate > 48000:
		return fault("rate", "got %d samples a second, want 6000 to 48000", d.Rate)
	case !(d.Noise >= 0 && d.Noise <= 200):
		return fault("noise", "got %g dB, want 0 to 200", d.Noise)
	}
	return nil
}

// Synthesize generates utterances and makes features of them. The same description gives the same bits, and so does an utterance with
// any number of others. The speaker of each is its voice.
func Synthesize(d Digits, f Features) (*Set, error) {
	if err := d.Check(); err != nil {
		return nil, wrapped(err)
	}
	if f.Kind == Files {
		return nil, data.Errors{data.Fault("data.features.kind", 0, 0, "data.features.kind", "got files, and the sound is generated; want logmel or mfcc")}
	}
	r := newReading(Source{Features: f})
	r.set.Name, r.set.generated = "synthetic:digits", true
	fmt.Fprintf(r.sum, "digits 1 %+v", d)
	for i := range d.Utterances {
		said, voice := d.said(i)
		r.entries = append(r.entries, entry{sound: func() (*Wave, error) { return d.Wave(i), nil },
			Utterance: Utterance{Name: fmt.Sprintf("digits/%d", i+1), File: r.set.Name, Transcript: said, Known: true, Speaker: fmt.Sprintf("voice %d", voice+1)}})
	}
	return r.read()
}

// stream is the random stream of utterance i.
func (d *Digits) stream(i int) *rand.Rand { return data.Stream(d.Seed, fmt.Sprintf("digits/%d", i)) }

// said is what is said in utterance i, and in which voice.
func (d *Digits) said(i int) (digits string, voice int) {
	return d.draw(d.stream(i))
}

func (d *Digits) draw(r *rand.Rand) (digits string, voice int) {
	voice = r.IntN(d.Voices)
	var b strings.Builder
	for range d.Shortest + r.IntN(d.Longest-d.Shortest+1) {
		b.WriteByte('0' + byte(r.IntN(10)))
	}
	return b.String(), voice
}

// Wave is the sound of utterance i.
func (d *Digits) Wave(i int) *Wave {
	r := d.stream(i)
	said, number := d.draw(r)
	v := voiceOf(d.Seed, number)
	m := mouth{rate: float64(d.Rate), voice: v, random: r, pitch: v.pitch * between(r, 0.92, 1.08), pace: v.pace * between(r, 0.85, 1.15)}
	m.pause(between(r, 0.03, 0.12))
	for _, digit := range said {
		for _, p := range spoken[digit-'0'] {
			m.say(p)
		}
		m.say(sound{length: between(r, 0.03, 0.12) / m.pace, formants: m.last.formants})
	}
	m.pause(between(r, 0.03, 0.12))
	loud := between(r, 0.2, 0.6)
	most := 1e-9
	for _, x := range m.out {
		most = max(most, math.Abs(x))
	}
	w := &Wave{Rate: d.Rate, Samples: make([]float32, len(m.out))}
	for i, x := range m.out {
		w.Samples[i] = float32(loud * x / most)
	}
	w.Samples = Noisy(r, w.Samples, d.Noise)
	for i, x := range w.Samples {
		w.Samples[i] = min(1, max(-1, x))
	}
	return w
}
