package predict

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// oracle says something of every prefix of every sentence, by chance but always the same. Its rows keep what they have read.
type oracle struct {
	seed, v int
	rows    [][]int32
}

func newOracle(seed, v, sentences int) *oracle {
	return &oracle{seed: seed, v: v, rows: make([][]int32, sentences)}
}

// of are the scores of what comes after a prefix, none of them normalised, and the logarithm of the sum of their exponentials.
func (o *oracle) of(sentence int, prefix []int32) ([]float64, float64) {
	key := fmt.Sprint(o.seed, sentence, prefix)
	h := uint64(14695981039346656037)
	for _, c := range []byte(key) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	r := rand.New(rand.NewPCG(h, 1))
	scores, sum := make([]float64, o.v), 0.0
	for i := range scores {
		scores[i] = math.Round(8*r.NormFloat64()) / 4 // so that there are equals
		sum += math.Exp(scores[i])
	}
	return scores, math.Log(sum)
}

func (o *oracle) step(moves []move, never func(int) []int32, hear func(int, scores[float64])) {
	rows := make([][]int32, len(moves))
	var all sync.WaitGroup
	for i, m := range moves {
		rows[i] = append(slices.Clone(o.rows[m.from]), m.symbol)
		all.Go(func() {
			of, scale := o.of(m.sentence, rows[i])
			hear(i, scores[float64]{of: of, scale: scale, weights: []float64{0, float64(len(rows[i]) % 2), .5}})
		})
	}
	all.Wait()
	o.rows = rows
}

// outcome is a hypothesis that was found by going through all.
type outcome struct {
	symbols     []int32
	logp, score float64
}

// everything are all hypotheses of a sentence that end, the best first.
func (o *oracle) everything(sentence, limit int, r rules) (all []outcome) {
	var grow func(prefix, symbols []int32, logp float64)
	grow = func(prefix, symbols []int32, logp float64) {
		of, scale := o.of(sentence, prefix)
		for s := range int32(o.v) {
			l := logp + of[s] - scale
			switch {
			case slices.Contains(r.never, s):
			case s == r.end:
				all = append(all, outcome{slices.Clone(symbols), l, r.score(l, len(symbols)+1)})
			case len(symbols) < limit:
				grow(append(slices.Clone(prefix), s), append(slices.Clone(symbols), s), l)
			}
		}
	}
	grow([]int32{r.start}, nil, 0)
	slices.SortStableFunc(all, func(a, b outcome) int { return cmp.Compare(b.score, a.score) })
	return all
}

var toyRules = rules{width: 1, best: 1, penalty: 1, start: 0, end: 1, never: []int32{0, -1}, vocabulary: 99}

// TestBeamExhaustive: a beam that loses nothing finds what going through everything finds.
func TestBeamExhaustive(t *testing.T) {
	for seed := range 20 {
		for _, penalty := range []float64{0, .6, 1, 1.7} {
			r := toyRules
			r.width, r.best, r.penalty = 400, 7, penalty
			limits := []int{4, 1, 3}
			got, err := beamSearch(r, speaker[float64](newOracle(seed, 5, len(limits))), limits)
			if err != nil {
				t.Fatal(err)
			}
			for i, limit := range limits {
				want := newOracle(seed, 5, 0).everything(i, limit, r)
				if n := min(r.best, len(want)); len(got[i]) != n {
					t.Fatalf("seed %d, sentence %d: %d hypotheses, want %d", seed, i, len(got[i]), n)
				}
				for j, h := range got[i] {
					if w := want[j]; math.Abs(h.Score-w.score) > 1e-12 {
						t.Fatalf("seed %d, penalty %v, sentence %d: hypothesis %d is %v with %v, want %v with %v", seed, penalty, i, j, h.Symbols, h.Score, w.symbols, w.score)
					}
				}
			}
		}
	}
}

