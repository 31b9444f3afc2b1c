package kernel

import "fmt"

// Summary names how the steps of a sequence become one vector: the mean of each
// feature, its greatest value, both side by side, or the last step. Only the
// real steps of a row take part; a row without any gives zeros.
type Summary uint8

// The summaries.
const (
	MeanSteps Summary = iota
	MaxSteps
	MeanMaxSteps
	LastStep
)

func (s Summary) String() string {
	switch s {
	case MeanSteps:
		return "mean"
	case MaxSteps:
		return "max"
	case MeanMaxSteps:
		return "mean_max"
	case LastStep:
		return "last"
	}
	return fmt.Sprintf("summary(%d)", uint8(s))
}

// Width is the length of the vector that h features become.
func (s Summary) Width(h int) int {
	if s == MeanMaxSteps {
		return 2 * h
	}
	return h
}

// Steps is a batch of sequences X [T,B,H] with the real steps of each row, nil for T each.
type Steps[F Float] struct {
	T, B, H int
	X       []F
	Lengths []int
}

// length is the number of real steps of row b.
func (s *Steps[F]) length(b int) int {
	if s.Lengths == nil {
		return s.T
	}
	return s.Lengths[b]
}

// rows calls f for every row, on the threads of p when there is enough to do.
func (s *Steps[F]) rows(p *Pool, f func(b, worker int)) {
	if 16*float64(len(s.X)) < serialWork {
		p = nil
	}
	p.Run(s.B, f)
}

func (s *Steps[F]) check(what string) {
	need(what+": x", s.X, s.T*s.B*s.H, false)
	if s.Lengths == nil {
		return
	}
	if len(s.Lengths) != s.B {
		panic(fmt.Sprintf("kernel: %s: %d lengths, want %d", what, len(s.Lengths), s.B))
	}
	for b, n := range s.Lengths {
		if n < 0 || n > s.T {
			panic(fmt.Sprintf("kernel: %s: length of row %d is %d, want 0 to %d", what, b, n, s.T))
		}
	}
}

// SummaryForward writes y [B,Width]. A NaN stays.
func SummaryForward[F Float](p *Pool, kind Summary, s Steps[F], y []F) {
	width := kind.Width(s.H)
	s.check("summary")
	need("summary: y", y, s.B*width, false)
	s.rows(p, func(b, _ int) {
		n, x, to := s.length(b), s.X[b*s.H:], y[b*width:][:width]
		clear(to)
		if n == 0 {
			return
		}
		if kind == LastStep {
			copy(to, x[(n-1)*s.B*s.H:][:s.H])
			return
		}
		if kind != MaxSteps {
			o := use[F]()
			o.addRows(n, s.H, to, 0, x, s.B*s.H)
			o.scale(1/F(n), to[:s.H])
			to = to[s.H:]
		}
		if kind != MeanSteps {
			greatestStep(n, x, s.B*s.H, to[:min(s.H, len(to))])
		}
	})
}

// greatestStep writes the greatest of n steps, which lie ld apart.
func greatestStep[F Float](n int, x []F, ld int, y []F) {
	copy(y, x)
	for t := 1; t < n; t++ {
		for j, v := range x[t*ld:][:len(y)] {
			if v > y[j] || v != v {
				y[j] = v
			}
		}
	}
}

// SummaryBackward writes dx [T,B,H] from dy, the gradient of a loss by the y of
// SummaryForward. All of the gradient of a greatest value goes to the first step
// that has it.
func SummaryBackward[F Float](p *Pool, kind Summary, s Steps[F], dy, dx []F) {
	width := kind.Width(s.H)
	s.check("summary")
	need("summary: gradient of y", dy, s.B*width, false)
	need("summary: gradient of x", dx, len(s.X), false)
	s.rows(p, func(b, _ int) {
		n, ld, d, from := s.length(b), s.B*s.H, dx[b*s.H:], dy[b*width:][:width]
		for t := range s.T {
			clear(d[t*ld:][:s.H])
		}
		if n == 0 {
			return
		}
		if kind == LastStep {
			copy(d[(n-1)*ld:][:s.H], from)
			return
		}
		if kind != MaxSteps {
			spreadMean(n, from[:s.H], d, ld)
			from = from[s.H:]
		}
		if kind != MeanSteps {
			spreadMax(n, s.X[b*s.H:], from, d, ld)
		}
	})
}

// spreadMean puts an equal part of dy into each of n steps.
func spreadMean[F Float](n int, dy, d []F, ld int) {
	share := 1 / F(n)
	to := d[:len(dy)]
	for j, v := range dy {
		to[j] = v * share
	}
	for t := 1; t < n; t++ {
		copy(d[t*ld:][:len(dy)], to)
	}
}

// spreadMax adds dy to the first of n steps that has the greatest x, feature by
// feature. It goes along the steps a band of features at a time: one feature
// of all steps lies at few places of a cache.
func spreadMax[F Float](n int, x, dy, d []F, ld int) {
	const band = 64
	var top [band]F
	var best [band]int
	for from := 0; from < len(dy); from += band {
		w := min(band, len(dy)-from)
		copy(top[:w], x[from:])
		for j := range w {
			best[j] = from + j
		}
		for t := 1; t < n; t++ {
			for j, v := range x[t*ld+from:][:w] {
				if v > top[j] || v != v {
					top[j], best[j] = v, t*ld+from+j
				}
			}
		}
		for j, v := range dy[from:][:w] {
			d[best[j]] += v
		}
	}
}
