package task

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is said of the difference to the best simple method follows the test.
func TestVerdictSaysHowSure(t *testing.T) {
	t.Parallel()
	sure, unsure := 0.01, 0.4
	mine, theirs := 0.5, 0.6
	for _, c := range []struct {
		p        *float64
		contrary bool
		want     string
	}{
		{&sure, false, "16.7% below that of ridge, the best simple method (OWA 0.500 and 0.600); the difference is more than luck (p 0.010)"},
		{&unsure, true, "the difference may be luck (p 0.400)"},
		{&sure, true, "but the errors that are tested say the opposite"},
		{nil, false, "whether that is luck can't be told: of 3 origins the forecasts don't overlap, and it takes 5"},
	} {
		v := Verdict{Windows: 9, Metric: "owa", Best: NetworkName, Against: "ridge", PAgainst: c.p, Contrary: c.contrary, Disjoint: 3,
			Methods: map[string]Figures{NetworkName: {{"owa", &mine}}, "ridge": {{"owa", &theirs}}}}
		if !strings.Contains(v.Text(), c.want) {
			t.Errorf("got %q, want %q", v.Text(), c.want)
		}
		v.Methods = map[string]Figures{NetworkName: {{"owa", &theirs}}, "ridge": {{"owa", &mine}}}
		if !strings.Contains(v.Text(), "does not beat ridge (OWA 0.600 and 0.500); ") || !strings.Contains(v.Text(), "--fallback") {
			t.Errorf("got %q", v.Text())
		}
	}
}

// Of the best simple method one line does not say that it is worse by more than luck, and the next that it can't be told apart.
func TestVerdictDoesNotContradictItself(t *testing.T) {
	t.Parallel()
	alone, corrected, clear := 0.02, 0.2, 0.001
	mine, theirs := 0.5, 0.6
	v := Verdict{Metric: "mase", Best: NetworkName, Against: "ridge", PAgainst: &alone,
		Methods: map[string]Figures{NetworkName: {{"mase", &mine}}, "ridge": {{"mase", &theirs}}},
		Duels:   []VerdictDuel{{Method: "naive", P: &clear, Better: true}, {Method: "ets", P: &corrected}, {Method: "ridge", P: &corrected}}}
	if got := v.Text(); !strings.Contains(got, "more than luck (p 0.020)") || !strings.Contains(got, "better than naive; not to be told apart from ets (") {
		t.Error(got)
	}
	v.PAgainst = &corrected
	if got := v.Text(); !strings.Contains(got, "may be luck") || !strings.Contains(got, "not to be told apart from ets and ridge (") {
		t.Error(got)
	}
}

// Figures keep their order through JSON.
func TestFiguresKeepTheirOrder(t *testing.T) {
	v := 1.5
	want := Figures{{"smape", &v}, {"mase", nil}, {"a", &v}}
	b, err := json.Marshal(want)
	if err != nil || string(b) != `{"smape":1.5,"mase":null,"a":1.5}` {
		t.Fatalf("%s, %v", b, err)
	}
	var got Figures
	if err := json.Unmarshal(b, &got); err != nil || !cmp.Equal(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, text := range []string{`[]`, `{"a":"b"}`, `{"a":`, `7`} {
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}
