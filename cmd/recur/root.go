package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"recur/internal/pipeline"
)

const about = `recur models sequences with recurrent networks.

A YAML config describes the data, the network (Elman, LSTM or GRU) and the training. recur trains it as a Gorgonia
expression graph, scores it beside naive baselines, compares the cells fairly, and forecasts, tells classes apart, continues text,
translates or sums up (an encoder and a decoder with attention), or writes down what is said in a sound (CTC).`

const start = `  recur init sales.csv                   # a config for your own file
  recur examples                         # ready configs, and what each is for
  recur examples sunspots .              # sunspots.yaml, and the data beside it
  recur train sunspots.yaml
  recur evaluate runs/sunspots
  recur forecast runs/sunspots --horizon 5
  recur compare sunspots.yaml --cells elman,lstm,gru --seeds 1,2,3`

// newRoot is the tree of commands, which print to out. Cobra's own commands keep the writer that there is when they are made.
func newRoot(out io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use: "recur", Short: "model sequences with recurrent networks", Long: about, Example: start,
		SilenceErrors: true, SilenceUsage: true, SuggestionsMinimumDistance: 2, Args: noCommand,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error { return pipeline.CheckEnvironment() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &pipeline.Usage{Message: fmt.Sprintf("%v; see `%s --help`", err, cmd.CommandPath())}
	})
	root.AddCommand(
		newInit(), newTrain(), newEvaluate(), newCompare(), newBacktest(), newForecast(), newPredict(), newGenerate(), newScore(), newPlot(), newConfig(), newGraph(), newBench(),
		newExamples(), newCheckpoint(), newVerify(), newVersion(), newExitCodes(), newMetrics(),
	)
	root.SetOut(out)
	root.SetHelpCommand(newHelp())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	checkArgs(root)
	return root
}

// maxThreads is more than any machine has cores.
const maxThreads = 4096

// cells are the kinds of recurrent networks.
var cells = []string{"elman", "lstm", "gru"}

// common are flags that several commands share.
type common struct {
	set     []string
	json    bool
	quiet   bool
	threads int
}

func (o *common) setFlag(f *pflag.FlagSet) {
	f.Var(&settings{&o.set, "--set train.epochs=5", func(string) error { return nil }}, "set", "override one key of the config, `key=value` (repeatable), e.g. --set train.epochs=5")
}

// useFlag is setFlag for a command that uses a trained run, whose other keys are settled.
func (o *common) useFlag(f *pflag.FlagSet, what, example string) {
	f.Var(&settings{&o.set, "--set " + example, func(string) error { return nil }}, "set", "set a key of the run's config anew that "+what+", `key=value` (repeatable), e.g. --set "+example)
	f.Lookup("set").Annotations = map[string][]string{inUse: {}}
}

// inUse marks a --set whose keys are those that may change where a run is used.
const inUse = "in use"

func predictionsFlag(f *pflag.FlagSet, path *string) {
	pathFlag(f, path, "predictions", "write every prediction beside its truth and what simple methods say to this new `FILE`: CSV, or Parquet where it ends in .parquet")
}

func (o *common) jsonFlag(f *pflag.FlagSet) {
	f.BoolVar(&o.json, "json", false, "print one JSON object on stdout")
}

func (o *common) quietFlag(f *pflag.FlagSet) {
	f.BoolVarP(&o.quiet, "quiet", "q", false, "no progress on stderr")
}

func (o *common) threadsFlag(f *pflag.FlagSet) {
	wholeFlag(f, &o.threads, "threads", 0, 0, maxThreads, "cores to use; 0 means all (the numbers do not depend on it)")
}
