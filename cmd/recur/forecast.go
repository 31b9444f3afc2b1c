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
  recur forecast runs/sales --intervals 80,95
  recur forecast runs/sales --fallback
  recur forecast runs/sunspots --csv newer.csv --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("horizon") && (fo.Horizon < 1 || fo.Horizon > maxHorizon) {
				return &pipeline.Usage{Message: fmt.Sprintf("--horizon: want a whole number of steps from 1 to %d", maxHorizon)}
			}
			fo.Threads, fo.OnNote = o.threads, note(cmd)
			var w pipeline.ForecastWriter = pipeline.NewForecastCSV(cmd.OutOrStdout())
			if o.json {
				w = pipeline.NewForecastJSON(cmd.OutOrStdout())
			}
			return pipeline.StreamForecast(args[0], fo, w)
		},
	}
	f := cmd.Flags()
	f.StringVar(&fo.CSV, "csv", "", "continue the series of this file, with the same columns and step of time, instead of the training data")
	f.IntVar(&fo.Horizon, "horizon", 0, "steps ahead (default data.horizon)")
	f.Float64SliceVar(&fo.Intervals, "intervals", nil, "central intervals in percent, e.g. 80,95, of the quantiles that the run has")
	f.BoolVar(&fo.Fallback, "fallback", false, "take the best simple method's forecast where it did better on the validation part")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}
