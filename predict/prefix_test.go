package predict

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// framesOf are random chances of so many frames.
func framesOf(r *rand.Rand, t, c int) [][]float64 {
	out := make([][]float64, t)
	for i := range out {
		sum := 0.0
		for range c {
			v := 2 * r.NormFloat64()
			out[i], sum = append(out[i], v), sum+math.Exp(v)
		}
		for j := range out[i] {
			out[i][j] -= math.Log(sum)
		}
	}
	return out
}

// collapsed are the labels of a path and the frames at which they begin.
func collapsed(path []int) (labels []int32, times []int) {
	labels, times = []int32{}, []int{}
	for t, c := range path {
		if c != blank && (t == 0 || path[t-1] != c) {
			labels, times = append(labels, int32(c)), append(times, t)
		}
	}
	return labels, times
}

// everyPath sums the chances of all paths by their labels, and finds the likeliest path of each.
func everyPath(logp [][]float64, language Language, weight, bonus float64) []Transcript {
	found, best := map[string]*Transcript{}, map[string]float64{}
	path := make([]int, len(logp))
	for {
		p := 0.0
		for t, c := range path {
			p += logp[t][c]
		}
		labels, times := collapsed(path)
		key := fmt.Sprint(labels)
		if found[key] == nil {
			found[key], best[key] = &Transcript{Labels: labels, LogP: math.Inf(-1)}, math.Inf(-1)
		}
		found[key].LogP = logAddExp(found[key].LogP, p)
		if p > best[key] {
			best[key], found[key].Times = p, times
		}
		t := 0
		for ; t < len(path); t++ {
			if path[t]++; path[t] < len(logp[0]) {
				break
			}
			path[t] = 0
		}
		if t == len(path) {
			break
		}
	}
	var all []Transcript
	for _, one := range found {
		one.Score = one.LogP + bonus*float64(len(one.Labels))
		if language != nil {
			state := language.Begin()
			for _, label := range one.Labels {
				var p float64
				p, state = language.Next(state, label)
				one.Score += weight * p
			}
			one.Score += weight * language.End(state)
		}
		all = append(all, *one)
	}
	slices.SortFunc(all, func(a, b Transcript) int { return cmp.Compare(b.Score, a.Score) })
	return all
}

// habits is a language model whose states are texts.
type habits struct{}

func (habits) Begin() any { return "" }
func (habits) Next(state any, label int32) (float64, any) {
	text := fmt.Sprint(state, label)
	return -1 - math.Mod(float64(len(text)*7+int(text[len(text)-1])*int(text[0]))/5, 3), text
}
func (habits) End(state any) float64 { return -float64(len(state.(string))%3) / 2 }

// TestPrefixBeamExhaustive: a beam that loses nothing sums all paths of all labels.
func TestPrefixBeamExhaustive(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for frames := range 7 {
		for classes := 2; classes <= 4; classes++ {
			for _, o := range []PrefixOptions{{}, {Bonus: .7}, {Language: habits{}, Weight: .8, Bonus: -.3}, {Language: habits{}}} {
				logp := framesOf(r, frames, classes)
				if frames == 0 {
					continue
				}
				o.Width, o.NBest = 100_000, 100_000
				got, err := PrefixBeam(logp, o)
				if err != nil {
					t.Fatal(err)
				}
				if diff := gocmp.Diff(everyPath(logp, o.Language, o.Weight, o.Bonus), got, cmpopts.EquateApprox(0, 1e-10)); diff != "" {
					t.Fatalf("%d frames of %d classes with %+v: %s", frames, classes, o, diff)
				}
			}
		}
	}
}

