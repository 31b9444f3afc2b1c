package series

import (
	"fmt"
	"slices"
	"sync"

	"recur/data"
)

// Window is T input rows and the Hz target rows after them: inputs Start..Start+T-1, targets Start+T..Start+T+Hz-1.
// With data.pad Start may be negative: rows before 0 are padding.
type Window struct{ Series, Start int }

// Part is a stretch of rows in each series and the windows whose targets all lie in it. It is safe for concurrent use.
type Part struct {
	Name     string // train | validation | test | …
	Prepared *Prepared
	Windows  []Window // by series, then by start

	from, to []int // the target rows of each series: from..to-1
	training bool  // windows are listed as for training
	table    *table
	grown    []growing // of a part that was continued
}

// table holds the filled rows of every series, in data units and, made when first asked for, scaled; with recipe global
// the series made ready for windows that are normalised one by one.
type table struct {
	values [][]float64 // [series][rows, C]

	histories []history
	leads     [][]int // [series] leadsOf, nil where nothing is missing

	once32 sync.Once
	rows32 [][]float32
	once64 sync.Once
	rows64 [][]float64
}

// Len is the number of windows; a nil part has none.
func (p *Part) Len() int {
	if p == nil {
		return 0
	}
	return len(p.Windows)
}

// Called names window i in messages.
func (p *Part) Called(i int) string {
	q, w := p.Prepared, p.Windows[i]
	name := q.Set.Name
	if id := q.Set.Series[w.Series].ID(); id != (ID{}) {
		name += ", " + id.String()
	}
	return fmt.Sprintf("the window of rows %d to %d (scaled) of %s", max(0, w.Start)+1, w.Start+q.Steps+q.Horizon, name)
}

// Group is the series of window i.
func (p *Part) Group(i int) int { return p.Windows[i].Series }

// Frame is what the values of the windows are.
func (p *Part) Frame() data.Frame {
	if p == nil {
		return data.Frame{}
	}
	q := p.Prepared
	f := data.Frame{Part: p.Name, Targets: q.Set.Targets, Horizon: q.Horizon, NaiveScale: q.NaiveScale, Scales: make([][]float64, len(q.Set.Series))}
	for s := range f.Scales {
		f.Scales[s] = q.Scalers[s].Scale
		if s < len(q.units) && q.units[s] != nil {
			f.Scales[s] = q.units[s]
		}
	}
	if q.apart() {
		f.Names = make([]string, len(q.Set.Series))
		for s := range f.Names {
			f.Names[s] = q.Set.Series[s].Target
		}
	}
	return f
}

// ErrorsLike has errors told in the scaled units of another preparation, for the series that both know by name, so that figures can
// be set side by side. Networks that have learnt from further rows have scalers of their own.
func (q *Prepared) ErrorsLike(other *Prepared) {
	known := other.Fitted().Scalers
	q.units = make([][]float64, len(q.Set.Series))
	for s := range q.units {
		if scaler, ok := known[q.Set.Series[s].ID()]; ok {
			q.units[s] = scaler.Scale
		}
	}
}

// apart says that targets are series of their own.
func (q *Prepared) apart() bool {
	return slices.ContainsFunc(q.Set.Series, func(s Series) bool { return s.Target != "" })
}

// Rows returns the stretch of target rows from..to-1 of a series.
func (p *Part) Rows(series int) (from, to int) { return p.from[series], p.to[series] }

// target is the first target row of window i.
func (p *Part) target(i int) int {
	return p.Windows[i].Start + p.Prepared.Steps
}

// Truth returns the values that window i should predict, [Hz·K] in data units, horizon-major. known is false where the
// value was missing and has been filled in, or lies beyond the part or the series' own horizon; such a value is never
// scored.
func (p *Part) Truth(i int) (values []float64, known []bool) {
	q := p.Prepared
	values, known = make([]float64, q.Values()), make([]bool, q.Values())
	s, rows := p.Windows[i].Series, p.table.values[p.Windows[i].Series]
	for j := range values {
		h, k := j/q.targets, j%q.targets
		r := p.target(i) + h
		values[j] = rows[min(r, len(rows)/q.columns-1)*q.columns+k]
		known[j] = p.counts(s, r, h, k)
	}
	return values, known
}

// counts reports whether target k of row r, step h of a window, lies in the part and in the series' own horizon and was in
// the source.
func (p *Part) counts(series, r, h, k int) bool {
	q := p.Prepared
	return r >= p.from[series] && r < p.to[series] && h < q.horizonOf(series) && !q.Set.Series[series].Missing[r*q.columns+k]
}

// anyCounts reports whether one of the Hz·K values from row r on is to be predicted and known.
func (p *Part) anyCounts(series, r int) bool {
	q := p.Prepared
	for j := range q.Values() {
		if h := j / q.targets; p.counts(series, r+h, h, j%q.targets) {
			return true
		}
	}
	return false
}

// ScaledTruth is Truth in scaled units, not centred.
func (p *Part) ScaledTruth(i int) []float64 {
	values, _ := p.Truth(i)
	scaler := &p.Prepared.Scalers[p.Windows[i].Series]
	for j := range values {
		k := j % p.Prepared.targets
		values[j] = (values[j] - scaler.Offset[k]) / scaler.Scale[k]
	}
	return values
}

