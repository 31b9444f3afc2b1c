package main

import (
	"math"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
	"recur/task/forecast"
)

// maxPaths keeps the paths of one series within memory.
const maxPaths = 100000

// maxHorizon keeps a forecast within memory: each step fed back is kept until all are printed.
const maxHorizon = 1000000

func newForecast() *cobra.Command {
	var o common
	var fo forecast.Options
	var safe bool
	var seed int
	cmd := &cobra.Command{
		Use: "forecast RUN", Short: "print the values after the last observation", Args: cobra.ExactArgs(1),
		Long: "forecast continues each series after its last observation and prints CSV (or JSON). Without --csv it needs nothing\nbut the run directory; FILE is CSV, Parquet or JSON lines. Beyond the trained horizon, blocks of its own values are fed back, and\nintervals are those of simulated paths (docs/forecasting.md).\n\nA forecast is the median where the run has quantiles: of counts that are mostly zeros it is 0. --mean adds the mean, whose sum over\nsteps and series is what is expected of all of them: the quantile function integrated, times by how much such means were too small or\ntoo large before the test part (docs/forecasting.md).\n\n--samples N prints N sample paths of every series in place of the median: at each step they are spread as the quantiles say, and from step to\nstep they hang together as the values did in the past. --total prints the sum over the steps, with --intervals of any percentage, from such\npaths: the sum of the ends of the steps' intervals is not it. The same --seed gives the same paths.",
		Example: `  recur forecast runs/sunspots
  recur forecast runs/sunspots --horizon 24 > next.csv
  recur forecast runs/sales --intervals 80,95
  recur forecast runs/sales --intervals 80,95 --horizon 36
  recur forecast runs/sales --mean
  recur forecast runs/sales --total --intervals 50,80,95
  recur forecast runs/sales --samples 100 --seed 7 > paths.csv
  recur forecast runs/sales --fallback
  recur forecast runs/sunspots --csv newer.csv --json
  recur forecast runs/sunspots --csv newer.csv --set data.missing=forward`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if safe && o.json {
				return &pipeline.Usage{Message: "--csv-safe goes with CSV: no program takes a text in JSON for a formula; leave out --csv-safe or --json"}
			}
			if err := pathFlags(cmd, &fo, uint64(seed)); err != nil {
				return err
			}
			fo.Threads, fo.OnNote = o.threads, note(cmd)
			run, judged, err := pipeline.Open(args[0], o.threads, o.set, fo.CSV, fo.OnNote)
			if err != nil {
				return err
			}
			fo.Judged = judged
			var w forecast.Writer = forecast.NewCSV(cmd.OutOrStdout(), safe)
			if o.json {
				w = forecast.NewJSON(cmd.OutOrStdout())
			}
			return forecast.Stream(run, fo, w)
		},
	}
	f := cmd.Flags()
	pathFlag(f, &fo.CSV, "csv", "continue the series of this file, with the same columns and step of time, instead of the training data")
	wholeFlag(f, &fo.Horizon, "horizon", 0, 1, maxHorizon, "steps ahead (default data.horizon)")
	percentsFlag(f, &fo.Intervals, "intervals", "central intervals in percent, e.g. 80,95, of the quantiles that the run has; of a simple method (--fallback) by its residuals")
	f.BoolVar(&fo.Mean, "mean", false, "the mean of each step beside the median, from the quantiles that the run has: column TARGET_mean")
	wholeFlag(f, &fo.Samples, "samples", 0, 1, maxPaths, "sample paths of every series, a row for each step of each, in place of the median")
	f.BoolVar(&fo.Total, "total", false, "the sum over the steps in place of each of them")
	wholeFlag(f, &seed, "seed", 0, 0, math.MaxInt32, "of --samples and --total: another seed, other paths (default seed of the run)")
	f.BoolVar(&fo.Fallback, "fallback", false, "take the best simple method's forecast where it did better on the validation part")
	f.BoolVar(&safe, "csv-safe", false, "for spreadsheets: an apostrophe before each name, heading and time that begins with = + - or @ and is no number")
	o.useFlag(f, "says how the file of --csv is read", "data.missing=forward")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}

// pathFlags reads the flags of sample paths and refuses those that contradict each other.
func pathFlags(cmd *cobra.Command, o *forecast.Options, seed uint64) error {
	name, samples := cmd.CommandPath(), o.Samples > 0
	for _, clash := range []error{
		exclusive(name, "samples", samples, "total", o.Total, "sums are of paths that are not printed"),
		exclusive(name, "samples", samples, "intervals", len(o.Intervals) > 0, "paths have none, and --total has those of sums"),
		exclusive(name, "samples", samples, "mean", o.Mean, "paths are no means"),
	} {
		if clash != nil {
			return clash
		}
	}
	if cmd.Flags().Changed("seed") {
		if !samples && !o.Total {
			return usage("--seed is that of sample paths; add --samples or --total, or leave --seed out; see `%s --help`", name)
		}
		o.Seed = &seed
	}
	return nil
}