// TestBeamGreedy: a beam of 1 takes the likeliest symbol every time, of equals the lowest.
func TestBeamGreedy(t *testing.T) {
	const limit = 6
	ended := 0
	for seed := range 200 {
		o := newOracle(seed, 6, 1)
		got, err := beamSearch(toyRules, speaker[float64](o), []int{limit})
		if err != nil {
			t.Fatal(err)
		}
		prefix, logp, length := []int32{0}, 0.0, 0.0
		for {
			of, scale := o.of(0, prefix)
			of[0] = math.Inf(-1)
			best := greatest(of)
			if best != 1 && len(prefix) > limit {
				length = limit
				break
			}
			logp += of[best] - scale
			if best == 1 {
				length, ended = float64(len(prefix)), ended+1
				break
			}
			prefix = append(prefix, int32(best))
		}
		want := Hypothesis{Symbols: prefix[1:], LogP: logp, Score: logp / length}
		for i := range want.Symbols {
			want.From = append(want.From, []int32{2, 1}[(i+2)%2^1])
		}
		if want.From == nil {
			want.From = []int32{}
		}
		if diff := gocmp.Diff([]Hypothesis{want}, got[0]); diff != "" {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
	if ended < 20 || ended > 180 {
		t.Errorf("%d of 200 ended before the limit: the test shows one side alone", ended)
	}
}

// plainBeam is the search again as the rules are told, with hypotheses as lists and everything sorted.
func (o *oracle) plainBeam(sentence, limit int, r rules) (finished []outcome) {
	living := []outcome{{}}
	for {
		var ways []outcome
		var from []int
		for i, h := range living {
			of, scale := o.of(sentence, append([]int32{r.start}, h.symbols...))
			order := []int{}
			for s := range of {
				if !slices.Contains(r.never, int32(s)) && !repeated(append(slices.Clone(h.symbols), int32(s)), r.noRepeat) {
					order = append(order, s)
				}
			}
			slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(of[b], of[a]) })
			for _, s := range order[:min(len(order), 2*r.width)] {
				ways, from = append(ways, outcome{append(slices.Clone(h.symbols), int32(s)), h.logp + (of[s] - scale), 0}), append(from, i)
			}
		}
		slices.SortStableFunc(ways, func(a, b outcome) int { return cmp.Compare(b.logp, a.logp) })
		next := []outcome{}
		for _, w := range ways[:min(len(ways), 2*r.width)] {
			n := len(w.symbols)
			if w.symbols[n-1] == r.end {
				finished = append(finished, outcome{w.symbols[:n-1], w.logp, w.logp / math.Pow(float64(n), r.penalty)})
			} else if n <= limit && len(next) < r.width {
				next = append(next, w)
			}
		}
		slices.SortStableFunc(finished, func(a, b outcome) int { return cmp.Compare(b.score, a.score) })
		if len(next) == 0 || len(finished) >= r.width && finished[0].score >= next[0].logp/math.Pow(float64(limit+1), r.penalty) {
			if len(finished) == 0 {
				for _, h := range living {
					finished = append(finished, outcome{h.symbols, h.logp, h.logp / math.Pow(float64(max(1, len(h.symbols))), r.penalty)})
				}
			}
			return finished[:min(len(finished), r.best)]
		}
		living = next
	}
}

// repeated says that the last n symbols stand in the sequence before.
func repeated(symbols []int32, n int) bool {
	for i := 0; n > 0 && i+n < len(symbols); i++ {
		if slices.Equal(symbols[i:i+n], symbols[len(symbols)-n:]) {
			return true
		}
	}
	return false
}

// TestBeamRules: narrow beams of many sentences at once give what the rules say of each sentence alone.
func TestBeamRules(t *testing.T) {
	const sentences = 12
	for seed := range 30 {
		for _, width := range []int{2, 3, 5} {
			r := toyRules
			r.width, r.best, r.penalty, r.noRepeat, r.weights = width, min(width, 1+seed%3), float64(seed%4)/2, seed%4, seed%2 == 0
			limits := make([]int, sentences)
			for i := range limits {
				limits[i] = 1 + (seed+i)%9
			}
			got, err := beamSearch(r, speaker[float64](newOracle(seed, 7, sentences)), limits)
			if err != nil {
				t.Fatal(err)
			}
			for i, limit := range limits {
				want := newOracle(seed, 7, 0).plainBeam(i, limit, r)
				if len(got[i]) != len(want) {
					t.Fatalf("seed %d, width %d, sentence %d: %d hypotheses, want %d", seed, width, i, len(got[i]), len(want))
				}
				for j, h := range got[i] {
					w := want[j]
					if !slices.Equal(h.Symbols, w.symbols) || h.LogP != w.logp || h.Score != w.score || len(h.From) != len(h.Symbols) || r.weights && len(h.Attention) != len(h.Symbols) {
						t.Fatalf("seed %d, width %d, sentence %d: hypothesis %d is %+v, want %+v", seed, width, i, j, h, w)
					}
				}
			}
		}
	}
}

// TestBeamBad: what is no number is an error that names the sentence.
func TestBeamBad(t *testing.T) {
	_, err := beamSearch(toyRules, speaker[float64](broken{newOracle(1, 4, 3)}), []int{3, 3, 3})
	if err != error(badSentence(1)) {
		t.Errorf("got %v, want that sentence 1 is bad", err)
	}
}

type broken struct{ *oracle }

func (b broken) step(moves []move, never func(int) []int32, hear func(int, scores[float64])) {
	b.oracle.step(moves, never, func(row int, s scores[float64]) {
		if moves[row].sentence == 1 {
			s.scale = math.NaN()
		}
		hear(row, s)
	})
}
