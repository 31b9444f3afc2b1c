package generate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/data/text"
)

// corpus is a text for a model, all of it the test part.
func corpus(t testing.TB, m *Model, s string) *text.Corpus {
	t.Helper()
	c, err := text.OpenBytes(text.Source{Documents: m.documents, Vocabulary: m.vocabulary}, "test", []byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// said is what Score tells of a part, by document.
func said(t *testing.T, m *Model, part *text.Part, ranks bool) (all []Scored) {
	t.Helper()
	err := m.Score(context.Background(), part, ranks, func(s Scored) error {
		if s.Document == len(all) {
			all = append(all, Scored{Document: s.Document})
		} else if s.Document != len(all)-1 {
			t.Fatalf("document %d is told after %d", s.Document, len(all)-1)
		}
		d := &all[s.Document]
		d.Symbols, d.LogP, d.Ranks = append(d.Symbols, s.Symbols...), append(d.LogP, s.LogP...), append(d.Ranks, s.Ranks...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// stepped is what the definition says of a document: symbol by symbol, from the state of no text.
func stepped(t *testing.T, m *Model, symbols []int32) (logp []float64, ranks []int) {
	t.Helper()
	r, err := m.readers(1)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]float64, m.vocabulary.Len())
	for i := 1; i < len(symbols); i++ {
		if err := r.step(symbols[i-1:i], all); err != nil {
			t.Fatal(err)
		}
		logp, ranks = append(logp, all[symbols[i]]), append(ranks, rank(all, int(symbols[i])))
	}
	return logp, ranks
}

// Every symbol has the score of the definition, in the order of the text, as one stream or as documents of all lengths, by one network and
// by several.
func TestScore(t *testing.T) {
	lines := make([]string, 75)
	for i := range lines {
		lines[i] = strings.Repeat("anemolivx"[i%9:], 1+i*i%11) // x is unknown
	}
	for _, k := range []kind{letters, names, words, octets} {
		for _, seeds := range [][]uint64{{1}, {1, 2}} {
			m := model(t, k, 2, seeds...)
			s := strings.Repeat(strings.Trim(k.text, "\n")+"\n", 200)
			if m.parted() {
				s = strings.Join(lines, "\n")
			}
			part := corpus(t, m, s).Test
			all := said(t, m, part, true)
			documents := [][]int32{make([]int32, part.Symbols.Len())}
			part.Symbols.Copy(documents[0], 0)
			if m.parted() {
				documents = nil
				for _, line := range lines {
					symbols, _ := m.vocabulary.Encode(line)
					documents = append(documents, slices.Concat(m.start, symbols, m.start))
				}
			}
			if len(all) != len(documents) {
				t.Fatalf("%s: %d documents, want %d", m.Unit(), len(all), len(documents))
			}
			n := 0
			for i, d := range documents {
				logp, ranks := stepped(t, m, d)
				n += len(logp)
				if !slices.Equal(all[i].Symbols, d[1:]) || !slices.Equal(all[i].Ranks, ranks) || !slices.Equal(all[i].LogP, logp) {
					t.Fatalf("%s: document %d has other scores than its symbols one by one", m.Unit(), i)
				}
			}
			if n != part.Len() {
				t.Errorf("%s: %d symbols are scored, want %d", m.Unit(), n, part.Len())
			}
			without := said(t, m, part, false)
			for i, d := range without {
				for j, p := range d.LogP {
					if math.Abs(p-all[i].LogP[j]) > 1e-12 {
						t.Fatalf("%s: without ranks symbol %d of document %d scores %v, with them %v", m.Unit(), j, i, p, all[i].LogP[j])
					}
				}
			}
		}
	}
}

// The context of a part is read and not judged.
func TestScoreContext(t *testing.T) {
	m := model(t, letters, 1, 1)
	whole := strings.Repeat(letters.text, 150)
	c, err := text.OpenBytes(text.Source{Split: &configs.Split{Train: .5, Test: .5}, Vocabulary: m.vocabulary}, "test", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	symbols := make([]int32, c.Test.Symbols.Len())
	c.Test.Symbols.Copy(symbols, 0)
	logp, _ := stepped(t, m, symbols)
	got := said(t, m, c.Test, false)
	if c.Test.Context < 2 || len(got) != 1 || !slices.Equal(got[0].LogP, logp[c.Test.Context-1:]) || len(got[0].LogP) != c.Test.Len() {
		t.Errorf("with %d symbols of context %d of %d symbols are scored, want those behind it", c.Test.Context, len(got[0].LogP), len(symbols))
	}
}

// The chances of several networks are averaged, not their logarithms.
func TestMean(t *testing.T) {
	one, other, both := model(t, letters, 1, 1), model(t, letters, 1, 2), model(t, letters, 1, 1, 2)
	part := corpus(t, one, letters.text).Test
	a, b, mean := said(t, one, part, false)[0].LogP, said(t, other, part, false)[0].LogP, said(t, both, part, false)[0].LogP
	for i := range mean {
		if want := math.Log((math.Exp(a[i]) + math.Exp(b[i])) / 2); math.Abs(mean[i]-want) > 1e-12 {
			t.Fatalf("symbol %d scores %g, want %g", i, mean[i], want)
		}
	}
}

func TestScoreEnds(t *testing.T) {
	for _, k := range []kind{letters, names} {
		m := model(t, k, 1, 1)
		part, fault := corpus(t, m, "an\nva").Test, errors.New("enough")
		if err := m.Score(context.Background(), part, false, func(Scored) error { return fault }); !errors.Is(err, fault) {
			t.Errorf("got %v, want that of tell", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := m.Score(ctx, part, false, func(Scored) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that of the context", err)
		}
	}
	if err := model(t, letters, 1, 1).Score(context.Background(), nil, false, nil); err != nil {
		t.Error(err)
	}
}

func BenchmarkScore(b *testing.B) {
	for _, k := range []kind{letters, names} {
		k.hidden = 384
		m := model(b, k, 2, 1)
		part := corpus(b, m, strings.Repeat("a ve em\n", 2000)).Test
		b.Run(fmt.Sprintf("documents-%s", k.documents), func(b *testing.B) {
			for b.Loop() {
				if err := m.Score(context.Background(), part, false, func(Scored) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(part.Len()*b.N)/b.Elapsed().Seconds(), "characters/s")
		})
	}
}
