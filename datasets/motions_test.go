package datasets

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write motions/motions.ts anew")

// kinds of motions, and the place of the hand (right, up, ahead) at a share p of each, from 0 to 1, turns times round or to and
// fro. Those of a pair go through the same places: only their order tells them apart.
var kinds = []struct {
	name  string
	place func(p, turns float64) [3]float64
}{
	{"clockwise", func(p, turns float64) [3]float64 { return round(turns * p) }},
	{"anticlockwise", func(p, turns float64) [3]float64 { return round(-turns * p) }},
	{"wave", func(p, turns float64) [3]float64 {
		return [3]float64{0.8 * math.Sin(2*math.Pi*turns*p), 1 + 0.1*math.Cos(4*math.Pi*turns*p), 0.3}
	}},
	{"push", func(p, _ float64) [3]float64 {
		return [3]float64{0, 0.2 * p, math.Pow(math.Sin(math.Pi*math.Pow(p, 2)), 2)}
	}},
	{"pull", func(p, _ float64) [3]float64 {
		return [3]float64{0, 0.2 * (1 - p), math.Pow(math.Sin(math.Pi*math.Pow(1-p, 2)), 2)}
	}},
	{"lift", func(p, _ float64) [3]float64 { return [3]float64{0.1 * p, 1 / (1 + math.Exp(-12*(p-0.5))), 0.3} }},
}

// round is a circle in front of the body.
func round(turns float64) [3]float64 {
	sin, cos := math.Sincos(2 * math.Pi * turns)
	return [3]float64{0.6 * sin, 0.4 + 0.6*cos, 0.3}
}

// motions writes the file: 30 motions of each kind, of 20 to 44 steps, each made by another person, that is larger or smaller, quicker at first or
// at last, turned to a side, somewhere else, and with a hand that drifts and trembles.
func motions() []byte {
	var b bytes.Buffer
	b.WriteString("# Generated motions of a hand: where it is to the right, up and ahead, some 20 times a second. See README.md.\n")
	b.WriteString("@problemName motions\n@timeStamps false\n@missing false\n@univariate false\n@dimensions 3\n@equalLength false\n@classLabel true")
	for _, k := range kinds {
		b.WriteString(" " + k.name)
	}
	b.WriteString("\n@data\n")
	r := rand.New(rand.NewPCG(1, 2))
	between := func(low, high float64) float64 { return low + (high-low)*r.Float64() }
	for _, i := range r.Perm(180) {
		kind := kinds[i%len(kinds)]
		steps, turns, size, haste := 20+r.IntN(25), between(1.2, 2.6), between(0.5, 1.3), between(0.7, 1.4)
		sin, cos := math.Sincos(between(-0.6, 0.6))
		var place, drift [3]float64
		for c := range place {
			place[c], drift[c] = between(-0.4, 0.4), between(-0.3, 0.3)
		}
		x := make([][3]float64, steps)
		for t := range x {
			p := float64(t) / float64(steps-1)
			at := kind.place(math.Pow(p, haste), turns)
			at[0], at[2] = cos*at[0]-sin*at[2], sin*at[0]+cos*at[2]
			for c := range at {
				x[t][c] = size*at[c] + place[c] + drift[c]*p + 0.08*r.NormFloat64()
			}
		}
		for c := range place {
			for t := range x {
				if t > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, "%.2f", x[t][c])
			}
			b.WriteByte(':')
		}
		b.WriteString(kind.name + "\n")
	}
	return bytes.ReplaceAll(b.Bytes(), []byte("-0.00"), []byte("0.00"))
}

// The file is what the page above says.
func TestMotions(t *testing.T) {
	const file = "motions/motions.ts"
	if *update {
		if err := os.WriteFile(file, motions(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, src, ok := File("motions")
	if want := motions(); !*update && (!ok || !bytes.Equal(src, want)) {
		t.Errorf("%s is not what is generated (%d bytes, want %d); write it anew with -update", file, len(src), len(want))
	}
}
