package predict

import (
	"fmt"
	"slices"
	"strconv"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
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
	out := make([]Forecast, len(values))
	for i, v := range values {
		out[i] = Label(states, i, v, m.Config.Model.Quantiles)
	}
	return out, nil
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
	if m.Config.Task == "regress" {
		return nil, fmt.Errorf("predict: task regress has nothing to continue: it maps a sequence to one value; use evaluate")
	}
	if err := complete(states); err != nil {
		return nil, err
	}
	if err := m.enough(states); err != nil {
		return nil, err
	}
	k, q := len(states.Targets), max(1, len(m.Config.Model.Quantiles))
	states.Series = append([]checkpoint.SeriesState(nil), states.Series...)
	made := make([][]float64, len(states.Series)) // [horizon·K·Q] and more
	for len(made) > 0 && len(made[0]) < horizon*k*q {
		block, err := m.block(states)
		if err != nil {
			return nil, err
		}
		for i, values := range block {
			made[i] = append(made[i], values...)
			if len(made[i]) >= horizon*k*q {
				continue
			}
			if states.Series[i], err = states.Continued(states.Series[i], medians(values, m.Config.Model.Quantiles), m.kept()); err != nil {
				return nil, err
			}
		}
	}
	for i := range made {
		made[i] = made[i][:horizon*k*q]
	}
	return made, nil
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

// block predicts one block of Hz steps after each series.
func (m *Model) block(states checkpoint.Data) ([][]float64, error) {
	part, err := Tail(states, m.Config)
	if err != nil {
		return nil, err
	}
	return m.Part(part)
}

// enough refuses series that have too few rows to go on from.
func (m *Model) enough(states checkpoint.Data) error {
	if m.Config.Recipe == "global" {
		return nil // data.TailPart knows
	}
	for _, s := range states.Series {
		if rows, want := len(s.Tail)/states.Columns(), m.Config.Data.Window; rows != want {
			return fmt.Errorf("predict: forecast: series %q has %d rows to go on from, want %d (data.window)", s.Name, rows, want)
		}
	}
	return nil
}

// Tail is the part of one window a series that a forecast beyond the last observation needs.
func Tail(states checkpoint.Data, c *configs.Config) (*data.Part, error) {
	if c.Recipe != "global" {
		states.Series = known(states.Series)
	}
	set, err := states.Dataset(c)
	if err != nil {
		return nil, err
	}
	return data.TailPart(set, c, states.Fitted())
}

// known takes values that were filled in for known ones. Recipe global fills in by itself.
func known(series []checkpoint.SeriesState) []checkpoint.SeriesState {
	out := append([]checkpoint.SeriesState(nil), series...)
	for i := range out {
		out[i].TailMissing = make([]bool, len(out[i].Tail))
	}
	return out
}

// Label gives the steps of values, [steps·K·Q], their time stamps, written as those of the data are; without any they are
// numbered on.
func Label(states checkpoint.Data, i int, values, quantiles []float64) Forecast {
	k, q, s := len(states.Targets), max(1, len(quantiles)), states.Series[i]
	f := Forecast{Series: s.Name, Values: map[string][]float64{}}
	if len(quantiles) > 0 {
		f.Quantiles = map[string][][]float64{}
	}
	if n := len(s.Labels); n > 0 {
		f.After = s.Labels[n-1]
	}
	points := medians(values, quantiles)
	f.Times = data.LabelsAfter(f.After, states.Frequency, len(points)/k)
	if f.Times == nil {
		for step := range len(points) / k {
			f.Times = append(f.Times, strconv.Itoa(s.Rows+step+1))
		}
	}
	for step := range f.Times {
		for j, name := range states.Targets {
			f.Values[name] = append(f.Values[name], points[step*k+j])
			if len(quantiles) > 0 {
				at := (step*k + j) * q
				f.Quantiles[name] = append(f.Quantiles[name], values[at:at+q:at+q])
			}
		}
	}
	return f
}
