package audio

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/data"
)

// TestFaster plays a tone faster and slower: it is a tone of another pitch.
func TestFaster(t *testing.T) {
	x := tone(8000, 4001, 200)
	for _, times := range []float64{0.9, 1, 1.1, 2} {
		got := Faster(x, times)
		want := tone(8000, 1+int(4000/times), 200*times)
		if len(got) != len(want) {
			t.Fatalf("%g: %d samples, want %d", times, len(got), len(want))
		}
		for i := range got {
			if math.Abs(float64(got[i]-want[i])) > 2e-3 { // what a line between two samples leaves out
				t.Fatalf("%g: sample %d is %g, want %g", times, i, got[i], want[i])
			}
		}
	}
	if got := Faster([]float32{1}, 2); !slices.Equal(got, []float32{1}) {
		t.Error(got)
	}
}

func TestStretched(t *testing.T) {
	x := []float32{0, 10, 1, 11, 2, 12}
	if d := cmp.Diff([]float32{0, 10, .5, 10.5, 1, 11, 1.5, 11.5, 2, 12}, Stretched(x, 2, 5./3)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float32{0, 10, 2, 12}, Stretched(x, 2, 2./3)); d != "" {
		t.Error(d)
	}
	if got := Stretched(x[:2], 2, 1.5); !slices.Equal(got, x[:2]) {
		t.Error(got)
	}
}

// TestNoisy measures how far the noise lies below the sound.
func TestNoisy(t *testing.T) {
	x := tone(8000, 80000, 200)
	for _, want := range []float64{5, 30} {
		y := Noisy(data.Stream(1, "x"), x, want)
		signal, noise := 0.0, 0.0
		for i := range x {
			signal += float64(x[i]) * float64(x[i])
			noise += float64(y[i]-x[i]) * float64(y[i]-x[i])
		}
		if got := 10 * math.Log10(signal/noise); math.Abs(got-want) > 0.1 {
			t.Errorf("noise lies %.2f dB below, want %g", got, want)
		}
	}
	if y := Noisy(data.Stream(1, "x"), make([]float32, 5), 5); !slices.Equal(y, make([]float32, 5)) {
		t.Error("silence is", y)
	}
}

// TestMasks: what is hidden are whole frames, or numbers in all frames, at their means and no more than asked for.
func TestMasks(t *testing.T) {
	const T, d = 40, 8
	make2 := func() []float32 {
		x := make([]float32, T*d)
		for i := range x {
			x[i] = float32(i%d) + float32(i/d)/100
		}
		return x
	}
	most := 0
	for n := range 200 {
		x, plain := make2(), make2()
		MaskTimes(data.Stream(uint64(n), "x"), x, d, 1, 5)
		var hidden []int
		for f := range T {
			if !slices.Equal(x[f*d:(f+1)*d], plain[f*d:(f+1)*d]) {
				hidden = append(hidden, f)
				if math.Abs(float64(x[f*d+3])-3.195) > 1e-5 {
					t.Fatalf("frame %d is %v", f, x[f*d:(f+1)*d])
				}
			}
		}
		if len(hidden) > 0 && hidden[len(hidden)-1]-hidden[0] >= len(hidden)+1 || len(hidden) > 5 {
			t.Fatal(hidden)
		}
		most = max(most, len(hidden))
		MaskBands(data.Stream(uint64(n), "y"), plain, d, 1, 3)
		same := 0
		for c := range d {
			if plain[c] == plain[d+c] {
				same++
			}
		}
		if same > 3 {
			t.Fatalf("%d of %d numbers are hidden", same, d)
		}
	}
	if most != 5 {
		t.Errorf("at most %d frames are hidden, want 5", most)
	}
	one := []float32{1, 2}
	MaskTimes(data.Stream(1, "x"), one, 2, 5, 5)
	MaskBands(data.Stream(1, "x"), one[:1], 1, 5, 5)
	if !slices.Equal(one, []float32{1, 2}) {
		t.Error("the only frame is hidden:", one)
	}
}

// TestCopies: copies of the training part alone, changed, with the same transcripts, the same for any number of workers, others for
// another seed.
func TestCopies(t *testing.T) {
	a := Augment{Copies: 2, Speed: 0.1, Noise: [2]float64{5, 30}, TimeMasks: 1, TimeMask: 3, BandMasks: 1, BandMask: 4, Jitter: 0.1, Stretch: 0.1}
	q := prepared(t, Options{Augment: a, Seed: 1, Workers: 1})
	if q.Train.Len() != 9 || q.Validation.Len() != 1 || q.Train.Index[3] != 4 {
		t.Fatal(q.Train.Index, q.Validation.Index)
	}
	if got := q.Train.Called(4); got != "copy 2 of a.wav (line 2 of m/t.csv)" {
		t.Error(got)
	}
	if !slices.Equal(q.Train.Said(4), q.Train.Said(0)) || q.Train.Utterance(4) != q.Train.Utterance(0) {
		t.Error("a copy says something else")
	}
	inputs := func(q *Prepared) (all [][]float32) {
		for i := range q.Train.Len() {
			all = append(all, q.Train.Input(i))
		}
		return all
	}
	all := inputs(q)
	if slices.Equal(all[0], all[3]) || slices.Equal(all[3], all[4]) || len(all[7]) == len(all[8]) && len(all[7]) == len(all[2]) {
		t.Error("copies are not changed")
	}
	again := prepared(t, Options{Augment: a, Seed: 1, Workers: 3})
	if d := cmp.Diff(all, inputs(again)); d != "" {
		t.Error("another number of workers gives", d)
	}
	other := inputs(prepared(t, Options{Augment: a, Seed: 2}))
	if !slices.Equal(other[0], all[0]) || slices.Equal(other[3], all[3]) {
		t.Error("another seed gives the same copies, or other utterances")
	}
	same := inputs(prepared(t, Options{Augment: Augment{Copies: 1}}))
	if !slices.Equal(same[3], same[0]) {
		t.Error("a copy without changes is another")
	}
	if q.Memory() <= q.Set.Memory() {
		t.Error("copies take no memory")
	}
}

func TestBadAugment(t *testing.T) {
	for _, c := range []struct {
		a     Augment
		files bool
		want  string
	}{
		{Augment{Copies: -1}, false, "data.augment.copies: got -1, want 0 to 1000"},
		{Augment{Speed: 0.6}, false, "data.augment.speed: got 0.6, want 0 to 0.5"},
		{Augment{Stretch: math.NaN()}, false, "data.augment.time_stretch: got NaN"},
		{Augment{Noise: [2]float64{30, 5}}, false, "data.augment.noise: got 30 to 5 dB"},
		{Augment{TimeMasks: -1}, false, "data.augment.time_masks: got -1 masks"},
		{Augment{Jitter: -1}, false, "data.augment.jitter: got -1"},
		{Augment{Speed: 0.1}, true, "data.augment.speed: speed and noise change sound, and features come from files; use time_stretch, time_masks and jitter"},
	} {
		if err := c.a.Check(c.files); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