// Input returns the target columns of the input rows of window i, [T·K] in data units, missing ones filled in. Padding holds
// the first known value of the series.
func (p *Part) Input(i int) []float64 {
	q := p.Prepared
	w := p.Windows[i]
	out := make([]float64, 0, q.Steps*q.targets)
	begin := 0
	if q.Local != nil {
		begin = p.table.histories[w.Series].begin
	}
	for t := range q.Steps {
		row := p.table.values[w.Series][max(begin, w.Start+t)*q.columns:]
		out = append(out, row[:q.targets]...)
	}
	return out
}

// Begin is the first row with a known value of target k of a series.
func (p *Part) Begin(series, k int) int {
	if q := p.Prepared; k > 0 || q.Local == nil {
		return data.FirstKnownOf(q.Set.Series[series].Missing, k, q.columns)
	}
	return p.table.histories[series].begin
}

// Ahead is how many steps of window i lie in the part and in the horizon of its series, known or not, and how many its
// series is forecast.
func (p *Part) Ahead(i int) (inside, asked int) {
	s := p.Windows[i].Series
	return p.inside(s, p.target(i)), p.Prepared.horizonOf(s)
}

// inside is how many of the steps from row r on that a series is forecast lie in the part.
func (p *Part) inside(series, r int) int {
	return max(0, min(p.Prepared.horizonOf(series), p.to[series]-r))
}

// Restore turns a prediction of window i, [Hz·K·Q] normalised as Fill gives the targets, into data units. Q is the number
// of quantiles, or 1 for the forecast of a simple method. out may be scaled itself.
func (p *Part) Restore(i int, scaled, out []float64) {
	q := p.Prepared
	if q.Local != nil {
		p.restoreLocal(i, scaled, out)
		return
	}
	scaler := &q.Scalers[p.Windows[i].Series]
	for k := range q.targets {
		offset, scale := scaler.Offset[k], scaler.Scale[k]
		center := p.center(i, k)
		count := len(out) / q.Values()
		for first := k * count; first < len(out); first += q.targets * count {
			for j := first; j < first+count; j++ {
				out[j] = (scaled[j]+center)*scale + offset
			}
		}
	}
}

// center is what Fill subtracts from target k of window i, in scaled units.
func (p *Part) center(i, k int) float64 {
	q := p.Prepared
	w := p.Windows[i]
	scaler := &q.Scalers[w.Series]
	rows := p.table.values[w.Series][w.Start*q.columns:]
	value := func(t int) float64 { return (rows[t*q.columns+k] - scaler.Offset[k]) / scaler.Scale[k] }
	switch q.centering {
	case "last":
		return value(q.Steps - 1)
	case "mean":
		sum := 0.0
		for t := range q.Steps {
			sum += value(t)
		}
		return sum / float64(q.Steps)
	}
	return 0
}

// list appends every window of the part: all its target rows lie in from..to-1, its inputs exist and were known once,
// and at least one of its targets is known. It returns how many were left out for want of known values.
func (p *Part) list() (out int) {
	q := p.Prepared
	if q.Local != nil {
		return p.listLocal()
	}
	most := 0 // room for all at once: growing step by step leaves several times the memory behind
	for s := range q.Set.Series {
		most += max(0, p.to[s]-q.Horizon-q.Steps-max(0, p.from[s]-q.Steps)+1)
	}
	p.Windows = slices.Grow(p.Windows, most)
	for s := range q.Set.Series {
		gaps := q.Set.missingIn(s)
		known := 0
		if gaps {
			known = data.FirstKnown(q.Set.Series[s].Missing, q.columns)
		}
		for start := max(0, p.from[s]-q.Steps); start+q.Steps+q.Horizon <= p.to[s]; start++ {
			p.Windows = append(p.Windows, Window{s, start})
			if gaps && (start < known || !p.anyCounts(s, start+q.Steps)) {
				p.Windows = p.Windows[:len(p.Windows)-1]
				out++
			}
		}
	}
	return out
}

// without lists the series that have rows in the part and too few of them for one window.
func (p *Part) without() (out []int) {
	q := p.Prepared
	for s := range p.from {
		if p.to[s] > p.from[s] && p.to[s]-max(p.from[s], q.past(p.training)) < q.asked(s, p.training) {
			out = append(out, s)
		}
	}
	return out
}

// Later are the windows with at least half of the known rows of their series before them: with less, methods that are fitted to those rows do
// worse than they will.
func (p *Part) Later() *Part {
	return p.Pick(func(w Window) bool {
		_, to := p.Rows(w.Series)
		return 2*(w.Start+p.Prepared.Steps) >= p.Begin(w.Series, 0)+to
	})
}

// limits are the rows from which on nothing may change how the part's rows are filled in and made ready: its first targets;
// with recipe global, for training, its end.
func (p *Part) limits() []int {
	q := p.Prepared
	if q.Local != nil && p.training {
		return p.to
	}
	if q.Local != nil {
		return p.from
	}
	limits := slices.Clone(p.from)
	for s := range limits {
		if limits[s] = max(limits[s], q.Steps); p.training && q.Config.Data.Missing == "seasonal" {
			limits[s] = p.to[s]
		}
	}
	return limits
}

// Merge joins two adjacent parts into one: the windows of both and those across their border. Scalers stay as they are.
// It is what training on everything after the choice of a model needs. An empty part joins as nothing.
func Merge(a, b *Part) *Part {
	q := a.Prepared
	if b.Prepared != q || !slices.Equal(a.to, b.from) {
		panic(fmt.Sprintf("data: merge: parts %q and %q are not neighbours", a.Name, b.Name))
	}
	p := &Part{Name: a.Name + "+" + b.Name, Prepared: q, from: a.from, to: b.to, training: a.training}
	p.table = q.tableFor(p.limits())
	p.list()
	return p
}
