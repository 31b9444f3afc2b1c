package audio

// reach is how many frames on each side a slope is taken over.
const reach = 2

// slope is the regression over five frames, Σ n·(x[t+n] - x[t-n]) / (2·Σ n²) with n = 1, 2 [1].
//
// [1] Young et al. 2006, The HTK Book 3.4, equation 5.16.
func slope(out, back2, back1, on1, on2 []float32) {
	for i := range out {
		out[i] = float32((float64(on1[i]) - float64(back1[i]) + 2*(float64(on2[i])-float64(back2[i]))) / 10)
	}
}

// Slopes puts the slopes of numbers [T,d] behind them, and the slopes of those where order is 2: [T,d·(1+order)]. Beyond the ends
// frames are as at the ends.
func Slopes(x []float32, d, order int) []float32 {
	T, width := len(x)/d, d*(1+order)
	out := make([]float32, T*width)
	for t := range T {
		copy(out[t*width:], x[t*d:(t+1)*d])
	}
	for k := range order {
		at := func(t int) []float32 { return out[min(max(t, 0), T-1)*width+k*d:][:d] }
		for t := range T {
			slope(out[t*width+(k+1)*d:][:d], at(t-2), at(t-1), at(t+1), at(t+2))
		}
	}
	return out
}

// slopes does what Slopes does while frames come: one is given when two more have come.
type slopes struct {
	d    int         // numbers whose slopes are taken: the last of a frame
	held [][]float32 // frames from number first on
	first,
	n, given int // frames that have come, and been given
}

// push takes a frame and gives the one that can be told now, nil where there is none yet.
func (s *slopes) push(frame []float32) []float32 {
	s.held = append(s.held, frame)
	if s.n++; s.n > s.given+reach {
		return s.give()
	}
	return nil
}

// rest gives the next frame when no more will come, nil behind the last.
func (s *slopes) rest() []float32 {
	if s.given == s.n {
		return nil
	}
	return s.give()
}

func (s *slopes) give() []float32 {
	t := s.given
	at := func(t int) []float32 {
		frame := s.held[min(max(t, 0), s.n-1)-s.first]
		return frame[len(frame)-s.d:]
	}
	now := s.held[t-s.first]
	out := make([]float32, len(now)+s.d)
	copy(out, now)
	slope(out[len(now):], at(t-2), at(t-1), at(t+1), at(t+2))
	if s.given++; s.given-reach > s.first {
		s.held, s.first = s.held[1:], s.first+1
	}
	return out
}
