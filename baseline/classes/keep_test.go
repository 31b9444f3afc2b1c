package classes

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// through is a state as it comes back from a file.
func through(t testing.TB, s State) State {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back State
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

// A method that comes back from its state says the same, to the bit, and its state is the same however often it is taken.
func TestKeep(t *testing.T) {
	texts, truth := ruled(0, 40)
	for _, pairs := range []bool{true, false} {
		m, err := Logistic(texts, truth, 3, pairs, 0)
		l := must(t, m, err)
		s, ok := Keep(l)
		again, _ := Keep(l)
		if !ok || !cmp.Equal(s, again) {
			t.Fatal("the state of a logistic regression differs from itself")
		}
		back, err := Logistics(through(t, s), 3)
		if d := cmp.Diff(l.Predict(asked()), must(t, back, err).Predict(asked())); d != "" {
			t.Error(d)
		}
	}
	x, of := ripples(30)
	m, err := Rocket(x, of, 2, 2, 40, 3)
	r := must(t, m, err)
	s, ok := Keep(r)
	if !ok {
		t.Fatal("random convolutions have no state")
	}
	back, err := Rockets(through(t, s), 2, 2)
	if d := cmp.Diff(r.Predict(x), must(t, back, err).Predict(x)); d != "" {
		t.Error(d)
	}
	majority, err := Majority[[]string](truth, 3)
	if _, ok := Keep(must(t, majority, err)); ok {
		t.Error("the majority has a state")
	}
}

// ripples are sequences of two inputs, of 5 to 9 steps; those of class 1 are faster.
func ripples(n int) (x [][]float64, truth []int) {
	for i := range n {
		var one []float64
		for t := range 5 + i%5 {
			one = append(one, math.Sin(float64(t)*(1+float64(i%2))+float64(i)), float64(i*t%3))
		}
		x, truth = append(x, one), append(truth, i%2)
	}
	return x, truth
}

// A state whose parts do not hold together is refused, and says what is wrong.
func TestBrokenStates(t *testing.T) {
	texts, truth := ruled(0, 12)
	m, err := Logistic(texts, truth, 3, true, 0)
	l, _ := Keep(must(t, m, err))
	x, of := ripples(10)
	n, err := Rocket(x, of, 2, 2, 5, 3)
	r, _ := Keep(must(t, n, err))
	for want, change := range map[string]func(s *State){
		"want logistic for 3":              func(s *State) { s.Classes = 2 },
		"features of them":                 func(s *State) { s.Words = s.Words[1:] },
		"numbers of weight":                func(s *State) { s.Floats["weight"] = s.Floats["weight"][1:] },
		"NaN among the numbers of weight":  func(s *State) { s.Floats["weight"][3] = math.NaN() },
		"holds the number 99999999, want ": func(s *State) { s.Ints["pairs"][2] = 99999999 },
		"holds the number -7, want ":       func(s *State) { s.Ints["feature"][0] = -7 },
	} {
		s := clone(l)
		change(&s)
		if _, err := Logistics(s, 3); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for want, change := range map[string]func(s *State){
		"want rocket for 2":           func(s *State) { s.Method = "nearest" },
		"numbers of offset":           func(s *State) { s.Floats["offset"] = nil },
		"four of each kernel":         func(s *State) { s.Ints["kernels"] = s.Ints["kernels"][1:] },
		"weights too many":            func(s *State) { s.Floats["kernel.weight"] = append(s.Floats["kernel.weight"], 1) },
		"than it needs":               func(s *State) { s.Floats["kernel.weight"] = s.Floats["kernel.weight"][1:] },
		"the scale 0":                 func(s *State) { s.Floats["temperature"][0] = 0 },
		"holds the number 2, want 0 ": func(s *State) { s.Ints["inputs"][0] = 2 },
		"holds the number 0, want 1 ": func(s *State) { s.Ints["kernels"][1] = 0 },
	} {
		s := clone(r)
		change(&s)
		if _, err := Rockets(s, 2, 2); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func clone(s State) State {
	ints, floats := map[string][]int64{}, map[string][]float64{}
	for k, v := range s.Ints {
		ints[k] = append([]int64{}, v...)
	}
	for k, v := range s.Floats {
		floats[k] = append([]float64{}, v...)
	}
	s.Ints, s.Floats, s.Words = ints, floats, append([]string{}, s.Words...)
	return s
}
