package predict

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/models"
)

// lettered is a vocabulary of so many characters.
func lettered(t testing.TB, v int) *text.Vocabulary {
	t.Helper()
	var letters strings.Builder
	for i := range v {
		letters.WriteRune(rune(0x4e00 + i))
	}
	words, err := text.Build("test", text.Tokens{}, 0, slices.Values([]string{letters.String()}))
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// textSpec is a network of text of v symbols.
func textSpec(cell, dtype string, v, e, hidden, layers int) models.Spec {
	return models.Spec{
		Model: configs.Model{Cell: cell, HiddenSize: hidden, Layers: layers, Head: "every", DType: dtype, EmbeddingSize: e},
		Steps: 4, Outputs: v, Classes: v, Vocabulary: v, Padding: -1, Unknown: -1, Seed: 5, Threads: 1,
	}
}

// written is the predictor of a network of text with weights as they begin, but larger: the chances differ.
func written(t testing.TB, s models.Spec, threads int) *Model {
	t.Helper()
	k := textCheckpoint[float64](t, s)
	if s.DType == "float32" {
		k = textCheckpoint[float32](t, s)
	}
	m, err := Open(k, threads)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func textCheckpoint[F data.Float](t testing.TB, s models.Spec) *checkpoint.Checkpoint {
	t.Helper()
	n, err := models.New[F](s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	c := configs.Default("regress")
	c.Model = n.Spec.Model
	k := &checkpoint.Checkpoint{Config: c, Data: checkpoint.Data{Text: &checkpoint.Text{Vocabulary: lettered(t, s.Vocabulary), Documents: text.None}}}
	for _, p := range n.Params {
		for i := range p.Values {
			p.Values[i] *= 3
		}
		k.Weights = append(k.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
	}
	return k
}

func textSpecs(dtype string) (all []models.Spec) {
	for _, cell := range []string{"elman", "lstm", "gru"} {
		for layers := 1; layers <= 3; layers++ {
			s := textSpec(cell, dtype, 13, 5, 7, layers)
			if layers == 2 {
				s.InitialState, s.EncoderSize = "learned", 6
			}
			s.TieEmbeddings = layers == 3
			all = append(all, s)
		}
	}
	return all
}

// reads are symbols [t,n] that depend on the row's number.
func reads(t, n, v int) []int32 {
	ids := make([]int32, t*n)
	for i := range ids {
		ids[i] = int32((i/n*i/n + 5*(i%n) + i%n*i/n/3 + 2) % v)
	}
	return ids
}

// streamed are the same symbols as examples.
type streamed struct {
	ragged
	ids []int32
}

func (s streamed) Fill64(index []int, b *data.Batch[float64]) {
	b.ShapeTokens(len(index), s.steps, true)
	for n, i := range index {
		b.Lengths[n] = s.steps
		for t := range s.steps {
			b.Tokens[t*b.N+n] = s.ids[t*s.Len()+i]
		}
	}
}

// Steps, scores and ranks agree with the chances that the network gives whole examples, which are those of the graph.
func TestReaderEqualsPart(t *testing.T) {
	const steps, rows, v = 9, 3, 13
	ids := reads(steps+1, rows, v)
	for _, s := range textSpecs("float64") {
		m := written(t, s, 1)
		part, err := m.Part(streamed{ragged{lengths: make([]int, rows), symbols: v, steps: steps}, ids})
		if err != nil {
			t.Fatal(err)
		}
		stepping, scoring := readerOf(t, m, rows), readerOf(t, m, rows)
		logp, ranks := make([]float64, steps*rows), make([]int, steps*rows)
		if err := scoring.Score(rows, ids[:steps*rows], ids[rows:], logp, ranks); err != nil {
			t.Fatal(err)
		}
		all := make([]float64, rows*v)
		for i := range logp {
			step, row, next := i/rows, i%rows, int(ids[i+rows])
			if row == 0 {
				if err := stepping.Step(ids[i:i+rows], all); err != nil {
					t.Fatal(err)
				}
			}
			chances := part[row][step*v:][:v]
			if want := math.Log(chances[next]); math.Abs(logp[i]-want) > 1e-12 || math.Abs(all[row*v+next]-want) > 1e-12 {
				t.Fatalf("%s, %d layers: step %d of row %d scores %g and %g, want %g", s.Cell, s.Layers, step, row, logp[i], all[row*v+next], want)
			}
			want := 1
			for _, p := range chances {
				if p > chances[next] {
					want++
				}
			}
			if ranks[i] != want {
				t.Fatalf("%s: step %d of row %d has rank %d, want %d", s.Cell, step, row, ranks[i], want)
			}
		}
	}
}

func readerOf(t testing.TB, m *Model, rows int) *Reader {
	t.Helper()
	r, err := m.Reader(rows)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A row has the same bits alone and beside others, in one call and step by step, from a copied state, on any threads, with a table
// of symbols and without.
func TestReaderBits(t *testing.T) {
	const steps, rows = 11, 5
	for _, s := range append(textSpecs("float32"), textSpec("gru", "float32", 300, 3, 33, 2), textSpec("lstm", "float32", 14000, 3, 100, 1)) {
		v := s.Vocabulary
		ids := reads(steps+1, rows, v)
		want := make([]float64, steps*rows)
		if err := readerOf(t, written(t, s, 1), rows).Score(rows, ids[:steps*rows], ids[rows:], want, nil); err != nil {
			t.Fatal(err)
		}
		for _, threads := range []int{1, 3} {
			m := written(t, s, threads)
			many := readerOf(t, m, rows+2)
			for row := range rows {
				alone, next := make([]int32, steps), make([]int32, steps)
				for i := range alone {
					alone[i], next[i] = ids[i*rows+row], ids[(i+1)*rows+row]
				}
				one := readerOf(t, m, 1)
				if err := one.Read(1, alone[:4]); err != nil {
					t.Fatal(err)
				}
				many.Copy(row, one, 0)
				logp := make([]float64, steps-4)
				if err := one.Score(1, alone[4:], next[4:], logp, nil); err != nil {
					t.Fatal(err)
				}
				for i, got := range logp {
					if got != want[(i+4)*rows+row] {
						t.Fatalf("%s of %d symbols: row %d alone scores %v at step %d, want %v", s.Cell, v, row, got, i+4, want[(i+4)*rows+row])
					}
				}
			}
			all := make([]float64, rows*v)
			for i := 4; i < steps; i++ {
				if err := many.Step(ids[i*rows:][:rows], all); err != nil {
					t.Fatal(err)
				}
				for row := range rows {
					if got := all[row*v+int(ids[(i+1)*rows+row])]; got != want[i*rows+row] {
						t.Fatalf("%s of %d symbols: row %d scores %v at step %d of one symbol a row, want %v", s.Cell, v, row, got, i, want[i*rows+row])
					}
				}
			}
		}
	}
}

// What asks nothing gets nothing; a row begins anew when told to.
func TestReaderAsksNothing(t *testing.T) {
	s := textSpec("lstm", "float32", 13, 5, 7, 1)
	r := readerOf(t, written(t, s, 1), 2)
	ids, logp, again := reads(6, 1, 13), make([]float64, 5), make([]float64, 5)
	if err := r.Score(1, ids[:5], ids[1:], logp, nil); err != nil {
		t.Fatal(err)
	}
	next := slices.Clone(ids[1:])
	next[0], next[1] = data.NoLabel, data.NoLabel
	r.Begin(0)
	if err := r.Score(1, ids[:5], next, again, make([]int, 5)); err != nil {
		t.Fatal(err)
	}
	for i := range again {
		if want := logp[i] * float64(min(1, i/2)); again[i] != want {
			t.Errorf("symbol %d scores %v, want %v", i, again[i], want)
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	s := textSpec("lstm", "float32", 13, 5, 7, 1)
	m := written(t, s, 1)
	r := readerOf(t, m, 2)
	logp := make([]float64, 26)
	for want, err := range map[string]error{
		"step 1 of row 0 of the symbols is 13, want 0 to 12; use the vocabulary that the network was trained with": r.Read(2, []int32{0, 1, 13, 2}),
		"3 symbols in 2 rows, want 1 to 2 rows and whole steps":                                                    r.Read(2, []int32{0, 1, 2}),
		"3 symbols in 3 rows, want 1 to 2 rows and whole steps":                                                    r.Step([]int32{0, 1, 2}, make([]float64, 39)),
		"26 logarithms for 1 rows, want 13":                                                                        r.Step([]int32{0}, logp),
		"2 symbols with 1 next ones, 2 logarithms and 0 ranks, want as many of each":                               r.Score(1, []int32{0, 1}, []int32{1}, logp[:2], nil),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	k := textCheckpoint[float32](t, s)
	for i := range k.Weights {
		if w := &k.Weights[i]; w.Name == "head.bias" {
			*w = checkpoint.FromFloats(w.Name, w.Shape, append([]float32{float32(math.NaN())}, make([]float32, 12)...))
		}
	}
	broken, err := Open(k, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := readerOf(t, broken, 1).Step([]int32{0}, logp[:13]); err == nil || !strings.Contains(err.Error(), "not finite") {
		t.Errorf("NaN among the weights: got %v", err)
	}
	k.Config.Model.Bidirectional = true
	k.Weights = textCheckpoint[float32](t, func() models.Spec { s.Bidirectional = true; return s }()).Weights
	both, err := Open(k, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := both.Reader(1); err == nil || !strings.Contains(err.Error(), "bidirectional true") {
		t.Errorf("a bidirectional network: got %v", err)
	}
}

// BenchmarkReader times a step of rows that are read side by side, and the scoring of one stream: characters a second.
func BenchmarkReader(b *testing.B) {
	const v = 65
	for _, threads := range []int{1, 2} {
		m := written(b, textSpec("lstm", "float32", v, 64, 384, 1), threads)
		for _, rows := range []int{1, 32} {
			b.Run(fmt.Sprintf("step/rows%d/threads%d", rows, threads), func(b *testing.B) {
				r, logp, ids := readerOf(b, m, rows), make([]float64, rows*v), reads(1, rows, v)
				timed(b, rows, func() { r.Step(ids, logp) })
			})
		}
		b.Run(fmt.Sprintf("score/threads%d", threads), func(b *testing.B) {
			const n = 1024
			r, ids, logp := readerOf(b, m, 1), reads(n+1, 1, v), make([]float64, n)
			timed(b, n, func() { r.Score(1, ids[:n], ids[1:], logp, nil) })
		})
	}
}

// timed reports the symbols a second of the fastest and of the median run: other programs only ever make it slower.
func timed(b *testing.B, symbols int, f func()) {
	var times []float64
	for b.Loop() {
		start := time.Now()
		f()
		times = append(times, time.Since(start).Seconds())
	}
	slices.Sort(times)
	b.ReportMetric(float64(symbols)/times[0], "best-symbols/s")
	b.ReportMetric(float64(symbols)/times[len(times)/2], "median-symbols/s")
}