// TestPrefixBeamNarrow: the true labels are found by a narrow beam where the frames are sure, with the same chance at every width that keeps them; the language model
// decides where they are not.
func TestPrefixBeamNarrow(t *testing.T) {
	sure := func(path ...int) (logp [][]float64) {
		for _, c := range path {
			frame := []float64{-6, -6, -6, -6}
			frame[c] = math.Log(1 - 3*math.Exp(-6))
			logp = append(logp, frame)
		}
		return logp
	}
	frames := sure(0, 1, 1, 0, 1, 2, 2, 3, 0, 3)
	for _, width := range []int{1, 2, 8} {
		got, err := PrefixBeam(frames, PrefixOptions{Width: width, Threshold: -8})
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(Transcript{Labels: []int32{1, 1, 2, 3, 3}, Times: []int{1, 4, 5, 7, 9}}, got[0], cmpopts.IgnoreFields(Transcript{}, "LogP", "Score")); diff != "" {
			t.Errorf("width %d: %s", width, diff)
		}
	}
	frames = sure(1, 0, 2, 0, 1)
	frames[2] = []float64{-9, -9, -.7, -.69} // 3 a bit more than 2
	for weight, want := range map[float64][]int32{0: {1, 3, 1}, .5: {1, 2, 1}} {
		got, err := PrefixBeam(frames, PrefixOptions{Width: 8, Language: only{2}, Weight: weight})
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, got[0].Labels); diff != "" {
			t.Errorf("weight %v: %s", weight, diff)
		}
	}
}

// only likes one label.
type only struct{ label int32 }

func (only) Begin() any { return nil }
func (o only) Next(_ any, label int32) (float64, any) {
	if label == o.label {
		return 0, nil
	}
	return -1, nil
}
func (only) End(any) float64 { return 0 }

// TestCollapse: the likeliest path, repeats joined; the beam of every width agrees with it where one path has nearly all of the chance.
func TestCollapse(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	for range 50 {
		logp := framesOf(r, 1+r.IntN(20), 2+r.IntN(5))
		path, sum := []int{}, 0.0
		for _, frame := range logp {
			path, sum = append(path, greatest(frame)), sum+slices.Max(frame)
		}
		labels, times := collapsed(path)
		got, err := Collapse(logp)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(Transcript{Labels: labels, Times: times, LogP: sum, Score: sum}, got, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
			t.Fatal(diff)
		}
	}
	for _, f := range []func() (Transcript, error){func() (Transcript, error) { return Collapse(nil) }, func() (Transcript, error) {
		all, err := PrefixBeam(nil, PrefixOptions{Width: 3, Language: habits{}, Weight: 1})
		return all[0], err
	}} {
		if got, err := f(); err != nil || len(got.Labels) > 0 || got.LogP != 0 {
			t.Errorf("no frames: %+v, %v", got, err)
		}
	}
}

// nowhere is a language model that is broken.
type nowhere struct{ habits }

func (nowhere) Next(state any, _ int32) (float64, any) { return math.NaN(), state }

func TestPrefixFaults(t *testing.T) {
	good := [][]float64{{-1, -1}, {-1, -1}}
	none := math.Inf(-1)
	for _, c := range []struct {
		logp [][]float64
		o    PrefixOptions
		want string
	}{
		{good, PrefixOptions{}, "width"},
		{good, PrefixOptions{Width: 1, NBest: -1}, "transcripts"},
		{good, PrefixOptions{Width: 1, Threshold: 1}, "threshold"},
		{good, PrefixOptions{Width: 1, Threshold: math.NaN()}, "threshold"},
		{good, PrefixOptions{Width: 1, Weight: math.Inf(1)}, "weight"},
		{[][]float64{{-1, -1}, {-1}}, PrefixOptions{Width: 1}, "frame 1 has 1 classes"},
		{[][]float64{{-1}}, PrefixOptions{Width: 1}, "frame 0 has 1 classes"},
		{[][]float64{{-1, math.NaN()}}, PrefixOptions{Width: 1}, "class 1 is NaN"},
		{[][]float64{{-1, 3}}, PrefixOptions{Width: 1}, "class 1 is 3"},
		{[][]float64{{none, none}}, PrefixOptions{Width: 1}, "nothing has a chance"},
		{good, PrefixOptions{Width: 3, Language: nowhere{}, Weight: 1}, "language model"},
	} {
		if _, err := PrefixBeam(c.logp, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, %+v: %v, want %q", c.logp, c.o, err, c.want)
		}
	}
	if _, err := Collapse([][]float64{{-1, math.NaN()}}); err == nil {
		t.Error("NaN is collapsed")
	}
}
