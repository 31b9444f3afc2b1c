package audio

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// tone is a sine of an amplitude of 1/2.
func tone(rate, n int, hertz float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(2*math.Pi*hertz*float64(i)/float64(rate)))
	}
	return x
}

// level is the root of the mean square in dB of a tone's, the edges left out.
func level(x []float32) float64 {
	sum := 0.0
	x = x[len(x)/4 : len(x)*3/4]
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(len(x))/0.125+1e-30)
}

// TestResampleKeepsTones resamples tones that both rates hold: sample by sample they are the tones of the new rate.
func TestResampleKeepsTones(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hertz    float64
	}{{16000, 8000, 100}, {16000, 8000, 3400}, {8000, 16000, 1000}, {44100, 16000, 440}, {44100, 16000, 6900}, {48000, 44100, 15000}, {8000, 11025, 3500}, {22050, 8000, 3000}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			r, err := NewResampler(c.from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			n := c.from / 4
			got, want := r.Resample(tone(c.from, n, c.hertz)), tone(c.to, (n*c.to+c.from-1)/c.from, c.hertz)
			if len(got) != len(want) {
				t.Fatalf("%d samples, want %d", len(got), len(want))
			}
			for i := len(got) / 4; i < len(got)*3/4; i++ {
				if d := math.Abs(float64(got[i] - want[i])); d > 5e-4 { // 0.1% of the amplitude
					t.Fatalf("sample %d is %g, want %g", i, got[i], want[i])
				}
			}
		})
	}
}

// TestResampleStopsAliases resamples tones that the new rate can't hold: nothing of them may be left. And going up, no image of a
// tone may appear, which the difference from the tone would show.
func TestResampleStopsAliases(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hertz    float64
	}{{16000, 8000, 4000}, {16000, 8000, 4100}, {16000, 8000, 7900}, {44100, 16000, 8001}, {44100, 16000, 20000}, {48000, 44100, 22100}, {22050, 8000, 5000}} {
		r, err := NewResampler(c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if got := level(r.Resample(tone(c.from, c.from/2, c.hertz))); got > -75 {
			t.Errorf("%v: an alias of %.1f dB", c, got)
		}
	}
}

// TestResampleConstant: what does not change stays as it is, to the last bit that counts; the same rate changes nothing.
func TestResampleConstant(t *testing.T) {
	r, err := NewResampler(44100, 16000)
	if err != nil {
		t.Fatal(err)
	}
	x := make([]float32, 44100)
	for i := range x {
		x[i] = 0.25
	}
	got := r.Resample(x)
	for i := len(got) / 4; i < len(got)*3/4; i++ {
		if math.Abs(float64(got[i])-0.25) > 1e-7 {
			t.Fatalf("sample %d is %g", i, got[i])
		}
	}
	same, err := NewResampler(8000, 8000)
	if err != nil {
		t.Fatal(err)
	}
	if got := same.Resample(x); len(got) != len(x) || got[7] != x[7] {
		t.Error("the same rate changes the sound")
	}
}

// TestResampleRefuses tells of rates that are no rates, and of those whose filter would take all memory.
func TestResampleRefuses(t *testing.T) {
	for _, c := range [][2]int{{8000, 0}, {-1, 8000}, {8000, 1 << 30}, {768000, 383999}} {
		if _, err := NewResampler(c[0], c[1]); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
}

// TestResampling: sound that comes in pieces of any size becomes the bits that all of it becomes at once.
func TestResampling(t *testing.T) {
	for _, c := range [][2]int{{16000, 8000}, {8000, 16000}, {44100, 16000}, {8000, 8000}} {
		r, err := NewResampler(c[0], c[1])
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{0, 1, 50, 999} {
			for _, piece := range []int{1, 7, 160, 1000} {
				x, s := tone(c[0], n, 700), r.Resampling()
				var got []float32
				for part := range slices.Chunk(x, piece) {
					got = s.Write(got, part)
				}
				if n == 999 && piece == 1 && len(got) < 200 {
					t.Errorf("%v: %d samples before the end: nothing comes while it sounds", c, len(got))
				}
				if got = s.Close(got); !slices.Equal(got, r.Resample(x)) {
					t.Errorf("%v: %d samples in pieces of %d become others", c, n, piece)
				}
			}
		}
	}
}
