// Package suggest answers one question: which config fits this file?
//
// It looks at a file (CSV, Parquet, JSON lines), says which column is what and why, sizes windows, parts and network to the data, and writes a commented
// config. The reader of package data is the judge: whatever is proposed has been read, split and cut into windows before it is
// handed out, so the config trains as it is.
package suggest

import (
	"fmt"
	"path/filepath"
	"strings"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// Options say what is asked for.
type Options struct {
	Horizon int    // steps ahead; 0: as the season and the length of the data suggest
	Out     string // where the config will lie, which decides about paths and the name; "" or "-" for the working directory
}

// mostFields is how much of a file is looked at before the reader reads all of it.
const mostFields = 5_000_000

// plan is a config in the making.
type plan struct {
	options Options
	path    string // of the file
	csv     string // as the config writes it
	name    string
	table   *series.Table
	columns []*column

	time    []*column
	form    string    // data.time_format, "" where it is found out
	without string    // why there is no time column although one was seen
	zone    string    // data.time_zone
	series  []*column // that tell the series apart together
	wide    string    // data.wide
	targets []*column // with wide one of no column, which has the name of the values
	why     string    // why these targets
	others  []*column
	missing string // "" while nothing is missing
	repeats error  // time stamps come again, and no column tells series apart
	grid    *series.Resampling
	words   []string

	set    *series.Dataset
	found  string // the sentence about the season
	season []int
	size   size
}

// Config looks at the file at path and returns the text of a config that trains. The error is of package data and says
// why there can be none, and what to do.
func Config(path string, o Options) ([]byte, error) {
	t, err := series.ReadTable(path, mostFields)
	if err != nil {
		return nil, err
	}
	p := &plan{options: o, path: path, table: t, columns: survey(t)}
	p.place()
	if !p.isWide() {
		if err := p.roles(); err != nil {
			return nil, err
		}
	}
	if err := p.read(); err != nil {
		return nil, err
	}
	if err := p.measure(); err != nil {
		return nil, err
	}
	text := p.text()
	return text, p.proven(text)
}

// place says how the config names the file, and itself.
func (p *plan) place() {
	out := p.options.Out
	p.csv = p.path
	if strings.HasPrefix(p.path, "builtin:") {
		p.name = strings.TrimPrefix(p.path, "builtin:")
	} else {
		p.name = strings.TrimSuffix(filepath.Base(p.path), filepath.Ext(p.path))
		p.csv = relative(filepath.Dir(out), p.path)
	}
	if out == "" || out == "-" {
		p.options.Out = filepath.Join(".", p.name+".yaml")
		return
	}
	p.name = strings.TrimSuffix(filepath.Base(out), filepath.Ext(out))
}

// relative is path as seen from a directory; the absolute one where it lies far from it.
func relative(dir, path string) string {
	from, err1 := filepath.Abs(dir)
	to, err2 := filepath.Abs(path)
	if err1 != nil || err2 != nil {
		return path
	}
	if short, err := filepath.Rel(from, to); err == nil && !strings.HasPrefix(filepath.ToSlash(short), "../../") {
		return filepath.ToSlash(short)
	}
	return to
}

// proven reads the config as `recur train` will, and cuts the windows of its parts.
func (p *plan) proven(text []byte) error {
	c, err := configs.Parse(p.options.Out, text, nil)
	if err != nil {
		return fmt.Errorf("suggest: %w", err)
	}
	set, err := series.OpenCSV(c, p.path)
	if err != nil {
		return err
	}
	_, err = series.Prepare(set, c)
	return err
}

// fault is one about the file.
func (p *plan) fault(line int, key, format string, args ...any) error {
	return &data.Error{File: p.table.Name, Line: line, Key: key, Message: fmt.Sprintf(format, args...)}
}
