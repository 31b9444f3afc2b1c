package labelled

import (
	"slices"

	"recur/configs"
	"recur/data"
)

// SourceOf is where the sequences of a config are, and what is what in them.
func SourceOf(c *configs.Config) Source {
	d := &c.Data
	s := Source{CSV: d.CSV, TS: d.TS, Labels: c.HasClasses(), Every: c.HasClasses() && c.Model.Head == "every", Sequence: d.Sequence, Inputs: d.Inputs, Label: d.Label, TimeFormat: d.TimeFormat, Steps: d.Steps, Limit: d.Limit, Missing: d.Missing, MissingValues: d.MissingValues, Dialect: data.DialectOf(c)}
	if len(d.Time) > 0 {
		s.Time = d.Time[0]
	}
	return s
}

// OptionsOf says how the sequences of a config are cut and scaled: those of files are drawn, generated ones stay in their order.
func OptionsOf(c *configs.Config) Options {
	o := Options{Seed: c.Data.Split.Seed, Ordered: c.Data.Synthetic != nil, Scale: c.Data.Scale, Float64: c.Model.DType == "float64"}
	if split := c.Data.Split; split != (configs.Split{}) {
		o.Split = &split
	}
	return o
}

// Open reads or generates the sequences that a config names: data.csv, data.ts or data.synthetic. Faults of the data are
// data.Errors.
func Open(c *configs.Config) (*Set, error) {
	if c.Data.Synthetic != nil {
		return synthesize(c.Data.Synthetic, c.HasClasses())
	}
	return Read(SourceOf(c))
}

// OpenFile reads another file in the form that a config says. known is what it must agree with; bare says that its sequences
// need no label or values: to be scored they do, to be predicted not.
func OpenFile(c *configs.Config, path string, known Known, bare bool) (*Set, error) {
	if s := c.Data.Synthetic; s != nil {
		return nil, data.Errors{data.Fault(data.ShortPath(path), 0, 0, "data.synthetic", "can't be read: the sequences of the run are generated (data.synthetic: {kind: %s}), and nothing says what the columns of a file are; train with data.csv or data.ts", s.Kind)}
	}
	s := SourceOf(c)
	s.Limit = 0 // which is for trying out a training
	return ReadFile(s, path, known, bare)
}

// Known is what another file must agree with to be read as the set was.
func (s *Set) Known() Known {
	return Known{Columns: slices.Clone(s.Columns), Classes: slices.Clone(s.Classes)}
}
