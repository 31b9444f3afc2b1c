//go:build unix

package mutate

import (
	"syscall"
	"time"
)

// Busy is the time that this process has spent on a processor. On a machine that has much else to do it tells a slow try
// from one that was made to wait.
func Busy() (time.Duration, bool) {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
