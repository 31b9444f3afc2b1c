package series

import (
	"fmt"
	"math"
	"slices"

	"recur/configs"
	"recur/data"
)

// Prepared is a dataset cut into parts, with the scalers that were fitted on its training rows.
type Prepared struct {
	Config     *configs.Config
	Set        *Dataset
	Scalers    []data.Scaler // one a series
	NaiveScale [][]float64   // [series][target] mean |x_t - x_{t-m}| over the training rows, with recipe global over all before the test part, as figures on public sets are; 0 where MASE has no meaning
	Train      *Part
	Validation *Part // may be empty
	Test       *Part // may be empty
	Inputs     int   // D: inputs of the network a step of Sequence
	Outputs    int   // Hz·K·Q: outputs of the network, (h·K + k)·Q + q the one of quantile q, or of number q of a distribution
	Steps      int   // T, the rows of a window
	Sequence   int   // steps of the network: T over model.patch with recipe global, else T
	Extra      int   // F: numbers of Z for a window; 0 with recipe plain
	Horizon    int   // Hz
	Season     int   // m of NaiveScale: the first declared season, else 1
	Quantiles  []float64
	Local      *Local // how windows are normalised one by one; nil with recipe plain
	Notes      []string

	patch        int
	layout       layout
	made         []*history  // of series without gaps, to be shared by parts
	categorical  []int       // columns that hold names
	amounts      []int       // other columns, without the target
	numbers      [][]float64 // [column][number in the dataset] the training's number of a name; nil for amounts
	calendars    [][]uint8   // [series][rows+Hz, features], nil without data.calendar
	calendarMost []float64   // [features] the greatest value of each

	units            [][]float64 // [series][K] what scaled errors are in units of, where it is not the series' own scaler
	columns, targets int
	centering        string
	whole            *table // shared by all parts when nothing is missing
}

// Prepare splits every series, fits the scalers on its training rows and lists the windows of the parts. Faults that
// need the data to be seen (too few rows, a part without a window) are Errors that name the config key.
func Prepare(set *Dataset, c *configs.Config) (*Prepared, error) {
	if err := countable(set, c); err != nil {
		return nil, err
	}
	q, err := newPrepared(Tamed(set, c), c)
	if err != nil {
		return nil, err
	}
	first, second, rows, err := q.borders() // by series: train | validation | test
	if err != nil {
		return nil, err
	}
	if err := q.fit(first); err != nil {
		return nil, err
	}
	zero := make([]int, len(first))
	if q.Local != nil {
		q.Local.RelativeOffset = true
	}
	q.Train = q.part("train", zero, first)
	q.Validation = q.part("validation", first, second)
	q.Test = q.part("test", second, rows)
	if q.Local != nil {
		q.fitUnit()
		q.fitCovariates(first)
		q.measure(second)
		q.fitCategories(first)
	}
	if err := q.checkWindows(); err != nil {
		return nil, err
	}
	var t Tally
	t.Add(set, c.Data.Horizon)
	t.AddNames(q)
	q.Notes = append(q.Notes, t.Notes()...)
	return q, q.checkRange()
}

// PrepareWith prepares another dataset with what a training fitted, by the name of the series: all its windows form
// the test part, here called "file", which may be empty when a series has exactly T rows. NaiveScale comes from the rows of set itself; put
// the one of the training in its place when there is one.
//
// With recipe global, unless data.scale is set, the series need not have been in the training. Their windows begin where T
// rows come before them, or at the last origin with data.pad where there are fewer.
func PrepareWith(set *Dataset, c *configs.Config, fitted Fitted) (*Prepared, error) {
	if err := countable(set, c); err != nil {
		return nil, err
	}
	q, err := newPrepared(set.withOutliersNoted(), c)
	if err != nil {
		return nil, err
	}
	zero, rows := make([]int, len(q.Set.Series)), q.rows()
	from := zero
	if q.Local != nil {
		from = q.firstOrigins(rows)
	}
	if err := q.take(fitted, from); err != nil {
		return nil, err
	}
	if q.Local == nil {
		if err := q.checkRows(rows, q.Steps); err != nil {
			return nil, err
		}
	}
	q.measure(rows)
	q.Train = q.part("train", zero, zero)
	q.Validation = q.part("validation", zero, zero)
	q.Test = q.part("file", from, rows)
	var t Tally
	t.AddNames(q)
	q.Notes = append(q.Notes, t.Notes()...)
	return q, q.checkRange()
}

