package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"recur/internal/pipeline"
)

// Limits of generate: a text is kept until all samples are there.
const (
	maxLength  = 1_000_000_000
	maxSamples = 1_000_000
	maxHeat    = 1000
)

func newGenerate() *cobra.Command {
	var o common
	var g pipeline.GenerateOptions
	var file string
	var seed int
	cmd := &cobra.Command{
		Use: "generate RUN", Short: "continue a text, symbol by symbol", Args: cobra.ExactArgs(1),
		Long: `generate continues the prompt with a run that has learnt from text, and prints both. One sample is printed as it comes; several are
printed when all are there. It needs nothing but the run directory.

Each symbol is drawn from the chances that the network gives: --temperature below 1 makes the likely likelier, 0 always takes
the likeliest (and soon goes round in circles), 1 leaves the chances as they are. --top-k and, of what that leaves, --top-p keep the
likeliest alone. A sample ends after --length symbols, before the text of --stop, or where the network ends a document.

The same seed gives the same text on any number of threads, and a sample is the same alone and among others. Without a prompt a
text begins: after the end of a document where the run has learnt documents, else after the end of a line, or after the commonest symbol.`,
		Example: `  recur generate runs/shakespeare --prompt "ROMEO:"
  recur generate runs/shakespeare --prompt-file scene.txt --length 2000 --temperature 0.7 --seed 2
  recur generate runs/names --samples 20
  recur generate runs/shakespeare --top-p 0.9 --stop "\n\n" --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exclusive(cmd.CommandPath(), "prompt", cmd.Flags().Changed("prompt"), "prompt-file", file != "", "both are the text that is continued"); err != nil {
				return err
			}
			if file != "" {
				prompt, err := readPrompt(file, cmd.InOrStdin())
				if err != nil {
					return err
				}
				g.Prompt = prompt
			}
			g.Stop = unescaped(g.Stop)
			g.Sampling.Seed, g.Threads, g.OnNote = uint64(seed), o.threads, note(cmd)
			return generateTo(cmd, args[0], g, o.json)
		},
	}
	f := cmd.Flags()
	textFlag(f, &g.Prompt, "prompt", "the text that is continued")
	pathFlag(f, &file, "prompt-file", "a file that holds it, - for standard input")
	wholeFlag(f, &g.Length, "length", 500, 1, maxLength, "the most symbols of a sample: characters, bytes, words or parts of words, as the run has learnt")
	wholeFlag(f, &g.Samples, "samples", 1, 1, maxSamples, "how many continuations")
	fromZeroFlag(f, &g.Sampling.Temperature, "temperature", 0.8, maxHeat, "divides the logarithms of the chances; 0: the likeliest symbol")
	wholeFlag(f, &g.Sampling.TopK, "top-k", 0, 0, maxLength, "draw among so many of the likeliest symbols; 0 means all")
	realFlag(f, &g.Sampling.TopP, "top-p", 1, 1, "draw among the fewest symbols, the likeliest first, whose chances sum to this")
	wholeFlag(f, &seed, "seed", 1, 0, math.MaxInt32, "another seed, another text")
	textFlag(f, &g.Stop, "stop", `a sample ends before this text; \n, \t and \\ are the end of a line, a tab and a backslash`)
	f.BoolVar(&g.IgnoreUnknown, "ignore-unknown", false, "read a prompt although it holds symbols that the network has not learnt")
	o.threadsFlag(f)
	o.jsonFlag(f)
	return cmd
}

// unescaped takes \n, \t and \\ for what they stand for: a shell has no easy way to give them.
func unescaped(s string) string {
	return strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`).Replace(s)
}

// readPrompt reads a file, or with - standard input.
func readPrompt(path string, in io.Reader) (string, error) {
	read := func() ([]byte, error) { return os.ReadFile(path) }
	if path == "-" {
		path, read = "standard input", func() ([]byte, error) { return io.ReadAll(in) }
	}
	b, err := read()
	if err != nil {
		return "", usage("--prompt-file: can't read %s: %v", path, err)
	}
	return strings.TrimPrefix(string(b), "\ufeff"), nil
}

// generateTo prints a sample as it comes, or all when they are there.
func generateTo(cmd *cobra.Command, run string, g pipeline.GenerateOptions, asJSON bool) error {
	ctx, done := untilSignal(cmd.Context(), cmd.ErrOrStderr())
	defer done()
	out, streams, begun := cmd.OutOrStdout(), g.Samples == 1 && !asJSON, false
	if streams {
		g.Emit = func(_ int, piece string) error {
			if !begun {
				begun = true
				piece = g.Prompt + piece
			}
			_, err := io.WriteString(out, piece)
			return err
		}
	}
	w, err := pipeline.Generate(ctx, run, g)
	switch {
	case w == nil:
		return err
	case asJSON:
		if fault := printJSON(cmd.OutOrStdout(), w); fault != nil {
			return fault
		}
	case streams:
		rest := ""
		if !begun {
			rest = g.Prompt
		}
		if !strings.HasSuffix(rest+w.Samples[0].Text, "\n") {
			rest += "\n"
		}
		fmt.Fprint(out, rest)
	default:
		fmt.Fprint(out, w.Text())
	}
	return err
}
