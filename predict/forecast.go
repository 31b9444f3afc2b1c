package predict

import (
	"fmt"
	"slices"
	"strconv"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/series"
)

// Forecast is what one series will do after its last observation.
type Forecast struct {
	Series    string
	After     string                 // the time stamp of the last observation, "" without a time column
	Times     []string               // one label a step; the row's number without a time column
	Values    map[string][]float64   // by target, one value a step, in the units of the data; the median where there are quantiles
	Quantiles map[string][][]float64 // by target, the values of model.quantiles at each step; nil without any
}

// Forecast continues each series for horizon steps (0: the trained horizon).
// states: the last rows of every series; State of the model, or checkpoint.Describe of other data.
func (m *Model) Forecast(states checkpoint.Data, horizon int) ([]Forecast, error) {
	values, err := m.Values(states, horizon)
	if err != nil {
		return nil, err
	}
	return Labels(states, values, m.Config.Model.Quantiles), nil
}

// Values is Forecast without labels: [horizon·K·Q] a series, in the units of the data, Q values for each step and target
// (1 without model.quantiles). Beyond the trained horizon, whole blocks of the network's own values, the medians where
// there are quantiles, are fed back; that is an error where the network reads covariates, whose future values are not known.
func (m *Model) Values(states checkpoint.Data, horizon int) ([][]float64, error) {
	hz := m.Config.Data.Horizon
	if horizon <= 0 {
		horizon = hz
	}
	if horizon > hz && len(states.Covariates) > 0 {
		return nil, fmt.Errorf("predict: a forecast of %d steps needs future values of the covariates %q, which are not known; the trained horizon is %d", horizon, states.Covariates, hz)
	}
	if states.Labelled != nil || states.Text != nil {
		return nil, fmt.Errorf("predict: a forecast continues series, and the network has learnt from sequences or text; use Part")
	}
	if err := complete(states); err != nil {
		return nil, err
	}
	states.Asked = horizon
	if err := m.enough(states); err != nil {
		return nil, err
	}
	return m.onward(states, horizon)
}

// onward forecasts block by block.
func (m *Model) onward(states checkpoint.Data, horizon int) ([][]float64, error) {
	want := horizon * len(states.Targets) * max(1, len(m.Config.Model.Quantiles))
	made := make([][]float64, len(states.Series)) // [want] and more
	roll, err := m.Roll(states)
	for err == nil && len(made) > 0 {
		var block [][]float64
		if block, err = roll.Block(); err != nil {
			break
		}
		points := make([][]float64, len(block))
		for i, values := range block {
			made[i] = append(made[i], values...)
			points[i] = medians(values, m.Config.Model.Quantiles)
		}
		if len(made[0]) >= want {
			break
		}
		err = roll.Feed(points)
	}
	if err != nil {
		return nil, err
	}
	for i := range made {
		made[i] = made[i][:want]
	}
	return made, nil
}

// Roll goes on from the last rows of series by one horizon after the other.
type Roll struct {
	m      *Model
	states checkpoint.Data
	part   *series.Part
	ahead  [][]float64 // by series, what states does not hold yet
}

// Roll begins after the last rows of states, which it does not change.
func (m *Model) Roll(states checkpoint.Data) (*Roll, error) {
	states.Series = append([]checkpoint.SeriesState(nil), states.Series...)
	part, err := Tail(states, m.Config)
	return &Roll{m, states, part, make([][]float64, len(states.Series))}, err
}

// Block is what the network says of the next data.horizon steps, [series][Hz·K·Q] in the units of the data.
func (r *Roll) Block() ([][]float64, error) { return r.m.Part(r.part) }

// Feed takes values, [series][Hz·K] in the units of the data, for those of the next steps, and goes on after them. Where a part can't be
// continued in place it is made anew from all rows.
func (r *Roll) Feed(values [][]float64) (err error) {
	for i, v := range values {
		r.ahead[i] = append(r.ahead[i], v...)
	}
	if !r.part.Continue(values) {
		r.part, err = r.again()
	}
	return err
}

