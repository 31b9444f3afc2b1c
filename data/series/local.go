package series

import (
	"fmt"
	"math"
	"slices"

	"recur/data"
	"recur/internal/distribution"
)

// Local is how windows are normalised one by one (recipe global). With g the transformed value of row j and P the seasonal
// profile at the window's origin, the network reads and predicts x = (g - P - c)/s/Unit.
type Local struct {
	Log       bool   // data.transform
	Season    int    // m of center: season, 1 without a season
	Period    int    // M of the profile: the longest season; 0 for no profile
	Center    string // c: none | last | mean | season
	Deviation bool   // s: the window's standard deviation, else 1
	Mean      bool   // s: 1 and the mean size of the window's values
	LocalState
}

// LocalState are the numbers of Local that are fitted on the training part and kept in a checkpoint.
type LocalState struct {
	Unit            float64             `json:"unit"` // standard deviation of all x of the training windows; 1 of counts
	CovariateOffset []float64           `json:"covariate_offset,omitempty"`
	CovariateScale  []float64           `json:"covariate_scale,omitempty"` // of each covariate, then of those known ahead
	RelativeOffset  bool                `json:"relative_offset,omitempty"` // the offset of a logarithm is one of each series; false in older checkpoints: 1
	Categories      map[string][]string `json:"categories,omitempty"`      // names of each categorical column, in the order of their numbers from 1 on
}

// Fitted is what a training fitted and other data are prepared with.
type Fitted struct {
	Scalers map[ID]data.Scaler
	Local   *LocalState // nil with recipe plain
}

// LocalState returns what a checkpoint keeps of Local, nil with recipe plain.
func (q *Prepared) LocalState() *LocalState {
	if q.Local == nil {
		return nil
	}
	s := q.Local.LocalState
	return &s
}

// Fitted returns all that was fitted.
func (q *Prepared) Fitted() Fitted {
	f := Fitted{Scalers: map[ID]data.Scaler{}, Local: q.LocalState()}
	for s := range q.Scalers {
		f.Scalers[q.Set.Series[s].ID()] = q.Scalers[s]
	}
	return f
}

// Keep puts what another training fitted in the place of what was fitted here, before the first Fill, and returns the
// number of series that it knows. Other series keep their own scalers.
func (q *Prepared) Keep(f Fitted) (known int) {
	for s := range q.Scalers {
		if scaler, ok := f.Scalers[q.Set.Series[s].ID()]; ok && len(scaler.Scale) == len(q.Scalers[s].Scale) {
			q.Scalers[s] = scaler
			known++
		}
	}
	if q.Local == nil || f.Local == nil {
		return known
	}
	other := q.Local.Log && q.Local.RelativeOffset != f.Local.RelativeOffset
	q.Local.LocalState = *f.Local
	q.setNumbers()
	if q.made = nil; q.scales() || other {
		for _, p := range []*Part{q.Train, q.Validation, q.Test} {
			p.table = q.tableFor(p.limits())
		}
	}
	return known
}

// Values is Hz·K, the number of values that a window asks for; a network gives as many for each of its quantiles.
func (q *Prepared) Values() int { return q.Horizon * q.targets }

// levels is Q, the number of outputs for each value.
func (q *Prepared) levels() int {
	return distribution.Outputs(q.Config.Model.Distribution, len(q.Quantiles))
}

// setLocal reads the config's way to normalise windows and lays out what the network gets.
func (q *Prepared) setLocal() error {
	d := &q.Config.Data
	l := &Local{Log: d.Transform == "log", Season: q.Season, Center: d.Center, Deviation: d.WindowScale == "deviation" || d.WindowScale == "auto"}
	l.Mean, l.Unit = d.WindowScale == "mean", 1
	if d.Profile && len(d.Season) > 0 {
		l.Period = slices.Max(d.Season)
	}
	q.Local, q.patch = l, max(1, q.Config.Model.Patch)
	if q.Steps%q.patch != 0 {
		return data.Fault(q.Set.Name, 0, 0, "model.patch", "model.patch is %d, want a divisor of data.window, which is %d", q.patch, q.Steps)
	}
	q.layOut()
	return q.setCalendar()
}

// scales reports whether data.scale is applied to the values before anything else.
func (q *Prepared) scales() bool { return q.Config.Data.Scale != "none" && q.Config.Data.Scale != "" }

// readyTable fills in and makes ready every series for a part; limit[s] is the first row that must change nothing.
func (q *Prepared) readyTable(limit []int) *table {
	t := &table{histories: make([]history, len(q.Set.Series))}
	for s := range q.Set.Series {
		one := &q.Set.Series[s]
		values, gaps := one.Values, q.Set.missingIn(s)
		if gaps {
			values = q.filled(s, limit[s])
		}
		t.values = append(t.values, values)
		t.leads = append(t.leads, leadsOf(one.Missing, q.columns, gaps))
		t.histories[s] = q.ready(s, values, limit[s])
	}
	return t
}

