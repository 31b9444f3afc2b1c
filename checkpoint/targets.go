package checkpoint

import (
	"fmt"
	"slices"
	"strings"

	"recur/data/series"
)

// With recipe global each of several targets is a series of its own. A file names it SERIES/TARGET, or TARGET where the
// series has no name, as every recur has written and read it; its target stands beside it, so that the name is taken apart
// again in one way only. Files that lack it have the targets of the config in turn, series by series.

// joined is the name of a series in a file.
func joined(id series.ID) string {
	if id.Target == "" || id.Series == "" {
		return id.Series + id.Target
	}
	return id.Series + "/" + id.Target
}

// cut takes a name of a file apart; ok is false where it does not end with its target.
func cut(name, target string) (id series.ID, ok bool) {
	if target == "" {
		return series.ID{Series: name}, true
	}
	before, ok := strings.CutSuffix(name, "/"+target)
	if name == target {
		before, ok = "", true
	}
	return series.ID{Series: before, Target: target}, ok
}

// nameTargets gives the series of an early file their targets.
func (c *Checkpoint) nameTargets() error {
	if c.Config == nil || c.Config.Recipe != "global" {
		return nil
	}
	targets, d := c.Config.Data.Targets, &c.Data
	if len(targets) < 2 || len(d.Targets) != 1 || slices.ContainsFunc(d.Series, func(s SeriesState) bool { return s.Target != "" }) {
		return nil
	}
	for i := range d.Series {
		target := targets[i%len(targets)]
		id, ok := cut(d.Series[i].Name, target)
		if !ok {
			return fmt.Errorf("series %q: its name does not end with its target %q", d.Series[i].Name, target)
		}
		d.Series[i].Name, d.Series[i].Target = id.Series, id.Target
	}
	return nil
}

// ID is what tells the series from the others.
func (s *SeriesState) ID() series.ID { return series.ID{Series: s.Name, Target: s.Target} }

// Predicted are the targets by their names in the data, also where each is a series of its own.
func (d *Data) Predicted() []string {
	var names []string
	for i := range d.Series {
		s := &d.Series[i]
		if s.Target == "" || s.Name != d.Series[0].Name || slices.Contains(names, s.Target) {
			break
		}
		names = append(names, s.Target)
	}
	if len(names) == 0 {
		return d.Targets
	}
	return names
}