// again is the part after further values of every series, which then belong to states.
func (r *Roll) again() (*series.Part, error) {
	fed := 0 // steps
	for i, values := range r.ahead {
		fed = len(values) / len(r.states.Targets)
		var err error
		if r.states.Series[i], err = r.states.Continued(r.states.Series[i], values, r.m.kept()); err != nil {
			return nil, err
		}
		r.ahead[i] = r.ahead[i][:0]
	}
	if r.states.Asked > 0 {
		r.states.Asked -= fed
	}
	return Tail(r.states, r.m.Config)
}

// kept is how many rows of a series a forecast goes on from, 0 for all.
func (m *Model) kept() int {
	if m.Config.Recipe == "global" {
		return 0
	}
	return m.Config.Data.Window
}

// medians are the points among the quantiles of values; without quantiles the values themselves.
func medians(values, quantiles []float64) []float64 {
	if len(quantiles) == 0 {
		return values
	}
	q, at := len(quantiles), slices.Index(quantiles, 0.5)
	if at < 0 {
		at = q / 2 // configs refuse quantiles without the median, files from elsewhere may lack it
	}
	out := make([]float64, len(values)/q)
	for i := range out {
		out[i] = values[i*q+at]
	}
	return out
}

// enough refuses series that have too few rows to go on from.
func (m *Model) enough(states checkpoint.Data) error {
	if m.Config.Recipe == "global" {
		return nil // series.TailPart knows
	}
	for _, s := range states.Series {
		if rows, want := len(s.Tail)/states.Columns(), m.Config.Data.Window; rows != want {
			return fmt.Errorf("predict: forecast: series %q has %d rows to go on from, want %d (data.window)", s.Name, rows, want)
		}
	}
	return nil
}

// Tail is the part of one window a series that a forecast beyond the last observation needs.
func Tail(states checkpoint.Data, c *configs.Config) (*series.Part, error) {
	if c.Recipe != "global" {
		states.Series = known(states.Series)
	}
	set, err := states.Dataset(c)
	if err != nil {
		return nil, err
	}
	return series.TailPart(set, c, states.Fitted())
}

// known takes values that were filled in for known ones. Recipe global fills in by itself.
func known(series []checkpoint.SeriesState) []checkpoint.SeriesState {
	out := append([]checkpoint.SeriesState(nil), series...)
	for i := range out {
		out[i].TailMissing = make([]bool, len(out[i].Tail))
	}
	return out
}

// Labels gives the values of every series, [series][steps·K·Q], their time stamps, written as those of the data are; without
// any they are numbered on. Targets that recipe global made series of their own come together again: one forecast a series
// of the data.
func Labels(states checkpoint.Data, values [][]float64, quantiles []float64) []Forecast {
	out := make([]Forecast, 0, len(values))
	for i := range values {
		s := &states.Series[i]
		if n := len(out); n > 0 && s.Target != "" && out[n-1].Series == s.Name && out[n-1].Values[s.Target] == nil {
			out[n-1].put(states.Targets, s, values[i], quantiles)
			continue
		}
		f := Forecast{Series: s.Name, Values: map[string][]float64{}}
		if len(quantiles) > 0 {
			f.Quantiles = map[string][][]float64{}
		}
		steps := len(values[i]) / (len(states.Targets) * max(1, len(quantiles)))
		f.label(s, states.Frequency, steps)
		f.put(states.Targets, s, values[i], quantiles)
		out = append(out, f)
	}
	return out
}

// label sets the time stamps of the steps after a series.
func (f *Forecast) label(s *checkpoint.SeriesState, frequency string, steps int) {
	if n := len(s.Labels); n > 0 {
		f.After = s.Labels[n-1]
	}
	f.Times = series.LabelsAfter(f.After, frequency, steps)
	if f.Times == nil {
		for step := range steps {
			f.Times = append(f.Times, strconv.Itoa(s.Rows+step+1))
		}
	}
}

// put adds the values, [steps·K·Q], of the targets that a series holds.
func (f *Forecast) put(targets []string, s *checkpoint.SeriesState, values, quantiles []float64) {
	if s.Target != "" {
		targets = []string{s.Target}
	}
	k, q, points := len(targets), max(1, len(quantiles)), medians(values, quantiles)
	for i, point := range points {
		name := targets[i%k]
		f.Values[name] = append(f.Values[name], point)
		if len(quantiles) > 0 {
			f.Quantiles[name] = append(f.Quantiles[name], values[i*q:(i+1)*q:(i+1)*q])
		}
	}
}
