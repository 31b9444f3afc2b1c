package main

import (
	"errors"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newVerify() *cobra.Command {
	var o common
	var v pipeline.VerifyOptions
	cmd := &cobra.Command{
		Use: "verify RUN", Short: "retrain some steps of a run and compare every bit with what it holds", Args: cobra.ExactArgs(1),
		Long: `verify goes from the checkpoint before the newest (from the start where there is none) to the newest one and compares
weights, solver state, counters and the losses of the epochs on the way, bit by bit. It writes nothing. The exit code is 1
where they differ. The same bits are promised for the same build, kernels, seed and data, on any number of cores; what of
that has changed since the run is said. "recur checkpoint verify RUN" checks the files alone.`,
		Example: `  recur verify runs/sunspots
  recur verify runs/sunspots --from-start
  recur verify runs/sunspots --from-start --steps 200`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, done := untilSignal(cmd.Context(), cmd.ErrOrStderr())
			defer done()
			v.Threads, v.OnNote = o.threads, note(cmd)
			r, err := pipeline.VerifyRun(ctx, args[0], v)
			var different *pipeline.Different
			if err != nil && !errors.As(err, &different) {
				return err
			}
			if o.json {
				return errors.Join(printJSON(cmd.OutOrStdout(), r), err)
			}
			if err == nil {
				fmt.Fprint(cmd.OutOrStdout(), r.Text())
			}
			return err
		},
	}
	f := cmd.Flags()
	f.BoolVar(&v.FromStart, "from-start", false, "retrain from the initial weights on")
	wholeFlag(f, &v.Steps, "steps", 0, 0, math.MaxInt32, "retrain at most so many updates; 0 goes on to the newest checkpoint")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}
