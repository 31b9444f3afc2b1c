package ngram

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"recur/internal/mutate"
)

func small(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/small.arpa")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestARPA: sentences cost what the Python package arpa 0.1.0b4 says:
//
//	m = arpa.loadf("small.arpa")[0]; m.log_s(sentence)
//
// log_s is the logarithm to the base 10 of the sentence and its end.
func TestARPA(t *testing.T) {
	a, err := ReadARPA(strings.NewReader(small(t)), 0)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]float64{
		"the cat sat":             -0.9,
		"cat the dog sat":         -4.7,
		"sat the cat":             -3.6,
		"dog dog":                 -3.65,
		"the the the cat sat sat": -4.7,
		"sat sat the":             -4.13,
	} {
		nats := a.Nats(strings.Fields(text))
		sum := 0.0
		for _, v := range nats {
			sum -= v / math.Ln10
		}
		if math.Abs(sum-want) > 1e-9 {
			t.Errorf("%q: %v, want %v", text, sum, want)
		}
		if got := words(t, a, text); math.Abs(got-want) > 1e-9 {
			t.Errorf("%q in letters: %v, want %v", text, got, want)
		}
	}
	if a.Order != 3 {
		t.Errorf("order %d, want 3", a.Order)
	}
}

// words is what a model of words says of a text that is spelt in letters.
func words(t *testing.T, a *ARPA, text string) float64 {
	t.Helper()
	labels := strings.Split(" abcdefghijklmnopqrstuvwxyz", "")
	s, err := a.Spelt(labels)
	if err != nil {
		t.Fatal(err)
	}
	return said(s, labels, strings.ReplaceAll(text, " ", "  ")) / math.Ln10 // two spaces are no word more
}

// said is what a language says of a text of labels.
func said(s interface {
	Begin() any
	Next(any, int32) (float64, any)
	End(any) float64
}, labels []string, text string) float64 {
	state, sum := s.Begin(), 0.0
	for _, letter := range strings.Split(text, "") {
		if letter == "" {
			continue
		}
		var logp float64
		logp, state = s.Next(state, int32(slices.Index(labels, letter)+1))
		sum += logp
	}
	return sum + s.End(state)
}

