//go:build !unix

package mutate

import "time"

// Busy is not known here: what counts is the time on the clock.
func Busy() (time.Duration, bool) { return 0, false }
