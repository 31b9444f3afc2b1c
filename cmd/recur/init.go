package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"recur/internal/runs"
	"recur/internal/suggest"
)

// mostHorizon is that of data.horizon.
const mostHorizon = 10_000

func newInit() *cobra.Command {
	var o suggest.Options
	cmd := &cobra.Command{
		Use: "init FILE", Short: "look at a data file and write a commented config that trains as it is", Args: cobra.ExactArgs(1),
		Long: `init looks at a file (CSV, Parquet, JSON lines): where its header is, which columns hold the time stamps and what their step is,
which ones name the series where there are many, which one to forecast, what is missing, which season there is, and whether a
row is a series (data.wide). It writes a config with a comment behind every
choice, sized to the data, which has been read and cut into windows before it is written, so that "recur train" takes it
as it is. Where there can be none it says why and what to do. An existing file is never overwritten.`,
		Example: `  recur init sales.csv && recur train sales.yaml
  recur init sales.csv --horizon 6
  recur init data/shops.csv -o shops.yaml
  recur init sales.csv -o -                # on stdout`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.Out == "" {
				o.Out = configBeside(args[0])
			}
			if err := free(o.Out); err != nil {
				return err
			}
			text, err := suggest.Config(args[0], o)
			if err != nil {
				return err
			}
			if o.Out == "-" {
				_, err := cmd.OutOrStdout().Write(text)
				return err
			}
			if err := writeNew(o.Out, text, adviceOut); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: written; look at its comments, then: recur train %s\n", o.Out, o.Out)
			return nil
		},
	}
	f := cmd.Flags()
	wholeFlag(f, &o.Horizon, "horizon", 0, 1, mostHorizon, "rows ahead that are to be forecast (default: as season and length suggest)")
	f.VarP(&path{&o.Out}, "out", "o", "config `file` to write, - for stdout (default: FILE's name with .yaml, in this directory)")
	return cmd
}

// configBeside is where the config of a data file goes: in the working directory.
func configBeside(path string) string {
	base := filepath.Base(strings.TrimPrefix(path, "builtin:"))
	return strings.TrimSuffix(base, filepath.Ext(base)) + ".yaml"
}

// free refuses a file that is there.
func free(path string) error {
	if path == "-" {
		return nil
	}
	if _, err := os.Lstat(path); err == nil {
		return taken(path, adviceOut)
	}
	return nil
}

// adviceOut is what to do about a file that is in the way of a config.
const adviceOut = "give the config another name with -o, or look at it on stdout with -o -"

func taken(path, advice string) error {
	return errors.New(path + " exists and is not overwritten; " + advice)
}

// writeNew writes a file that must not be there yet, and leaves none that is not whole. advice says what to do where there is one.
func writeNew(path string, text []byte, advice string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return taken(path, advice)
	}
	if err != nil {
		return &runs.Unwritten{What: path, Err: err}
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
		return &runs.Unwritten{What: path, Err: err}
	}
	return nil
}
