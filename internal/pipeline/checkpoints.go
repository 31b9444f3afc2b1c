package pipeline

import (
	"fmt"
	"strings"

	"recur/checkpoint"
)

// InspectCheckpoint says what the checkpoint at path holds.
func InspectCheckpoint(path string) (*checkpoint.Info, error) {
	return checkpoint.Inspect(checkpoint.OS(), path)
}

// VerifyCheckpoints checks every checkpoint of a run; the error says that at least one is damaged.
func VerifyCheckpoints(run string) (string, error) {
	all, err := checkpoint.Verify(checkpoint.OS(), run)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	bad := 0
	for _, s := range all {
		verdict := "ok"
		if s.Err != nil {
			verdict = s.Err.Error()
			bad++
		}
		fmt.Fprintf(&b, "%s: %s\n", s.Name, verdict)
	}
	if bad > 0 {
		return b.String(), &checkpoint.Error{Path: run, Reason: fmt.Sprintf("%d of %d checkpoints are damaged", bad, len(all))}
	}
	return b.String(), nil
}
