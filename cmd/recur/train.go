package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/configs"
	"recur/internal/pipeline"
	"recur/internal/progress"
)

func newTrain() *cobra.Command {
	var o common
	var run, from string
	var resume, force, dry, changed, rate bool
	cmd := &cobra.Command{
		Use: "train CONFIG", Short: "train the network of a config; writes the run directory", Args: cobra.ExactArgs(1),
		Example: `  recur train sunspots.yaml
  recur train sunspots.yaml --set model.cell=gru --set seed=2 --run runs/gru-2
  recur train sunspots.yaml --from runs/sunspots --run runs/finer --set train.learning_rate=0.0001
  recur train sunspots.yaml --dry-run
  recur train runs/sunspots/config.yaml --run runs/sunspots --resume
  recur train runs/sunspots/config.yaml --run runs/sunspots --resume --set train.epochs=500`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if changed && !resume {
				return &pipeline.Usage{Message: "--allow-data-change goes with --resume"}
			}
			if rate && !resume {
				return &pipeline.Usage{Message: "--allow-rate-change goes with --resume"}
			}
			if err := exclusive(cmd.CommandPath(), "resume", resume, "force", force, "the one goes on with the run that is there, the other begins anew"); err != nil {
				return err
			}
			if err := exclusive(cmd.CommandPath(), "resume", resume, "from", from != "", "a run that goes on has its weights already"); err != nil {
				return err
			}
			if err := exclusive(cmd.CommandPath(), "dry-run", dry, "from", from != "", "weights are taken where a training begins"); err != nil {
				return err
			}
			c, err := loadConfig(args[0], o.set)
			if err != nil {
				return err
			}
			if dry {
				return printPlan(cmd, c, o.json)
			}
			ctx, done := untilSignal(cmd.Context(), cmd.ErrOrStderr())
			defer done()
			bar, members := progress.NewTraining(cmd.ErrOrStderr(), c.Name, o.quiet), progress.NewComparison(cmd.ErrOrStderr(), o.quiet)
			shown := bar.Shown
			if o.quiet {
				shown = nil // what nobody sees costs nothing
			}
			report, err := pipeline.Train(ctx, c, pipeline.TrainOptions{
				Run: run, From: from, OnFrom: func(f *pipeline.From) { fmt.Fprintln(cmd.ErrOrStderr(), f.Text()) }, Resume: resume, Force: force, AllowDataChange: changed, AllowRateChange: rate, Threads: o.threads, OnEpoch: bar.Epoch, OnShown: shown, OnJob: members.Job, OnNote: note(cmd),
			})
			bar.Close()
			members.Close()
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), report.Summary())
			}
			fmt.Fprint(cmd.OutOrStdout(), report.Text())
			return nil
		},
	}
	f := cmd.Flags()
	o.setFlag(f)
	pathFlag(f, &run, "run", "run directory (default runs/NAME)")
	pathFlag(f, &from, "from", "a run, a checkpoint or a .safetensors file: its weights are taken where names and shapes fit, and a table says which")
	f.BoolVar(&resume, "resume", false, "go on from the newest checkpoint of the run directory")
	f.BoolVar(&changed, "allow-data-change", false, "with --resume: go on although the data have changed since")
	f.BoolVar(&rate, "allow-rate-change", false, "with --resume: go on although the schedule now gives another learning rate than the one it was trained with")
	f.BoolVar(&force, "force", false, "start anew where the directory holds a run; removes only files that recur wrote")
	f.BoolVar(&dry, "dry-run", false, "read the config and the data, print layers, windows and memory, and train nothing")
	o.threadsFlag(f)
	o.quietFlag(f)
	o.jsonFlag(f)
	return cmd
}

func printPlan(cmd *cobra.Command, c *configs.Config, asJSON bool) error {
	plan, err := pipeline.DryRun(c, note(cmd))
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(cmd.OutOrStdout(), plan)
	}
	fmt.Fprint(cmd.OutOrStdout(), plan.Text())
	return nil
}
