package seq2seq

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/baseline"
	"recur/configs"
	"recur/predict"
	"recur/task"
	"recur/task/outputs"
)

// preparedOf is what a config of columns a and b makes of rows.
func preparedOf(t *testing.T, rows [][2]string, set ...string) *Data {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pairs.csv")
	var b strings.Builder
	b.WriteString("a,b\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "%q,%q\n", r[0], r[1])
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("c.yaml", fmt.Appendf(nil, "task: seq2seq\ndata: {csv: %s, source: a, target: b, tokens: {unit: word, min_count: 1}, split: {validation: 3, test: 3}}\nmodel: {hidden_size: 4, embedding_size: 3}\n", path), set)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Task{}.Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Prepare(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	return d.(*Data)
}

// counted are n rows, of whose targets every third is the same one.
func counted(n int) (rows [][2]string) {
	for i := range n {
		target := fmt.Sprintf("zahl %d", i)
		if i%3 == 0 {
			target = "oft"
		}
		rows = append(rows, [2]string{fmt.Sprintf("the number %d", i), target})
	}
	return rows
}

// The simple methods say what their names say, in the form of targets, and nothing of an empty line.
func TestSimple(t *testing.T) {
	d := preparedOf(t, counted(40))
	names, _, err := d.Methods(nil, nil)
	if err != nil || !slices.Equal(names, []string{copied, lead, mostFrequent}) {
		t.Errorf("%v, %v", names, err)
	}
	p := d.Part("test").(part)
	says := func(d *Data, name string, p part) []string {
		m, err := d.Method(name, true)
		if err != nil || m.Name() != name {
			t.Fatal(m, err)
		}
		return outputs.Texts(m.Predict(p))
	}
	for i := range p.Len() {
		if got, want := says(d, copied, p)[i], p.SourceText(i); got != want {
			t.Errorf("copied is %q, want %q", got, want)
		}
		if got := says(d, mostFrequent, p)[i]; got != "oft" {
			t.Errorf("the most frequent is %q", got)
		}
	}
	if _, err := d.Method("nothing", true); err == nil {
		t.Error("a method of no name is made")
	}
	if names, _, err := d.Methods(baseline.Only{copied}, nil); err != nil || !slices.Equal(names, []string{copied}) {
		t.Errorf("%v, %v", names, err)
	}

	var long [][2]string // summed up
	for i := range 40 {
		long = append(long, [2]string{fmt.Sprintf("This package provides number %d of many. It has more to say, but nobody would ever want to read any of it at all", i), fmt.Sprintf("number %d of many", i)})
	}
	d = preparedOf(t, long)
	if names, _, _ := d.Methods(nil, nil); !slices.Contains(names, firstSentence) || !slices.Contains(names, headline) {
		t.Errorf("%v", names)
	}
	p = d.Part("test").(part)
	for i, want := range p.references() {
		if got := says(d, headline, p)[i]; got != want {
			t.Errorf("the headline is %q, want %q", got, want)
		}
		if got := says(d, firstSentence, p)[i]; got != "This package provides "+want+"." {
			t.Errorf("the first sentence is %q", got)
		}
	}
}

// Where a sentence ends.
func TestSentence(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "no end": "no end", "One. Two.": "One.", "Version 1.5 is out. Get it": "Version 1.5 is out.", "e.g. this one. Next": "e.g. this one.",
		"Really?! Yes": "Really?!", "first\nsecond": "first", "これは一つ。次": "これは一つ。", ". Odd start. Two": ". Odd start.",
	} {
		if got := sentence(text); got != want {
			t.Errorf("of %q it is %q, want %q", text, got, want)
		}
	}
}

// Groups by length hold every pair once, and a group's figures are those of its pairs.
func TestByLength(t *testing.T) {
	var rows [][2]string
	for i := range 60 {
		rows = append(rows, [2]string{fmt.Sprint("row ", i), strings.TrimSpace(strings.Repeat("w ", 1+i%20))})
	}
	d := preparedOf(t, rows, "data.split={validation: 3, test: 40}")
	p := d.Part("test").(part)
	references := p.references()
	said := slices.Clone(references)
	for i := range said {
		if len(words(said[i])) > 8 {
			said[i] = "x"
		}
	}
	all, next := 0, 1
	for _, l := range byLength(p, said, references) {
		if all += l.Pairs; l.From < next || l.To < l.From {
			t.Errorf("%+v after %d", l, next-1)
		}
		next = l.To + 1
		if want := map[bool]float64{true: 1, false: 0}[l.To <= 8]; l.ExactMatch != want || (l.CHRF == 100) != (want == 1) {
			t.Errorf("%+v", l)
		}
	}
	if all != p.Len() {
		t.Errorf("%d of %d pairs are in groups", all, p.Len())
	}
}

// Words that the vocabulary lacks are written as they stand in the source: copied ones as what they are, the unknown symbol as what was looked at.
func TestUnknownWords(t *testing.T) {
	d := preparedOf(t, counted(40), "model.copy=true", "data.shared_vocabulary=true")
	p := d.Part("test").(part)
	v := int32(d.q.Targets.Len())
	source := words(p.SourceText(0)) // its number is in no training pair
	if got := p.written(0, predict.Hypothesis{Symbols: []int32{v}}); got != source[2] {
		t.Errorf("a copied word is %q of %q", got, source)
	}
	p.decode.Unknown = "replace"
	if got := p.written(0, predict.Hypothesis{Symbols: []int32{1, v}, From: []int32{0, 2}}); got != "the "+source[2] {
		t.Errorf("replaced, it is %q", got)
	}
	p.decode.Unknown = "keep"
	if got := p.written(0, predict.Hypothesis{Symbols: []int32{1}, From: []int32{0}}); !strings.Contains(got, "unk") {
		t.Errorf("kept, it is %q", got)
	}
}

// What is right to the letter has the best figures, and the report names how outputs were searched for and the worst of them.
func TestReport(t *testing.T) {
	d := preparedOf(t, counted(40))
	p := d.Part("test").(part)
	texts := p.references()
	texts[1] = "wrong"
	rows := make([][]float64, len(texts))
	for i, text := range texts {
		rows[i] = outputs.Output{Text: text, LogP: []float64{-1, -3}, Hits: 1}.Row()
	}
	of, err := d.Report(p, rows, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := of.(*Report)
	for name, want := range map[string]float64{outputs.ExactMatch: 2. / 3, outputs.Loss: 2, outputs.Perplexity: math.Exp(2), outputs.TokenAccuracy: .5} {
		if got := r.Metrics.Value(name); got == nil || math.Abs(*got-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if len(r.Worst) != 1 || r.Worst[0].Output != "wrong" || r.Decode.Beam != 5 || !strings.Contains(r.BLEU, "tok:none") {
		t.Errorf("%+v", r)
	}
	if text := r.Text(true); !strings.Contains(text, "output  wrong") || !strings.Contains(text, "a beam of 5") || !strings.Contains(text, "symbols of the target") {
		t.Error(text)
	}
	if !d.SameTruth(preparedOf(t, counted(40))) || d.SameTruth(preparedOf(t, counted(41))) {
		t.Error("other truths are taken for the same, or the same for others")
	}
	v, err := d.Verdict(outputs.Rows(d.Part("validation").(part).references()), 0)
	if err != nil || v.Best != task.NetworkName || v.Example != "pair" {
		t.Errorf("%+v, %v", v, err)
	}
}
