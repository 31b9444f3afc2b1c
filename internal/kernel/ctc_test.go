package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// transcription is a whole problem of CTC with what it gives.
type transcription[F Float] struct {
	spec CTCSpec
	in   CTCInput[F]
	out  CTCOutput[F]
}

// newTranscription draws one whose rows are long enough; with gaps they have lengths of their own, and what lies past them is
// NaN and no class.
func newTranscription[F Float](s CTCSpec, gaps bool, scale float64, seed uint64) *transcription[F] {
	r := rand.New(rand.NewPCG(seed, 7))
	s.Train = true
	q := &transcription[F]{spec: s, in: CTCInput[F]{Logits: random[F](r, s.T*s.B*s.C, scale), Labels: make([]int, s.S*s.B)}}
	q.in.Lengths, q.in.LabelLengths = make([]int, s.B), make([]int, s.B)
	for b := range s.B {
		for i := range s.S {
			y := r.IntN(s.C - 1)
			if y >= s.Blank {
				y++
			}
			q.in.Labels[i*s.B+b] = y
		}
		n, labels := s.T, s.S
		if gaps {
			n, labels = r.IntN(s.T+1), r.IntN(s.S+1)
		}
		for CTCSteps(q.in.Labels, b, s.B, labels) > n {
			labels--
		}
		q.in.Lengths[b], q.in.LabelLengths[b] = n, labels
		for i := labels; i < s.S; i++ {
			q.in.Labels[i*s.B+b] = -1
		}
		for t := n; t < s.T; t++ {
			for k := range s.C {
				q.in.Logits[(t*s.B+b)*s.C+k] = F(math.NaN())
			}
		}
	}
	q.out = CTCOutput[F]{DLogits: random[F](r, s.T*s.B*s.C, 1), LogP: random[F](r, s.B, 1)}
	return q
}

// row is row b: the logarithms of its chances [steps][C], and its labels.
func (q *transcription[F]) row(b int) (log [][]float64, labels []int) {
	s := q.spec
	for i := range q.in.LabelLengths[b] {
		labels = append(labels, q.in.Labels[i*s.B+b])
	}
	for t := range q.in.Lengths[b] {
		x, sum, top := make([]float64, s.C), 0.0, math.Inf(-1)
		for k, v := range q.in.Logits[(t*s.B+b)*s.C:][:s.C] {
			x[k] = float64(v)
			top = max(top, x[k])
		}
		for _, v := range x {
			sum += math.Exp(v - top)
		}
		for k := range x {
			x[k] -= top + math.Log(sum)
		}
		log = append(log, x)
	}
	return log, labels
}

// paths is CTC as it is defined: the sum over all C^T ways to say something, and for each step and class over those that say it there.
func paths(log [][]float64, labels []int, classes, blank int) (p float64, post [][]float64) {
	post = make([][]float64, len(log))
	for t := range post {
		post[t] = make([]float64, classes)
	}
	path := make([]int, len(log))
	for {
		var said []int
		chance := 1.0
		for t, k := range path {
			chance *= math.Exp(log[t][k])
			if k != blank && (t == 0 || path[t-1] != k) {
				said = append(said, k)
			}
		}
		if slices.Equal(said, labels) {
			p += chance
			for t, k := range path {
				post[t][k] += chance
			}
		}
		t := 0
		for ; t < len(path); t++ {
			if path[t]++; path[t] < classes {
				break
			}
			path[t] = 0
		}
		if t == len(path) {
			return p, post
		}
	}
}

