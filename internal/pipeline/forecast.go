package pipeline

import (
	"recur/checkpoint"
	"recur/data"
	"recur/predict"
)

// ForecastOptions says what to continue.
type ForecastOptions struct {
	CSV     string // continue the series of this file instead of the training data
	Horizon int    // 0: the trained horizon
	Threads int
	OnNote  func(string)
}

// ForecastReport is `forecast --json`.
type ForecastReport struct {
	Schema    int              `json:"schema"`
	Horizon   int              `json:"horizon"`
	Targets   []string         `json:"targets"`
	Forecasts []ForecastSeries `json:"forecasts"`
}

// ForecastSeries is the forecast of one series.
type ForecastSeries struct {
	Series string               `json:"series"`
	Start  string               `json:"start"` // time stamp of the first step, or its number after the last row
	Times  []string             `json:"times"`
	Values map[string][]float64 `json:"values"`
}

// RunForecast continues every series after its last observation. Without a CSV it needs nothing but the checkpoint.
func RunForecast(path string, o ForecastOptions) (*ForecastReport, error) {
	k, notes, err := load(path)
	if err != nil {
		return nil, err
	}
	tell(o.OnNote, notes)
	states := k.Data
	if o.CSV != "" {
		if states, err = statesOf(k, o.CSV); err != nil {
			return nil, err
		}
	}
	m, err := predict.Open(k, o.Threads)
	if err != nil {
		return nil, err
	}
	forecasts, err := m.Forecast(states, o.Horizon)
	if err != nil {
		return nil, err
	}
	r := &ForecastReport{Schema: 1, Horizon: o.Horizon, Targets: states.Targets}
	if r.Horizon == 0 {
		r.Horizon = k.Config.Data.Horizon
	}
	for _, f := range forecasts {
		r.Forecasts = append(r.Forecasts, ForecastSeries{Series: f.Series, Start: f.Times[0], Times: f.Times, Values: f.Values})
	}
	return r, nil
}

// statesOf reads the last windows of another file; its series are scaled as the training data of the same name were.
func statesOf(k *checkpoint.Checkpoint, csv string) (checkpoint.Data, error) {
	set, err := data.OpenCSV(k.Config, csv)
	if err != nil {
		return checkpoint.Data{}, err
	}
	p, err := data.PrepareWith(set, k.Config, k.Data.Fitted())
	if err != nil {
		return checkpoint.Data{}, err
	}
	return checkpoint.Describe(p), nil
}
