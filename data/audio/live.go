package audio

// Live makes features of sound while it comes: the numbers that an Extractor makes of all of it, but for what PerUtterance does to them,
// which takes the whole utterance. It is for one goroutine.
type Live struct {
	e       *Extractor
	pending []float32 // samples that are still needed
	skip    int       // of them, up to where the next frame begins
	before  float32   // the sample in front of them
	slopes  []*slopes
	running *running // nil: numbers stay as they are
}

// NewLive makes one for sound of a rate. The error is a *data.Error about a key of data.features.
func NewLive(f Features, rate int) (*Live, error) {
	e, err := NewExtractor(f, rate)
	if err != nil {
		return nil, err
	}
	l := &Live{e: e}
	for range f.Deltas {
		l.slopes = append(l.slopes, &slopes{d: f.base()})
	}
	if f.Normalize == Running {
		l.running = newRunning(f.Width())
	}
	return l, nil
}

// Write takes samples and gives the frames that are complete now, [t,D], after dst. With slopes a frame comes two frames late for
// each of them.
func (l *Live) Write(dst, samples []float32) []float32 {
	l.pending = append(l.pending, samples...)
	from := 0
	for {
		if n := min(l.skip, len(l.pending)-from); n > 0 {
			from, l.skip = from+n, l.skip-n
			l.before = l.pending[from-1]
		}
		if l.skip > 0 || len(l.pending)-from < l.e.frame {
			break
		}
		frame := make([]float32, l.e.Features.base())
		l.e.one(frame, l.before, l.pending[from:from+l.e.frame])
		dst, l.skip = l.emit(dst, 0, frame), l.e.step
	}
	l.pending = l.pending[:copy(l.pending, l.pending[from:])]
	return dst
}

// emit sends a frame through the slopes from number k on.
func (l *Live) emit(dst []float32, k int, frame []float32) []float32 {
	for ; k < len(l.slopes); k++ {
		if frame = l.slopes[k].push(frame); frame == nil {
			return dst
		}
	}
	dst = append(dst, frame...)
	if l.running != nil {
		l.running.normalize(dst[len(dst)-len(frame):])
	}
	return dst
}

// Close gives the last frames, which waited for more, after dst. What is left of sound is shorter than a frame.
func (l *Live) Close(dst []float32) []float32 {
	for k, s := range l.slopes {
		for frame := s.rest(); frame != nil; frame = s.rest() {
			dst = l.emit(dst, k+1, frame)
		}
	}
	return dst
}
