package evaluate

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Golden values by scipy 1.17, with y, p and f as in TestClassify:
//
//	q = np.roll(p, 1, axis=0); a, d = y == f, y == q.argmax(1)
//	stats.binomtest((a & ~d).sum(), (a & ~d).sum()+(d & ~a).sum()).pvalue
func TestMcNemar(t *testing.T) {
	truth, p := classified()
	q := append([][]float64{p[59]}, p[:59]...)
	if a, b, v := McNemar(Right(truth, p), Right(truth, q)); a != 7 || b != 9 || !cmp.Equal(0.803619384765625, v, near) {
		t.Errorf("%d, %d, p = %v, want 7, 9, .8036", a, b, v)
	}
	for _, c := range []struct {
		a, b []bool
		p    float64
	}{
		{[]bool{true, false}, []bool{true, false}, 1},
		{[]bool{true, true, true, true, true, true}, make([]bool, 6), 2. / 64},
		{[]bool{true, false}, []bool{false, true}, 1},
	} {
		_, _, v := McNemar(c.a, c.b)
		if _, _, w := McNemar(c.b, c.a); !cmp.Equal(c.p, v, near) || v != w {
			t.Errorf("%v, %v: p = %v, exchanged %v, want %v", c.a, c.b, v, w, c.p)
		}
	}
}

// Golden values by scipy 1.17, with the log losses of p and q as above; the last one by a million draws, of which 10,000 differ by
// less than .02 from it in all but one of 100,000 cases:
//
//	stats.permutation_test((x, z), lambda x, z, axis: (x-z).mean(axis), permutation_type='samples', vectorized=True, n_resamples=1e6)
func TestPermutation(t *testing.T) {
	truth, p := classified()
	x, z := LogLosses(truth, p), LogLosses(truth, append([][]float64{p[59]}, p[:59]...))
	for _, c := range []struct {
		n                        int
		difference, p, tolerance float64
	}{
		{8, 0.049770725703318974, 0.921875, 1e-12},
		{13, -0.023366235583495324, 0.929931640625, 1e-12},
		{60, 0.04087135704119874, 0.7413292586707413, .02},
	} {
		d, v := Permutation(x[:c.n], z[:c.n])
		if !cmp.Equal(c.difference, d, near) || math.Abs(v-c.p) > c.tolerance {
			t.Errorf("%d: %v, p = %v, want %v, p = %v", c.n, d, v, c.difference, c.p)
		}
	}
	worse := ruled(100, func(i int) float64 { return float64(i%7) + 1 })
	if d, v := Permutation(ruled(100, func(i int) float64 { return float64(i % 7) }), worse); d != -1 || v != 1e-4 {
		t.Errorf("always lower: %v, p = %v, want -1, p = 1/10,000", d, v)
	}
	if d, v := Permutation(x, x); d != 0 || v != 1 {
		t.Errorf("equal losses: %v, p = %v", d, v)
	}
	for _, bad := range [][2][]float64{{}, {{1, nan}, {2, 3}}} {
		if d, v := Permutation(bad[0], bad[1]); d == d || v == v {
			t.Errorf("%v: %v, p = %v, want NaN", bad, d, v)
		}
	}
}

// bySymbol is BlockBootstrap of losses of one symbol each in blocks of 1,000, the last one longer.
func bySymbol(a, b []float64) Bootstrapped {
	blocks := len(a) / 1000
	sums := func(loss func(i int) float64) []float64 {
		all := make([]float64, blocks)
		for i := range a {
			if at := min(i/1000, blocks-1); at >= 0 {
				all[at] += loss(i)
			}
		}
		return all
	}
	return BlockBootstrap(sums(func(i int) float64 { return a[i] }), sums(func(i int) float64 { return b[i] }), sums(func(int) float64 { return 1 }))
}

// Many blocks are joined, so that no more than 10,000 are drawn from.
func TestManyBlocksAreJoined(t *testing.T) {
	a := ruled(25_000, func(i int) float64 { return float64(i % 7) })
	if r := BlockBootstrap(a, make([]float64, len(a)), ruled(len(a), func(int) float64 { return 2 })); r.Blocks != 8334 || math.Abs(r.Difference-1.5) > .001 {
		t.Errorf("%+v, want a difference of 1.5 from 8334 blocks", r)
	}
}

