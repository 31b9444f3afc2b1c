package pipeline

import (
	"errors"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/runs"
	"recur/task"
	"recur/train"
)

// Exit codes of recur; documented in `recur help exit-codes`.
const (
	ExitDone        = 0
	ExitFailure     = 1
	ExitUsage       = 2
	ExitConfig      = 3
	ExitData        = 4
	ExitCheckpoint  = 5
	ExitDiverged    = 6
	ExitInterrupted = 130
)

// Usage is the error of a command line that asks for something that does not exist.
type Usage = task.Usage

// ExitCode maps an error to recur's exit code.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return ExitDone
	case is[*runs.Unwritten](err):
		return ExitFailure
	case is[*Usage](err):
		return ExitUsage
	case is[*TooLarge](err):
		return exitOfSize(err)
	case is[*configs.Error](err):
		return ExitConfig
	case is[*data.Error](err), is[data.Errors](err), is[*configs.TooShort](err):
		return ExitData
	case is[*checkpoint.Error](err):
		return ExitCheckpoint
	case is[*train.Diverged](err):
		return ExitDiverged
	case is[*Interrupted](err), is[*Stopped](err):
		return ExitInterrupted
	}
	return ExitFailure
}

// exitOfSize tells data that are too large from a network that is.
func exitOfSize(err error) int {
	var e *TooLarge
	if errors.As(err, &e); e.OfData {
		return ExitData
	}
	return ExitConfig
}

// SettableKey is the first key that a fault of a file is about and that may be set anew where a trained run reads it; "" where there is none.
func SettableKey(err error) string {
	var faults data.Errors
	var one *data.Error
	switch {
	case errors.As(err, &faults):
	case errors.As(err, &one):
		faults = data.Errors{one}
	}
	for _, f := range faults {
		if configs.UseOf(f.Key) == configs.Reading {
			return f.Key
		}
	}
	return ""
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}
