package data

import (
	"fmt"
	"strings"
)

// Error is one fault of the data: where it is, which config key changes the policy, and what to do.
type Error struct {
	File    string
	Line    int    // from 1; 0 where the fault has no line
	Column  int    // from 1, in bytes of the line; 0 where the fault has no column
	Key     string // the config key that decides about it, "" when none does
	Message string
}

// Error gives the place in the form that editors jump to, then the message.
func (e *Error) Error() string {
	switch {
	case e.Line > 0 && e.Column > 0:
		return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
	case e.Line > 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
	}
	return fmt.Sprintf("%s: %s", e.File, e.Message)
}

// Errors are several faults of one source, in the order of the file. errors.As finds the first *Error in it.
type Errors []*Error

// Error gives one line a fault.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, f := range e {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lists the faults for errors.Is and errors.As.
func (e Errors) Unwrap() []error {
	out := make([]error, len(e))
	for i, f := range e {
		out[i] = f
	}
	return out
}

// Fault makes one Error.
func Fault(file string, line, column int, key, format string, args ...any) *Error {
	return &Error{File: file, Line: line, Column: column, Key: key, Message: fmt.Sprintf(format, args...)}
}

// maxFaults is how many faults are told in one go; the rest is counted.
const maxFaults = 10

// Faults collects faults up to a limit.
type Faults struct {
	File   string
	List   Errors
	More   int
	Rowed  bool            // lines are rows of Parquet or objects of JSON: they have no columns, and what has one is said of the header, which has no line
	advice map[string]bool // what has been said behind a semicolon
}

// Add keeps the fault, or counts it when there are enough. Advice, the text behind the last semicolon, is given once.
func (f *Faults) Add(line, column int, key, format string, args ...any) {
	if len(f.List) >= maxFaults {
		f.More++
		return
	}
	if f.Rowed && column > 0 {
		line, column = 0, 0
	}
	e := Fault(f.File, line, column, key, format, args...)
	if at := strings.LastIndex(e.Message, "; "); at >= 0 {
		advice := e.Message[at:]
		if f.advice[advice] {
			e.Message = e.Message[:at]
		}
		if f.advice == nil {
			f.advice = map[string]bool{}
		}
		f.advice[advice] = true
	}
	f.List = append(f.List, e)
}

// AddError adds a fault that has been made already and reports whether there was one.
func (f *Faults) AddError(e *Error) bool {
	if e != nil {
		f.Add(e.Line, e.Column, e.Key, "%s", e.Message)
	}
	return e != nil
}

// Count is "1 window is" or "3 windows are".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Err is nil when there was no fault.
func (f *Faults) Err() error {
	if len(f.List) == 0 {
		return nil
	}
	if f.More > 0 {
		return append(f.List, Fault(f.File, 0, 0, "", "and %s", Count(f.More, "more fault", "more faults")))
	}
	return f.List
}
