// Command recur trains, evaluates and compares recurrent networks from a config file.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"recur/internal/pipeline"
)

func main() { os.Exit(run()) }

// run executes the command line and returns the exit code.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// After the first signal the handler is taken away, so that a second one ends the process at once.
	context.AfterFunc(ctx, stop)
	cmd := newRoot()
	err := cmd.ExecuteContext(ctx)
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
