package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newBench() *cobra.Command {
	var o common
	s := pipeline.BenchShape{Cell: "lstm", Batch: 64, Steps: 50, Inputs: 1, Hidden: 128, Layers: 1}
	var seconds float64
	var pairs bool
	cmd := &cobra.Command{
		Use: "bench", Short: "time one training step and one forward pass on this machine", Args: cobra.NoArgs,
		Long:    "bench times the training step, as `recur train` makes it (batch, graph, clipping, Adam), and the forward pass, in float32.\nWithout a shape it times a grid. The share is that of the machine's peak of multiply-adds, measured in the same run.\nBatch 1 with one step times a step of carried state.",
		Example: "  recur bench\n  recur bench --cell gru --batch 32 --steps 24 --hidden 64 --json\n  recur bench --steps 100 --inputs 8 --front 64,5,2 --front 64,3,1\n  recur bench --batch 32 --steps 40 --hidden 384 --vocabulary 65 --embedding 64\n  recur bench --pairs",
		RunE: func(cmd *cobra.Command, _ []string) error {
			shapes := pipeline.BenchGrid()
			for _, name := range []string{"cell", "batch", "steps", "inputs", "hidden", "layers", "front", "vocabulary", "embedding", "tied"} {
				if cmd.Flags().Changed(name) {
					shapes = []pipeline.BenchShape{s}
				}
			}
			if pairs {
				return benchPairs(cmd, &o, seconds, len(shapes) == 1)
			}
			if err := s.Check(); err != nil {
				return err
			}
			var each func(pipeline.BenchRow)
			if !o.json {
				fmt.Fprint(cmd.OutOrStdout(), pipeline.BenchHeader())
				each = func(r pipeline.BenchRow) { fmt.Fprint(cmd.OutOrStdout(), r.Text()) }
			}
			r, err := pipeline.Bench(cmd.Context(), shapes, seconds, o.threads, each)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), r)
			}
			fmt.Fprint(cmd.OutOrStdout(), r.Footer())
			return nil
		},
	}
	f := cmd.Flags()
	wordFlag(f, &s.Cell, "cell", s.Cell, cells, "elman, lstm or gru")
	wholeFlag(f, &s.Batch, "batch", s.Batch, 1, 1<<16, "windows in a batch")
	wholeFlag(f, &s.Steps, "steps", s.Steps, 1, 1<<16, "steps of a window")
	wholeFlag(f, &s.Inputs, "inputs", s.Inputs, 1, 1<<16, "columns of a row")
	wholeFlag(f, &s.Hidden, "hidden", s.Hidden, 1, 1<<14, "hidden units")
	wholeFlag(f, &s.Layers, "layers", s.Layers, 1, 64, "recurrent layers")
	f.Var((*fronts)(&s.Front), "front", "a convolution below the recurrent layers, `channels,width,stride`, with layer norm and relu (repeatable)")
	wholeFlag(f, &s.Vocabulary, "vocabulary", 0, 0, 1<<20, "symbols of a network of the next symbol, in place of --inputs; 0 for none")
	wholeFlag(f, &s.Embedding, "embedding", 64, 1, 1<<13, "with --vocabulary: learned numbers of a symbol")
	f.BoolVar(&s.Tied, "tied", false, "with --vocabulary: the head weighs by the table of symbols")
	f.BoolVar(&pairs, "pairs", false, "time what says one sequence of another: training of a translation and of speech, and translating")
	realFlag(f, &seconds, "seconds", 1, 3600, "how long to time each measurement")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}

// benchPairs times what says one sequence of another, whose shapes are those of the recipes.
func benchPairs(cmd *cobra.Command, o *common, seconds float64, shaped bool) error {
	if shaped {
		return &pipeline.Usage{Message: "--pairs: times the recipes as they are; leave out --cell, --batch and the other sizes"}
	}
	var each func(pipeline.PairsRow)
	if !o.json {
		fmt.Fprint(cmd.OutOrStdout(), pipeline.PairsHeader())
		each = func(r pipeline.PairsRow) { fmt.Fprint(cmd.OutOrStdout(), r.Text()) }
	}
	r, err := pipeline.BenchPairs(cmd.Context(), seconds, o.threads, each)
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(cmd.OutOrStdout(), r)
	}
	fmt.Fprint(cmd.OutOrStdout(), r.Footer())
	return nil
}
