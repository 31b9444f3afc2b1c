// Package series answers one question: which windows are there of numbers in time order?
//
// A Dataset is what a file or a generator holds: series of rows in the units of the data. Prepare splits each series in
// time order, fits the scalers on its training rows and lists the windows of every part. Fill copies windows into a
// Batch, time-major, ready for a network.
//
// With recipe plain a window holds the columns as they are, scaled. With recipe global every target is a series of its own
// and every window is normalised by itself: local.go says how, layout.go what a network gets.
//
// Letters: N windows of a batch, T input steps (data.window), C columns (targets, then covariates), D inputs of a
// network, K targets, Hz steps of the horizon, Q quantiles. All arrays are row-major.
package series

import (
	"time"

	"recur/configs"
	"recur/data"
)

// Dataset is everything that one file or one generator holds.
type Dataset struct {
	Name       string // for messages: file name, builtin:…, synthetic:…
	Series     []Series
	Targets    []string
	Covariates []string
	Future     []string            // further covariates, known ahead of time
	Names      map[string][]string // what the numbers of each categorical column stand for: number n is name n-1, 0 none of them
	Frequency  Frequency           // the step of time; the zero value where no time column is named
	Hash       string              // SHA-256 of the source bytes in hex (synthetic: of the canonical description)
	Notes      []string            // what was found out or filled in and should be said once
}

// Series is one run of rows in time order.
type Series struct {
	Name    string      // "" for the one unnamed series
	Target  string      // the one target that it holds, where recipe global made a series of each of several; else ""
	Time    []time.Time // nil without a time column, and where the time stamps are plain numbers
	Labels  []string    // the time stamps as written, nil without a time column
	Numbers []float64   // the time stamps where they are plain numbers and not dates, else nil
	Values  []float64   // [rows, C], targets first; missing ones are filled in as data.missing says
	Missing []bool      // [rows, C], true where the source had no value
	Horizon int         // how many steps ahead this series is forecast; 0: data.horizon
	Ahead   int         // rows at the end that hold nothing but covariates known ahead of time
}

// Rows returns the number of rows of a series with so many columns, without those ahead.
func (s *Series) Rows(columns int) int { return len(s.Values)/columns - s.Ahead }

// Columns returns C, the number of columns of every series: targets, covariates, covariates known ahead.
func (d *Dataset) Columns() int { return len(d.Targets) + len(d.Covariates) + len(d.Future) }

// Rows returns the number of rows of all series together.
func (d *Dataset) Rows() int {
	n := 0
	for i := range d.Series {
		n += d.Series[i].Rows(d.Columns())
	}
	return n
}

// missingIn reports whether series s has any missing value.
func (d *Dataset) missingIn(s int) bool {
	for _, m := range d.Series[s].Missing {
		if m {
			return true
		}
	}
	return false
}

// Open reads or generates the data that a config names: data.csv (a path or builtin:NAME) or data.synthetic.
// Faults of the data are Errors.
func Open(c *configs.Config) (*Dataset, error) {
	if c.Data.Synthetic != nil {
		return Synthesize(c)
	}
	return OpenCSV(c, c.Data.CSV.Path)
}

// OpenCSV reads another file with the columns that the config names. path may be builtin:NAME.
func OpenCSV(c *configs.Config, path string) (*Dataset, error) { return OpenLike(c, path, Frequency{}) }

// OpenLike is OpenCSV for a network that has learnt from data whose time stamps these are: the file has their step, zone, days
// and where it can their form too, however few rows it has. One of another step is refused. The zero value asks for nothing.
func OpenLike(c *configs.Config, path string, learnt Frequency) (*Dataset, error) {
	name, src, err := source(path)
	if err != nil {
		return nil, err
	}
	return parseLike(name, src, c, learnt)
}

// source reads a file, or an embedded one (builtin:NAME), and gives the name that messages know it by.
func source(path string) (name string, src []byte, err error) {
	if data.IsBuiltin(path) {
		_, src, err = data.Builtin(path, "data.csv", configs.Builtins)
		return path, src, err
	}
	name = data.ShortPath(path)
	src, err = data.ReadLimited(name, path)
	return name, src, err
}

// called is how messages name a series.
func (s *Series) called() string { return s.ID().String() }

// FirstNegative is the first row of a series in which a known target is below 0, its number of rows where there is none.
func (d *Dataset) FirstNegative(s int) int {
	one, columns := &d.Series[s], d.Columns()
	for at, v := range one.Values {
		if v < 0 && at%columns < len(d.Targets) && !one.Missing[at] {
			return at / columns
		}
	}
	return one.Rows(columns)
}
