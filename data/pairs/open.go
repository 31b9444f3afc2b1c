package pairs

import (
	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/data/text"
)

// SourceOf is where the pairs of a config are, and what is what in them.
func SourceOf(c *configs.Config) Source {
	d := &c.Data
	s := Source{CSV: pathsOf(d.CSV), Source: d.Source, Target: d.Target, Parallel: Parallel{Sources: pathsOf(d.Parallel.Source), Targets: pathsOf(d.Parallel.Target)},
		Synthetic: d.Synthetic, Limit: d.Limit, Dialect: data.DialectOf(c)}
	if d.Sequence != "" {
		rows := labelled.SourceOf(c)
		s.Numbers = &rows
	}
	return s
}

func pathsOf(p configs.Paths) text.Paths {
	return text.Paths{Path: p.Path, Train: p.Train, Validation: p.Validation, Test: p.Test}
}

// OptionsOf says how the pairs of a config are cut and numbered: those of files are drawn, generated ones stay in their order.
func OptionsOf(c *configs.Config) Options {
	d := &c.Data
	o := Options{Tokens: text.TokensOf(c), TargetTokens: text.Tokens(d.TargetTokens), Shared: d.SharedVocabulary, Copy: c.Model.Copy,
		Seed: d.Split.Seed, Ordered: d.Synthetic != nil, Scale: d.Scale, Float64: c.Model.DType == "float64"}
	if split := d.Split; split != (configs.Split{}) {
		o.Split = &split
	}
	return o
}
