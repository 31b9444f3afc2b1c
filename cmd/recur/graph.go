package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newGraph() *cobra.Command {
	var o common
	var batch int
	cmd := &cobra.Command{
		Use: "graph CONFIG", Short: "print the Gorgonia expression graph as DOT; the layer table goes to stderr", Args: cobra.ExactArgs(1),
		Example: "  recur graph sunspots.yaml | dot -Tsvg > graph.svg",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(args[0], o.set)
			if err != nil {
				return err
			}
			dot, plan, err := pipeline.DOT(c, batch)
			if err != nil {
				return err
			}
			if !o.quiet {
				fmt.Fprint(cmd.ErrOrStderr(), plan.Table().Text())
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", dot)
			return err
		},
	}
	o.setFlag(cmd.Flags())
	o.quietFlag(cmd.Flags())
	wholeFlag(cmd.Flags(), &batch, "batch", 0, 1, 1<<16, "windows in the batch (default train.batch_size)")
	return cmd
}
