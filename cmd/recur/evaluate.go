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
		Long: "evaluate scores the best checkpoint of a run directory, or one checkpoint in it, beside naive baselines on the same windows.\nOf another file (--data) it leaves out the windows that predict a value of the run's training or validation part: scores of\nwhat was learnt say little. Of pairs it is one file with both, or two line by line: --data SOURCES,TARGETS; of sounds a manifest.\nMetrics are in the units of the data. What each of them means: recur help metrics.",
		Example: `  recur evaluate runs/sunspots
  recur evaluate runs/sunspots --split validation --json
  recur evaluate runs/sunspots --data newer.csv
  recur evaluate runs/sunspots --data newer.csv --all
  recur evaluate runs/translate --data test.de,test.en
  recur evaluate runs/translate --set decode.beam=1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("csv") && cmd.Flags().Changed("data") {
				return &pipeline.Usage{Message: "--csv and --data are the same; give one of them"}
			}
			if e.CSV != "" && cmd.Flags().Changed("split") {
				return &pipeline.Usage{Message: "--split: another file has no parts; leave out --split or --data"}
			}
			if e.All && e.CSV == "" {
				return &pipeline.Usage{Message: "--all goes with --data: of the run's own data --split names the part"}
			}
			e.Threads, e.OnNote, e.Set = o.threads, note(cmd), o.set
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
	pathFlag(f, &e.CSV, "data", "score another `FILE` in the form of the training data, of pairs also SOURCES,TARGETS (of series, with the same step of time): those of its windows or sequences that the run has not learnt from")
	pathFlag(f, &e.CSV, "csv", "the older name of --data")
	f.BoolVar(&e.All, "all", false, "with --data: score every window or sequence, also those that the run was trained or chosen on")
	f.BoolVar(&steps, "steps", false, "print the scores of every step ahead too")
	o.useFlag(f, "says how an answer is searched for or, with --data, how that file is read", "decode.beam=10")
	o.threadsFlag(f)
	predictionsFlag(f, &e.Predictions)
	methodsFlag(f, &e.Only)
	o.jsonFlag(f)
	return cmd
}
