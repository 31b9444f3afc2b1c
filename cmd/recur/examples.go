package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"recur/configs/examples"
	"recur/internal/pipeline"
)

func newExamples() *cobra.Command {
	return &cobra.Command{
		Use: "examples [NAME]", Short: "list the ready configs, or print one", Args: cobra.MaximumNArgs(1),
		Long:    "examples lists the ready configs, or prints one. Its first line lets editors complete keys when the schema lies beside it.",
		Example: "  recur examples\n  recur examples sine > sine.yaml\n  recur config schema > schema.json",
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
			// In the repository the schema lies one folder up; beside a user's own file, where `config schema` is sent to.
			_, err = cmd.OutOrStdout().Write(bytes.Replace(b, []byte("$schema=../schema.json"), []byte("$schema=schema.json"), 1))
			return err
		},
	}
}
