// Command recur trains, evaluates and compares recurrent networks from a config file.
package main

import (
	"context"
	"fmt"
	"os"

	"recur/internal/pipeline"
)

func main() { os.Exit(run()) }

// run executes the command line and returns the exit code.
func run() int {
	ignoreWriteSignals()
	out := &watched{w: os.Stdout}
	cmd := newRoot()
	cmd.SetOut(out)
	err := cmd.ExecuteContext(context.Background())
	if out.err != nil && (err == nil || pipeline.ExitCode(err) == pipeline.ExitFailure) {
		err = &pipeline.Unwritten{What: "to stdout", Err: out.err}
	}
	if err == nil {
		return pipeline.ExitDone
	}
	fmt.Fprintln(os.Stderr, message(err))
	return pipeline.ExitCode(err)
}

// message is what the user reads: faults that begin with their place stay as they are.
func message(err error) string {
	if code := pipeline.ExitCode(err); code == pipeline.ExitConfig || code == pipeline.ExitData {
		return err.Error()
	}
	return "recur: " + err.Error()
}