// TailPart prepares series of exactly T+Hz rows, of which the last Hz are missing: one window a series, kept although
// none of its targets is known. It is what a forecast beyond the last observation needs. With recipe global the series may
// have any number of rows above Hz, best all there are: the profile and the scale come from all of them.
func TailPart(set *Dataset, c *configs.Config, fitted Fitted) (*Part, error) {
	q, err := newPrepared(set, c)
	if err != nil {
		return nil, err
	}
	rows := q.rows()
	p := &Part{Name: "tail", Prepared: q, from: make([]int, len(rows)), to: rows}
	for s, n := range rows {
		least := q.past(false) + q.Horizon
		if n < least || q.Local == nil && n != least {
			return nil, fmt.Errorf("data: tail part: %s has %d rows, want data.window + data.horizon = %d", q.Set.Series[s].called(), n, least)
		}
		p.from[s] = n - q.Horizon
		p.Windows = append(p.Windows, Window{Series: s, Start: p.from[s] - q.Steps})
	}
	if err := q.take(fitted, p.from); err != nil {
		return nil, err
	}
	if q.Local != nil || c.Data.Missing == "seasonal" {
		p.table = q.tableFor(p.from)
	} else {
		p.table = q.shared()
	}
	return p, nil
}

// PrepareRows is PrepareWith without windows: what checkpoint.Describe needs of series that are to be continued. None of the rows is
// scored, so that data.outliers holds for all of them.
func PrepareRows(set *Dataset, c *configs.Config, fitted Fitted) (*Prepared, error) {
	if err := countable(set, c); err != nil {
		return nil, err
	}
	q, err := newPrepared(TamedRows(set, c), c)
	if err != nil {
		return nil, err
	}
	rows := q.rows()
	if q.Local == nil {
		if err := q.checkRows(rows, q.Steps); err != nil {
			return nil, err
		}
	}
	if err := q.take(fitted, rows); err != nil {
		return nil, err
	}
	return q, q.checkRange()
}

func newPrepared(set *Dataset, c *configs.Config) (*Prepared, error) {
	if c.Data.Center == "auto" { // who has not asked FindCenter before
		center, _ := FindCenter(set, c)
		c = c.WithCenter(center)
	}
	global := c.Recipe == "global"
	if global {
		set = channels(set)
	}
	q := &Prepared{
		Config: c, Set: set, Notes: slices.Clone(set.Notes), Quantiles: c.Model.Quantiles,
		Steps: c.Data.Window, Horizon: c.Data.Horizon, Season: 1, centering: c.Data.Center,
		columns: set.Columns(), targets: len(set.Targets),
	}
	if len(c.Data.Season) > 0 {
		q.Season = c.Data.Season[0]
	}
	if q.Steps < 1 || q.Horizon < 1 {
		return nil, data.Fault(set.Name, 0, 0, "data.window", "data.window is %d and data.horizon %d, both must be at least 1", q.Steps, q.Horizon)
	}
	q.Sequence, q.Inputs, q.Outputs = q.Steps, q.columns, q.Values()*q.levels()
	if len(set.Series) == 0 {
		return nil, data.Fault(set.Name, 0, 0, "data.csv", "holds no series")
	}
	if global {
		return q, q.setLocal()
	}
	return q, nil
}

