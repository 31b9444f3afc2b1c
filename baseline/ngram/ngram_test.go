package ngram

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var near = cmpopts.EquateApprox(1e-12, 0)

// ruled is a text of five symbols by a rule; 0 ends a document, and begins the text.
func ruled(n int, f func(i int) int) Slice {
	s := make(Slice, n)
	for i := 1; i < n; i++ {
		s[i] = int32(f(i) % 5)
	}
	return s
}

var (
	learnt = ruled(200, func(i int) int { return i * i * 7 / 3 % 11 })
	held   = ruled(40, func(i int) int { return i * i * 5 / 2 % 7 })
)

func fixed(t *testing.T, way Smoothing, order int, text Sequence) *Model {
	t.Helper()
	m, err := Fit(text, nil, 0, Options{Vocabulary: 5, Boundary: 0, MinOrder: order, MaxOrder: order, Smoothing: way})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The golden values are those of the definitions written down over dictionaries, in Python:
//
//	def grams(n):                       # {n-gram: count}, documents apart
//	    c = defaultdict(int)
//	    for i in range(n-1, len(text)):
//	        g = tuple(text[i-n+1:i+1])
//	        if END not in g[1:-1]: c[g] += 1
//	    return c
//	def lefts(n):                       # {n-gram: symbols before it}
//	    c, seen = grams(n), defaultdict(set)
//	    for g in grams(n+1): seen[g[1:]].add(g[0])
//	    return {g: len(seen[g]) or c[g] for g in c}
//	def kn(h, w, n, top):               # h: history since the start of the document, its boundary included
//	    if n == 0: return 1/V
//	    c, lower = grams(n) if top else lefts(n), kn(h, w, n-1, False)
//	    g, d = h[len(h)-n+1:], discounts(c)
//	    rest = {k: v for k, v in c.items() if k[:-1] == g}
//	    if len(h) < n-1 or not rest: return lower
//	    off = lambda v: d[min(v, 3)-1] if v else 0
//	    v = rest.get(g+(w,), 0)
//	    return (v-off(v) + sum(map(off, rest.values()))*lower)/sum(rest.values())
//	def wb(h, w, n):
//	    if n == 0: return 1/V
//	    g, lower = h[len(h)-n+1:], wb(h, w, n-1)
//	    rest = {k: v for k, v in grams(n).items() if k[:-1] == g}
//	    if len(h) < n-1 or not rest: return lower
//	    return (rest.get(g+(w,), 0)+len(rest)*lower)/(sum(rest.values())+len(rest))
func TestNats(t *testing.T) {
	for _, c := range []struct {
		way   Smoothing
		order int
		nats  float64
	}{
		{WittenBell, 1, 1.7721023934356595},
		{WittenBell, 2, 2.9957685677786543},
		{WittenBell, 3, 3.9437760762927816},
		{WittenBell, 4, 3.9437760762927816},
		{KneserNey, 1, 1.7782821472132433},
		{KneserNey, 2, 2.8005060301553013},
		{KneserNey, 3, 2.8865395744311355},
		{KneserNey, 4, 2.602171500355261},
	} {
		if got := fixed(t, c.way, c.order, learnt).Nats(held, 1); !cmp.Equal(c.nats, got, near) {
			t.Errorf("%s of order %d: %v nats, want %v", c.way, c.order, got, c.nats)
		}
	}
}

// Whatever was read, the probabilities of all symbols add up to 1.
func TestProbabilitiesAddUpTo1(t *testing.T) {
	for _, way := range []Smoothing{WittenBell, KneserNey} {
		for order := 1; order <= 7; order++ {
			r := fixed(t, way, order, learnt).Read()
			for i, s := range append(Slice{4, 4, 4, 4, 3}, held...) {
				sum := 0.0
				for w := range int32(5) {
					p := r.Probability(w)
					if !(p > 0) {
						t.Fatalf("%s of order %d: p = %v", way, order, p)
					}
					sum += p
				}
				if math.Abs(sum-1) > 1e-12 {
					t.Fatalf("%s of order %d after %d symbols: the sum is %v", way, order, i, sum)
				}
				r.Skip(s)
			}
		}
	}
}

func TestDocumentsAreApart(t *testing.T) {
	text := Slice{0, 1, 2, 0, 3, 4, 0, 1, 2, 0, 3, 4, 0}
	for _, way := range []Smoothing{WittenBell, KneserNey} {
		m := fixed(t, way, 4, text)
		after := func(s ...int32) float64 {
			r := m.Read()
			for _, s := range s {
				r.Skip(s)
			}
			return r.Probability(3)
		}
		if a, b := after(1, 2, 0), after(3, 4, 0); a != b {
			t.Errorf("%s: what stands before a boundary changes what follows: %v and %v", way, a, b)
		}
		m, err := Fit(text, nil, 0, Options{Vocabulary: 5, Boundary: -1, MinOrder: 4, MaxOrder: 4, Smoothing: way})
		if err != nil {
			t.Fatal(err)
		}
		if m.Nats(Slice{1, 2, 0, 3}, 3) == m.Nats(Slice{3, 4, 0, 3}, 3) {
			t.Errorf("%s: without a boundary what stands before makes no difference either", way)
		}
	}
}

// The chosen order is the best of those that were tried; what is tried ends where the next one is worse.
func TestOrderIsChosen(t *testing.T) {
	all := text(4000, 5)
	training, validation := all[:3000], all[3000:]
	fit := func(o Options) *Model {
		t.Helper()
		o.Vocabulary, o.Boundary = 5, -1
		m, err := Fit(training, validation, 1, o)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	m := fit(Options{})
	lowest, at := math.Inf(1), Tried{}
	for _, c := range m.Tried {
		if got := fit(Options{MinOrder: c.Order, MaxOrder: c.Order, Smoothing: c.Smoothing}).Nats(validation, 1); got != c.Nats {
			t.Errorf("%s of order %d was tried at %v, and has %v", c.Smoothing, c.Order, c.Nats, got)
		}
		if c.Nats < lowest {
			lowest, at = c.Nats, c
		}
	}
	if at.Order < 2 || m.Order != at.Order || m.Smoothing != at.Smoothing || m.Nats(validation, 1) != lowest {
		t.Errorf("%s of order %d with %v, want the lowest of %v", m.Smoothing, m.Order, m.Nats(validation, 1), m.Tried)
	}
	if last := m.Tried[len(m.Tried)-1].Order; last != at.Order+1 {
		t.Errorf("orders up to %d were tried, the best is %d", last, at.Order)
	}
}

func TestLossesAreWhatIsScored(t *testing.T) {
	m := fixed(t, KneserNey, 3, learnt)
	all, some := m.Losses(held, 0), m.Losses(held, 7)
	if d := cmp.Diff(all[7:], some); d != "" {
		t.Errorf("what comes before counts as read (-want +got)\n%s", d)
	}
	if len(all) != len(held) || !math.IsNaN(m.Nats(held, len(held))) {
		t.Errorf("%d losses of %d symbols", len(all), len(held))
	}
}

func TestLimits(t *testing.T) {
	m, err := Fit(learnt, nil, 0, Options{Vocabulary: 5, Boundary: 0, Symbols: 50, MaxOrder: 3})
	if err != nil {
		t.Fatal(err)
	}
	if want := fixed(t, KneserNey, 3, learnt[150:]); m.Symbols != 50 || m.Nats(held, 1) != want.Nats(held, 1) {
		t.Errorf("%d symbols with %v nats, want the last 50 with %v", m.Symbols, m.Nats(held, 1), want.Nats(held, 1))
	}
	m, err = Fit(learnt, nil, 0, Options{Vocabulary: 5, Boundary: 0, Nodes: 40})
	if err != nil {
		t.Fatal(err)
	}
	if want := fixed(t, KneserNey, 2, learnt); m.Order != 2 || !m.Full || m.Nats(held, 1) != want.Nats(held, 1) {
		t.Errorf("order %d, full %v: want order 2, since 40 n-grams are no more than that", m.Order, m.Full)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		text Slice
		o    Options
		want string
	}{
		{nil, Options{Vocabulary: 5}, "no symbol to count"},
		{learnt, Options{}, "a vocabulary of 0 symbols"},
		{Slice{1, 2, 5}, Options{Vocabulary: 5}, "symbol 2 of the training part is 5, want one below 5"},
		{Slice{-1}, Options{Vocabulary: 5}, "symbol 0 of the training part is -1"},
		{learnt, Options{Vocabulary: 5, MinOrder: 4, MaxOrder: 3}, "orders 4 to 3"},
		{learnt, Options{Vocabulary: 5, Smoothing: "laplace"}, `smoothing "laplace", want "witten_bell"`},
		{learnt, Options{Vocabulary: 5, Nodes: 2}, "raise Nodes"},
		{learnt, Options{Vocabulary: 5, Nodes: -1}, "want 1 or more"},
	} {
		if _, err := Fit(c.text, nil, 0, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.o, err, c.want)
		}
	}
}

// Orders that were counted to be tried, and are not the chosen one, are not kept.
func TestLongerOrdersAreLetGoOf(t *testing.T) {
	all := text(4000, 5)
	m, err := Fit(all[:3000], all[3000:], 0, Options{Vocabulary: 5, Boundary: -1})
	if err != nil {
		t.Fatal(err)
	}
	if tried := m.Tried[len(m.Tried)-1].Order; tried <= m.Order || cap(m.levels) > m.Order+1 && m.levels[:cap(m.levels)][m.Order+1] != nil {
		t.Errorf("order %d of %d tried: a level more is kept", m.Order, tried)
	}
}

// text is n symbols of a language of V that has habits.
func text(n, v int) Slice {
	s := make(Slice, n)
	state := uint64(1)
	for i := range s {
		state = state*6364136223846793005 + 1442695040888963407
		rare := float64(state>>40) / (1 << 24)
		s[i] = int32(float64(v) * rare * rare * rare)
		if i > 2 && state>>30&3 > 0 { // three of four follow from the two before
			s[i] = int32((int(s[i-1])*7 + int(s[i-2])*3 + int(state>>28&1)) % v)
		}
	}
	return s
}

func BenchmarkFit(b *testing.B) {
	for _, c := range []struct {
		name string
		v    int
	}{{"characters", 65}, {"words", 20_000}} {
		all := text(1_100_000, c.v)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Fit(all[:1_000_000], all[1_000_000:], 0, Options{Vocabulary: c.v, Boundary: -1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkScore(b *testing.B) {
	all := text(1_100_000, 65)
	m, err := Fit(all[:1_000_000], nil, 0, Options{Vocabulary: 65, Boundary: -1, MinOrder: 5, MaxOrder: 5})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Nats(all[1_000_000:], 0)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/symbol")
}
