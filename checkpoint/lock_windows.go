package checkpoint

import (
	"os"
	"syscall"
	"unsafe"
)

var (
	kernel32     = syscall.NewLazyDLL("kernel32.dll")
	lockFileEx   = kernel32.NewProc("LockFileEx")
	unlockFileEx = kernel32.NewProc("UnlockFileEx")
)

const (
	lockExclusive       = 2
	lockFailImmediately = 1
	errorLockViolation  = syscall.Errno(33)
	// The locked byte lies far behind the content, so that others can still read who holds the lock.
	lockOffset = 1 << 30
)

// lockFile takes an exclusive lock of one byte without waiting. It ends with the process.
func lockFile(f *os.File) (release func(), err error) {
	at := &syscall.Overlapped{Offset: lockOffset}
	ok, _, err := lockFileEx.Call(f.Fd(), lockExclusive|lockFailImmediately, 0, 1, 0, uintptr(unsafe.Pointer(at)))
	if ok == 0 {
		if err == errorLockViolation || err == syscall.ERROR_IO_PENDING {
			return nil, ErrLocked
		}
		return nil, err
	}
	return func() {
		at := &syscall.Overlapped{Offset: lockOffset}
		_, _, _ = unlockFileEx.Call(f.Fd(), 0, 1, 0, uintptr(unsafe.Pointer(at)))
	}, nil
}
