package mutate

import (
	"fmt"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"testing"
	"time"
)

// What one try may take, and when it counts as one that never ends.
const (
	maxTime   = time.Second
	maxMemory = 256 << 20 // bytes, all that was allocated, freed or not
	hang      = 30 * time.Second
	tries     = 10 // of an input that took too long: what is slow is so each time, a busy machine is not
)

// watch runs tries and measures them.
type watch struct {
	slowest time.Duration
	largest uint64
	limit   time.Duration
	keep    func([]byte) string

	running atomic.Pointer[attempt]
	ended   chan struct{}
	sample  []metrics.Sample
}

// attempt is a try that has begun.
type attempt struct {
	input []byte
	began time.Time
}

func newWatch(keep func([]byte) string) *watch {
	w := &watch{keep: keep, limit: maxTime, ended: make(chan struct{}), sample: []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}}
	go w.guard()
	return w
}

func (w *watch) end() { close(w.ended) }

// guard ends the process when a try does not end.
func (w *watch) guard() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-w.ended:
			return
		case <-tick.C:
		}
		if a := w.running.Load(); a != nil && time.Since(a.began) > hang {
			fmt.Fprintf(os.Stderr, "mutate: a try has taken %v and goes on; its input is in %s\n", hang, w.keep(a.input))
			debug.SetTraceback("all")
			panic("mutate: a try does not end")
		}
	}
}

// try runs one input and returns what is wrong, "" when nothing is. Where it takes too long it is tried again.
func (w *watch) try(t testing.TB, f func(testing.TB, []byte), b []byte) (fault string) {
	whole := false
	defer func() {
		if r := recover(); r != nil {
			fault = fmt.Sprintf("panic: %v\n%s", r, debug.Stack())
		}
		if !whole || fault != "" { // not whole: the target has said what is wrong and is on its way out
			path := w.keep(b)
			t.Logf("the input is in %s", path)
		}
	}()
	least := hang
	for range tries {
		took, taken := w.measure(t, f, b)
		least = min(least, took)
		w.largest = max(w.largest, taken)
		if taken > maxMemory {
			fault = fmt.Sprintf("it took %d MiB, want at most %d", taken>>20, maxMemory>>20)
		}
		if least < w.limit {
			break
		}
	}
	if least >= w.limit {
		fault = fmt.Sprintf("it took %v, want less than %v", least, w.limit)
	}
	w.slowest = max(w.slowest, least)
	whole = true
	return fault
}

// measure runs one input. The time is that on the processors where the system tells it, so that waiting for other processes
// does not count; guard ends a try that waits for ever.
func (w *watch) measure(t testing.TB, f func(testing.TB, []byte), b []byte) (took time.Duration, taken uint64) {
	before := w.allocated()
	worked, told := Busy()
	began := time.Now()
	w.running.Store(&attempt{b, began})
	defer w.running.Store(nil)
	f(t, b)
	took = time.Since(began)
	if now, _ := Busy(); told {
		took = min(took, now-worked)
	}
	return took, w.allocated() - before
}

// allocated is all that this process has ever taken from its heap, in bytes.
func (w *watch) allocated() uint64 {
	metrics.Read(w.sample)
	return w.sample[0].Value.Uint64()
}
