package train

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data/series"
)

func TestPace(t *testing.T) {
	for _, c := range []struct {
		epochs, batch, windows, low, high int
		updates, in                       int   // U, and the epochs that share them
		draws                             []int // of the first epochs
	}{
		{3, 8, 34, 0, 0, 15, 3, []int{34, 34, 34}},
		{3, 8, 34, 15, 15, 15, 3, []int{34, 34, 34}}, // no bound is met
		{3, 8, 34, 20, 0, 20, 3, []int{48, 56, 56}},  // 6, 7 and 7 updates
		{3, 8, 34, 0, 10, 10, 3, []int{24, 24, 32}},
		{3, 8, 34, 0, 2, 2, 2, []int{8, 8}},
		{4, 100, 34, 8, 0, 8, 4, []int{68, 68, 68, 68}}, // a batch has no more than all windows
		{10, 128, 1 << 20, 500, 2000, 2000, 10, []int{25600, 25600}},
	} {
		p := newPace(configs.Train{Epochs: c.epochs, BatchSize: c.batch, MinUpdates: c.low, MaxUpdates: c.high}, c.windows)
		if p.updates != c.updates || p.epochs != c.in || p.before(p.epochs) != c.updates {
			t.Errorf("%+v: got %d updates in %d epochs, %d by the sum", c, p.updates, p.epochs, p.before(p.epochs))
		}
		drawn := 0
		for e, want := range c.draws {
			if p.draws(e) != want || p.drawn(e) != drawn {
				t.Errorf("%+v: epoch %d draws %d windows after %d, want %d after %d", c, e, p.draws(e), p.drawn(e), want, drawn)
			}
			drawn += want
		}
	}
}

func TestEpochsMayGrowWhereTheirLengthStays(t *testing.T) {
	was := configs.Train{Epochs: 10, BatchSize: 8, MaxUpdates: 1000}
	is := was
	is.Epochs = 20
	if err := samePace(was, is, 34); err != nil { // 100 updates of 1000
		t.Error(err)
	}
	if err := samePace(was, is, 3400); err == nil || err.Error() != "train.epochs was 10, now it is 20, which under train.min_updates 0 and train.max_updates 1000 makes epochs of 50 updates instead of 100; to go on with as many updates an epoch set train.min_updates and train.max_updates to 2000" {
		t.Errorf("got %v", err)
	}
	is.MinUpdates, is.MaxUpdates = 2000, 2000 // as advised
	if err := samePace(was, is, 3400); err != nil {
		t.Error(err)
	}
}

// Windows are one pass after the other, however long the epochs are; so each is drawn as often as any other, but for one.
func TestUniformDrawsContinue(t *testing.T) {
	for _, shuffle := range []bool{true, false} {
		s := &sampler{seed: 5, shuffle: shuffle, windows: 7}
		var want []int
		for pass := range 6 {
			order := make([]int, 7)
			permute(order, 5, pass, shuffle)
			want = append(want, order...)
		}
		for _, length := range []int{7, 3, 20} {
			var got []int
			for e := 0; len(got)+length <= len(want); e++ {
				order := make([]int, length)
				s.draw(order, e, len(got))
				got = append(got, order...)
			}
			if d := cmp.Diff(want[:len(got)], got); d != "" {
				t.Errorf("shuffle %v, epochs of %d windows (-want +got)\n%s", shuffle, length, d)
			}
		}
	}
}

// Series of 1, 4, 25 and 400 windows have chances of 1, 2, 5 and 20 in 28, and within one all windows the same.
func TestBalancedDraws(t *testing.T) {
	var windows []series.Window
	for s, n := range map[int]int{0: 1, 3: 4, 4: 25, 9: 400} {
		for i := range n {
			windows = append(windows, series.Window{Series: s, Start: i})
		}
	}
	slices.SortFunc(windows, func(a, b series.Window) int { return (a.Series-b.Series)*1000 + a.Start - b.Start })
	s := &sampler{seed: 1, shuffle: true, balanced: true, windows: len(windows), series: portionsOf(&series.Part{Windows: windows})}
	order := make([]int, 100000)
	s.draw(order, 2, 0)
	count := make([]float64, len(windows))
	for _, i := range order {
		count[i]++
	}
	var chi float64
	for i, n := range count {
		size := map[int]float64{0: 1, 3: 4, 4: 25, 9: 400}[windows[i].Series]
		want := float64(len(order)) / 28 / math.Sqrt(size)
		chi += (n - want) * (n - want) / want
	}
	if chi > 543 { // χ², 429 degrees of freedom, p = 1e-4
		t.Errorf("χ² is %.0f, want at most 543", chi)
	}
	again, other := make([]int, 8), make([]int, 8)
	s.draw(again, 2, 0)
	s.draw(other, 3, 0)
	// It is part of what a seed means: these never change.
	if d := cmp.Diff([]int{368, 268, 194, 334, 192, 328, 248, 22}, again); d != "" || !slices.Equal(again, order[:8]) || slices.Equal(again, other) {
		t.Errorf("epoch 2 draws %v, then %v; epoch 3 %v\n%s", order[:8], again, other, d)
	}
	s.shuffle = false
	s.draw(order, 2, 0)
	if !slices.IsSorted(order) {
		t.Error("without shuffling the windows of an epoch are not in their order")
	}
}

