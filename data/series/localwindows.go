package series

import (
	"slices"

	"recur/data"
)

// listLocal appends the windows of recipe global: origins of which at least one value to predict is known, with enough rows
// before them. It returns how many were left out for want of known values.
//
// In a training part every origin with a target in the part counts: with data.pad min(T, Hz) rows must come before it, else
// T, and all targets lie in the part. In other parts all targets lie in the part, and with data.pad one row before the
// origin is enough.
func (p *Part) listLocal() (out int) {
	q := p.Prepared
	most := 0 // room for all at once, as in list
	for s := range q.Set.Series {
		most += max(0, p.to[s]-p.from[s])
	}
	p.Windows = slices.Grow(p.Windows, most)
	for s := range q.Set.Series {
		begin := p.table.histories[s].begin
		first, last := begin+q.past(p.training), p.to[s]-q.horizonOf(s)
		if p.training && q.Config.Data.Pad {
			last = p.to[s] - 1
		}
		for t := max(first, p.from[s]); t <= last; t++ {
			if p.anyCounts(s, t) {
				p.Windows = append(p.Windows, Window{s, t - q.Steps})
			} else {
				out++
			}
		}
	}
	return out
}

// Rolling returns the part with the windows of its last origins in place of its own: the first rows to forecast are the
// last `origins` rows of the part, and targets beyond its end don't count. With recipe plain too few rows before an origin
// leave it out, as everywhere.
func (p *Part) Rolling(origins int) *Part {
	q := p.Prepared
	out := &Part{Name: p.Name, Prepared: q, from: p.from, to: p.to, table: p.table, training: p.training}
	for s := range p.from {
		begin := 0
		if q.Local != nil {
			begin = p.table.histories[s].begin
		} else {
			begin = data.FirstKnown(q.Set.Series[s].Missing, q.columns)
		}
		for t := max(p.from[s], p.to[s]-origins, begin+q.past(false)); t < p.to[s]; t++ {
			if p.anyCounts(s, t) {
				out.Windows = append(out.Windows, Window{s, t - q.Steps})
			}
		}
	}
	return out
}