// ready makes one series ready, or takes it as it was made for another part where that is the same.
func (q *Prepared) ready(s int, values []float64, limit int) history {
	one := &q.Set.Series[s]
	shift, unit := 0.0, 1.0
	if q.scales() {
		shift, unit = q.Scalers[s].Offset[0], q.Scalers[s].Scale[0]
	}
	f := transformOf(one.Values, one.Missing, q.columns, limit, q.Local.Log, q.Local.RelativeOffset, shift, unit)
	if f.log && least(values, q.columns, f.shift, f.unit)+f.offset > 0 {
		f.floor = 0 // nothing to hold: the parts can share one history
	}
	shared := len(values) == 0 || &values[0] == &one.Values[0]
	if q.made == nil {
		q.made = make([]*history, len(q.Set.Series))
	}
	if h := q.made[s]; shared && h != nil && h.same(&f) {
		again := *h
		again.transform = f
		return again
	}
	h := historyOf(values, q.columns, data.FirstKnownOf(one.Missing, 0, q.columns), q.Local.Period, f)
	if shared {
		q.made[s] = &h
	}
	return h
}

// least is the smallest (v - shift)/unit of the first column.
func least(values []float64, columns int, shift, unit float64) float64 {
	low := math.Inf(1)
	for i := 0; i < len(values); i += columns {
		low = min(low, values[i])
	}
	return (low - shift) / unit
}

// mostFitted is about how many inputs Unit is measured on; of more windows every so many are taken.
const mostFitted = 20_000_000

// fitUnit sets Unit to the standard deviation of all x of the training windows.
func (q *Prepared) fitUnit() {
	if q.counts() {
		return // in units of which the distribution is told: that of the window alone
	}
	p := q.Train
	profile := make([]float64, q.Local.Period)
	n, mean, squares := 0.0, 0.0, 0.0
	for i := 0; i < p.Len(); i += 1 + p.Len()*q.Steps/mostFitted {
		f := p.frame(i, profile)
		for r := f.first; r < f.origin; r++ {
			x := f.normal(r)
			n++
			delta := x - mean
			mean += delta / n
			squares += delta * (x - mean)
		}
	}
	if sd := math.Sqrt(squares / max(n, 1)); sd > 0 && !math.IsInf(1/sd, 0) && !math.IsInf(sd, 0) {
		q.Local.Unit = sd
	}
}

// fitCovariates sets the offset and scale of every covariate: mean and standard deviation over the first rows of all
// series; 0 and 1 where no value is known or all are equal, and of names.
func (q *Prepared) fitCovariates(rows []int) {
	l := q.Local
	l.CovariateOffset, l.CovariateScale = make([]float64, q.columns-1), make([]float64, q.columns-1)
	for c := range l.CovariateOffset {
		l.CovariateScale[c] = 1
		if !slices.Contains(q.amounts, c+1) {
			continue
		}
		known := func(f func(v float64)) {
			for s := range q.Set.Series {
				one := &q.Set.Series[s]
				to := rows[s] * q.columns
				data.Each(one.Values[:to], one.Missing[:to], c+1, q.columns, f)
			}
		}
		mean, sd := momentsOf(known)
		if l.CovariateOffset[c] = mean; sd > 0 && !math.IsInf(sd, 0) {
			l.CovariateScale[c] = sd
		}
	}
}

// momentsOf returns the mean and the standard deviation (divided by n) of the values that known gives, by Welford's update.
// Where their squares are no numbers, those of the values in units of the largest deviation are taken.
func momentsOf(known func(f func(v float64))) (mean, sd float64) {
	n, squares, most := 0.0, 0.0, 0.0
	known(func(v float64) {
		n++
		delta := v - mean
		mean += delta / n
		squares += delta * (v - mean)
	})
	if sd = math.Sqrt(squares / max(n, 1)); sd > leastDeviation && sd < mostDeviation {
		return mean, sd
	}
	known(func(v float64) { most = max(most, math.Abs(v-mean)) })
	if most == 0 {
		return mean, 0
	}
	squares = 0
	known(func(v float64) { squares += (v - mean) / most * ((v - mean) / most) })
	return mean, most * math.Sqrt(squares/n)
}

// takeLocal takes the fitted numbers of a training.
func (q *Prepared) takeLocal(state *LocalState) error {
	switch covariates := q.columns - 1; {
	case state == nil:
		return fmt.Errorf("data: recipe global wants the fitted numbers of a training (Fitted.Local), got none")
	case !(state.Unit > 0):
		return fmt.Errorf("data: fitted unit is %g, want more than 0", state.Unit)
	case len(state.CovariateOffset) != covariates || len(state.CovariateScale) != covariates:
		return fmt.Errorf("data: the training fitted %d covariates, the data have %d", len(state.CovariateScale), covariates)
	}
	q.Local.LocalState = *state
	for _, c := range q.categorical {
		if _, ok := state.Categories[q.Set.column(c)]; !ok {
			return fmt.Errorf("data: the training fitted no names for the column %q of data.categorical", q.Set.column(c))
		}
	}
	q.setNumbers()
	return nil
}
