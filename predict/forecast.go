package predict

import (
	"fmt"
	"strconv"

	"recur/checkpoint"
	"recur/data"
)

// Forecast is what one series will do after its last observation.
type Forecast struct {
	Series string
	After  string               // the time stamp of the last observation, "" without a time column
	Times  []string             // one label a step; the row's number without a time column
	Values map[string][]float64 // by target, one value a step, in the units of the data
}

// Forecast continues each series for horizon steps. Beyond the trained horizon, whole blocks of the network's own values
// are fed back; that is an error where the network reads covariates, whose future values are not known.
// states: the last window of every series; State of the model, or checkpoint.Describe of other data.
func (m *Model) Forecast(states checkpoint.Data, horizon int) ([]Forecast, error) {
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
	k := len(states.Targets)
	for _, s := range states.Series {
		if rows, want := len(s.Tail)/(k+len(states.Covariates)), m.Config.Data.Window; rows != want {
			return nil, fmt.Errorf("predict: forecast: series %q has %d rows to go on from, want %d (data.window)", s.Name, rows, want)
		}
	}
	history := tails(states)
	made := make([][]float64, len(history)) // [horizon·K] and more
	for len(made) > 0 && len(made[0]) < horizon*k {
		block, err := m.block(states, history)
		if err != nil {
			return nil, err
		}
		for i, values := range block {
			made[i] = append(made[i], values...)
			history[i] = feed(history[i], values, k, k+len(states.Covariates))
		}
	}
	out := make([]Forecast, len(made))
	for i, values := range made {
		out[i] = m.label(states, i, values[:horizon*k])
	}
	return out, nil
}

// tails copies the last rows of every series, [T·columns] each.
func tails(states checkpoint.Data) [][]float64 {
	rows := make([][]float64, len(states.Series))
	for i, s := range states.Series {
		rows[i] = append([]float64(nil), s.Tail...)
	}
	return rows
}

// block predicts one block of Hz steps after each history.
func (m *Model) block(states checkpoint.Data, history [][]float64) ([][]float64, error) {
	columns := len(states.Targets) + len(states.Covariates)
	set := &data.Dataset{Name: "the last window", Targets: states.Targets, Covariates: states.Covariates}
	for i, s := range states.Series {
		set.Series = append(set.Series, extended(s.Name, history[i], columns, m.Config.Data.Horizon))
	}
	part, err := data.TailPart(set, m.Config, states.Fitted())
	if err != nil {
		return nil, err
	}
	return m.Part(part)
}

// extended is the history with Hz rows that are not known after it, which hold the last row's values.
func extended(name string, history []float64, columns, hz int) data.Series {
	s := data.Series{Name: name, Values: append([]float64(nil), history...)}
	s.Missing = make([]bool, len(history), len(history)+hz*columns)
	last := history[len(history)-columns:]
	for range hz {
		s.Values = append(s.Values, last...)
		for range columns {
			s.Missing = append(s.Missing, true)
		}
	}
	return s
}

// feed drops the oldest rows of the history and appends the predicted ones. Longer blocks than the history keep its length.
func feed(history, values []float64, k, columns int) []float64 {
	size := len(history)
	for at := 0; at < len(values); at += k {
		row := make([]float64, columns)
		copy(row, values[at:at+k])
		history = append(history, row...)
	}
	return history[len(history)-size:]
}

// label gives the steps their time stamps, written as those of the data are; without any they are numbered on.
func (m *Model) label(states checkpoint.Data, i int, values []float64) Forecast {
	k, s := len(states.Targets), states.Series[i]
	f := Forecast{Series: s.Name, Values: map[string][]float64{}}
	if n := len(s.Labels); n > 0 {
		f.After = s.Labels[n-1]
	}
	for step := range len(values) / k {
		label := data.LabelAfter(f.After, states.Frequency, step+1)
		if label == "" {
			label = strconv.Itoa(s.Rows + step + 1)
		}
		f.Times = append(f.Times, label)
		for j, name := range states.Targets {
			f.Values[name] = append(f.Values[name], values[step*k+j])
		}
	}
	return f
}
