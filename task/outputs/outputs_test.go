package outputs

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/evaluate"
	"recur/task"
)

// Rows hold what was packed: any bytes, no text, no chances.
func TestRows(t *testing.T) {
	for _, o := range []Output{
		{}, {Text: "Grüße\x00\xff\n日本"}, {Text: "a", LogP: []float64{-1, math.Inf(-1), 0}, Hits: 2}, {LogP: []float64{-.5}, Hits: 1},
		{Text: strings.Repeat("long ", 5000), LogP: make([]float64, 3000), Hits: 3000},
	} {
		if diff := cmp.Diff(o, Of(o.Row()), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
	texts := []string{"one", "", "drei"}
	if got := Texts(Rows(texts)); !slices.Equal(got, texts) {
		t.Errorf("got %q", got)
	}
	if n := (Output{LogP: []float64{-1, -.25}}).Nats(); n != 1.25 {
		t.Errorf("the loss is %v", n)
	}
	if n := (Output{Text: "x"}).Nats(); !math.IsNaN(n) {
		t.Errorf("the loss without chances is %v", n)
	}
}

var (
	references = []string{"the cat sat", "a dog", "it rains today", "one more"}
	said       = []string{"the cat sat", "the dog ran", "", "one more time"}
)

// all measures everything.
var all = Measure{
	Names:   []string{Loss, Perplexity, TokenAccuracy, ExactMatch, BLEU, CHRF, ROUGE1, ROUGE2, ROUGEL, LER, CER, WER},
	Primary: CHRFError, Statistics: evaluate.CHRFStatistics, Labels: func(s string) []string { return strings.Split(s, "") },
}

// Figures are those of package evaluate, whatever else is measured; without chances there is no loss.
func TestScores(t *testing.T) {
	j := Judge{Measure: all, References: references}
	got := j.Scores(Rows(said))
	r := evaluate.ROUGE(said, references, true)
	want := Scores{
		ExactMatch: .25, BLEU: evaluate.BLEU(said, references, evaluate.BLEUOptions{}).Score, CHRF: evaluate.CHRF(said, references).Score, CHRFError: 100 - evaluate.CHRF(said, references).Score,
		ROUGE1: r.R1, ROUGE2: r.R2, ROUGEL: r.RL,
		WER: 6. / 10,  // replaced or added 2, left out 3, added 1
		CER: 26. / 38, // 0, 7, 14, 5 of 11, 5, 14, 8
		LER: 26. / 38,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !math.IsNaN(got.Value(Loss)) || !math.IsNaN(got.Value("nothing")) {
		t.Errorf("got %v without chances", got.Value(Loss))
	}
	rows := [][]float64{Output{Text: "a", LogP: []float64{-1, -2}, Hits: 2}.Row(), Output{LogP: []float64{-3, -4}, Hits: 1}.Row()}
	got = (&Judge{Measure: all, References: []string{"a", "b"}}).Scores(rows)
	for name, want := range map[string]float64{Loss: 2.5, Perplexity: math.Exp(2.5), TokenAccuracy: .75, ExactMatch: .5} {
		if math.Abs(got.Value(name)-want) > 1e-15 {
			t.Errorf("%s is %v, want %v", name, got.Value(name), want)
		}
	}
}

// The figure that methods are ordered by is among the names, once.
func TestNames(t *testing.T) {
	j := Judge{Measure: all}
	if n := j.Names(); !slices.Contains(n, CHRFError) || len(n) != len(all.Names)+1 {
		t.Errorf("%v", n)
	}
	j.Primary = LER
	if n := j.Names(); !slices.Equal(n, all.Names) {
		t.Errorf("%v", n)
	}
}

// many are n references with what two methods say of them: the first is right but for every seventh, the second but for every other one.
func many(n int) (references, good, bad []string) {
	for i := range n {
		text := strings.Repeat(string(rune('a'+i%20)), 3+i%5) + " and more"
		references, good, bad = append(references, text), append(good, text), append(bad, text)
		if i%7 == 0 {
			good[i] = "no"
		}
		if i%2 == 0 {
			bad[i] = "wrong at all"
		}
	}
	return references, good, bad
}

// Methods are told apart by the paired bootstrap; of several networks the counts have means, whatever the lengths of their texts.
func TestTest(t *testing.T) {
	ref, good, bad := many(60)
	for _, m := range []Measure{all, {Primary: LER, Labels: all.Labels, Statistics: func(hyp, ref []string) evaluate.Sufficient {
		return evaluate.ErrorStatistics(LER, evaluate.CharacterErrors(hyp, ref))
	}}} {
		j := &Judge{Measure: m, References: ref}
		a, b := task.EntryOf(j, Rows(good)), task.EntryOf(j, Rows(bad))
		o := j.Test(a, b)
		if o.Outcome.Test != "paired-bootstrap" || !(o.Statistic < 0) || !(o.P < .01) || o.Independent != 60 {
			t.Errorf("%s: %+v", m.Primary, o)
		}
		if o := j.Test(a, a); o.P != 1 || o.Statistic != 0 {
			t.Errorf("%s, with itself: %+v", m.Primary, o)
		}
		mean := task.Entry{Losses: a.Losses, Said: make([][]float64, len(ref))} // of both methods, as if they were two seeds
		for i := range mean.Said {
			for k := range a.Said[i] {
				mean.Said[i] = append(mean.Said[i], (a.Said[i][k]+b.Said[i][k])/2)
			}
		}
		if up, down := j.Test(a, mean), j.Test(mean, b); !(up.Statistic < 0 && down.Statistic < 0) {
			t.Errorf("%s: %v, and by the mean of both %v and %v", m.Primary, o.Statistic, up.Statistic, down.Statistic)
		}
		losses := j.Losses(Rows(good))
		if len(losses) != 60 || !(losses[0] > losses[1]) {
			t.Errorf("%s: the losses are %v", m.Primary, losses[:2])
		}
		if w := j.Witnesses(); w.Disjoint != 60 || !w.Long {
			t.Errorf("%+v", w)
		}
	}
	few := &Judge{Measure: all, References: ref[:3]}
	if o := few.Test(task.EntryOf(few, Rows(good[:3])), task.EntryOf(few, Rows(bad[:3]))); !math.IsNaN(o.P) || few.Witnesses().Long {
		t.Errorf("of 3 examples: %+v", o)
	}
}

// What is shown of a text is a line that is not too long; a share that is not known is told from 0.
func TestShown(t *testing.T) {
	if got := Shown(" two\nlines\t here "); got != "two lines here" {
		t.Errorf("%q", got)
	}
	if got := []rune(Shown(strings.Repeat("ü", 500))); len(got) != mostShown || got[mostShown-1] != '…' {
		t.Errorf("%d letters", len(got))
	}
	zero, none := 0., math.NaN()
	if Share(&zero) != "0.0%" || Share(nil) != "–" || Share(&none) != "–" || Hundred(&zero) != "0.0" || Hundred(nil) != "–" {
		t.Error(Share(&zero), Share(nil), Share(&none), Hundred(&zero), Hundred(nil))
	}
}
