package main

import (
	"strings"

	"github.com/spf13/pflag"

	"recur/internal/pipeline"
)

// baselines is the flag --baselines.
type baselines struct {
	text string
	only *pipeline.Baselines
}

func baselinesFlag(f *pflag.FlagSet, only *pipeline.Baselines) {
	f.Var(&baselines{"all", only}, "baselines", "simple methods to score beside it: all, none, or some of naive,drift,seasonal_naive,ses,theta,ridge,linear_l1,constant")
}

func (b *baselines) String() string { return b.text }

// Type is what help calls the value.
func (*baselines) Type() string { return "names" }

// Set reads the value; the error lists the names.
func (b *baselines) Set(text string) (err error) {
	b.text = strings.TrimSpace(text)
	*b.only, err = pipeline.ParseBaselines(b.text)
	return err
}
