package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
	"recur/internal/progress"
	"recur/task"
)

func newPredict() *cobra.Command {
	var o common
	var top, beam, nbest, rate int
	var probabilities, live bool
	cmd := &cobra.Command{
		Use: "predict RUN [FILE … | -]", Short: "predict values, classes or what is said of sequences, texts and sounds, one line each", Args: cobra.MinimumNArgs(1),
		Long: "predict reads sequences or texts in the form of the training data, from a file or from standard input, and prints a line of CSV\n(or JSON) for each, in their order. The columns of what is predicted need not be there. A run that reads texts takes a text a line\nfrom standard input or a .txt file. Of classes it prints the likeliest and its probability, of pairs (a\ntranslation, a summary) and of sounds (speech) what is said and its score; sounds are WAV files, or a file that lists them. It needs nothing but the run directory.\n\nWith --live a run that hears sounds writes down what is said while it is being said: it reads raw samples from standard input (16 bits,\nlittle-endian, one channel, at the rate of the run or --rate), or a WAV stream, and shows what it has heard so far; the last line is\nwhat was heard in all, with --json one line of JSON each. The network must not need the end of an utterance: train it with\nmodel.bidirectional: false and data.features.normalize: running.",
		Example: `  recur predict runs/machines new.csv
  recur predict runs/machines new.csv --json
  recur predict runs/machines - < new.csv > values.csv
  echo "what a lovely day" | recur predict runs/sentiment
  recur predict runs/sentiment new.csv --top 3
  recur predict runs/sentiment new.csv --probabilities
  echo "Heute kauft die Frau einen Hut." | recur predict runs/translate --beam 10
  recur predict runs/digits-speech one.wav two.wav
  arecord -q -f S16_LE -c 1 -r 8000 -t raw | recur predict runs/commands --live`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if live || cmd.Flags().Changed("rate") {
				return predictLive(cmd, args, live, o.json, pipeline.ListenOptions{ListenOptions: task.ListenOptions{Rate: rate, Beam: beam}, Set: o.set, Threads: o.threads})
			}
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
	f.BoolVar(&live, "live", false, "of sounds: listen to standard input, and show what is heard while it comes")
	wholeFlag(f, &rate, "rate", 0, 0, 768000, "with --live: raw samples a second (default: the rate of the run)")
	f.BoolVar(&probabilities, "probabilities", false, "of classes: print the probability of each")
	o.useFlag(f, "says how an answer is searched for or how a file is read", "decode.no_repeat=3")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}

// predictLive listens to standard input.
func predictLive(cmd *cobra.Command, args []string, live, asJSON bool, o pipeline.ListenOptions) error {
	switch {
	case !live:
		return usage("--rate says how --live reads raw samples; add --live, or leave --rate out: a WAV file has its rate")
	case len(args) > 2 || len(args) == 2 && args[1] != "-":
		return usage("--live reads standard input, and there is a file besides: %s; leave --live out, or send the file: recur predict %s --live < %s", args[1], args[0], args[1])
	}
	for _, other := range []string{"top", "nbest", "probabilities"} {
		if err := exclusive(cmd.CommandPath(), "live", true, other, cmd.Flags().Changed(other), "one text is told while it comes"); err != nil {
			return err
		}
	}
	ctx, done := untilSignal(cmd.Context(), cmd.ErrOrStderr())
	defer done()
	o.In, o.OnNote = cmd.InOrStdin(), note(cmd)
	if asJSON {
		lines := json.NewEncoder(cmd.OutOrStdout())
		return pipeline.Listen(ctx, args[0], o, func(h task.Heard) error { return lines.Encode(h) })
	}
	h := progress.NewHearing(cmd.OutOrStdout(), screenOf(cmd.OutOrStdout()))
	defer h.Close()
	return pipeline.Listen(ctx, args[0], o, h.Show)
}
