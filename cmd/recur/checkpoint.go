package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newCheckpoint() *cobra.Command {
	cmd := &cobra.Command{Use: "checkpoint", Short: "look into checkpoints and verify them", Args: noCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(
		newInspect(),
		&cobra.Command{
			Use: "verify RUN", Short: "check every checksum of every checkpoint of a run", Args: cobra.ExactArgs(1),
			Example: "  recur checkpoint verify runs/sunspots",
			RunE: func(cmd *cobra.Command, args []string) error {
				text, err := pipeline.VerifyCheckpoints(args[0])
				fmt.Fprint(cmd.OutOrStdout(), text)
				return err
			},
		},
	)
	return cmd
}

func newInspect() *cobra.Command {
	cmd := &cobra.Command{
		Use: "inspect CHECKPOINT", Short: "print what a checkpoint holds", Args: cobra.ExactArgs(1),
		Example: "  recur checkpoint inspect runs/sunspots\n  recur checkpoint inspect runs/names --vocabulary",
	}
	vocabulary := cmd.Flags().Bool("vocabulary", false, "print the symbols of a network of text instead, as CSV")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *vocabulary {
			return pipeline.Vocabulary(args[0], cmd.OutOrStdout())
		}
		info, err := pipeline.InspectCheckpoint(args[0])
		if err != nil {
			return err
		}
		return printJSON(cmd.OutOrStdout(), info)
	}
	return cmd
}
