package main

import (
	"os"
	"syscall"
)

// closedAtStart says that f, one of the standard files, was closed when the process began (recur evaluate RUN >&-). Go's
// runtime then opens /dev/null in its place before any of our code runs, so that what is printed would be lost without a
// word. It opens it for reading and writing and for that file alone, unlike a shell's >/dev/null, which is for writing
// alone, and programs that give one null to several of the standard files.
func closedAtStart(f *os.File) bool {
	null, errNull := os.Stat(os.DevNull)
	own, err := f.Stat()
	if errNull != nil || err != nil || !os.SameFile(null, own) {
		return false
	}
	flags, ok := control(f.Fd(), syscall.F_GETFL, 0)
	if !ok || flags&syscall.O_ACCMODE != syscall.O_RDWR {
		return false
	}
	for _, other := range []*os.File{os.Stdin, os.Stderr} {
		if shared(f.Fd(), other.Fd()) {
			return false
		}
	}
	return true
}

// shared says that two descriptors are of one opening of a file: a flag set through one shows on the other. The flag means
// nothing to /dev/null.
func shared(a, b uintptr) bool {
	before, ok := control(a, syscall.F_GETFL, 0)
	other, okOther := control(b, syscall.F_GETFL, 0)
	if !ok || !okOther || (before^other)&syscall.O_APPEND != 0 {
		return false
	}
	control(a, syscall.F_SETFL, before^syscall.O_APPEND)
	after, ok := control(b, syscall.F_GETFL, 0)
	control(a, syscall.F_SETFL, before)
	return ok && (after^other)&syscall.O_APPEND != 0
}

func control(fd uintptr, command, value int) (int, bool) {
	n, _, err := syscall.Syscall(syscall.SYS_FCNTL, fd, uintptr(command), uintptr(value))
	return int(n), err == 0
}
