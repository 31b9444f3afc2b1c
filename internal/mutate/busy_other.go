//go:build !unix

package mutate

import "time"

// busy is not known here: what counts is the time on the clock.
func busy() (time.Duration, bool) { return 0, false }
