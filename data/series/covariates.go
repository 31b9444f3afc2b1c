package series

import "recur/data"

// covariate is column c of row r, standardised over all series; 0, the mean, before the first known value. Beyond the last
// row it is the last row's.
func (p *Part) covariate(series, r, c int) float64 {
	q := p.Prepared
	values := p.table.values[series]
	r = min(r, len(values)/q.columns-1)
	if r < p.table.lead(series, c) {
		return 0
	}
	return (values[r*q.columns+c] - q.Local.CovariateOffset[c-1]) / q.Local.CovariateScale[c-1]
}

// lead is the first row of a series at which column c has had a known value.
func (t *table) lead(series, c int) int {
	if t.leads == nil || t.leads[series] == nil {
		return 0
	}
	return t.leads[series][c]
}

// leadsOf lists for every column its first known row; nil where nothing is missing.
func leadsOf(missing []bool, columns int, gaps bool) []int {
	if !gaps {
		return nil
	}
	leads := make([]int, columns)
	for c := range leads {
		leads[c] = data.FirstKnownOf(missing, c, columns)
	}
	return leads
}