// logarithms is CTC by the recursion of α and β on logarithms: log P and the gradient by the logits.
func logarithms(log [][]float64, labels []int, classes, blank int) (float64, [][]float64) {
	z := []int{blank}
	for _, y := range labels {
		z = append(z, y, blank)
	}
	S, T, none := len(z), len(log), math.Inf(-1)
	add := func(x ...float64) float64 {
		top, sum := slices.Max(x), 0.0
		if math.IsInf(top, -1) {
			return top
		}
		for _, v := range x {
			sum += math.Exp(v - top)
		}
		return top + math.Log(sum)
	}
	if T == 0 {
		return 0, nil
	}
	alpha, beta := make([][]float64, T), make([][]float64, T)
	for t := range T {
		alpha[t], beta[t] = slices.Repeat([]float64{none}, S), slices.Repeat([]float64{none}, S)
	}
	at := func(x []float64, s int, ok bool) float64 {
		if s < 0 || s >= S || !ok {
			return none
		}
		return x[s]
	}
	for t := range T {
		for s := range S {
			skip := s > 1 && z[s] != blank && z[s] != z[s-2]
			switch {
			case t > 0:
				alpha[t][s] = log[t][z[s]] + add(alpha[t-1][s], at(alpha[t-1], s-1, true), at(alpha[t-1], s-2, skip))
			case s < 2:
				alpha[t][s] = log[t][z[s]]
			}
		}
	}
	for t := T - 1; t >= 0; t-- {
		for s := range S {
			skip := s+2 < S && z[s] != blank && z[s] != z[s+2]
			switch {
			case t < T-1:
				beta[t][s] = log[t][z[s]] + add(beta[t+1][s], at(beta[t+1], s+1, true), at(beta[t+1], s+2, skip))
			case s >= S-2:
				beta[t][s] = log[t][z[s]]
			}
		}
	}
	p := add(alpha[T-1][S-1], at(alpha[T-1], S-2, true))
	d := make([][]float64, T)
	for t := range d {
		d[t] = make([]float64, classes)
		for k := range d[t] {
			sum := none
			for s := range z {
				if z[s] == k {
					sum = add(sum, alpha[t][s]+beta[t][s])
				}
			}
			d[t][k] = math.Exp(log[t][k])
			if !math.IsInf(sum, -1) {
				d[t][k] -= math.Exp(sum - log[t][k] - p)
			}
		}
	}
	return p, d
}

// check compares with what reference says of each row: log P and the gradient.
func (q *transcription[F]) check(t *testing.T, tolerance float64, reference func(log [][]float64, labels []int, classes, blank int) (float64, [][]float64)) {
	t.Helper()
	s := q.spec
	loss, total := NewCTC[F](s).Run(q.in, q.out), 0.0
	for b := range s.B {
		log, labels := q.row(b)
		p, d := reference(log, labels, s.C, s.Blank)
		total -= p / float64(s.B)
		if got := float64(q.out.LogP[b]); !(math.Abs(got-p) <= tolerance*(1+math.Abs(p))) {
			t.Errorf("row %d: log P is %.17g, want %.17g", b, got, p)
		}
		for i := range s.T {
			for k, got := range q.out.DLogits[(i*s.B+b)*s.C:][:s.C] {
				want := 0.0
				if i < len(d) {
					want = d[i][k] / float64(s.B)
				}
				if i >= len(d) && got != 0 || !(math.Abs(float64(got)-want) <= tolerance) {
					t.Fatalf("row %d of %d steps: gradient by logit %d of step %d is %.17g, want %.17g", b, len(d), k, i, got, want)
				}
			}
		}
	}
	if !(math.Abs(float64(loss)-total) <= tolerance*(1+math.Abs(total))) {
		t.Errorf("loss is %.17g, want %.17g", loss, total)
	}
}

// TestCTCPaths holds loss and gradient to the sum over all paths, of all labels up to three and as many steps as they need, and more.
func TestCTCPaths(t *testing.T) {
	for C := 2; C <= 4; C++ {
		for labels := range 4 {
			for steps := range 7 {
				s := CTCSpec{T: max(1, steps), B: 6, C: C, S: 3, Blank: steps % C}
				q := newTranscription[float64](s, false, 2, uint64(steps))
				for b := range s.B {
					q.in.Lengths[b] = steps
					q.in.LabelLengths[b] = 0
					for i := 0; i < labels && i < s.S; i++ {
						q.in.Labels[i*s.B+b] = (s.Blank + 1 + (b>>i)%(C-1)) % C // with repeats
						if CTCSteps(q.in.Labels, b, s.B, i+1) <= steps {
							q.in.LabelLengths[b] = i + 1
						}
					}
				}
				q.check(t, 1e-12, func(log [][]float64, labels []int, classes, blank int) (float64, [][]float64) {
					p, post := paths(log, labels, classes, blank)
					for t := range post {
						for k := range post[t] {
							post[t][k] = math.Exp(log[t][k]) - post[t][k]/p
						}
					}
					return math.Log(p), post
				})
			}
		}
	}
}

