package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/configs/examples"
	"recur/internal/pipeline"
)

func newExamples() *cobra.Command {
	return &cobra.Command{
		Use: "examples [NAME]", Short: "list the ready configs, or print one", Args: cobra.MaximumNArgs(1),
		Example: "  recur examples\n  recur examples sine > sine.yaml",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return examples.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, name := range examples.Names() {
					fmt.Fprintln(cmd.OutOrStdout(), name)
				}
				return nil
			}
			b, err := examples.Read(args[0])
			if err != nil {
				return &pipeline.Usage{Message: err.Error()}
			}
			_, err = cmd.OutOrStdout().Write(b)
			return err
		},
	}
}
