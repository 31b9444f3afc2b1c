package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newPlot() *cobra.Command {
	var o common
	cmd := &cobra.Command{
		Use: "plot RUN", Short: "draw what was predicted beside what was true, and learning curves", Args: cobra.ExactArgs(1),
		Long:    "plot draws into RUN/plots, as SVG and PNG: original against predicted over all parts, the learning curves, the forecast\nafter the last observation, for several steps ahead the error by step beside the baselines, for many series the error\nof each beside the best baseline, and for quantiles the intervals of the test part beside what came. Of classes: which are\ntaken for which, and how often the network is right beside how sure it is. Of text: how surprising each symbol of the test\npart's beginning is, and for documents the loss by position.",
		Example: "  recur plot runs/sunspots",
		RunE: func(cmd *cobra.Command, args []string) error {
			paths, err := pipeline.Plot(args[0], o.threads)
			for _, p := range paths {
				fmt.Fprintln(cmd.OutOrStdout(), p)
			}
			return err
		},
	}
	o.threadsFlag(cmd.Flags())
	return cmd
}
