// Package sheet answers one question: how is a table written that another program reads?
//
// As CSV, or as Parquet where the file's name says so. Numbers keep every digit, and what is not known is an empty cell (of Parquet, a null).
package sheet

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

// Sheet is a table.
type Sheet struct {
	Columns []Column
	Rows    iter.Seq[[]any] // a cell a column: a string, an int or a float64 as the kind of the column says, or nil; valid until the next row
}

// Column is a column of one kind of cells.
type Column struct {
	Name string
	Kind Kind
}

// Kind is what the cells of a column are.
type Kind string

// The kinds.
const (
	Text   Kind = "text"
	Whole  Kind = "whole number"
	Number Kind = "number"
)

// Free says that a table may be written to a file of this name: nothing is there yet, and something can be.
func Free(path string) error {
	_, err := os.Lstat(path)
	switch {
	case err == nil:
		return fmt.Errorf("%s is there already; remove it, or take another name", path)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s: there is no directory %s; make it first", path, dir)
	}
	return nil
}

// Create writes the table to a new file: Parquet where its name ends in .parquet, else CSV. A file that is there is not touched, and after a
// fault none is left behind.
func (s *Sheet) Create(path string) (err error) {
	if err := Free(path); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(s.write(f, path), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) { // unlike a rename it replaces nothing
		return Free(path)
	} else if err != nil {
		return os.Rename(f.Name(), path) // a file system without links
	}
	return nil
}

func (s *Sheet) write(w io.Writer, path string) error {
	if strings.EqualFold(filepath.Ext(path), ".parquet") {
		return s.WriteParquet(w)
	}
	return s.WriteCSV(w)
}

// distinct are the names of the columns, each of them once: a name that is taken gets an underscore.
func (s *Sheet) distinct() []string {
	taken, names := map[string]bool{}, make([]string, len(s.Columns))
	for i, c := range s.Columns {
		name := c.Name
		for taken[name] {
			name += "_"
		}
		taken[name], names[i] = true, name
	}
	return names
}
