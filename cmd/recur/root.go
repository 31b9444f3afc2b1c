package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"recur/internal/pipeline"
)

const about = `recur models sequences with recurrent networks.

A YAML config describes the data, the network (Elman, LSTM or GRU) and the training. recur trains it as a Gorgonia
expression graph, scores it beside naive baselines, compares the cells fairly, and forecasts.`

const start = `  recur init sales.csv                   # a config for your own file
  recur examples                         # ready configs
  recur examples sunspots > sunspots.yaml
  recur train sunspots.yaml
  recur evaluate runs/sunspots
  recur forecast runs/sunspots --horizon 5
  recur compare sunspots.yaml --cells elman,lstm,gru --seeds 1,2,3`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use: "recur", Short: "model sequences with recurrent networks", Long: about, Example: start,
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2, Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &pipeline.Usage{Message: fmt.Sprintf("%v; see `%s --help`", err, cmd.CommandPath())}
	})
	root.AddCommand(
		newInit(), newTrain(), newEvaluate(), newCompare(), newBacktest(), newForecast(), newPlot(), newConfig(), newGraph(), newBench(),
		newExamples(), newCheckpoint(), newVerify(), newVersion(), newExitCodes(),
	)
	for _, c := range root.Commands() {
		checkArgs(c)
	}
	return root
}

// noCommand refuses words that are no command, with the ones that are like it.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see `" + cmd.CommandPath() + " --help`"
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		hint = fmt.Sprintf("did you mean %q?", like[0])
	}
	return &pipeline.Usage{Message: fmt.Sprintf("unknown command %q; %s", args[0], hint)}
}

// checkArgs makes a wrong number of arguments a usage error with its own exit code.
func checkArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &pipeline.Usage{Message: fmt.Sprintf("%v; usage: %s", err, cmd.UseLine())}
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		checkArgs(sub)
	}
}

// common are flags that several commands share.
type common struct {
	set     []string
	json    bool
	quiet   bool
	threads int
}

func (o *common) setFlag(f *pflag.FlagSet) {
	f.StringArrayVar(&o.set, "set", nil, "override one key of the config, `key=value` (repeatable), e.g. --set train.epochs=5")
}

func (o *common) jsonFlag(f *pflag.FlagSet) {
	f.BoolVar(&o.json, "json", false, "print one JSON object on stdout")
}

func (o *common) quietFlag(f *pflag.FlagSet) {
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress on stderr")
}

func (o *common) threadsFlag(f *pflag.FlagSet) {
	f.IntVar(&o.threads, "threads", 0, "cores to use; 0 means all (the numbers do not depend on it)")
}
