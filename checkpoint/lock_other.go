//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd || windows)

package checkpoint

import (
	"errors"
	"io/fs"
	"os"
)

// lockFile makes a second file that must not exist yet. Where the system has no locks that end with the process, a lock
// whose process was killed must be removed by hand.
func lockFile(f *os.File) (release func(), err error) {
	name := f.Name() + ".held"
	held, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, ErrLocked
	}
	if err != nil {
		return nil, err
	}
	held.Close()
	return func() { os.Remove(name) }, nil
}
