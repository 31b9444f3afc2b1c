package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

// usage is the error of a command line that means nothing.
func usage(format string, args ...any) error {
	return &pipeline.Usage{Message: fmt.Sprintf(format, args...)}
}

// checkArgs makes wrong arguments of a command, and of those below it, a usage error. A page of text is a command without
// arguments, and a group one that knows its own alone.
func checkArgs(c *cobra.Command) {
	if !c.Runnable() {
		c.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		if c.Args == nil || c.HasSubCommands() {
			c.Args = noCommand
		}
	}
	check := c.Args
	c.Args = func(cmd *cobra.Command, args []string) error {
		for i, a := range args {
			if err := pathFault(a); err != nil {
				return usage("argument %d is %q: %v; usage: %s", i+1, a, err, cmd.UseLine())
			}
		}
		if check == nil {
			return nil
		}
		err := check(cmd, args)
		if err == nil || pipeline.ExitCode(err) == pipeline.ExitUsage {
			return err
		}
		return usage("%v; usage: %s", err, cmd.UseLine())
	}
	for _, sub := range c.Commands() {
		checkArgs(sub)
	}
}

// noCommand refuses words that are no command, with the ones that are like it.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasSubCommands() {
		return usage("%s takes no arguments, got %q", cmd.CommandPath(), args)
	}
	hint := "see `" + cmd.CommandPath() + " --help`"
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		hint = fmt.Sprintf("did you mean %q?", like[0])
	}
	return usage("unknown command %q; %s", args[0], hint)
}

// newHelp is `recur help`; cobra's own ends well whatever it is asked about.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]…", Short: "help about any command", Long: "help prints what a command does, its flags and examples.",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if about, rest, err := cmd.Root().Find(args); err == nil && len(rest) == 0 {
				for _, c := range about.Commands() {
					names = append(names, c.Name())
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err == nil && len(rest) > 0 {
				if about.HasSubCommands() {
					return noCommand(about, rest)
				}
				return usage("%s has no command %q; see `%s --help`", about.CommandPath(), strings.Join(rest, " "), about.CommandPath())
			}
			if err != nil {
				return usage("%v", err)
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}
