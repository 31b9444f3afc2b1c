package task

import "io"

// Listener is a task whose runs can hear what is said while it is being said: what `recur predict --live` asks for.
type Listener interface {
	// Listen reads sound up to its end: raw samples, 16 bits, little-endian, one channel, or a WAV stream. heard gets what has been heard so
	// far whenever that changes, and at last what was heard in all; an error of it ends the listening.
	Listen(r *Run, in io.Reader, o ListenOptions, heard func(Heard) error) error
}

// ListenOptions say how sound comes and is searched.
type ListenOptions struct {
	Rate int // raw samples a second; 0: as many as the run has learnt from
	Beam int // 0: as the run does
}

// Heard is a line of `predict --live --json`.
type Heard struct {
	Schema  int       `json:"schema"`
	Seconds float64   `json:"seconds"` // of sound so far
	Output  string    `json:"output"`
	Times   []float64 `json:"times"` // when each label begins, in seconds
	Score   *float64  `json:"score,omitempty"`
	Final   bool      `json:"final"` // the sound has ended
}
