package kernel

import (
	"fmt"
	"math"
	"unsafe"
)

// CTCSpec fixes the shape of a CTC: T steps of B rows of C classes, one of which is
// the blank, and at most S labels a row.
type CTCSpec struct {
	T, B, C, S int
	Blank      int
	Train      bool  // gradients are wanted
	Pool       *Pool // nil: one thread
}

// CTCInput is what the loss reads: Logits [T,B,C], before the softmax; Labels [S,B]; and of each row how many steps and
// labels are real, nil for all. What lies past them may be anything.
type CTCInput[F Float] struct {
	Logits                []F
	Labels                []int
	Lengths, LabelLengths []int
}

// CTCOutput receives, where not nil, the gradient by the logits [T,B,C], which needs Train and is exactly 0 past a row's
// steps, and log P of each row [B].
type CTCOutput[F Float] struct{ DLogits, LogP []F }

// CTC is the mean over the rows of -log P, where P is the chance of a row's labels
// over all ways to lay them along its steps [1]: every step says a label or the blank,
// a label may go on over several steps, and between two equal ones there is a blank.
// With z = blank y1 blank y2 … blank and p_t the softmax of a step,
//
//	α_t(s) = p_t(z_s)·(α_{t-1}(s) + α_{t-1}(s-1) + [z_s ≠ blank, z_s ≠ z_{s-2}] α_{t-1}(s-2))
//	β_t(s) = Σ_{s'} p_{t+1}(z_s')·β_{t+1}(s') over the same steps backwards, without p_t
//	∂(-log P)/∂logit_t(k) = p_t(k) - Σ_{s: z_s = k} α_t(s)·β_t(s) / P
//
// Chances and sums are extended numbers of float64 even of float32 logits, so that nothing
// vanishes: a row that is long enough has a finite loss, whatever its finite logits. Only
// states are looked at that lie on a way from the first step to the last. A row's bits are its own,
// for any number of threads. A CTC owns its memory, allocates nothing after NewCTC and serves one goroutine at a time.
//
// [1] Graves et al., Connectionist temporal classification: labelling unsegmented sequence data with recurrent neural networks, 2006.
type CTC[F Float] struct {
	spec  CTCSpec
	rooms []ctcRoom // of a thread
	logP  []float64
	in    CTCInput[F]
	out   CTCOutput[F]
	row   func(b, worker int)
}

// ctcRoom is where one row is worked out.
type ctcRoom struct {
	alpha  []extended // [T or 2,ld] states of a step, with two zeros before and behind them
	beta   []extended // [ld] β·p of the step behind
	chance []extended // [T or 1,S+1] of the blank and of each label
	e      []float64  // [C] exponentials of a step
	post   []float64  // [C] shares of the classes of a step; zeros between
	labels []int
	skip   []bool // whether a label may follow on the one before it without a blank
}

// NewCTC makes a loss; it panics on sizes below 1.
func NewCTC[F Float](s CTCSpec) *CTC[F] {
	if min(s.T, s.B, s.C, s.S) < 1 || s.Blank < 0 || s.Blank >= s.C {
		panic(fmt.Sprintf("kernel: ctc: T, B, C, S, blank are %d, %d, %d, %d, %d, want at least 1, and a class", s.T, s.B, s.C, s.S, s.Blank))
	}
	l := &CTC[F]{spec: s, logP: make([]float64, s.B), rooms: make([]ctcRoom, min(s.Pool.Threads(), s.B))}
	for i := range l.rooms {
		l.rooms[i] = newCTCRoom(s)
	}
	l.row = l.runRow
	return l
}

func (s CTCSpec) ld() int { return 2*s.S + 1 + 4 }

// kept is of how many steps α and the chances are kept.
func (s CTCSpec) kept() (alpha, chance int) {
	if s.Train {
		return s.T, s.T
	}
	return 2, 1
}

func newCTCRoom(s CTCSpec) ctcRoom {
	alpha, chance := s.kept()
	r := ctcRoom{alpha: make([]extended, alpha*s.ld()), chance: make([]extended, chance*(s.S+1)), e: make([]float64, s.C),
		labels: make([]int, s.S), skip: make([]bool, s.S)}
	if s.Train {
		r.beta, r.post = make([]extended, s.ld()), make([]float64, s.C)
	}
	for i := 0; i < len(r.alpha); i += s.ld() {
		r.alpha[i], r.alpha[i+1] = extendedZero, extendedZero
	}
	return r
}

