package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
	"recur/internal/progress"
)

func newCompare() *cobra.Command {
	var o common
	var co pipeline.CompareOptions
	var grid []string
	cmd := &cobra.Command{
		Use: "compare CONFIG", Short: "train the cells side by side and say which is better and whether that is luck", Args: cobra.ExactArgs(1),
		Long: `compare trains each cell with each seed on the same data, scores them on the test part beside the baselines, and tests the
lowest of all rows against the others: windows by the test of Diebold and Mariano, paired by origin (series that move together are no
further witnesses), sequences by Student's t of pairs, classes by McNemar's test (means over seeds by a paired permutation test), text by a
bootstrap of its blocks. The runs are ordinary run directories; finished ones are not run again.
It writes compare.json, compare.md and learning-curves.svg.`,
		Example: `  recur compare sunspots.yaml
  recur compare sunspots.yaml --cells lstm,gru --seeds 1,2,3,4,5
  recur compare sunspots.yaml --grid model.hidden_size=8,32 --grid model.layers=1,2`,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := loadConfig(args[0], o.set)
			if err != nil {
				return err
			}
			co.Grid = axes(grid)
			ctx, done := untilSignal(cmd.Context(), cmd.ErrOrStderr())
			defer done()
			bar := progress.NewComparison(cmd.ErrOrStderr(), o.quiet)
			co.OnJob, co.OnNote = bar.Job, note(cmd)
			r, err := pipeline.Compare(ctx, c, co)
			bar.Close()
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), r)
			}
			fmt.Fprint(cmd.OutOrStdout(), r.Text())
			return nil
		},
	}
	f := cmd.Flags()
	wordsFlag(f, &co.Cells, "cells", cells, cells, "cells to compare")
	seedsFlag(f, &co.Seeds, "seeds", []uint64{1, 2, 3}, "seeds of every cell")
	f.Var(&settings{&grid, "--grid model.hidden_size=16,64", gridValues}, "grid", "a further axis, `key=a,b` (repeatable)")
	o.setFlag(f)
	pathFlag(f, &co.Run, "run", "directory of the comparison (default runs/NAME-compare)")
	f.BoolVar(&co.Force, "force", false, "train again what is trained already, also of another config")
	o.quietFlag(f)
	methodsFlag(f, &co.Only)
	o.jsonFlag(f)
	return cmd
}

// gridValues refuses an axis without values and empty or repeated ones.
func gridValues(text string) error {
	values := apart(text)
	for i, v := range values {
		if strings.TrimSpace(v) == "" {
			return fmt.Errorf("want key=a,b with no empty value")
		}
		if slices.Contains(values[:i], v) {
			return fmt.Errorf("want each value once, %s comes twice", v)
		}
	}
	return nil
}

func axes(grid []string) (out []pipeline.Axis) {
	for _, g := range grid {
		key, values, _ := strings.Cut(g, "=")
		out = append(out, pipeline.Axis{Key: key, Values: apart(values)})
	}
	return out
}

// apart cuts a list of YAML values at its commas, but for those within brackets, braces or quotes.
func apart(list string) (values []string) {
	from, depth, quote := 0, 0, rune(0)
	for i, c := range list {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth <= 0:
			values, from = append(values, list[from:i]), i+1
		}
	}
	return append(values, list[from:])
}