// Golden values by numpy 2.4 from 400,000 draws of blocks; 9,999 differ by chance.
//
//	d = a-b; S = [d[k*1000:(k+1)*1000 if k < 7 else None] for k in range(8)]
//	s, c = np.array([v.sum() for v in S]), np.array([len(v) for v in S])
//	i = rng.integers(0, 8, (400000, 8)); m = s[i].sum(1)/c[i].sum(1); np.quantile(m, [.025, .975])
//
// Few blocks that all lean to one side are no proof: so do five coins, once in sixteen times.
func TestBlockBootstrapOfFew(t *testing.T) {
	for n := LeastApart; n < 9; n++ {
		a := ruled(n, func(i int) float64 { return 2 + .01*float64(i) })
		if r := BlockBootstrap(a, make([]float64, n), ruled(n, func(int) float64 { return 1 })); r.P < math.Exp2(1-float64(n)) || r.P > math.Exp2(1-float64(n))*1.01 {
			t.Errorf("%d blocks that lean to one side: p %g, want %g", n, r.P, math.Exp2(1-float64(n)))
		}
	}
}

func TestBlockBootstrap(t *testing.T) {
	BlockBootstrap := bySymbol
	a := ruled(8300, func(i int) float64 { return float64(i*37%101)/50 + float64(i/1000*5%7)/20 })
	b := ruled(8300, func(i int) float64 { return float64(i*53%97) / 50 })
	r := BlockBootstrap(a, b)
	if !cmp.Equal(0.17552530120481927, r.Difference, near) || math.Abs(r.Low-.11026) > .004 || math.Abs(r.High-.24616) > .004 || r.P != 1./128 || r.Blocks != 8 {
		t.Errorf("%+v, want .1755 in .110 to .246, p = 1/128, that of eight coins that all fall on one side", r)
	}
	back := BlockBootstrap(b, a)
	if d := cmp.Diff(Bootstrapped{-r.Difference, -r.High, -r.Low, r.P, 8}, back, cmp.Comparer(func(x, y float64) bool { return math.Abs(x-y) < .004 })); d != "" {
		t.Errorf("exchanged (-want +got)\n%s", d)
	}
	if r := BlockBootstrap(a, a); r.Difference != 0 || r.P != 1 {
		t.Errorf("equal losses: %+v", r)
	}
	for _, bad := range [][2][]float64{{a[:4999], b[:4999]}, {slices.Concat(a, []float64{nan}), slices.Concat(b, []float64{1})}, {}} {
		if r := BlockBootstrap(bad[0], bad[1]); r.P == r.P || r.Low == r.Low {
			t.Errorf("%d symbols: %+v, want no test", len(bad[0]), r)
		}
	}
}

// Losses that rise and fall over hundreds of symbols are no evidence, though each symbol on its own would look like it.
func TestBlocksKnowNeighbours(t *testing.T) {
	BlockBootstrap := bySymbol
	a := ruled(20_000, func(i int) float64 { return math.Sin(float64(i)/500) + .1 })
	if r := BlockBootstrap(a, make([]float64, len(a))); r.P < .05 {
		t.Errorf("%+v, want p above .05", r)
	}
}

func TestScoreLanguage(t *testing.T) {
	got := ScoreLanguage([]float64{math.Ln2, math.Log(8), 0, math.Log(16)}, 6, 1)
	want := Language{Symbols: 4, Nats: 2 * math.Ln2, Bits: 2, Perplexity: 4, BitsPerByte: 8. / 6, Unknown: .25}
	if d := cmp.Diff(want, got, near); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if got := ScoreLanguage(nil, 0, 0); got.Nats == got.Nats {
		t.Errorf("without a symbol: %+v, want NaN", got)
	}
}

func BenchmarkPermutation(b *testing.B) {
	x, z := ruled(1000, func(i int) float64 { return float64(i * 37 % 101) }), ruled(1000, func(i int) float64 { return float64(i * 53 % 97) })
	for b.Loop() {
		Permutation(x, z)
	}
}
