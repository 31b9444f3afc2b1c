package configs_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"recur/configs"
	"recur/internal/mutate"
)

// bombs are configs made to take memory or time: ten kinds in ten sizes, up to and beyond the largest size that is read.
func bombs() map[string][]byte {
	kinds := map[string]func(n int) string{
		"aliases of aliases": func(n int) string {
			s := "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
			for i := 1; i <= n; i++ {
				s += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 8), i-1)
			}
			return s
		},
		"an alias of itself": func(n int) string {
			return "data: &d {" + strings.Repeat("x: [", n) + "*d" + strings.Repeat("]", n) + "}\n"
		},
		"merge keys": func(n int) string {
			s := "m0: &m0 {a: 1}\n"
			for i := 1; i <= n; i++ {
				s += fmt.Sprintf("m%d: &m%d {<<: [*m%d, *m%d]}\n", i, i, i-1, i-1)
			}
			return s
		},
		"open brackets":   func(n int) string { return "data: " + strings.Repeat("[", n*10000) },
		"nested lists":    func(n int) string { return "data: " + strings.Repeat("[", n*10000) + strings.Repeat("]", n*10000) },
		"nested mappings": func(n int) string { return strings.Repeat("{a: ", n*10000) + strings.Repeat("}", n*10000) },
		"indented mappings": func(n int) string {
			var b strings.Builder
			for i := range n * 130 {
				b.WriteString(strings.Repeat(" ", i) + "a:\n")
			}
			return b.String()
		},
		"many unknown keys": func(n int) string {
			var b strings.Builder
			for i := range n * 10000 {
				fmt.Fprintf(&b, "k%d: 1\n", i)
			}
			return b.String()
		},
		"a long value":   func(n int) string { return "seed: " + strings.Repeat("9", n*1000000) },
		"many documents": func(n int) string { return strings.Repeat("--- {data: 1}\n", n*10000) },
	}
	all := map[string][]byte{}
	for kind, make := range kinds {
		for n := 1; n <= 10; n++ {
			all[fmt.Sprintf("%s %d", kind, n)] = []byte(make(n))
		}
	}
	return all
}

// Each is refused, with at most 100 faults listed, within 200 ms of a processor (the clock would tell how busy the machine is)
// and 64 MiB (counted as all that was ever allocated).
func TestBombs(t *testing.T) {
	all := bombs()
	if len(all) < 100 {
		t.Fatalf("got %d bombs, want 100", len(all))
	}
	limit := 200 * time.Millisecond
	if raceEnabled {
		limit *= 10 // the race detector makes everything as much slower
	}
	slowest, largest := time.Duration(0), uint64(0)
	for name, src := range all {
		var before, after runtime.MemStats
		elapsed := time.Duration(1 << 62)
		for range 3 { // the best of three: the machine may be busy
			runtime.ReadMemStats(&before)
			start, told := mutate.Busy()
			_, err := configs.Parse("bomb.yaml", bytes.Clone(src), nil)
			end, _ := mutate.Busy()
			if elapsed = min(elapsed, end-start); !told {
				elapsed = 0
			}
			runtime.ReadMemStats(&after)
			var faults *configs.Error
			if !errors.As(err, &faults) {
				t.Fatalf("%s: got %v, want a *configs.Error", name, err)
			}
			if n := len(faults.Faults); n > 101 {
				t.Errorf("%s: %d faults are listed, want at most 100 and a count", name, n)
			}
			if elapsed < limit {
				break
			}
		}
		taken := after.TotalAlloc - before.TotalAlloc
		if taken > 64<<20 {
			t.Errorf("%s: %d bytes took %d MiB, want at most 64", name, len(src), taken>>20)
		}
		if elapsed > limit {
			t.Errorf("%s: %d bytes took %v, want at most %v", name, len(src), elapsed, limit)
		}
		slowest, largest = max(slowest, elapsed), max(largest, taken)
	}
	t.Logf("%d bombs: at most %v and %d MiB", len(all), slowest, largest>>20)
}
