package series

import (
	"fmt"
	"slices"
)

// ID tells the series of a dataset apart. It is a pair, so that no name can be taken for two: target c of series a/b is not
// target b/c of series a.
type ID struct {
	Series string // as the data call it, "" for the one unnamed series
	Target string // the one target that it holds, where recipe global made a series of each; "" where it holds all of them
}

// ID is what tells the series from the others.
func (s *Series) ID() ID { return ID{s.Name, s.Target} }

// String names the series for people: series "a", target "b" of series "a", target "b"; "the series" without any name.
func (id ID) String() string {
	switch {
	case id.Target == "" && id.Series == "":
		return "the series"
	case id.Target == "":
		return fmt.Sprintf("series %q", id.Series)
	case id.Series == "":
		return fmt.Sprintf("target %q", id.Target)
	}
	return fmt.Sprintf("target %q of series %q", id.Target, id.Series)
}

// channels gives every target of every series a series of its own, with the name of that series and of its target, which
// as a column is called value, and the covariates of its series. They lie beside each other, in the order of the targets.
// A dataset of one target comes back as it is.
func channels(d *Dataset) *Dataset {
	k := len(d.Targets)
	if k == 1 {
		return d
	}
	out := *d
	out.Targets, out.Series = []string{"value"}, make([]Series, 0, len(d.Series)*k)
	for s := range d.Series {
		for target, name := range d.Targets {
			out.Series = append(out.Series, d.Series[s].channel(target, k, d.Columns(), name))
		}
	}
	return &out
}

// channel is the series with one of its k targets, and its covariates.
func (s *Series) channel(target, k, columns int, name string) Series {
	one := *s
	one.Target = name
	rows := len(s.Values) / columns
	one.Values = make([]float64, 0, rows*(columns-k+1))
	one.Missing = make([]bool, 0, cap(one.Values))
	for r := range rows {
		at := r * columns
		one.Values = append(append(one.Values, s.Values[at+target]), s.Values[at+k:at+columns]...)
		one.Missing = append(append(one.Missing, s.Missing[at+target]), s.Missing[at+k:at+columns]...)
	}
	return one
}

// horizonOf is how many steps ahead a series is forecast: its own number where the data have one, else data.horizon.
func (q *Prepared) horizonOf(series int) int {
	if h := q.Set.Series[series].Horizon; h > 0 {
		return min(h, q.Horizon)
	}
	return q.Horizon
}

// numericColumns lists those of names that do not hold categories.
func numericColumns(names, categorical []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return slices.Contains(categorical, n) })
}
