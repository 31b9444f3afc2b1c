package series

import "slices"

// Continue moves a part of TailPart on by the steps of a horizon: values, [series][Hz] in data units, come to count as known,
// and the windows begin after them. What TailPart would make of all rows is made from the new ones alone, to the same bits, so
// that a forecast far beyond the horizon costs as much a step as a near one. It reports false, and has changed nothing, where
// that can't be: with recipe plain, covariates, a calendar or missing values, and where a value changes how the whole series
// is transformed.
func (p *Part) Continue(values [][]float64) bool {
	q := p.Prepared
	if q.Local == nil || q.columns != 1 || q.calendars != nil || len(values) != len(p.Windows) {
		return false
	}
	if p.grown == nil {
		p.grown = make([]growing, len(values))
		for s := range values {
			p.grown[s] = p.growing(s)
		}
	}
	for s, v := range values {
		if len(v) != q.Horizon || !p.grown[s].whole || slices.ContainsFunc(v, func(v float64) bool { return !p.table.histories[s].takes(v) }) {
			return false
		}
	}
	for s, v := range values {
		p.extend(s, v)
		p.from[s] += q.Horizon
		p.to[s] += q.Horizon
		p.Windows[s].Start += q.Horizon
	}
	return true
}

// growing is what the history of a series needs to be made longer: see phaseSums and runningSpreads.
type growing struct {
	whole     bool // nothing is missing before the origin
	cumulated []float64
	spread    runningSpread
}

func (p *Part) growing(s int) growing {
	h, from := &p.table.histories[s], p.from[s]
	w := growing{whole: h.begin == 0 && !slices.Contains(p.Prepared.Set.Series[s].Missing[:from], true), cumulated: []float64{0}}
	for _, v := range h.g[:from] {
		w.add(v, h.g[0])
	}
	return w
}

func (w *growing) add(v, level float64) {
	w.cumulated = append(w.cumulated, w.cumulated[len(w.cumulated)-1]+(v-level))
	w.spread.add(v)
}

// takes reports whether a further value of the series would leave the transform as it is, but for clip.
func (f *transform) takes(v float64) bool {
	v = (v - f.shift) / f.unit
	return !f.log || f.floor == 0 && v+f.offset > 0 && (f.offset == 0 && v > 0 || f.offset != 0 && !f.relative)
}

// extend puts values in the place of the rows that were to be forecast, and Hz such rows after them.
func (p *Part) extend(s int, values []float64) {
	one, h, w, from := &p.Prepared.Set.Series[s], &p.table.histories[s], &p.grown[s], p.from[s]
	one.Values, one.Missing = one.Values[:from], one.Missing[:from]
	h.g, h.spreads = h.g[:from], h.spreads[:from+1]
	for _, v := range values {
		h.clip = h.clip && v >= 0
		g := h.forward(v)
		w.add(g, h.g[0])
		one.Values, one.Missing = append(one.Values, v), append(one.Missing, false)
		h.g, h.spreads = append(h.g, g), append(h.spreads, w.spread.deviation())
	}
	h.extendSums(w.cumulated, from, p.Prepared.Local.Period)
	for range values { // to be forecast: nothing reads them
		one.Values, one.Missing, h.g = append(one.Values, one.Values[len(one.Values)-1]), append(one.Missing, true), append(h.g, h.g[len(h.g)-1])
	}
	p.table.values[s] = one.Values
}

// extendSums makes phaseSums longer, from those of the rows before from.
func (h *history) extendSums(cumulated []float64, from, m int) {
	if m == 0 {
		return
	}
	half, n := m/2, len(h.g)
	if from < m { // there may have been none yet
		h.sums = phaseSums(h.g, 0, m)
		return
	}
	h.sums = h.sums[:max(half, from-half)]
	for u := len(h.sums); u+half < n; u++ {
		h.sums = append(h.sums, phaseDifference(h.g, cumulated, 0, u, m))
		if u-m >= half {
			h.sums[u] += h.sums[u-m]
		}
	}
}
