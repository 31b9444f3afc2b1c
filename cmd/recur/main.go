// Command recur trains, evaluates and compares recurrent networks from a config file.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
	"recur/internal/runs"
)

func main() { os.Exit(run()) }

// run executes the command line and returns the exit code.
func run() int {
	ignoreWriteSignals()
	pipeline.SpareMemory()
	out := &watched{w: os.Stdout}
	if closedAtStart(os.Stdout) && !keepsResults(os.Args[1:]) {
		out.w = closedWriter{}
	}
	cmd := newRoot(out)
	ran, err := cmd.ExecuteContextC(context.Background())
	if out.err != nil && (err == nil || pipeline.ExitCode(err) == pipeline.ExitFailure) {
		err = &runs.Unwritten{What: "to stdout", Err: out.err}
	}
	if err == nil {
		return pipeline.ExitDone
	}
	fmt.Fprintln(os.Stderr, message(err)+settable(ran, err))
	return pipeline.ExitCode(err)
}

// screenOf is the file that a writer of commands writes to; nil where it is none.
func screenOf(w io.Writer) *os.File {
	if watched, ok := w.(*watched); ok {
		w = watched.w
	}
	f, _ := w.(*os.File)
	return f
}

// keepsResults says that a command line leaves what it finds out in files and prints but a summary. Such a command ends well
// without a stdout: nothing is lost.
func keepsResults(args []string) bool {
	cmd, rest, err := newRoot(io.Discard).Find(args)
	if err != nil || cmd.ParseFlags(rest) != nil {
		return false
	}
	for _, asked := range []string{"json", "help", "dry-run"} {
		if f := cmd.Flags().Lookup(asked); f != nil && f.Changed {
			return false
		}
	}
	return slices.Contains([]string{"train", "compare", "backtest", "plot"}, cmd.Name())
}

// settable is a line that says how the keys that a fault of a file asks for are set where a trained run reads it: "" where none is, or they
// can't be.
func settable(ran *cobra.Command, err error) string {
	if set := ran.Flags().Lookup("set"); set == nil || set.Annotations[inUse] == nil {
		return ""
	}
	if key := pipeline.SettableKey(err); key != "" {
		return fmt.Sprintf("\nrecur: for this file %s is set by --set %s=VALUE; see `recur config explain %s`", key, key, key)
	}
	return ""
}

// message is what the user reads: faults that begin with their place stay as they are.
func message(err error) string {
	if code := pipeline.ExitCode(err); code == pipeline.ExitConfig || code == pipeline.ExitData {
		return err.Error()
	}
	return "recur: " + err.Error()
}
