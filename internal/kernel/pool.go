package kernel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Pool shares the chunks of one piece of work between the calling goroutine
// and a few helpers. Chunks are handed out by a counter, so a helper that the
// operating system delays takes fewer of them; what a chunk computes must not
// depend on who runs it. A nil Pool runs everything in the caller.
type Pool struct{ p *pool }

// pool is what the helpers hold, so that an unreachable Pool can be cleaned up.
type pool struct {
	threads int
	spin    int        // polls before a wait parks
	busy    sync.Mutex // held by the goroutine whose work is running

	work    func(chunk, worker int)
	total   int32
	waiting atomic.Int32 // chunks that nobody took yet
	pending atomic.Int32 // chunks that are not finished

	caller  sleeper
	helpers []*sleeper
	closed  atomic.Bool
	close   sync.Once
}

// NewPool makes a pool of so many threads, the caller's included; 0 means
// GOMAXPROCS. The helpers end when the pool is closed or no longer reachable.
func NewPool(threads int) *Pool {
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	p := &pool{threads: threads, spin: spins}
	if threads > runtime.GOMAXPROCS(0) {
		p.spin = 0
	}
	p.caller.wake = make(chan struct{}, 1)
	for i := 1; i < threads; i++ {
		s := &sleeper{wake: make(chan struct{}, 1)}
		p.helpers = append(p.helpers, s)
		go p.help(i, s)
	}
	pub := &Pool{p}
	if threads > 1 {
		runtime.AddCleanup(pub, (*pool).stop, p)
	}
	return pub
}

// Threads is the number of threads of the pool, 1 for nil.
func (p *Pool) Threads() int {
	if p == nil {
		return 1
	}
	return p.p.threads
}

// Close ends the helpers. Run still works afterwards, in the caller alone.
func (p *Pool) Close() {
	if p != nil {
		p.p.stop()
	}
}

// Run calls f(chunk, worker) for every chunk in 0..chunks-1 and returns when
// all are done. worker is below Threads and no two calls of one Run use the
// same worker at the same time. When the pool is at work for another goroutine
// the caller does all chunks itself, so f may call Run.
func (p *Pool) Run(chunks int, f func(chunk, worker int)) {
	if p == nil || chunks < 2 || p.p.threads == 1 || p.p.closed.Load() || !p.p.busy.TryLock() {
		for i := range chunks {
			f(i, 0)
		}
		return
	}
	defer p.p.busy.Unlock()
	p.p.run(chunks, f)
	runtime.KeepAlive(p)
}

func (p *pool) run(chunks int, f func(chunk, worker int)) {
	p.work, p.total = f, int32(chunks)
	p.pending.Store(int32(chunks))
	p.waiting.Store(int32(chunks))
	for i := 0; i < len(p.helpers) && i < chunks-1; i++ {
		p.helpers[i].rouse()
	}
	p.take(0)
	p.caller.wait(p.spin, p.finished)
	p.work = nil
}

func (p *pool) finished() bool { return p.pending.Load() == 0 }
func (p *pool) offered() bool  { return p.waiting.Load() > 0 || p.closed.Load() }

// take works on chunks until none is left to take. A successful swap proves
// that a run is going on, which keeps work and total as they are until its
// chunk is reported finished.
func (p *pool) take(worker int) {
	for {
		left := p.waiting.Load()
		if left <= 0 {
			return
		}
		if !p.waiting.CompareAndSwap(left, left-1) {
			continue
		}
		p.work(int(p.total-left), worker)
		if p.pending.Add(-1) == 0 && worker != 0 {
			p.caller.rouse()
		}
	}
}

func (p *pool) help(worker int, s *sleeper) {
	for {
		s.wait(p.spin, p.offered)
		if p.closed.Load() {
			return
		}
		p.take(worker)
	}
}

func (p *pool) stop() {
	p.close.Do(func() {
		p.busy.Lock()
		defer p.busy.Unlock()
		p.closed.Store(true)
		for _, s := range p.helpers {
			s.rouse()
		}
	})
}

// sleeper is one goroutine that waits for a condition: it polls for a while
// and then parks. Whoever makes the condition true calls rouse.
type sleeper struct {
	parked atomic.Bool
	wake   chan struct{}
	_      [40]byte // one cache line a sleeper
}

// spins is about 100 µs of polling: longer than the gap between two steps of
// training a network that is worth sharing, which is the solver's and the
// batch's time, as waking a thread takes about as long as half of its work;
// much shorter than a scheduler's slice.
const spins = 20000

func (s *sleeper) wait(spin int, ready func() bool) {
	for i := range spin {
		if ready() {
			return
		}
		if i%64 == 63 {
			runtime.Gosched()
		}
	}
	for !ready() {
		s.parked.Store(true)
		if ready() && s.parked.Swap(false) {
			return
		}
		<-s.wake
	}
}

func (s *sleeper) rouse() {
	if s.parked.Load() && s.parked.Swap(false) {
		s.wake <- struct{}{}
	}
}
