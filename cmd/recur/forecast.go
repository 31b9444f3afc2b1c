package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

// maxHorizon keeps a forecast within memory: each step fed back is kept until all are printed.
const maxHorizon = 1000000

func newForecast() *cobra.Command {
	var o common
	var fo pipeline.ForecastOptions
	cmd := &cobra.Command{
		Use: "forecast RUN", Short: "print the values after the last observation", Args: cobra.ExactArgs(1),
		Long: "forecast continues each series after its last observation and prints CSV (or JSON). Without --csv it needs nothing\nbut the run directory. Beyond the trained horizon, blocks of its own values are fed back.",
		Example: `  recur forecast runs/sunspots
  recur forecast runs/sunspots --horizon 24 > next.csv
  recur forecast runs/sunspots --csv newer.csv --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("horizon") && (fo.Horizon < 1 || fo.Horizon > maxHorizon) {
				return &pipeline.Usage{Message: fmt.Sprintf("--horizon: want a whole number of steps from 1 to %d", maxHorizon)}
			}
			fo.Threads, fo.OnNote = o.threads, note(cmd)
			r, err := pipeline.RunForecast(args[0], fo)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), r)
			}
			return r.WriteCSV(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&fo.CSV, "csv", "", "continue the series of this file, with the same columns, instead of the training data")
	f.IntVar(&fo.Horizon, "horizon", 0, "steps ahead (default data.horizon)")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}
