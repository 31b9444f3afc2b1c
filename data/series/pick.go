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

// As is the part with its windows made ready as another preparation of such data makes them: with its transform and its scale of
// windows, and what was fitted for these. A method that has learnt from data made ready in one way can then be asked about windows
// that were made ready in another. With recipe plain it is the part itself.
func (p *Part) As(like *Prepared) *Part {
	if p.Prepared == like || p.Prepared.Local == nil || like.Local == nil {
		return p
	}
	q, local := *p.Prepared, *p.Prepared.Local
	local.Log, local.Deviation, local.LocalState = like.Local.Log, like.Local.Deviation, like.Local.LocalState
	q.Config, q.Local, q.made, q.whole = like.Config, &local, nil, nil
	q.setNumbers()
	twin := &Part{Name: p.Name, Prepared: &q, Windows: p.Windows, from: p.from, to: p.to, training: p.training}
	twin.table = q.tableFor(twin.limits())
	return twin
}
