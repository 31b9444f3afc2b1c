package evaluate

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"recur/internal/mutate"
)

// rules13a are the regular expressions of sacrebleu's tokenizer_re.py, in their order.
var rules13a = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile("([\\{-\\~\\[-\\` -\\&\\(-\\+\\:-\\@\\/])"), " $1 "},
	{regexp.MustCompile(`([^0-9])([\.,])`), "$1 $2 "},
	{regexp.MustCompile(`([\.,])([^0-9])`), " $1 $2"},
	{regexp.MustCompile(`([0-9])(-)`), "$1 $2 "},
}

// byRules13a is tokens13a by the regular expressions.
func byRules13a(text string) []string {
	text = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(text, "<skipped>", ""), "-\n", ""), "\n", " ")
	for _, e := range []string{`&quot;"`, "&amp;&", "&lt;<", "&gt;>"} {
		entity, mark, _ := strings.Cut(e, ";")
		text = strings.ReplaceAll(text, entity+";", mark)
	}
	text = " " + text + " "
	for _, r := range rules13a {
		text = r.find.ReplaceAllString(text, r.with)
	}
	return spaced(text)
}

// TestTokens13a: the passes over bytes do what the regular expressions do.
func TestTokens13a(t *testing.T) {
	for name, c := range golden(t) {
		for _, text := range slices.Concat(c.Hyp, c.Ref) {
			if got, want := tokens13a(text), byRules13a(text); !slices.Equal(got, want) {
				t.Errorf("%s: %q: got %q, want %q", name, text, got, want)
			}
		}
	}
}

// FuzzSequences: any bytes have scores within their bounds, words as the regular expressions have them, and alignments that lead from
// one to the other. The input is a hypothesis, a line end and a reference.
func FuzzSequences(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"a cat sat.\nthe cat sat on 1,000 mats", "", "\n", "x\n", "\nx", "\xff\xfe\x80 é\n\xe4\xb8 é", "&amp;lt; 1-2-\x1c3.,\n<skipped>İK", "runningly sses yyyy\nrun ies eed"},
		Words: []string{"&amp;", "&quot;", ".", ",", "-", "1", " ", "\n", "é", "\xff", "<skipped>", "ing", "ational", "y", "\u3000"}, Limit: 300,
		Try: func(t testing.TB, b []byte) {
			h, r, _ := bytes.Cut(b, []byte("\n"))
			hyp, ref := string(h), string(r)
			for _, text := range []string{hyp, ref} {
				if got, want := tokens13a(text), byRules13a(text); !slices.Equal(got, want) {
					t.Fatalf("%q: got %q, want %q", text, got, want)
				}
			}
			for _, s := range statistics([]string{hyp}, []string{ref}) {
				most := 100 + 1e-9
				if !s.Higher {
					most = float64(len(b))
				}
				if got := s.Total(); !(got >= 0 && got <= most) || math.IsNaN(got) {
					t.Fatalf("%s of %q and %q is %v", s.Name, hyp, ref, got)
				}
			}
			checkAlignment(t, []rune(hyp), []rune(ref))
		},
	})
}