// rows counts the rows of every series.
func (q *Prepared) rows() []int {
	n := make([]int, len(q.Set.Series))
	for s := range n {
		n[s] = q.Set.Series[s].Rows(q.columns)
	}
	return n
}

// part makes one part of the rows from..to-1 of every series.
func (q *Prepared) part(name string, from, to []int) *Part {
	p := &Part{Name: name, Prepared: q, from: from, to: to, training: name == "train"}
	p.table = q.tableFor(p.limits())
	if out := p.list(); out > 0 {
		q.Notes = append(q.Notes, fmt.Sprintf("%s part: %s left out, because no value to predict or no earlier input is known", name, data.Count(out, "window is", "windows are")))
	}
	if none := p.without(); len(none) > 0 && p.Len() > 0 {
		q.Notes = append(q.Notes, fmt.Sprintf("%s part: %s too short for a window: %s", name, data.Count(len(none), "series is", "series are"), q.Set.lengths(none)))
	}
	return p
}

// tableFor fills the rows for a part; nothing from row limit on changes an earlier one. Nothing is copied when nothing is
// missing.
func (q *Prepared) tableFor(limit []int) *table {
	if q.Local != nil {
		return q.readyTable(limit)
	}
	t := &table{}
	gaps := false
	for s := range q.Set.Series {
		one := &q.Set.Series[s]
		if !q.Set.missingIn(s) {
			t.values = append(t.values, one.Values)
			continue
		}
		gaps = true
		t.values = append(t.values, q.filled(s, limit[s]))
	}
	if !gaps {
		return q.shared()
	}
	return t
}

// filled fills in what is missing in a series by the policy of the config.
func (q *Prepared) filled(s, limit int) []float64 {
	one := &q.Set.Series[s]
	var out []float64
	if q.Config.Data.Missing == "seasonal" {
		out = filledSeasonal(one.Values, one.Missing, q.columns, q.Season, limit)
	} else {
		out = data.Filled(one.Values, one.Missing, q.columns, q.Config.Data.Missing, limit)
	}
	q.Set.fillNames(out, one.Missing)
	return out
}

// shared is the table of all parts when no value is missing.
func (q *Prepared) shared() *table {
	if q.whole == nil {
		q.whole = &table{}
		for s := range q.Set.Series {
			q.whole.values = append(q.whole.values, q.Set.Series[s].Values)
		}
	}
	return q.whole
}

