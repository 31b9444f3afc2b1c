package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
	"recur/internal/progress"
)

// maxOrigins keeps the rows of a backtest within what can be counted.
const maxOrigins = 1000000

func newBacktest() *cobra.Command {
	var o common
	var bo pipeline.BacktestOptions
	cmd := &cobra.Command{
		Use: "backtest CONFIG", Short: "forecast from several origins in the past and score the forecasts", Args: cobra.ExactArgs(1),
		Long: `backtest forecasts from several origins in the past, from each with nothing but what was known then, and scores the
forecasts beside simple methods: over all, by origin, by step ahead and by series, with an audit of what was learnt from
which rows. With --refit never one training before the first origin serves all; with --refit each there is one before every
origin. It writes backtest.json and the runs.`,
		Example: `  recur backtest sales.yaml
  recur backtest sales.yaml --origins 24 --step 7
  recur backtest sales.yaml --origins 4 --step 12 --refit each --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(args[0], o.set)
			if err != nil {
				return err
			}
			ctx, done := untilSignal(cmd.Context(), cmd.ErrOrStderr())
			defer done()
			bar := progress.NewComparison(cmd.ErrOrStderr(), o.quiet)
			bo.OnJob, bo.OnNote, bo.Threads = bar.Job, note(cmd), o.threads
			r, err := pipeline.RunBacktest(ctx, c, bo)
			bar.Close()
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), r)
			}
			fmt.Fprint(cmd.OutOrStdout(), r.Text())
			return nil
		},
	}
	f := cmd.Flags()
	wholeFlag(f, &bo.Origins, "origins", 12, 1, maxOrigins, "how many origins; the last one is data.horizon rows before the end of each series")
	wholeFlag(f, &bo.Step, "step", 1, 1, maxOrigins, "rows between two origins")
	wordFlag(f, &bo.Refit, "refit", "never", []string{"never", "each"}, "never: train once, before the first origin; each: train before every origin")
	o.setFlag(f)
	pathFlag(f, &bo.Run, "run", "directory of the backtest (default runs/NAME-backtest)")
	f.BoolVar(&bo.Force, "force", false, "train again what is trained already, also of another config")
	o.threadsFlag(f)
	o.quietFlag(f)
	predictionsFlag(f, &bo.Predictions)
	methodsFlag(f, &bo.Only)
	o.jsonFlag(f)
	return cmd
}