// CTCMemory is about how many bytes NewCTC takes on so many threads.
func CTCMemory(s CTCSpec, threads int) int64 {
	alpha, chance := s.kept()
	w := int64(unsafe.Sizeof(extended{}))
	room := w*int64(alpha)*int64(s.ld()) + w*int64(chance)*int64(s.S+1) + 8*int64(s.C) + 9*int64(s.S)
	if s.Train {
		room += w*int64(s.ld()) + 8*int64(s.C)
	}
	return int64(min(max(1, threads), s.B))*room + 8*int64(s.B)
}

// CTCSteps is how many steps the first n labels of a row of labels [S,rows] take at least: one each, and one for the blank
// between equal neighbours.
func CTCSteps(labels []int, row, rows, n int) int {
	needed := n
	for i := 1; i < n; i++ {
		if labels[i*rows+row] == labels[(i-1)*rows+row] {
			needed++
		}
	}
	return needed
}

// Run returns the loss and writes out. It panics on a row with fewer steps than CTCSteps asks for, and on labels that are no
// class or the blank.
func (l *CTC[F]) Run(in CTCInput[F], out CTCOutput[F]) F {
	l.check(in, out)
	l.in, l.out = in, out
	p, work := l.spec.Pool, 0.0
	for b := range l.spec.B {
		work += float64(l.steps(b)) * float64(l.spec.C+4*l.labels(b))
	}
	if work*ctcWork < serialWork {
		p = nil
	}
	p.Run(l.spec.B, l.row)
	loss := 0.0
	for b, v := range l.logP {
		loss -= v
		if out.LogP != nil {
			out.LogP[b] = F(v)
		}
	}
	l.in, l.out = CTCInput[F]{}, CTCOutput[F]{}
	return F(loss / float64(l.spec.B))
}

// ctcWork is how many operations of the other kernels take as long as one state or class of a step.
const ctcWork = 100

func (l *CTC[F]) steps(b int) int {
	if l.in.Lengths == nil {
		return l.spec.T
	}
	return l.in.Lengths[b]
}

func (l *CTC[F]) labels(b int) int {
	if l.in.LabelLengths == nil {
		return l.spec.S
	}
	return l.in.LabelLengths[b]
}

// runRow works out row b.
func (l *CTC[F]) runRow(b, worker int) {
	r, s := &l.rooms[worker], l.spec
	n, labels := l.steps(b), l.labels(b)
	for i := range labels {
		r.labels[i] = l.in.Labels[i*s.B+b]
		r.skip[i] = i > 0 && r.labels[i] != r.labels[i-1]
	}
	if l.out.DLogits != nil {
		for t := n; t < s.T; t++ {
			clear(l.out.DLogits[(t*s.B+b)*s.C:][:s.C])
		}
	}
	if n == 0 {
		l.logP[b] = 0 // the only row without steps that passed check is one without labels
		return
	}
	total := l.forward(r, b, n, labels)
	l.logP[b] = total.log()
	if l.out.DLogits != nil {
		l.backward(r, b, n, labels, total)
	}
}

// forward makes α of all steps, and returns P.
func (l *CTC[F]) forward(r *ctcRoom, b, n, labels int) extended {
	ld, states := l.spec.ld(), 2*labels+1
	steps, chances := l.spec.kept()
	var now []extended
	for t := range n {
		q := r.chance[t%chances*(l.spec.S+1):][:labels+1]
		l.softmax(r, t, b, q)
		before := now
		now = r.alpha[t%steps*ld:][:ld]
		first, last := ctcStates(t, n, states)
		if t == 0 {
			copy(now[2:4], q) // the blank and the first label
		} else {
			ctcForward(now[2:], before, q, r.skip, first, last)
		}
		now[last+3], now[last+4] = extendedZero, extendedZero
	}
	if labels == 0 {
		return now[2]
	}
	return now[states+1].plus(now[states]).times(extended{1, 0})
}

// ctcStates are the first and the last of the states of a step that lie on a way.
func ctcStates(t, n, states int) (first, last int) {
	return max(0, states-2*(n-t)), min(states-1, 2*t+1)
}

// ctcForward is a step of α: before has two zeros in front of its states.
func ctcForward(now, before, q []extended, skip []bool, first, last int) {
	blank := q[0]
	for s := first; s <= last; s++ {
		x := before[s+2].plus(before[s+1])
		if s&1 == 0 {
			now[s] = x.times(blank)
			continue
		}
		if k := s >> 1; skip[k] {
			x = x.plus(before[s])
		}
		now[s] = x.times(q[s>>1+1])
	}
}

