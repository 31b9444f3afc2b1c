package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/configs"
	"recur/internal/pipeline"
)

func newConfig() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "validate, render and explain configs", Args: noCommand, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(newValidate(), newRender(), newExplain(), newSchema())
	return cmd
}

func newValidate() *cobra.Command {
	var o common
	cmd := &cobra.Command{
		Use: "validate CONFIG…", Short: "tell all faults of configs at once", Args: cobra.MinimumNArgs(1),
		Example: "  recur config validate *.yaml",
		RunE: func(cmd *cobra.Command, args []string) error {
			var first error
			for _, path := range args {
				_, err := loadConfig(path, o.set)
				switch {
				case err == nil:
					fmt.Fprintf(cmd.OutOrStdout(), "%s: ok\n", path)
				case first == nil:
					first = err
				default:
					fmt.Fprintln(cmd.ErrOrStderr(), err)
				}
			}
			return first
		},
	}
	o.setFlag(cmd.Flags())
	return cmd
}

func newRender() *cobra.Command {
	var o common
	cmd := &cobra.Command{
		Use: "render CONFIG", Short: "print a config with all defaults filled in; it trains the same", Args: cobra.ExactArgs(1),
		Example: "  recur config render sunspots.yaml --set model.cell=gru",
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(args[0], o.set)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(c.Render())
			return err
		},
	}
	o.setFlag(cmd.Flags())
	return cmd
}

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use: "explain [KEY]", Short: "say what a key means; without one, list all keys", Args: cobra.MaximumNArgs(1),
		Example: "  recur config explain\n  recur config explain data.window",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return keyNames(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, k := range configs.Keys() {
					fmt.Fprintf(cmd.OutOrStdout(), "%-32s %s\n", k.Name, k.Doc)
				}
				return nil
			}
			text, err := configs.Explain(args[0])
			if err != nil {
				return &pipeline.Usage{Message: err.Error()}
			}
			fmt.Fprint(cmd.OutOrStdout(), text)
			return nil
		},
	}
}

func keyNames() []string {
	var names []string
	for _, k := range configs.Keys() {
		names = append(names, k.Name)
	}
	return names
}

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "print the JSON Schema of the config language for editors", Args: cobra.NoArgs,
		Example: "  recur config schema > schema.json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(configs.Schema())
			return err
		},
	}
}
