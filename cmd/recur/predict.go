package main

import (
	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newPredict() *cobra.Command {
	var o common
	cmd := &cobra.Command{
		Use: "predict RUN [FILE | -]", Short: "predict the values of sequences, one line each", Args: cobra.RangeArgs(1, 2),
		Long: "predict reads sequences in the form of the training data, from a file or from standard input, and prints a line of CSV (or\nJSON) for each, in their order. The columns of what is predicted need not be there. It needs nothing but the run directory.",
		Example: `  recur predict runs/machines new.csv
  recur predict runs/machines new.csv --json
  recur predict runs/machines - < new.csv > values.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			p := pipeline.PredictOptions{In: cmd.InOrStdin(), Threads: o.threads, OnNote: note(cmd)}
			if len(args) > 1 {
				p.File = args[1]
			}
			all, err := pipeline.Predict(args[0], p)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), all)
			}
			return all.WriteCSV(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}
