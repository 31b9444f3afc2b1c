package datasets

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// spares writes the file: counts of 30 parts over 72 months, each Poisson around a mean that is itself drawn anew every month, from a gamma distribution
// around the course of the part's year, so that they are negative binomial.
func spares() []byte {
	const parts, months = 30, 72
	var b bytes.Buffer
	b.WriteString("part,month,sold\n")
	r := rand.New(rand.NewPCG(3, 4))
	for p := range parts {
		level, season, phase := 1.2*math.Exp(1.2*r.NormFloat64()), 0.3+0.5*r.Float64(), 12*r.Float64()
		shape := 1 + r.IntN(4) // of the gamma distribution: a sum of so many exponential ones
		for m := range months {
			mean := level * (1 + season*math.Sin(2*math.Pi*(float64(m)+phase)/12)) / float64(shape)
			around := 0.0
			for range shape {
				around += mean * r.ExpFloat64()
			}
			count, left := 0, around
			for left -= r.ExpFloat64(); left > 0; left -= r.ExpFloat64() { // of events at random, those up to around
				count++
			}
			fmt.Fprintf(&b, "part %02d,%d-%02d,%d\n", p+1, 2018+m/12, m%12+1, count)
		}
	}
	return b.Bytes()
}

// The file is what the page beside it says.
func TestSpares(t *testing.T) {
	const file = "spares/spares.csv"
	if *update {
		if err := os.WriteFile(file, spares(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, src, ok := File("spares")
	if want := spares(); !*update && (!ok || !bytes.Equal(src, want)) {
		t.Errorf("%s is not what is generated (%d bytes, want %d); write it anew with -update", file, len(src), len(want))
	}
}
