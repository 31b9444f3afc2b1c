package main

import (
	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newScore() *cobra.Command {
	var o common
	var s pipeline.ScoreOptions
	cmd := &cobra.Command{
		Use: "score RUN [FILE | -]", Short: "say how likely a text is", Args: cobra.RangeArgs(1, 2),
		Long: `score reads a text with a run that has learnt from text, and prints how well it foretells each next symbol: nats and bits a symbol, and
perplexity. The text is a file, a directory, a pattern of file names, or standard input. The state is carried through a text, and begins anew
with every file and, where the run has learnt documents, every document. The first symbol of a text that is one is not judged.

--by token prints each symbol with the logarithm of its chance and its rank (1 is the first guess), --by line and --by file the
figures of each, as CSV. Symbols that the network has not learnt count as one unknown symbol, or are left out where it has none; their share
is told.`,
		Example: `  recur score runs/shakespeare sonnets.txt
  recur score runs/shakespeare sonnets.txt --by token > tokens.csv
  recur score runs/shakespeare plays/ --by file --json
  echo "To be, or not to be" | recur score runs/shakespeare`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, done := untilSignal(cmd.Context(), cmd.ErrOrStderr())
			defer done()
			s.In, s.Threads, s.OnNote = cmd.InOrStdin(), o.threads, note(cmd)
			if len(args) > 1 {
				s.Path = args[1]
			}
			r, err := pipeline.Score(ctx, args[0], s)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), r)
			}
			return r.Write(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	wordFlag(f, &s.By, "by", "", pipeline.ScoreParts, "print the figures of each token, line or file")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}
