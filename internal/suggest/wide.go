package suggest

import (
	"slices"
	"strings"

	"recur/data/series"
)

// isWide finds a file with a row a series and a column a step, named by dates or numbered, and says which column is what there.
func (p *plan) isWide() bool {
	const least = 6
	dated, numbered := p.steps()
	steps := dated
	if len(steps) < least {
		if steps = numbered; len(steps) < least || len(steps) <= len(p.table.Lines) {
			return false
		}
		if slices.ContainsFunc(p.columns, func(c *column) bool { return !slices.Contains(steps, c) && !c.digits() && len(c.stamps()) > 0 }) {
			return false // columns of amounts beside their time
		}
	}
	in := map[*column]bool{}
	for _, c := range steps {
		if !c.numeric() && c.known > 0 {
			return false
		}
		in[c] = true
	}
	var keys []*column
	for _, c := range p.columns {
		if !in[c] && c.unusable == "" && c.filled == len(c.fields) && !(c.numeric() && !c.whole) {
			keys = append(keys, c)
		}
	}
	if p.series = p.apart(keys); p.series == nil && len(p.table.Lines) > 1 {
		return false
	}
	p.wide, p.why = "dates", "what the values are called in forecasts"
	p.targets = []*column{{name: "value"}}
	if len(dated) >= least {
		p.time = []*column{{name: "date"}}
	}
	return true
}

// steps are the columns that are named by dates, and those that are called alike but for the number at the end, of several kinds the most.
func (p *plan) steps() (dated, numbered []*column) {
	kinds := map[string][]*column{}
	for _, c := range p.columns {
		switch name := strings.TrimRight(c.name, "0123456789"); {
		case c.unusable != "":
		case len(series.TimeForms([]string{c.name})) > 0:
			dated = append(dated, c)
		case name != c.name:
			if kinds[name] = append(kinds[name], c); len(kinds[name]) > len(numbered) {
				numbered = kinds[name]
			}
		}
	}
	return dated, numbered
}

// apart are the first columns that tell every row from the others: one, or two together.
func (p *plan) apart(keys []*column) []*column {
	for i, a := range keys {
		if p.distinctStamps([]*column{a}) == len(a.fields) {
			return keys[i : i+1]
		}
	}
	for i, a := range keys {
		for _, b := range keys[i+1:] {
			if p.distinctStamps([]*column{a, b}) == len(a.fields) {
				return []*column{a, b}
			}
		}
	}
	return nil
}
