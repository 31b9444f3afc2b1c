package series

import (
	"recur/data"
)

// fillLocal is Fill with recipe global: X [Sequence,N,patch·D], Z [N,F], Y and Mask [N,Hz·K]. All is computed in float64
// and rounded once; padding is 0 everywhere.
func (b writer[F]) fillLocal(p *Part, index []int) {
	q := p.Prepared
	b.shape(len(index), q, false)
	b.Scratch64 = data.Grown(b.Scratch64, q.Local.Period)
	if b.Units = b.Units[:0]; q.counts() {
		b.Units = data.Grown(b.Units, len(index))
	}
	for n, i := range index {
		b.Lengths[n], b.Carry[n] = q.Sequence, false
		f := p.frame(i, b.Scratch64)
		if len(b.Units) > 0 {
			b.Units[n] = F(f.scale)
		}
		b.localInputs(p, n, p.Windows[i], &f)
		b.localExtra(p, n, p.Windows[i], &f)
		b.localTargets(p, n, p.Windows[i].Series, &f)
	}
}

// localInputs writes row n of X and the first T numbers of its Z.
func (b writer[F]) localInputs(p *Part, n int, w Window, f *frame) {
	q := p.Prepared
	z := b.Z[n*b.Extra:][:q.Steps]
	r, d := w.Start, q.layout.row
	phase := phaseOf(r, len(f.profile))
	for step := range b.T {
		out := b.X[(step*b.N+n)*b.D:][:b.D]
		for at := 0; at < len(out); at += d {
			row := out[at : at+d]
			if r < f.first {
				clear(row)
				z[r-w.Start] = 0
			} else {
				x := f.h.g[r]
				if len(f.profile) > 0 {
					x -= f.profile[phase]
					row[1] = F(f.profile[phase] / f.scale)
				}
				row[0] = F((x - f.center) / f.scale)
				z[r-w.Start] = row[0]
				if q.layout.columns < d || q.layout.mask >= 0 {
					b.rowFeatures(p, w.Series, r, row)
				}
			}
			r++
			if phase++; phase == len(f.profile) {
				phase = 0
			}
		}
	}
}

// phaseOf is r mod m for any r; 0 without a season.
func phaseOf(r, m int) int {
	if m == 0 {
		return 0
	}
	return ((r % m) + m) % m
}

// rowFeatures writes what a row holds besides x and the profile.
func (b writer[F]) rowFeatures(p *Part, series, r int, row []F) {
	q := p.Prepared
	if q.layout.mask >= 0 {
		row[q.layout.mask] = 0
		if q.Set.Series[series].Missing[r*q.columns] {
			row[q.layout.mask] = 1
		}
	}
	at := q.layout.columns
	for _, c := range q.amounts {
		row[at] = F(p.covariate(series, r, c))
		at++
	}
	b.calendarFeatures(p, series, r, row[at:])
	b.rowNames(p, series, r, q.layout.names, row[at+q.layout.calendar:])
}

// localExtra writes what follows the T inputs in row n of Z.
func (b writer[F]) localExtra(p *Part, n int, w Window, f *frame) {
	q := p.Prepared
	z := b.Z[n*b.Extra:][q.Steps:b.Extra]
	m := len(f.profile)
	phase := phaseOf(f.origin, m)
	for i := range m {
		z[i] = F(f.profile[phase] / f.scale)
		if phase++; phase == m {
			phase = 0
		}
	}
	z = z[m:]
	ahead, names := q.layout.ahead(), q.layout.namesAhead
	numbers := z[q.Horizon*ahead:]
	for h := range q.Horizon {
		out := z[h*ahead:][:ahead]
		for i, c := range q.amounts[len(q.amounts)-q.layout.future:] {
			out[i] = F(p.covariate(w.Series, f.origin+h, c))
		}
		b.calendarFeatures(p, w.Series, f.origin+h, out[q.layout.future:])
		b.rowNames(p, w.Series, f.origin+h, names, numbers[h*names:])
	}
}

// localTargets writes row n of Y and Mask: the steps that the series is forecast, inside the part. What is not known of them
// is masked, and Y has what it was filled in with, which a linear fit may take for known.
func (b writer[F]) localTargets(p *Part, n, series int, f *frame) {
	y, mask := b.Y[n*b.Out:][:b.Out], b.Mask[n*b.Out:][:b.Out]
	clear(y)
	clear(mask)
	for h := range p.inside(series, f.origin) {
		y[h] = F(f.normal(f.origin + h))
		if p.counts(series, f.origin+h, h, 0) {
			mask[h] = 1
		}
	}
}

// restoreLocal is Restore with recipe global: scaled and out are [Hz·Q] or [Hz].
func (p *Part) restoreLocal(i int, scaled, out []float64) {
	q := p.Prepared
	f := p.frame(i, make([]float64, q.Local.Period))
	count := max(1, len(out)/q.Values())
	for j := range out {
		g := scaled[j]*f.scale + f.center
		if m := len(f.profile); m > 0 {
			g += f.profile[(f.origin+j/count)%m]
		}
		out[j] = f.h.back(g)
	}
	if f.h.log {
		f.bound(out, q.Horizon)
	}
}
