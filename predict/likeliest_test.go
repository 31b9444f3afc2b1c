package predict

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLikeliest: the first of a sorted list, of equals the lower symbols, at any length.
func TestLikeliest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 8))
	var f finder[float32]
	for round := range 1500 {
		least := float32(math.Inf(-1))
		of, n := make([]float32, 1+r.IntN(3000)), 1+r.IntN(40)
		some := float64(1 + r.IntN(60)) // so that there are equals
		for i := range of {
			of[i] = float32(math.Round(r.NormFloat64()*some) / 4)
			if r.IntN(50) == 0 || round%100 == 0 && r.IntN(3) > 0 {
				of[i] = least
			}
		}
		if round%2 == 0 {
			least = 0
		}
		var want []int32
		for i, v := range of {
			if v > least {
				want = append(want, int32(i))
			}
		}
		slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(of[b], of[a]) })
		var got []int32
		for _, w := range f.likeliest(of, least, n, nil) {
			got = append(got, w.symbol)
		}
		if !slices.Equal(got, want[:min(n, len(want))]) {
			t.Fatalf("the %d greatest of %d are %v, want %v", n, len(of), got, want[:min(n, len(want))])
		}
	}
}
