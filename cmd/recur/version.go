package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
	"recur/internal/runs"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			fmt.Fprintf(cmd.OutOrStdout(), "recur %s (%s, %s/%s, kernels: %s)\n", runs.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, pipeline.Kernels())
			return nil
		},
	}
}

const exitCodes = `Exit codes of recur:

  0    done
  1    failure of another kind: a full disk, a missing right, a closed stdout, a run directory that holds a run
       already or files that recur did not write, a run that verify finds different
  2    usage: an unknown command or flag, a wrong argument
  3    bad config: all that the YAML alone shows, a missing file included; a network too large for the memory
  4    bad data: all that needs the contents of the data; data too large for the memory
  5    what is named is no run or checkpoint, the checkpoint can't be read or does not fit, or another process uses
       the run
  6    the training diverged (NaN or Inf)
  130  interrupted by a signal; the state of a training is saved, and what generate had written is printed
`

func newMetrics() *cobra.Command {
	return &cobra.Command{Use: "metrics", Short: "the figures that commands print and what they mean", Long: pipeline.GlossaryText()}
}

func newExitCodes() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "the exit codes and what they mean", Long: exitCodes}
}
