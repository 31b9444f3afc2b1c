package predict

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// again is a network of text as a Language that reads every text from its beginning.
type again struct {
	r          *Reader
	symbols    []int32
	start, end int32
}

func (a again) Begin() any { return []int32{a.start} }

func (a again) says(text []int32) []float64 {
	a.r.Begin(0)
	logp := make([]float64, a.r.Vocabulary())
	for _, s := range text {
		if err := a.r.Step([]int32{s}, logp); err != nil {
			panic(err)
		}
	}
	return logp
}

func (a again) Next(state any, label int32) (float64, any) {
	text, symbol := state.([]int32), a.symbols[label-1]
	return a.says(text)[symbol], append(slices.Clone(text), symbol)
}

func (a again) End(state any) float64 {
	if a.end < 0 {
		return 0
	}
	return a.says(state.([]int32))[a.end]
}

// TestTextLanguage: a search with a network of text finds, with the same bits, what it finds where every text is read from its beginning, though states are
// forgotten on the way.
func TestTextLanguage(t *testing.T) {
	m := written(t, textSpec("lstm", "float64", 13, 5, 7, 2), 2)
	symbols := []int32{4, 9, 1, 12}
	r, err := m.Reader(1)
	if err != nil {
		t.Fatal(err)
	}
	for _, end := range []int32{-1, 3} {
		logp := framesOf(rand.New(rand.NewPCG(7, 7)), 24, 5)
		find := func(l Language) []Transcript {
			t.Helper()
			all, err := PrefixBeam(logp, PrefixOptions{Width: 40, NBest: 40, Language: l, Weight: .7, Bonus: .2})
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		l, err := m.Language(symbols, 2, end)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(find(again{r, symbols, 2, end}), find(l)); diff != "" {
			t.Errorf("end %d: %s", end, diff)
		}
		if of := l.(*textLanguage); of.clock <= languageRows {
			t.Errorf("only %d texts were read: nothing was forgotten", of.clock)
		}
	}
	if _, err := m.Language([]int32{13}, 2, -1); err == nil {
		t.Error("a symbol that there is not is taken")
	}
	l, err := m.Language(symbols, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if p := l.End(l.Begin()); !(p < 0) || math.IsInf(p, 0) {
		t.Errorf("nothing at all has the logarithm %v", p)
	}
}