func TestCTCRecursion(t *testing.T) {
	for _, scale := range []float64{1, 30, 3000} { // from rather flat chances to ones of e^-10000
		for _, gaps := range []bool{false, true} {
			s := CTCSpec{T: 90, B: 12, C: 7, S: 20}
			newTranscription[float64](s, gaps, scale, 1).check(t, 1e-11, logarithms)
			newTranscription[float32](s, gaps, scale, 2).check(t, 3e-7, logarithms)
			s.T = 24 // hardly enough
			newTranscription[float64](s, gaps, scale, 3).check(t, 1e-11, logarithms)
		}
	}
}

// TestCTCLong: the gradients of 2000 steps of float32 logits are those of float64.
func TestCTCLong(t *testing.T) {
	q := newTranscription[float32](CTCSpec{T: 2000, B: 1, C: 28, S: 300}, false, 3, 1)
	q.check(t, 1e-6, logarithms)
}

// TestCTCPyTorch compares with testdata/seq2seq.json.
func TestCTCPyTorch(t *testing.T) {
	for _, g := range goldenEntries(t, "testdata/seq2seq.json", "ctc") {
		s := CTCSpec{T: g.Sizes[0], B: g.Sizes[1], C: g.Sizes[2], S: g.Sizes[3], Train: true}
		in := CTCInput[float64]{Logits: wave(1, s.T*s.B*s.C), Labels: make([]int, s.S*s.B), Lengths: g.Lengths, LabelLengths: g.Labels}
		Scale(3, in.Logits)
		for i := range in.Labels {
			in.Labels[i] = 1 + i*i/3%(s.C-1)
		}
		out := CTCOutput[float64]{DLogits: wave(9, len(in.Logits)), LogP: wave(9, s.B)}
		g.check(t, "loss", []float64{NewCTC[float64](s).Run(in, out)})
		g.check(t, "dlogits", out.DLogits)
		g.check(t, "logp", out.LogP)
	}
}

func TestCTCGradient(t *testing.T) {
	q := newTranscription[float64](CTCSpec{T: 9, B: 3, C: 4, S: 3, Blank: 2}, false, 1, 5)
	l := NewCTC[float64](q.spec)
	l.Run(q.in, q.out)
	checkGradient(t, func() float64 { return l.Run(q.in, CTCOutput[float64]{}) }, []part[float64]{{"logits", q.in.Logits, q.out.DLogits}})
}

// The bits are those of one thread, those of a pass without gradients, and in a row those that it has alone, whatever went before.
func TestCTCBits(t *testing.T) {
	s := CTCSpec{T: 70, B: 16, C: 12, S: 9}
	q := newTranscription[float32](s, true, 5, 9)
	s = q.spec
	loss := NewCTC[float32](s).Run(q.in, q.out)
	for _, threads := range []int{2, 3, 8} {
		p := NewPool(threads)
		for _, training := range []bool{true, false} {
			many := newTranscription[float32](s, true, 5, 9)
			s.Pool, s.Train = p, training
			if !training {
				many.out.DLogits = nil
			}
			l := NewCTC[float32](s)
			for range 2 {
				same(t, "loss", []float32{l.Run(many.in, many.out)}, []float32{loss})
			}
			same(t, "logarithm", many.out.LogP, q.out.LogP)
			if training {
				same(t, "gradient", many.out.DLogits, q.out.DLogits)
			}
		}
		p.Close()
	}
	s = CTCSpec{B: 1, C: s.C, Train: true} // without padding; a power of two of rows leaves the bits of the mean's gradient
	for b := range q.spec.B {
		s.T, s.S = max(1, q.in.Lengths[b]), max(1, q.in.LabelLengths[b])
		in := CTCInput[float32]{Logits: make([]float32, s.T*s.C), Labels: make([]int, s.S), Lengths: q.in.Lengths[b : b+1], LabelLengths: q.in.LabelLengths[b : b+1]}
		want := make([]float32, len(in.Logits))
		for i := range s.T {
			copy(in.Logits[i*s.C:][:s.C], q.in.Logits[(i*q.spec.B+b)*s.C:])
			copy(want[i*s.C:][:s.C], q.out.DLogits[(i*q.spec.B+b)*s.C:])
		}
		for i := range s.S {
			in.Labels[i] = q.in.Labels[i*q.spec.B+b]
		}
		out := CTCOutput[float32]{DLogits: make([]float32, len(in.Logits)), LogP: make([]float32, 1)}
		NewCTC[float32](s).Run(in, out)
		Scale(1/float32(q.spec.B), out.DLogits)
		same(t, fmt.Sprint("row ", b, " alone"), out.LogP, q.out.LogP[b:b+1])
		same(t, fmt.Sprint("gradient of row ", b, " alone"), out.DLogits, want)
	}
}