// softmax makes the chances of step t of row b that a way may use, and puts those of all classes into the gradient.
func (l *CTC[F]) softmax(r *ctcRoom, t, b int, q []extended) {
	s := l.spec
	at := (t*s.B + b) * s.C
	x := l.in.Logits[at:][:s.C]
	top, sum := float64(x[0]), 0.0
	for _, v := range x {
		top = max(top, float64(v))
	}
	for k, v := range x {
		e := math.Exp(float64(v) - top)
		r.e[k] = e
		sum += e
	}
	inverse, log := 1/sum, top+math.Log(sum)
	q[0] = extendedOf(r.e[s.Blank]*inverse, float64(x[s.Blank])-log)
	for i, y := range r.labels[:len(q)-1] {
		q[i+1] = extendedOf(r.e[y]*inverse, float64(x[y])-log)
	}
	if l.out.DLogits != nil {
		inverse /= float64(s.B)
		d := l.out.DLogits[at:][:s.C]
		for k, e := range r.e {
			d[k] = F(e * inverse)
		}
	}
}

// backward makes β from the last step to the first and takes the shares of the classes off the gradient.
func (l *CTC[F]) backward(r *ctcRoom, b, n, labels int, total extended) {
	s, ld, states := l.spec, l.spec.ld(), 2*labels+1
	beta := r.beta[:states+2]
	for i := range beta {
		beta[i] = extendedZero
	}
	beta[states-1] = extended{1, 0} // as if one step more were the end, which both of the last states reach
	inverse, weight := 1/total.m, 1/float64(s.B)
	for t := n - 1; t >= 0; t-- {
		first, last := ctcStates(t, n, states)
		alpha, q := r.alpha[t*ld+2:][:states], r.chance[t*(s.S+1):][:labels+1]
		blank := 0.0
		for i := first; i <= last; i++ {
			x, p, k := beta[i].plus(beta[i+1]), q[0], i>>1
			if i&1 == 0 {
				blank += alpha[i].share(x, inverse, total.e)
			} else {
				if k+1 < labels && r.skip[k+1] {
					x = x.plus(beta[i+2])
				}
				p = q[k+1]
				r.post[r.labels[k]] += alpha[i].share(x, inverse, total.e)
			}
			beta[i] = x.times(p)
		}
		d := l.out.DLogits[(t*s.B+b)*s.C:][:s.C]
		d[s.Blank] = F(float64(d[s.Blank]) - weight*min(blank, 1))
		for _, y := range r.labels[:labels] { // the second of two equal ones finds a zero
			d[y] = F(float64(d[y]) - weight*min(r.post[y], 1))
			r.post[y] = 0
		}
	}
}

// check panics unless the slices have their sizes and every row is long enough.
func (l *CTC[F]) check(in CTCInput[F], out CTCOutput[F]) {
	s := l.spec
	need("ctc: logits", in.Logits, s.T*s.B*s.C, false)
	need("ctc: gradient of logits", out.DLogits, s.T*s.B*s.C, true)
	need("ctc: logarithms", out.LogP, s.B, true)
	if out.DLogits != nil && !s.Train {
		panic("kernel: gradient of a ctc without Train")
	}
	if len(in.Labels) != s.S*s.B {
		panic(fmt.Sprintf("kernel: ctc: %d labels, want %d", len(in.Labels), s.S*s.B))
	}
	checkCounts("ctc: length", in.Lengths, s.B, s.T)
	checkCounts("ctc: number of labels", in.LabelLengths, s.B, s.S)
	l.in = in
	for b := range s.B {
		n, labels := l.steps(b), l.labels(b)
		if needed := CTCSteps(in.Labels, b, s.B, labels); n < needed {
			panic(fmt.Sprintf("kernel: ctc: row %d has %d steps for %d labels, want %d", b, n, labels, needed))
		}
		for i := range labels {
			if y := in.Labels[i*s.B+b]; y < 0 || y >= s.C || y == s.Blank {
				panic(fmt.Sprintf("kernel: ctc: label %d of row %d is %d, want 0 to %d, and not the blank %d", i, b, y, s.C-1, s.Blank))
			}
		}
	}
}

// checkCounts panics unless there are n numbers from 0 to most, or none at all.
func checkCounts(what string, counts []int, n, most int) {
	if counts != nil && len(counts) != n {
		panic(fmt.Sprintf("kernel: %s: %d numbers, want %d", what, len(counts), n))
	}
	for b, v := range counts {
		if v < 0 || v > most {
			panic(fmt.Sprintf("kernel: %s of row %d is %d, want 0 to %d", what, b, v, most))
		}
	}
}