// However many windows there are, a training makes the updates that it should.
func TestUpdatesAreBounded(t *testing.T) {
	for _, c := range []struct {
		set    string
		steps  int
		epochs int
	}{
		{"train.min_updates=77", 77, 6}, {"train.max_updates=17", 17, 6}, {"train.max_updates=4", 4, 4}, {"train.min_updates=10", 30, 6},
	} {
		r := mustRun(t, Options{}, c.set)
		last := r.Epochs[len(r.Epochs)-1]
		if r.Last.Step != c.steps || last.Number != c.epochs || last.Epochs != c.epochs || r.Stopped != "epochs" {
			t.Errorf("%s: %d updates, last epoch %+v, want %d in %d", c.set, r.Last.Step, last, c.steps, c.epochs)
		}
	}
}

// A refit makes the same share of its updates as the best epoch had of those of the first phase, at the same rates.
func TestRefitOfBoundedUpdates(t *testing.T) {
	for _, bound := range []string{"train.max_updates=20", "train.min_updates=60"} {
		var rates [2][]float64
		o := Options{}
		first := 0
		o.OnEpoch = func(e Epoch) {
			if e.Refit {
				rates[1] = append(rates[1], e.LearningRate)
			} else {
				rates[0] = append(rates[0], e.LearningRate)
				first = e.Step
			}
		}
		r := mustRun(t, o, bound, "train.refit=all", "train.schedule={kind: cosine}", "train.epochs=4")
		chosen := len(rates[1])
		if got, want := r.Last.Step-first, chosen*first/4; chosen == 0 || got != want || fmt.Sprint(rates[0][:chosen]) != fmt.Sprint(rates[1]) {
			t.Errorf("%s: %d updates in a refit of %d epochs, want %d; rates %v", bound, got, chosen, want, rates)
		}
	}
}

func TestPermute(t *testing.T) {
	order := func(seed uint64, epoch int, shuffle bool) []int {
		o := make([]int, 50)
		permute(o, seed, epoch, shuffle)
		return o
	}
	a := order(1, 0, true)
	seen := make([]bool, len(a))
	for _, i := range a {
		seen[i] = true
	}
	for i, s := range seen {
		if !s {
			t.Fatalf("%d is missing in %v", i, a)
		}
	}
	if !cmp.Equal(a, order(1, 0, true)) {
		t.Error("the same seed and epoch gave another order")
	}
	if cmp.Equal(a, order(1, 1, true)) || cmp.Equal(a, order(2, 0, true)) {
		t.Error("another epoch or seed gave the same order")
	}
	if o := order(1, 0, false); o[0] != 0 || o[49] != 49 {
		t.Errorf("without shuffling the order is %v", o)
	}
	// It is part of what a seed means: these never change.
	if d := cmp.Diff([]int{2, 15, 27, 29, 21, 37, 43, 5}, order(1, 0, true)[:8]); d != "" {
		t.Error(d)
	}
}

// Each window must come to each place equally often: χ² over 5×5 counts of 2,000 orders, 16 degrees of freedom, p = 1e-4.
func TestPermuteIsFair(t *testing.T) {
	const epochs = 2000
	var count [5][5]float64
	order := make([]int, 5)
	for e := range epochs {
		permute(order, 7, e, true)
		for place, i := range order {
			count[place][i]++
		}
	}
	var chi float64
	for _, row := range count {
		for _, n := range row {
			chi += (n - epochs/5) * (n - epochs/5) / (epochs / 5)
		}
	}
	if chi > 45.9 {
		t.Errorf("χ² is %.1f, want at most 45.9", chi)
	}
}
