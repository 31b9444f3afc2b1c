package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"recur/configs"
	"recur/configs/examples"
	"recur/internal/pipeline"
	"recur/internal/runs"
)

func newExamples() *cobra.Command {
	var names bool
	cmd := &cobra.Command{
		Use: "examples [NAME [DIR]]", Short: "list the examples, print the config of one, or write it with its data", Args: cobra.MaximumNArgs(2),
		Long: `examples lists the ready configs with what each is for, or prints one: its data are embedded in recur, or generated. With DIR
it writes the config there, and beside it the files that it reads, to look at them, to change them or to put others in their
place; nothing that is there is overwritten. The first line of a config lets editors complete keys when the schema lies
beside it.`,
		Example: `  recur examples
  recur examples sine > sine.yaml
  recur examples sunspots .                # sunspots.yaml and sunspots.csv
  recur config schema > schema.json`,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			return examples.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			switch {
			case names && len(args) > 0:
				return usage("--names lists all examples and goes without NAME, got %q", args[0])
			case len(args) == 0:
				listExamples(out, names)
				return nil
			case len(args) == 2:
				return writeExample(out, args[0], args[1])
			}
			b, err := examples.Own(args[0])
			if err != nil {
				return &pipeline.Usage{Message: err.Error()}
			}
			_, err = out.Write(b)
			return err
		},
	}
	cmd.Flags().BoolVar(&names, "names", false, "list the names alone, for scripts")
	return cmd
}

func listExamples(out io.Writer, bare bool) {
	width := 0
	for _, name := range examples.Names() {
		width = max(width, len(name))
	}
	for _, name := range examples.Names() {
		if bare {
			fmt.Fprintln(out, name)
			continue
		}
		fmt.Fprintf(out, "%-*s  %s\n", width, name, examples.About(name))
	}
}

// writeExample writes the files of an example into a directory: all of them, or none where one is in the way.
func writeExample(out io.Writer, name, dir string) error {
	files, err := pipeline.Example(name)
	if err != nil {
		return err
	}
	there := make([]bool, len(files))
	for i, f := range files {
		if there[i], err = same(filepath.Join(dir, f.Name), f.Content); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return &runs.Unwritten{What: dir, Err: err}
	}
	config := ""
	for i, f := range files {
		config = filepath.Join(dir, f.Name)
		if there[i] {
			fmt.Fprintf(out, "%s: is there already, as it was written\n", config)
			continue
		}
		if err := writeNew(config, f.Content, adviceDirectory); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: written, %d bytes\n", config, len(f.Content))
	}
	fmt.Fprintf(out, "now: recur train %s\n", config)
	return nil
}

// adviceDirectory is what to do about a file that is in the way of an example's.
const adviceDirectory = "name another directory, or move it away"

// same reports that a file is there and holds nothing else; it is an error if it holds something else.
func same(path string, content []byte) (bool, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, &runs.Unwritten{What: path, Err: err}
	case !info.Mode().IsRegular() || info.Size() != int64(len(content)):
		return false, taken(path, adviceDirectory)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, content) {
		return false, taken(path, adviceDirectory)
	}
	return true, nil
}

// loadConfig reads the config that a command is given. Where there is none of that name, but an example, it says how to get it.
func loadConfig(path string, set []string) (*configs.Config, error) {
	c, err := configs.Load(path, set)
	var fault *configs.Error
	if !errors.As(err, &fault) || len(fault.Faults) != 1 {
		return c, err
	}
	name := strings.TrimSuffix(path, ".yaml")
	if _, missing := os.Lstat(path); errors.Is(missing, fs.ErrNotExist) && slices.Contains(examples.Names(), name) {
		fault.Faults[0].Message += fmt.Sprintf("; `recur examples %s .` writes the example of that name as %s", name, examples.File(name))
	}
	return c, err
}
