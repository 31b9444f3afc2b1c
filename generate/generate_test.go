package generate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/text"
	"recur/models"
	"recur/predict"
)

// kind is what a network of a test has learnt from.
type kind struct {
	text      string
	tokens    text.Tokens
	special   text.Special
	documents string
	hidden    int
}

var (
	letters = kind{text: "to be or not to be,\nthat is the question: ça va?\n", documents: text.None, hidden: 12}
	names   = kind{text: "anna\nemma\nolivia\nava\n", special: text.Unknown | text.End, documents: text.Line, hidden: 12}
	words   = kind{text: "the cat and the dog and the cat", tokens: text.Tokens{Unit: text.Word}, special: text.Unknown, documents: text.None, hidden: 12}
	octets  = kind{text: "héé", tokens: text.Tokens{Unit: text.Byte}, documents: text.None, hidden: 12}
	pairs   = kind{text: strings.Repeat("the thing there, the théâtre ", 9), tokens: text.Tokens{Unit: text.BPE, Size: 280}, documents: text.None, hidden: 12}
	kinds   = []kind{letters, names, words, octets, pairs}
)

// network is a network with weights as they begin, but larger: the chances differ.
func network(t testing.TB, k kind, seed uint64, threads int) *predict.Model {
	t.Helper()
	v, err := text.Build("test", k.tokens, k.special, slices.Values(strings.SplitAfter(strings.Trim(k.text, "\n"), "\n")))
	if err != nil {
		t.Fatal(err)
	}
	n, err := models.New[float32](models.Spec{
		Model: configs.Model{Cell: "lstm", HiddenSize: k.hidden, Layers: 1, Head: "every", DType: "float32", EmbeddingSize: 8},
		Steps: 4, Outputs: v.Len(), Classes: v.Len(), Vocabulary: v.Len(), Padding: -1, Unknown: -1, Seed: seed, Threads: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	c := configs.Default("regress")
	c.Model = n.Spec.Model
	kept := &checkpoint.Checkpoint{Config: c, Data: checkpoint.Data{Text: &checkpoint.Text{Vocabulary: v, Documents: k.documents}}}
	for _, p := range n.Params {
		for i := range p.Values {
			p.Values[i] *= 4
		}
		kept.Weights = append(kept.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
	}
	m, err := predict.Open(kept, threads)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func model(t testing.TB, k kind, threads int, seeds ...uint64) *Model {
	t.Helper()
	var all []*predict.Model
	for _, seed := range seeds {
		all = append(all, network(t, k, seed, threads))
	}
	m, err := New(all)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func generated(t testing.TB, m *Model, o Options) []Sample {
	t.Helper()
	samples, err := m.Generate(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}

// reread writes one sample as the definition says: all that stands before is read anew for every symbol.
func reread(t *testing.T, m *Model, o Options, sample int) (symbols []int32, ended string) {
	t.Helper()
	begin, err := m.prompt(o.Prompt, o.IgnoreUnknown)
	if err != nil {
		t.Fatal(err)
	}
	var d Drawer
	for len(symbols) < o.Length {
		mean := make([]float64, m.vocabulary.Len())
		for _, n := range m.networks {
			r, err := n.Reader(1)
			if err != nil {
				t.Fatal(err)
			}
			logp := make([]float64, len(mean))
			for _, s := range slices.Concat(begin, symbols) {
				if err := r.Step([]int32{s}, logp); err != nil {
					t.Fatal(err)
				}
			}
			for i, v := range logp {
				mean[i] += math.Exp(v) / float64(len(m.networks))
			}
		}
		for i := range mean {
			mean[i] = math.Log(mean[i])
			if _, special := m.vocabulary.Symbol(int32(i)); special && !(m.parted() && int32(i) == m.start[0]) {
				mean[i] = math.Inf(-1)
			}
		}
		next := int32(d.Draw(o.Sampling, mean, Uniform(o.Sampling.Seed, uint64(sample), uint64(len(symbols)))))
		if m.parted() && next == m.start[0] {
			return symbols, ByEnd
		}
		symbols = append(symbols, next)
	}
	return symbols, ByLength
}

// Samples are those of the definition, however many there are, on any threads, by one network and by several.
func TestGenerate(t *testing.T) {
	for i, k := range kinds {
		for _, seeds := range [][]uint64{{1}, {1, 2, 3}} {
			o := Options{Length: 12, Samples: 70, Sampling: Sampling{Temperature: .9, TopK: 9, TopP: .9, Seed: uint64(i)}}
			if i%2 == 0 {
				o.Prompt = "the "
				o.IgnoreUnknown = true
			}
			all := generated(t, model(t, k, 1, seeds...), o)
			m := model(t, k, 3, seeds...)
			if again := generated(t, m, o); !reflect.DeepEqual(again, all) {
				t.Errorf("%s: three threads write something else", m.Unit())
			}
			one := o
			one.Samples = 1
			if first := generated(t, m, one); first[0] != all[0] {
				t.Errorf("%s: alone the first sample is %q, among others %q", m.Unit(), first[0].Text, all[0].Text)
			}
			for _, sample := range []int{0, 5, 69} {
				symbols, ended := reread(t, m, o, sample)
				got := all[sample]
				want := m.vocabulary.Decode(symbols)
				for partial([]byte(want)) > 0 {
					want = want[:len(want)-1]
				}
				if got.Text = strings.TrimPrefix(got.Text, " "); m.Unit() != text.Word { // words stand behind those of the prompt
					got.Text = all[sample].Text
				}
				if got.Text != want || got.Symbols != len(symbols) || got.Ended != ended {
					t.Errorf("%s: sample %d is %+v, want %q and %s", m.Unit(), sample, got, want, ended)
				}
			}
		}
	}
}

// What is emitted is the text, in whole characters; documents end by themselves.
func TestEmit(t *testing.T) {
	ended := 0
	for _, k := range kinds {
		m := model(t, k, 1, 4)
		pieces := make([]string, 9)
		o := Options{Length: 60, Samples: len(pieces), Sampling: Sampling{Temperature: 1}, Emit: func(sample int, piece string) error {
			if whole := utf8.RuneCountInString(pieces[sample]) + utf8.RuneCountInString(piece); piece == "" || utf8.RuneCountInString(pieces[sample]+piece) != whole {
				t.Errorf("%s: %q is emitted behind %q: a character in two pieces", m.Unit(), piece, pieces[sample])
			}
			pieces[sample] += piece
			return nil
		}}
		for i, s := range generated(t, m, o) {
			if pieces[i] != s.Text {
				t.Errorf("%s: sample %d is %q, and %q was emitted", m.Unit(), i, s.Text, pieces[i])
			}
			if s.Ended == ByEnd {
				ended++
			}
			if k.special != 0 && strings.Contains(s.Text, "<") {
				t.Errorf("%s: a special symbol is written: %q", m.Unit(), s.Text)
			}
		}
	}
	if ended == 0 {
		t.Error("no document came to an end")
	}
	fault := errors.New("the reader has gone")
	o := Options{Length: 60, Samples: 1, Sampling: Sampling{Temperature: 1}, Emit: func(int, string) error { return fault }}
	if _, err := model(t, letters, 1, 1).Generate(context.Background(), o); !errors.Is(err, fault) {
		t.Errorf("got %v, want that of Emit", err)
	}
}

// A sample ends before the stop text, wherever symbols part it.
func TestStop(t *testing.T) {
	m := model(t, letters, 1, 4)
	o := Options{Length: 200, Samples: 3, Sampling: Sampling{Temperature: 1}}
	for i, s := range generated(t, m, o) {
		at := 40
		for !utf8.RuneStart(s.Text[at]) || !utf8.RuneStart(s.Text[at+4]) {
			at++
		}
		o.Stop = s.Text[at : at+4]
		want := s.Text[:strings.Index(s.Text, o.Stop)]
		emitted := ""
		o.Emit = func(sample int, piece string) error {
			if sample == i {
				emitted += piece
			}
			return nil
		}
		if got := generated(t, m, o)[i]; got.Text != want || got.Ended != ByStop || emitted != want {
			t.Errorf("until %q: %+v with %q emitted, want %q", o.Stop, got, emitted, want)
		}
		o.Stop, o.Emit = "", nil
	}
}

// writerOf writes a text symbol by symbol and returns the pieces.
func writerOf(t *testing.T, k kind, prompt, stop, s string) (pieces []string, stopped bool) {
	t.Helper()
	v, err := text.Build("test", k.tokens, k.special, slices.Values([]string{k.text}))
	if err != nil {
		t.Fatal(err)
	}
	w := newWriter(v, prompt, stop, func(piece string) error { pieces = append(pieces, piece); return nil })
	symbols, _ := v.Encode(s)
	for _, n := range symbols {
		if stopped, err = w.add(n); stopped || err != nil {
			break
		}
	}
	if !stopped {
		err = w.end()
	}
	if err != nil {
		t.Fatal(err)
	}
	return pieces, stopped
}

func TestWriter(t *testing.T) {
	for _, c := range []struct {
		k               kind
		prompt, stop, s string
		want            string
		stopped         bool
	}{
		{octets, "", "", "héé!", "h|é|é|!", false},
		{octets, "", "", "h\xc3", "h", false},                             // never half a character
		{octets, "", "", "h\xc3h\xff\xa9é", "h|\xc3h|\xff|\xa9|é", false}, // what is no character stays as it is
		{octets, "", "", "€\xe2\x82", "€", false},
		{octets, "", "é!", "aéé!b", "a|é", true},
		{octets, "", "éé", "aé", "a|é", false},
		{letters, "", "be,", "to be be,\n", "t|o| |be |be,"[:9], true},
		{letters, "", "\n\n", "or\nto", "o|r|\nt|o", false},
		{letters, "", "ça", "to ça", "t|o| ", true},
		{words, "", "", "the cat", "the| cat", false},
		{words, "and", "", "the cat", " the| cat", false},
		{words, "and ", "", "the cat", "the| cat", false},
		{words, "and\n", "", "the cat", "the| cat", false},
		{words, "", "cat and", "the cat and the", "the| ", true},
		{pairs, "", "", "the théâtre", "", false},
	} {
		pieces, stopped := writerOf(t, c.k, c.prompt, c.stop, c.s)
		got := strings.Join(pieces, "|")
		if c.k.tokens.Unit == text.BPE { // where it parts a text is its own
			got, c.want = strings.Join(pieces, ""), c.s
		}
		if got != c.want || stopped != c.stopped {
			t.Errorf("%q behind %q until %q: got %q, stopped %t, want %q, %t", c.s, c.prompt, c.stop, got, stopped, c.want, c.stopped)
		}
	}
}

// A prompt that holds what the network has not learnt is refused by name; following the advice works.
func TestPrompt(t *testing.T) {
	for _, c := range []struct {
		k            kind
		prompt, want string
		ignoring     []int32 // symbols that are read with IgnoreUnknown
	}{
		{letters, "be ßx", `the prompt holds "ß", "x", characters that the network has not learnt; take them out of the prompt, or give --ignore-unknown, which leaves them out`, nil},
		{letters, "ABCDEFGHIJKLMN", `the prompt holds "A", "B", "C", "D", "E", "F", "G", "H", "I", "J" and 4 more, characters that the network has not learnt; take them out of the prompt, or give --ignore-unknown, which leaves them out`, nil},
		{words, "the bird", `the prompt holds "bird", a word that the network has not learnt; take them out of the prompt, or give --ignore-unknown, which reads them as unknown`, nil},
		{letters, "to\xff", `the prompt is not UTF-8: byte 0xff at offset 2; save it as text in UTF-8`, nil},
	} {
		m := model(t, c.k, 1, 1)
		o := Options{Prompt: c.prompt, Length: 3, Samples: 1}
		_, err := m.Generate(context.Background(), o)
		var misuse *Misuse
		if !errors.As(err, &misuse) || err.Error() != c.want {
			t.Errorf("%q: got %v\nwant %s", c.prompt, err, c.want)
		}
		if o.IgnoreUnknown = true; utf8.ValidString(c.prompt) {
			generated(t, m, o)
		}
	}
	for _, c := range []struct {
		k    kind
		p    string
		want string // of the symbols that are read
	}{
		{letters, "", "\n"}, {letters, "to", "to"}, {words, "", "the"}, {names, "", "<end>"}, {names, "em", "<end>em"}, {words, "the bird", "the<unk>"},
		{octets, "", "\xa9"}, {octets, "\xffA", "\xffA"},
	} {
		m := model(t, c.k, 1, 1)
		symbols, err := m.prompt(c.p, true)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, n := range symbols {
			one, _ := m.vocabulary.Symbol(n)
			got += one
		}
		if got != c.want {
			t.Errorf("of the prompt %q, %q is read, want %q", c.p, got, c.want)
		}
	}
}

// What was written until the context is done is kept.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	o := Options{Length: 1 << 30, Samples: maxRows + 3, Sampling: Sampling{Temperature: 1}, Emit: func(sample int, _ string) error {
		if n++; n == 1000 {
			cancel()
		}
		return nil
	}}
	samples, err := model(t, letters, 1, 1).Generate(ctx, o)
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	for i, s := range samples {
		if s.Ended != ByInterrupted || (s.Text == "") != (i >= maxRows) {
			t.Errorf("sample %d is %+v", i, s)
		}
	}
}

func TestNew(t *testing.T) {
	if _, err := New([]*predict.Model{network(t, letters, 1, 1), network(t, words, 1, 1)}); err == nil || !strings.Contains(err.Error(), "network 2 of 2 has another vocabulary") {
		t.Errorf("got %v", err)
	}
	if _, err := New([]*predict.Model{{}}); !errors.Is(err, ErrNoText) {
		t.Errorf("got %v", err)
	}
	m := model(t, letters, 1, 1)
	for _, o := range []Options{{Length: 1, Samples: 1, Stop: "\xa9"}, {Samples: 1}, {Length: 1}, {Length: 1, Samples: 1, Sampling: Sampling{TopP: 2}}} {
		if _, err := m.Generate(context.Background(), o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// BenchmarkGenerate times text of 65 characters by a network of 384 units, with all that belongs to it: characters a second of the
// fastest and of the median run.
func BenchmarkGenerate(b *testing.B) {
	var all strings.Builder
	for i := range 65 {
		all.WriteRune(rune('0' + i))
	}
	k := kind{text: all.String(), documents: text.None, hidden: 384}
	for _, threads := range []int{1, 2} {
		m := model(b, k, threads, 1)
		for _, samples := range []int{1, 32} {
			b.Run(fmt.Sprintf("samples%d/threads%d", samples, threads), func(b *testing.B) {
				o := Options{Length: 256, Samples: samples, Sampling: Sampling{Temperature: .8}}
				var times []float64
				for b.Loop() {
					start := time.Now()
					generated(b, m, o)
					times = append(times, time.Since(start).Seconds())
				}
				slices.Sort(times)
				n := float64(o.Length * samples)
				b.ReportMetric(n/times[0], "best-characters/s")
				b.ReportMetric(n/times[len(times)/2], "median-characters/s")
			})
		}
	}
}