// TestARPALabels: labels are words of the model, a space is written in another way, and what it lacks is told.
func TestARPALabels(t *testing.T) {
	const file = "\\data\\\nngram 1=4\nngram 2=1\n\\1-grams:\n-1 a -0.5\n-0.5 | -0.2\n-2 </s>\n-9 <s>\n\\2-grams:\n-0.25 a |\n\\end\\\n"
	a, err := ReadARPA(strings.NewReader(file), 0)
	if err != nil {
		t.Fatal(err)
	}
	l, err := a.Labels([]string{" ", "a"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := said(l, []string{" ", "a"}, "a a")/math.Ln10, -1-.25-.2-1-.5-2; math.Abs(got-want) > 1e-12 {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := a.Labels([]string{"a", "b"}); err == nil || !strings.Contains(err.Error(), `no "b"`) {
		t.Errorf("a label that the model lacks: %v", err)
	}
	if _, err := a.Spelt([]string{"a"}); err == nil || !strings.Contains(err.Error(), "space") {
		t.Errorf("no space: %v", err)
	}
	if got := a.Nats([]string{"b"})[0] / math.Ln10; math.Abs(got-99) > 1e-9 {
		t.Errorf("a word that the model lacks costs %v, want 99", got)
	}
}

// TestCountedLanguage: states that are kept say what reading the text says.
func TestCountedLanguage(t *testing.T) {
	for _, boundary := range []int32{-1, 4} {
		for _, way := range []Smoothing{KneserNey, WittenBell} {
			m, err := Fit(text(3000, 5), nil, 0, Options{Vocabulary: 5, Boundary: boundary, MaxOrder: 4, Smoothing: way})
			if err != nil {
				t.Fatal(err)
			}
			l, err := m.Language([]int32{3, 1, 0, 2})
			if err != nil {
				t.Fatal(err)
			}
			labels := []string{"d", "b", "a", "c"}
			r := m.Read()
			if boundary >= 0 {
				r.Skip(boundary)
			}
			want := 0.0
			for _, letter := range "abacabadcba" {
				want -= r.Next(letter - 'a')
			}
			if boundary >= 0 {
				want -= r.Next(boundary)
			}
			for range 2 { // the states of the first time are not changed
				if got := said(l, labels, "abacabadcba"); got != want {
					t.Errorf("boundary %d, %s: %v, want %v", boundary, way, got, want)
				}
			}
			if _, err := m.Language([]int32{5}); err == nil {
				t.Error("a symbol that there is not is taken")
			}
		}
	}
}

// TestARPAFaults: each fault is told with its line.
func TestARPAFaults(t *testing.T) {
	for _, c := range []struct{ change, to, want string }{
		{`\data\`, `\dta\`, "the file ends here"},
		{"ngram 1=6", "ngram 1", `line 4: got "ngram 1", want "ngram 1="`},
		{"ngram 1=6\nngram 2=5\nngram 3=4\n", "", `line 5: got "\\1-grams:", want "ngram 1="`},
		{"ngram 2=5", "ngram 3=5", `line 5: got "ngram 3=5", want "ngram 2="`},
		{"ngram 2=5", "ngram 2=-5", "line 5: got"},
		{"ngram 2=5", "ngram 2=999", "line 5: the model has more than 100 n-grams"},
		{`\1-grams:`, `\2-grams:`, `line 8: got "\\2-grams:", want \1-grams:`},
		{"-0.9\t</s>", "zero\t</s>", `line 11: "zero" is no logarithm`},
		{"-0.9\t</s>", "nan\t</s>", `line 11: "nan" is no logarithm`},
		{"-0.9\t</s>", "0.9\t</s>", "line 11: the logarithm 0.9 is of a probability above 1"},
		{"-0.9\t</s>", "-0.9", "line 11: \"-0.9\" has 1 parts"},
		{"-0.9\t</s>", "-0.9\ta\tb\tc", "has 4 parts"},
		{"-0.25\n-0.8", "x\n-0.8", `line 12: "x" is no logarithm`},
		{"-0.45\tthe cat", "-0.45\tthe dog", `the word "dog" is none of the 1-grams`},
		{"-0.7\tsat the", "-0.4\tsat </s>", "is there twice"},
		{"-0.7\tsat the\n", "", "there are 4 2-grams before it and the head of the file says 5"},
		{"-0.7\tsat the", "-0.7\tsat the\n-0.7\tcat the", "is one 2-gram more than the 5"},
		{`\end\`, "", "the file ends here"},
		{`\end\`, `\4-grams:`, `want \end\`},
		{"counted", strings.Repeat("x", 1<<17), "line 1: it is longer than 65536 bytes"},
	} {
		file := strings.Replace(small(t), c.change, c.to, 1)
		_, err := ReadARPA(strings.NewReader(file), 100)
		var fault *ARPAError
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v, want %q", c.to, c.change, err, c.want)
		}
	}
	if _, err := ReadARPA(strings.NewReader(small(t)), 15); err == nil || !strings.Contains(err.Error(), "prune it") {
		t.Errorf("15 n-grams: the 16th, which the pruned file needs, is taken: %v", err)
	}
}

// FuzzARPA: a file is refused with its line, or says finite things of any text.
func FuzzARPA(f *testing.F) {
	file := small(f)
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{file, strings.ReplaceAll(file, "\t", " "), "\\data\\\nngram 1=1\n\\1-grams:\n-1 a\n\\end\\\n"},
		Words: []string{"\\data\\", "\\end\\", "\\3-grams:", "ngram 4=1", "-inf", "<unk>", "-99", "1e999", "\t", "sat sat"},
		Try: func(t testing.TB, b []byte) {
			a, err := ReadARPA(strings.NewReader(string(b)), 1000)
			if err != nil {
				var fault *ARPAError
				if !errors.As(err, &fault) || fault.Line < 1 {
					t.Fatalf("the error names no line: %v", err)
				}
				return
			}
			for _, v := range a.Nats([]string{"the", "cat", "sat", "the", "dog", "sat", "sat"}) {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Fatal(fmt.Sprint("a word costs ", v))
				}
			}
		},
	})
}