// fit fits a scaler to the first rows of every series.
func (q *Prepared) fit(rows []int) error {
	bad := data.Faults{File: q.Set.Name}
	for s := range q.Set.Series {
		one := &q.Set.Series[s]
		n := rows[s] * q.columns
		if known := data.FirstKnown(one.Missing[:n], q.columns) * q.columns; known >= n && q.Local == nil {
			bad.Add(0, 0, "data.split", "%s: a column has no known value in its %d training rows; give the training part more rows (data.split) or leave the series out", one.called(), rows[s])
			continue
		}
		if bad.AddError(q.checkSpread(s, rows[s])) {
			continue
		}
		scaler, flat := data.FitScaler(q.scaleKind(), one.Values[:n], one.Missing[:n], q.columns)
		for _, c := range flat {
			if q.Local != nil {
				break
			}
			q.Notes = append(q.Notes, fmt.Sprintf("%s: column %q has one value, %g, in all its training rows: it is centred and not scaled", one.called(), q.Set.column(c), scaler.Offset[c]))
		}
		q.Scalers = append(q.Scalers, scaler)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	q.measure(rows)
	return nil
}

// measure computes NaiveScale over the first rows of every series.
func (q *Prepared) measure(rows []int) {
	q.NaiveScale = nil
	for s := range q.Set.Series {
		one := &q.Set.Series[s]
		scales := make([]float64, q.targets)
		n := rows[s] * q.columns
		for k := range scales {
			scales[k] = data.NaiveScale(one.Values[:n], one.Missing[:n], k, q.columns, q.Season)
		}
		q.NaiveScale = append(q.NaiveScale, scales)
	}
}

// column is the name of column c: targets, covariates, covariates known ahead.
func (d *Dataset) column(c int) string {
	return slices.Concat(d.Targets, d.Covariates, d.Future)[c]
}

// scaleKind is the kind of the scalers. With recipe global and without data.scale they are of kind standard and change
// no value; scores use them.
func (q *Prepared) scaleKind() string {
	if q.Local != nil && !q.scales() {
		return "standard"
	}
	return q.Config.Data.Scale
}

// firstOrigins are the first rows to forecast in data that were not in the training.
func (q *Prepared) firstOrigins(rows []int) []int {
	from := make([]int, len(rows))
	for s, n := range rows {
		from[s] = max(q.past(false), min(q.Steps, n-q.horizonOf(s)))
		from[s] = min(from[s], n)
	}
	return from
}

// take takes what a training fitted: the scaler of every series. from are the first rows to forecast: where a
// series needs no scaler of the training, the rows before them give it one.
func (q *Prepared) take(fitted Fitted, from []int) error {
	if q.Local != nil {
		if err := q.takeLocal(fitted.Local); err != nil {
			return err
		}
	}
	bad := data.Faults{File: q.Set.Name}
	for s := range q.Set.Series {
		scaler, ok := fitted.Scalers[q.Set.Series[s].ID()]
		if !ok && q.Local != nil && !q.scales() {
			if bad.AddError(q.checkSpread(s, from[s])) {
				continue
			}
			one, n := &q.Set.Series[s], from[s]*q.columns
			scaler, _ = data.FitScaler("standard", one.Values[:n], one.Missing[:n], q.columns)
			ok = true
		}
		if !ok {
			bad.Add(0, 0, "data.series", "%s was not in the data of the training, so there is no scaler for it; train again with it (data.series)", q.Set.Series[s].called())
			continue
		}
		if len(scaler.Offset) != q.columns || len(scaler.Scale) != q.columns {
			return fmt.Errorf("data: scaler of %s has %d columns, want %d (targets, then covariates)", q.Set.Series[s].called(), len(scaler.Scale), q.columns)
		}
		q.Scalers = append(q.Scalers, scaler)
	}
	return bad.Err()
}

// checkRange refuses scaled values that the network's value type can't hold.
func (q *Prepared) checkRange() error {
	largest, advice := math.MaxFloat32, "float32; write the column in larger units, or train with model.dtype: float64"
	switch {
	case q.Config.Model.DType == "float64":
		largest, advice = math.MaxFloat64, "float64; write the column in larger units"
	case q.Local == nil && q.Config.Data.Scale == "none":
		advice = "float32; train with data.scale: standard or model.dtype: float64"
	}
	bad := data.Faults{File: q.Set.Name}
	for s := range q.Set.Series {
		scaler := &q.Scalers[s]
		if q.Local != nil && !q.scales() {
			as, _ := data.FitScaler("none", nil, nil, q.columns)
			scaler = &as
		}
		if c, v, found := scaler.TooLarge(q.Set.Series[s].Values, largest); found {
			bad.Add(0, 0, "data.scale", "%s: column %q holds %g, too large for %s", q.Set.Series[s].called(), q.Set.column(c), v, advice)
		}
	}
	return bad.Err()
}

// Tail returns the last T rows of a series, [T, C] in data units with missing values filled in, which of them were
// missing, and the last time stamp as written ("" without a time column). A shorter series gives all its rows.
func (q *Prepared) Tail(series int) (values []float64, missing []bool, lastLabel string) {
	one := &q.Set.Series[series]
	from := max(0, len(one.Values)-q.Steps*q.columns)
	if n := len(one.Labels); n > 0 {
		lastLabel = one.Labels[n-1]
	}
	return slices.Clone(one.Values[from:]), slices.Clone(one.Missing[from:]), lastLabel
}
