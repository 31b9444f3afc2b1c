package series

// Pick returns the part with some of its windows: those for which keep says so.
func (p *Part) Pick(keep func(Window) bool) *Part {
	q := &Part{Name: p.Name, Prepared: p.Prepared, from: p.from, to: p.to, training: p.training, table: p.table}
	for _, w := range p.Windows {
		if keep(w) {
			q.Windows = append(q.Windows, w)
		}
	}
	return q
}

// Target is the first row of its series that window i predicts.
func (p *Part) Target(i int) int { return p.target(i) }
