package checkpoint

import (
	"errors"
	"fmt"
	"strings"
)

// Error is every fault of a checkpoint, a run's lock, or the file system under them.
type Error struct {
	Path   string // the file or directory
	Reason string // what is wrong with it
	Advice string // what to do; may be ""
	Err    error  // the cause, for errors.Is; may be nil
}

func (e *Error) Error() string {
	s := "checkpoint: " + e.Path + ": " + e.Reason
	if e.Advice != "" {
		s += "; " + e.Advice
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

var (
	// ErrNone says that there is no checkpoint that verifies: for a training the run is empty.
	ErrNone = errors.New("no checkpoint that verifies")
	// ErrNewer says that the checkpoint is of a newer format than this program knows.
	ErrNewer = errors.New("format is newer")
	// ErrLocked says that another process holds the run.
	ErrLocked = errors.New("locked")
	// errDamaged marks faults of the content, as opposed to those of the file system.
	errDamaged = errors.New("damaged")
)

const adviceDamaged = "delete the checkpoint or restore it from a backup"

// damaged returns the fault of a file whose content is wrong.
func damaged(path, format string, args ...any) *Error {
	return &Error{Path: path, Reason: fmt.Sprintf(format, args...), Advice: adviceDamaged, Err: errDamaged}
}

// incompatible returns the fault of a file that is as it was written, but that this program can't understand.
func incompatible(path, program string, err error) *Error {
	return &Error{Path: path, Reason: bare(err), Advice: fmt.Sprintf("it was written by %q: use that to read it", program), Err: err}
}

// bare returns the text of an error of this package without the package's name.
func bare(err error) string { return strings.TrimPrefix(err.Error(), "checkpoint: ") }

// failed returns the fault of an operation of the file system.
func failed(path, doing string, err error) *Error {
	advice := "check the permissions and the free space there, then try again"
	return &Error{Path: path, Reason: fmt.Sprintf("%s: %v", doing, cause(err)), Advice: advice, Err: err}
}

// cause strips the operation and the path that os puts around an error, since Error says both.
func cause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// describe returns the reason of an Error without its path and advice.
func describe(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}
