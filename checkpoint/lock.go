package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// lockName is the file that stands for the lock of a run. It stays when the lock is released: removing it would let two
// processes hold locks on two files of the same name.
const lockName = ".lock"

// Lock takes the lock of a run directory, which is made when it is missing, for one process that writes there. The
// operating system releases it when the process ends in any way. When another process, or an earlier Lock of this one,
// holds it the error is ErrLocked and says which process.
func Lock(dir string) (unlock func(), err error) {
	if err := makeDirs(OS(), dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, failed(path, "open it", err)
	}
	release, err := lockFile(f)
	if errors.Is(err, ErrLocked) {
		defer f.Close()
		return nil, &Error{Path: dir, Reason: "another process" + holder(f) + " is using this run", Advice: "wait for it to end, or use another --run directory", Err: err}
	}
	if err != nil {
		f.Close()
		return nil, failed(path, "lock it", err)
	}
	// Who holds it is only for the message above: a failure to write it is no fault of the lock.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	return func() {
		release()
		f.Close()
	}, nil
}

// holder reads who wrote itself into the lock's file.
func holder(f *os.File) string {
	b := make([]byte, 20)
	n, _ := f.ReadAt(b, 0)
	pid := strings.TrimSpace(string(b[:n]))
	if pid == "" || strings.Trim(pid, "0123456789") != "" {
		return ""
	}
	return " (" + pid + ")"
}
