package main

import (
	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

func newPredict() *cobra.Command {
	var o common
	var top, beam, nbest int
	var probabilities bool
	cmd := &cobra.Command{
		Use: "predict RUN [FILE … | -]", Short: "predict values, classes or what is said of sequences, texts and sounds, one line each", Args: cobra.MinimumNArgs(1),
		Long: "predict reads sequences or texts in the form of the training data, from a file or from standard input, and prints a line of CSV\n(or JSON) for each, in their order. The columns of what is predicted need not be there. A run that reads texts takes a text a line\nfrom standard input or a .txt file. Of classes it prints the likeliest and its probability, of pairs (a\ntranslation, a summary) and of sounds (speech) what is said and its score; sounds are WAV files, or a file that lists them. It needs nothing but the run directory.",
		Example: `  recur predict runs/machines new.csv
  recur predict runs/machines new.csv --json
  recur predict runs/machines - < new.csv > values.csv
  echo "what a lovely day" | recur predict runs/sentiment
  recur predict runs/sentiment new.csv --top 3
  recur predict runs/sentiment new.csv --probabilities
  echo "Heute kauft die Frau einen Hut." | recur predict runs/translate --beam 10
  recur predict runs/digits-speech one.wav two.wav`,
		RunE: func(cmd *cobra.Command, args []string) error {
			p := pipeline.PredictOptions{In: cmd.InOrStdin(), Set: o.set, Threads: o.threads, OnNote: note(cmd), Top: top, Probabilities: probabilities}
			if p.Beam, p.NBest = beam, nbest; len(args) > 1 {
				p.File, p.More = args[1], args[2:]
			}
			all, err := pipeline.Predict(args[0], p)
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(cmd.OutOrStdout(), all)
			}
			return all.WriteCSV(cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	wholeFlag(f, &top, "top", 0, 0, 10000, "of classes: name so many of the likeliest (default 1)")
	wholeFlag(f, &beam, "beam", 0, 0, 1000, "of what is said: beginnings that are kept at every step of the search (default: as the config of the run says)")
	wholeFlag(f, &nbest, "nbest", 0, 0, 1000, "of what is said: print so many hypotheses in JSON (default 1)")
	f.BoolVar(&probabilities, "probabilities", false, "of classes: print the probability of each")
	o.useFlag(f, "says how an answer is searched for or how a file is read", "decode.no_repeat=3")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}
