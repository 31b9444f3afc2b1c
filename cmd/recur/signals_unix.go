//go:build unix

package main

import (
	"os/signal"
	"syscall"
)

// ignoreWriteSignals makes a write that can't be done an error in place of the end of the process: a training must not
// die because nobody reads its progress (SIGPIPE), or because a file may not grow (SIGXFSZ).
func ignoreWriteSignals() { signal.Ignore(syscall.SIGPIPE, syscall.SIGXFSZ) }