// TestCTCExtremes: with logits as large as float32 holds, the loss and the gradient are numbers; a NaN is seen.
func TestCTCExtremes(t *testing.T) {
	for _, scale := range []float32{1e3, 1e10, 1e37} {
		q := newTranscription[float32](CTCSpec{T: 50, B: 4, C: 5, S: 20}, false, 1, 3)
		Scale(scale, q.in.Logits)
		s := q.spec
		loss := NewCTC[float32](s).Run(q.in, q.out)
		if loss != loss || loss < 0 || scale < 1e37 && math.IsInf(float64(loss), 0) {
			t.Errorf("loss of logits about %g is %g", scale, loss)
		}
		for i, v := range q.out.DLogits {
			if !(v >= -1 && v <= 1) {
				t.Fatalf("gradient %d of logits about %g is %g", i, scale, v)
			}
		}
	}
	q := newTranscription[float32](CTCSpec{T: 5, B: 2, C: 5, S: 2}, false, 1, 3)
	q.in.Logits[17] = float32(math.NaN())
	if loss := NewCTC[float32](q.spec).Run(q.in, q.out); loss == loss {
		t.Errorf("loss of a NaN is %g", loss)
	}
}

func TestCTCPanics(t *testing.T) {
	for want, change := range map[string]func(q *transcription[float32]){
		"kernel: ctc: row 1 has 2 steps for 2 labels, want 3": func(q *transcription[float32]) {
			q.in.Lengths[1], q.in.LabelLengths[1], q.in.Labels[1], q.in.Labels[3] = 2, 2, 1, 1
		},
		"kernel: ctc: label 0 of row 1 is 5, want 0 to 4, and not the blank 0": func(q *transcription[float32]) { q.in.Labels[1] = 5 },
		"kernel: ctc: label 0 of row 1 is 0, want 0 to 4, and not the blank 0": func(q *transcription[float32]) { q.in.Labels[1] = 0 },
		"kernel: ctc: length of row 0 is 7, want 0 to 6":                       func(q *transcription[float32]) { q.in.Lengths[0] = 7 },
	} {
		q := newTranscription[float32](CTCSpec{T: 6, B: 2, C: 5, S: 2}, false, 1, 3)
		change(q)
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("got %v, want %q", got, want)
				}
			}()
			NewCTC[float32](q.spec).Run(q.in, q.out)
		}()
	}
}

func TestCTCAllocates(t *testing.T) {
	q := newTranscription[float32](CTCSpec{T: 40, B: 4, C: 8, S: 10}, true, 1, 1)
	l := NewCTC[float32](q.spec)
	if n := testing.AllocsPerRun(10, func() { l.Run(q.in, q.out) }); n > 0 {
		t.Errorf("%g allocations a run", n)
	}
}

// BenchmarkCTC times loss and gradient: a small recogniser of letters, and long utterances.
func BenchmarkCTC(b *testing.B) {
	for _, z := range [][4]int{{150, 16, 28, 20}, {300, 16, 30, 40}} {
		s := CTCSpec{T: z[0], B: z[1], C: z[2], S: z[3]}
		b.Run(fmt.Sprintf("T%d_B%d_C%d_S%d", s.T, s.B, s.C, s.S), func(b *testing.B) {
			q := newTranscription[float32](s, false, 3, 1)
			l := NewCTC[float32](q.spec)
			for b.Loop() {
				l.Run(q.in, q.out)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*s.B), "µs/row")
		})
	}
}

func TestCTCMemory(t *testing.T) {
	for _, training := range []bool{true, false} {
		s := CTCSpec{T: 300, B: 3, C: 3000, S: 400, Train: training, Pool: NewPool(2)}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		l := NewCTC[float32](s)
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(l)
		got := int64(after.TotalAlloc - before.TotalAlloc)
		s.Pool.Close()
		if want := CTCMemory(s, 2); float64(got) < 0.98*float64(want) || float64(got) > 1.1*float64(want)+40e3 {
			t.Errorf("training %t: %d bytes are taken, the estimate is %d", training, got, want)
		}
	}
}
