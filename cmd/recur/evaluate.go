package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newEvaluate() *cobra.Command {
	var o common
	var e pipeline.EvaluateOptions
	var steps bool
	cmd := &cobra.Command{
		Use: "evaluate RUN", Short: "score a checkpoint beside naive baselines on the same windows", Args: cobra.ExactArgs(1),
		Long: "evaluate scores the best checkpoint of a run directory, or one checkpoint in it, beside naive baselines on the same windows.\nOf another file (--csv) it leaves out the windows that predict a value of the run's training or validation part: scores of\nwhat was learnt say little. Metrics are in the units of the data. What each of them means: recur help metrics.",
		Example: `  recur evaluate runs/sunspots
  recur evaluate runs/sunspots --split validation --json
  recur evaluate runs/sunspots --csv newer.csv
  recur evaluate runs/sunspots --csv newer.csv --all`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("csv") && cmd.Flags().Changed("split") {
				return &pipeline.Usage{Message: "--split: another file has no parts; leave out --split or --csv"}
			}
			if e.All && !cmd.Flags().Changed("csv") {
				return &pipeline.Usage{Message: "--all goes with --csv: of the run's own data --split names the part"}
			}
			e.Threads, e.OnNote = o.threads, note(cmd)
			r, err := pipeline.Evaluate(args[0], e)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), r)
			}
			fmt.Fprint(cmd.OutOrStdout(), r.Text(steps))
			return nil
		},
	}
	f := cmd.Flags()
	wordFlag(f, &e.Split, "split", "test", []string{"train", "validation", "test"}, "part to score: train, validation or test")
	pathFlag(f, &e.CSV, "csv", "score another file with the same columns and step of time: those of its windows that predict no value of the run's training or validation part")
	f.BoolVar(&e.All, "all", false, "with --csv: score every window, also those that predict what the run was trained or chosen on")
	f.BoolVar(&steps, "steps", false, "print the scores of every step ahead too")
	o.threadsFlag(f)
	methodsFlag(f, &e.Only)
	o.jsonFlag(f)
	return cmd
}
