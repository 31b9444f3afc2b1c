package language

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/task"
)

// verse is text of lines.
func verse(lines int) string {
	var b strings.Builder
	r := data.Stream(3, "verse")
	for range lines {
		for range 2 + r.IntN(4) {
			b.WriteString([]string{"the ", "cat ", "and ", "dog ", "ran ", "off "}[r.IntN(6)])
		}
		b.WriteString("home\n")
	}
	return b.String()
}

func written(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened is the text of a config over lines.
func opened(t *testing.T, lines int, set ...string) *Data {
	t.Helper()
	path := written(t, "verse.txt", verse(lines))
	c, err := configs.Parse("c.yaml", []byte("task: language\ndata: {corpus: "+path+", split: {train: 0.7, validation: 0.15}}\n"), set)
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

// The parts are the text in its order, every symbol of it is asked for once, and a simple method says of it what counting does.
func TestPartsAreTheText(t *testing.T) {
	for _, set := range [][]string{nil, {"data.documents=line"}, {"data.tokens=word"}} {
		d := opened(t, 400, set...)
		k := d.from.corpus
		for _, part := range []*text.Part{k.Train, k.Validation, k.Test} {
			b := part.Blocks()
			sum := 0
			for _, n := range b.Lengths() {
				sum += n
			}
			if sum != part.Len() || part.Len() == 0 {
				t.Errorf("%v: the %s part has %d symbols in its examples, want %d", set, part.Name, sum, part.Len())
			}
		}
		m, err := d.Method(ngrams, true)
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, one := range m.Predict(d.test) {
			for _, p := range one {
				got = append(got, -math.Log(p))
			}
		}
		want := m.(*method).model.Losses(k.Test.Symbols, k.Test.First()+1)
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-12*(1+a) })); diff != "" {
			t.Errorf("%v: %s", set, diff)
		}
	}
}

// What is asked for in JSON is there, and scores are those of the chances.
func TestReport(t *testing.T) {
	d := opened(t, 300)
	said := make([][]float64, d.test.Len())
	for i, n := range d.test.Lengths() {
		for range n {
			said[i] = append(said[i], .25)
		}
	}
	var all []task.Named
	for _, name := range methods {
		m, err := d.Method(name, false)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, task.Named{Name: name, Said: m.Predict(d.test)})
	}
	r, err := d.Report(d.test, said, all)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Metrics struct {
			Symbols                                        int
			Nats, Bits, Perplexity, Unknown, Bits_Per_Byte float64
		}
		Baselines map[string]struct {
			Nats      float64
			Order     int
			Smoothing string
		}
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	if m := got.Metrics; math.Abs(m.Bits-2) > 1e-12 || math.Abs(m.Perplexity-4) > 1e-12 || math.Abs(m.Bits_Per_Byte-2) > 1e-12 || m.Symbols != d.from.corpus.Test.Len() {
		t.Errorf("%+v", m)
	}
	if n := got.Baselines["ngram"]; n.Order < 2 || n.Smoothing == "" || !(n.Nats < got.Baselines["unigram"].Nats) {
		t.Errorf("%+v", got.Baselines)
	}
	if text := r.Text(false); !strings.Contains(text, "-gram, ") || !strings.Contains(text, "2.0000") {
		t.Error(text)
	}
	v, err := d.Verdict(sameLength(d.validation), 0)
	if err != nil || v.Against != "ngram" || v.PAgainst == nil && d.validation.Len() >= 5 {
		t.Errorf("%+v, %v", v, err)
	}
}

func sameLength(b *text.Blocks) [][]float64 {
	said := make([][]float64, b.Len())
	for i, n := range b.Lengths() {
		said[i] = make([]float64, n)
		for t := range said[i] {
			said[i][t] = .1
		}
	}
	return said
}

// Of another file the documents that a run has learnt from are left out; the text itself is refused, and both are scored where that is
// asked for.
func TestFileLeavesOutWhatWasLearnt(t *testing.T) {
	d := opened(t, 300, "data.documents=line")
	r := &task.Run{Config: d.c, Networks: []task.Network{{K: &checkpoint.Checkpoint{Config: d.c, Data: d.from.kept()}}}}
	known := contents(d.train).Of(0)
	path := written(t, "more.txt", "a new line\n"+decoded(d.train, 0)+"\nand the other one\n")
	f, err := Task{}.File(r, path, d, false)
	if err != nil {
		t.Fatal(err)
	}
	if part := f.Part(f.Data).(*text.Blocks); part.Len() != 2 || f.Seen.LeftOut != 1 || contents(part).Of(1) == known {
		t.Errorf("%d documents, %+v", part.Len(), f.Seen)
	}
	if f, err = (Task{}).File(r, path, d, true); err != nil || f.Seen.Scored != 1 || f.Part(f.Data).Len() != 3 {
		t.Errorf("%+v, %v", f.Seen, err)
	}
	if f, err = (Task{}).File(r, path, nil, false); err != nil || f.Seen.Unknown != 3 {
		t.Errorf("%+v, %v", f.Seen, err)
	}

	d = opened(t, 300)
	r.Networks[0].K.Data, r.Networks[0].K.Config, r.Config = d.from.kept(), d.c, d.c
	own := d.c.Data.Corpus.Path
	if _, err := (Task{}).File(r, own, d, false); err == nil || !strings.Contains(err.Error(), "score it all the same with --all") {
		t.Errorf("its own text: %v", err)
	}
	if f, err := (Task{}).File(r, own, d, true); err != nil || f.Seen.Scored == 0 {
		t.Errorf("with --all: %v", err)
	}
}

func decoded(b *text.Blocks, i int) string {
	var buffer data.TextBuffer
	_, _, labels := b.Text(i, &buffer)
	return strings.TrimSuffix(b.Part().Vocabulary().Decode(labels[:len(labels)-1]), "\n")
}

// Short documents are learnt whole, long ones and text that is one as streams; both parts together are learnt where that is wanted.
func TestJobs(t *testing.T) {
	for name, c := range map[string]struct {
		set   []string
		whole bool
	}{
		"one text":       {nil, false},
		"short lines":    {[]string{"data.documents=line"}, true},
		"a small window": {[]string{"data.documents=line", "data.window=3"}, false},
	} {
		d := opened(t, 200, c.set...)
		j := d.Job(d.c)
		if _, streamed := j.Train.(data.Streamed); streamed == c.whole {
			t.Errorf("%s: %T", name, j.Train)
		}
		if _, streamed := j.Validation.(data.Streamed); streamed == c.whole {
			t.Errorf("%s: %T", name, j.Validation)
		}
		if both := j.Both(); both.Len() < j.Train.Len() {
			t.Errorf("%s: both parts have %d, the training part %d", name, both.Len(), j.Train.Len())
		}
		if want := d.from.corpus.Train.Len() + d.from.corpus.Validation.Len(); d.both().Len() < want || d.both().Len() > want+1 {
			t.Errorf("%s: both parts have %d symbols, want %d", name, d.both().Len(), want)
		}
	}
}
