package audio

import (
	"fmt"
	"math"
	"math/rand/v2"

	"recur/data"
)

// sound is a part of a digit: how it is excited, and what the mouth lets through. Formants move from those of one to those of the next.
type sound struct {
	length   float64    // seconds at a pace of 1
	voiced   float64    // how loud the voice is
	noise    float64    // how loud the breath is
	formants [3]float64 // Hz, of a mouth of size 1
}

// Sounds of English, roughly: formants of vowels after Peterson & Barney 1952, Control methods used in a study of the vowels; of the
// others after their place in the mouth.
var (
	soundI  = sound{.09, 1, 0, [3]float64{390, 1990, 2550}}    // bIt
	soundII = sound{.13, 1, 0, [3]float64{270, 2290, 3010}}    // bEEt
	soundE  = sound{.10, 1, 0, [3]float64{530, 1840, 2480}}    // bEt
	soundA  = sound{.10, 1, 0, [3]float64{730, 1090, 2440}}    // fAther
	soundU  = sound{.11, 1, 0, [3]float64{640, 1190, 2390}}    // bUt
	soundOO = sound{.12, 1, 0, [3]float64{300, 870, 2240}}     // bOOt
	soundO  = sound{.12, 1, 0, [3]float64{570, 840, 2410}}     // bOUGHt
	soundOW = sound{.10, 1, 0, [3]float64{450, 880, 2350}}     // gO, its end
	soundR  = sound{.07, .7, 0, [3]float64{400, 1300, 1650}}   // Red
	soundW  = sound{.07, .6, 0, [3]float64{290, 650, 2150}}    // Wet
	soundN  = sound{.09, .5, 0, [3]float64{250, 1500, 2600}}   // No
	soundV  = sound{.06, .3, .15, [3]float64{350, 1200, 2700}} // Vet
	soundZ  = sound{.09, .3, .4, [3]float64{300, 2600, 3600}}  // Zoo
	soundS  = sound{.12, 0, .6, [3]float64{1200, 2900, 3700}}  // Sit
	soundF  = sound{.10, 0, .25, [3]float64{700, 1600, 3300}}  // Fit
	soundTH = sound{.09, 0, .2, [3]float64{600, 1400, 2600}}   // THin
	soundT  = sound{.03, 0, .7, [3]float64{500, 2300, 3300}}   // Tip, when it opens
	soundK  = sound{.03, 0, .6, [3]float64{500, 1700, 2400}}   // Kit, when it opens
	shut    = sound{.05, 0, 0, [3]float64{300, 1500, 2500}}    // before both
)

// spoken are the sounds of the digits.
var spoken = [10][]sound{
	{soundZ, soundI, soundR, soundO, soundOW},
	{soundW, soundU, soundN},
	{shut, soundT, soundOO},
	{soundTH, soundR, soundII},
	{soundF, soundO, soundR},
	{soundF, soundA, soundI, soundV},
	{soundS, soundI, shut, soundK, soundS},
	{soundS, soundE, soundV, soundU, soundN},
	{soundE, soundII, shut, soundT},
	{soundN, soundA, soundI, soundN},
}

// voice is what one speaker has that others have otherwise.
type voice struct {
	pitch  float64 // Hz
	size   float64 // formants are so many times as high
	pace   float64
	breath float64 // share of breath in the voice
}

// voiceOf is a voice by its number: those of odd numbers are higher.
func voiceOf(seed uint64, number int) voice {
	r := data.Stream(seed, fmt.Sprintf("voice/%d", number))
	v := voice{pitch: between(r, 95, 140), size: between(r, 0.92, 1.03), pace: between(r, 0.85, 1.2), breath: between(r, 0.01, 0.05)}
	if number%2 == 1 {
		v.pitch, v.size = between(r, 170, 240), between(r, 1.05, 1.18)
	}
	return v
}

// mouth makes sound: pulses and breath through three resonances [1] whose frequencies glide.
//
// [1] Klatt 1980, Software for a cascade/parallel formant synthesizer: the second-order resonator.
type mouth struct {
	rate        float64
	voice       voice
	random      *rand.Rand
	pitch, pace float64

	out   []float64
	last  sound   // what was said before
	phase float64 // of the pulses, from 0 to 1
	past  [3][2]float64
}

// pause is silence.
func (m *mouth) pause(seconds float64) {
	m.out = append(m.out, make([]float64, int(seconds*m.rate))...)
}

// glide is the share of a sound in which the mouth moves to it.
const glide = 0.4

// say makes one sound, coming from the one before.
func (m *mouth) say(s sound) {
	if m.last.formants == [3]float64{} {
		m.last.formants = s.formants
	}
	n := int(s.length / m.pace * between(m.random, 0.85, 1.15) * m.rate)
	for i := range n {
		near := min(1, float64(i)/(glide*float64(n)))
		mix := func(before, now float64) float64 { return before + (now-before)*near }
		m.phase += m.pitch * (1 - 0.1*float64(i)/float64(n)) / m.rate
		pulse := 0.0
		if m.phase >= 1 {
			m.phase--
			pulse = math.Sqrt(m.rate / m.pitch) // as loud at any pitch
		}
		voiced := mix(m.last.voiced, s.voiced)
		x := voiced*pulse + (0.3*mix(m.last.noise, s.noise)+m.voice.breath*voiced)*m.random.NormFloat64()
		for k := range m.past {
			x = m.resonate(k, m.voice.size*mix(m.last.formants[k], s.formants[k]), x)
		}
		m.out = append(m.out, x)
	}
	m.last = s
}

// resonate sends x through resonance k, at a frequency in Hz.
func (m *mouth) resonate(k int, hertz, x float64) float64 {
	if hertz > 0.48*m.rate { // beyond what the rate can hold
		return x
	}
	width := 60 + 40*float64(k)
	c := -math.Exp(-2 * math.Pi * width / m.rate)
	b := 2 * math.Exp(-math.Pi*width/m.rate) * math.Cos(2*math.Pi*hertz/m.rate)
	y := (1-b-c)*x + b*m.past[k][0] + c*m.past[k][1]
	m.past[k] = [2]float64{y, m.past[k][0]}
	return y
}
