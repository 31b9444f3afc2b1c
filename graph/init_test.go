package graph

import (
	"math"
	"testing"
)

// TestStream pins the numbers: a seed means the same weights in every version.
func TestStream(t *testing.T) {
	if got, want := Stream(1, "a").Uint64(), uint64(17755013923010906548); got != want {
		t.Errorf("Stream(1, a) starts with %d, want %d", got, want)
	}
	seen := map[uint64]string{}
	for _, s := range []struct {
		seed uint64
		name string
	}{{1, "a"}, {1, "b"}, {2, "a"}, {1, "ab"}, {1, ""}} {
		v := Stream(s.seed, s.name).Uint64()
		if seen[v] != "" {
			t.Errorf("streams %q and %q start alike", seen[v], s.name)
		}
		seen[v] = s.name + "."
	}
}

func TestUniform(t *testing.T) {
	w := make([]float64, 10000)
	Uniform(Stream(1, "w"), 0.25, w)
	sum, squares := 0.0, 0.0
	for _, v := range w {
		if math.Abs(v) > 0.25 {
			t.Fatalf("%v is outside ±0.25", v)
		}
		sum, squares = sum+v, squares+v*v
	}
	n := float64(len(w))
	if sd := 0.25 / math.Sqrt(3); math.Abs(sum/n) > 4*sd/math.Sqrt(n) || math.Abs(math.Sqrt(squares/n)/sd-1) > 0.03 {
		t.Errorf("mean %v and deviation %v, want 0 and %v", sum/n, math.Sqrt(squares/n), sd)
	}
	f := make([]float32, len(w))
	Uniform(Stream(1, "w"), 0.25, f)
	for i := range f {
		if f[i] != float32(w[i]) {
			t.Fatalf("value %d is %v in float32 and %v in float64", i, f[i], w[i])
		}
	}
}

func TestXavier(t *testing.T) {
	w := make([]float64, 30*20)
	Xavier(Stream(1, "w"), 30, 20, w)
	largest := 0.0
	for _, v := range w {
		largest = max(largest, math.Abs(v))
	}
	if bound := math.Sqrt(6.0 / 50); largest > bound || largest < 0.95*bound {
		t.Errorf("the largest value is %v, want just below %v", largest, bound)
	}
}

func TestOrthogonal(t *testing.T) {
	for _, n := range []int{1, 2, 7, 64} {
		w := make([]float64, n*n)
		Orthogonal(Stream(1, "w"), n, w)
		for i := range n {
			for j := range n {
				want := 0.0
				if i == j {
					want = 1
				}
				if d := inner(w[i*n:][:n], w[j*n:][:n]) - want; math.Abs(d) > 1e-14 {
					t.Fatalf("n = %d: rows %d and %d have the product %v, want %v", n, i, j, d+want, want)
				}
			}
		}
	}
}

func TestEyeAndFill(t *testing.T) {
	w := make([]float64, 9)
	Fill(3, w)
	Eye(3, w)
	for i, v := range w {
		if (v == 1) != (i%4 == 0) || v != 0 && v != 1 {
			t.Errorf("element %d is %v", i, v)
		}
	}
	Normal(Stream(1, "w"), 0.001, w)
	for _, v := range w {
		if v == 0 || math.Abs(v) > 0.006 {
			t.Errorf("%v is no draw of deviation 0.001", v)
		}
	}
}
