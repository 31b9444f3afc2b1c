package evaluate

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// bleuGolden, ratesGolden and corpusGolden are what testdata/sequences.py writes: scores of sacrebleu 2.6.0, rouge-score 0.1.2 and
// jiwer 4.0.0.
type bleuGolden struct {
	BLEUScore
	Sentences []float64
}

type ratesGolden struct {
	Rate      float64
	Edits     [4]int // substitutions, insertions, deletions, hits
	Sentences [][4]int
}

type corpusGolden struct {
	Hyp, Ref         []string
	BLEU13a          bleuGolden `json:"bleu 13a no"`
	BLEU13aEffective bleuGolden `json:"bleu 13a yes"`
	BLEUNone         bleuGolden `json:"bleu none no"`
	BLEUNoneOrder    bleuGolden `json:"bleu none yes"`
	CHRF             bleuGolden
	ROUGE            [][3]float64
	ROUGEStem        [][3]float64 `json:"rouge stem"`
	WER, CER         ratesGolden
}

func golden(t testing.TB) map[string]corpusGolden {
	t.Helper()
	b, err := os.ReadFile("testdata/sequences.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]corpusGolden
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// equal9: as near as sums in another order are.
func equal9(got, want float64) bool { return math.Abs(got-want) <= 1e-9 }

func TestBLEUOfSacrebleu(t *testing.T) {
	for name, c := range golden(t) {
		for want, o := range map[*bleuGolden]BLEUOptions{
			&c.BLEU13a: {}, &c.BLEU13aEffective: {EffectiveOrder: true}, &c.BLEUNone: {TokenizerNone, false}, &c.BLEUNoneOrder: {TokenizerNone, true},
		} {
			got := BLEU(c.Hyp, c.Ref, o)
			same := equal9(got.Score, want.Score) && equal9(got.BP, want.BP) && got.Signature == want.Signature
			for n, p := range want.Precisions {
				same = same && equal9(got.Precisions[n], p)
			}
			if !same || got.HypothesisLength != want.HypothesisLength || got.ReferenceLength != want.ReferenceLength {
				t.Errorf("%s, %s: got %+v, want %+v", name, o.Signature(), got, want.BLEUScore)
			}
			for i, s := range want.Sentences {
				if got := BLEU(c.Hyp[i:i+1], c.Ref[i:i+1], o).Score; !equal9(got, s) {
					t.Errorf("%s, %s: %q beside %q: got %v, want %v", name, o.Signature(), c.Hyp[i], c.Ref[i], got, s)
				}
			}
		}
	}
}

func TestCHRFOfSacrebleu(t *testing.T) {
	for name, c := range golden(t) {
		if got := CHRF(c.Hyp, c.Ref); !equal9(got.Score, c.CHRF.Score) || got.Signature != c.CHRF.Signature {
			t.Errorf("%s: got %+v, want %+v", name, got, c.CHRF)
		}
		for i, s := range c.CHRF.Sentences {
			if got := CHRF(c.Hyp[i:i+1], c.Ref[i:i+1]).Score; !equal9(got, s) {
				t.Errorf("%s: %q beside %q: got %v, want %v", name, c.Hyp[i], c.Ref[i], got, s)
			}
		}
	}
}

func TestROUGEOfRougeScore(t *testing.T) {
	for name, c := range golden(t) {
		for _, stem := range []bool{false, true} {
			want := c.ROUGE
			if stem {
				want = c.ROUGEStem
			}
			one, two, longest := ROUGEStatistics(c.Hyp, c.Ref, stem)
			var mean [3]float64
			for i, w := range want {
				for k, got := range []float64{one.Rows[i][0], two.Rows[i][0], longest.Rows[i][0]} {
					mean[k] += w[k] / float64(len(want))
					if !equal9(got, w[k]) {
						t.Errorf("%s, stem %v, score %d: %q beside %q: got %v, want %v", name, stem, k, c.Hyp[i], c.Ref[i], got, w[k])
					}
				}
			}
			if got := ROUGE(c.Hyp, c.Ref, stem); !equal9(got.R1, mean[0]) || !equal9(got.R2, mean[1]) || !equal9(got.RL, mean[2]) {
				t.Errorf("%s, stem %v: got %+v, want %v", name, stem, got, mean)
			}
		}
	}
}

// TestStems: those of NLTK 3.10.4, PorterStemmer().stem.
func TestStems(t *testing.T) {
	b, err := os.ReadFile("testdata/stems.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) < 5000 {
		t.Fatalf("got %d words, want thousands", len(lines))
	}
	for _, line := range lines {
		word, want, _ := strings.Cut(line, "\t")
		if got := porter(word); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
}

func TestErrorRatesOfJiwer(t *testing.T) {
	for name, c := range golden(t) {
		for kind, want := range map[string]ratesGolden{"wer": c.WER, "cer": c.CER} {
			all := WordErrors(c.Hyp, c.Ref)
			if kind == "cer" {
				all = CharacterErrors(c.Hyp, c.Ref)
			}
			for i, e := range all {
				if got := [4]int{e.Sub, e.Ins, e.Del, e.Hits()}; got != want.Sentences[i] {
					t.Errorf("%s, %s: %q beside %q: got %v, want %v", name, kind, c.Hyp[i], c.Ref[i], got, want.Sentences[i])
				}
			}
			total := TotalEdits(all)
			if got := [4]int{total.Sub, total.Ins, total.Del, total.Hits()}; got != want.Edits || !equal9(total.Rate(), want.Rate) {
				t.Errorf("%s, %s: got %v and %v, want %v and %v", name, kind, got, total.Rate(), want.Edits, want.Rate)
			}
			if got := ErrorStatistics(kind, all).Total(); got != total.Rate() {
				t.Errorf("%s, %s: of statistics got %v, want %v", name, kind, got, total.Rate())
			}
		}
	}
}

// TestAlign: an alignment leads from the reference to the hypothesis and has the edits that EditDistance counts.
func TestAlign(t *testing.T) {
	for _, c := range golden(t) {
		for i := range c.Hyp {
			hyp, ref := []rune(c.Hyp[i]), []rune(c.Ref[i])
			if len(hyp)*len(ref) < 1e6 {
				checkAlignment(t, hyp, ref)
			}
		}
	}
	got := Align([]rune("sitting"), []rune("kitten"))
	want := []Edit{{Substitution, 0, 0}, {Hit, 1, 1}, {Hit, 2, 2}, {Hit, 3, 3}, {Substitution, 4, 4}, {Hit, 5, 5}, {Insertion, 6, -1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func checkAlignment(t testing.TB, hyp, ref []rune) {
	t.Helper()
	got, h, r := Edits{Ref: len(ref)}, 0, 0
	for _, e := range Align(hyp, ref) {
		switch e.Kind {
		case Substitution:
			got.Sub++
		case Insertion:
			got.Ins++
		case Deletion:
			got.Del++
		}
		if e.Kind != Deletion {
			if e.Hyp != h {
				t.Fatalf("%q beside %q: got place %d of the hypothesis, want %d", string(hyp), string(ref), e.Hyp, h)
			}
			h++
		}
		if e.Kind != Insertion {
			if e.Ref != r {
				t.Fatalf("%q beside %q: got place %d of the reference, want %d", string(hyp), string(ref), e.Ref, r)
			}
			r++
		}
		if e.Kind == Hit && hyp[e.Hyp] != ref[e.Ref] || e.Kind == Substitution && hyp[e.Hyp] == ref[e.Ref] {
			t.Fatalf("%q beside %q: got %v", string(hyp), string(ref), e)
		}
	}
	if want := EditDistance(hyp, ref); got != want || h != len(hyp) || r != len(ref) {
		t.Fatalf("%q beside %q: got %+v to %d and %d, want %+v to %d and %d", string(hyp), string(ref), got, h, r, want, len(hyp), len(ref))
	}
}

func TestLabelErrors(t *testing.T) {
	all := LabelErrors([][]int32{{1, 2, 3}, {}, {4}}, [][]int32{{1, 3}, {5}, {}})
	want := []Edits{{0, 1, 0, 2}, {0, 0, 1, 1}, {0, 1, 0, 0}}
	if !slices.Equal(all, want) || TotalEdits(all).Rate() != 1 {
		t.Errorf("got %v, rate %v, want %v, rate 1", all, TotalEdits(all).Rate(), want)
	}
}

// TestNothingToScore: a corpus without a sentence has no score but 0, and no NaN that JSON lacks.
func TestNothingToScore(t *testing.T) {
	b, c, r := BLEU(nil, nil, BLEUOptions{}), CHRF(nil, nil), ROUGE(nil, nil, true)
	if b.Score != 0 || c.Score != 0 || r != (ROUGEScore{}) || TotalEdits(WordErrors(nil, nil)).Rate() != 0 || ErrorStatistics("wer", nil).Total() != 0 {
		t.Errorf("got %v, %v, %v", b, c, r)
	}
}

// TestSequenceProperties: texts beside themselves are without fault, scores lie within their bounds and don't depend on the order of
// sentences; edits swap their kinds when hypothesis and reference swap.
func TestSequenceProperties(t *testing.T) {
	c := golden(t)["middling"]
	if got := BLEU(c.Ref, c.Ref, BLEUOptions{}).Score; !equal9(got, 100) {
		t.Errorf("BLEU of the references is %v, want 100", got)
	}
	if got := CHRF(c.Ref, c.Ref).Score; !equal9(got, 100) {
		t.Errorf("chrF of the references is %v, want 100", got)
	}
	if got := SentenceBLEU("short text", "short text", Tokenizer13a); !equal9(got, 100) {
		t.Errorf("sentence BLEU of the reference is %v, want 100", got)
	}
	if got := ROUGE([]string{"one two three"}, []string{"One, two: three"}, true); got != (ROUGEScore{100, 100, 100}) {
		t.Errorf("ROUGE of the reference is %v, want 100", got)
	}
	if got := TotalEdits(CharacterErrors(c.Ref, c.Ref)); got.Errors() != 0 || got.Rate() != 0 {
		t.Errorf("edits of the references are %v, want none", got)
	}
	hyp, ref := slices.Clone(c.Hyp), slices.Clone(c.Ref)
	slices.Reverse(hyp)
	slices.Reverse(ref)
	for i, s := range statistics(c.Hyp, c.Ref) {
		if got, want := statistics(hyp, ref)[i].Total(), s.Total(); !equal9(got, want) {
			t.Errorf("%s: got %v in another order, want %v", s.Name, got, want)
		}
	}
	there, back := TotalEdits(WordErrors(c.Hyp, c.Ref)), TotalEdits(WordErrors(c.Ref, c.Hyp))
	if there.Errors() != back.Errors() {
		t.Errorf("got %v from hypotheses to references, %v back", there, back)
	}
}

// statistics are those of all scores.
func statistics(hyp, ref []string) []Sufficient {
	one, two, longest := ROUGEStatistics(hyp, ref, true)
	return []Sufficient{
		BLEUStatistics(hyp, ref, BLEUOptions{}), BLEUStatistics(hyp, ref, BLEUOptions{TokenizerNone, true}), CHRFStatistics(hyp, ref),
		one, two, longest, ErrorStatistics("wer", WordErrors(hyp, ref)), ErrorStatistics("cer", CharacterErrors(hyp, ref)), ExactMatchStatistics(hyp, ref),
	}
}

func BenchmarkScores(b *testing.B) {
	var hyp, ref []string
	for c := golden(b)["middling"]; len(hyp) < 1000; {
		hyp, ref = append(hyp, c.Hyp...), append(ref, c.Ref...)
	}
	hyp, ref = hyp[:1000], ref[:1000]
	for name, f := range map[string]func(){
		"BLEU":      func() { BLEU(hyp, ref, BLEUOptions{}) },
		"chrF":      func() { CHRF(hyp, ref) },
		"ROUGE":     func() { ROUGE(hyp, ref, true) },
		"CER":       func() { CharacterErrors(hyp, ref) },
		"bootstrap": func() { s := BLEUStatistics(hyp, ref, BLEUOptions{}); BootstrapScores(s, s) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
		})
	}
}
