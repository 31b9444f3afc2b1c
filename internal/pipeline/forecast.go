package pipeline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"recur/baseline"
	"recur/checkpoint"
	"recur/data"
	"recur/predict"
)

// ForecastOptions says what to continue.
type ForecastOptions struct {
	CSV       string    // continue the series of this file instead of the training data
	Horizon   int       // 0: the trained horizon
	Intervals []float64 // central intervals in percent: 80, 95
	Fallback  bool      // the best simple method's forecast where the validation part prefers it
	Threads   int
	OnNote    func(string)
}

// ForecastReport is `forecast --json`.
type ForecastReport struct {
	Schema    int              `json:"schema"`
	Horizon   int              `json:"horizon"`
	Method    string           `json:"method"` // network, or the simple method that --fallback took
	Targets   []string         `json:"targets"`
	Intervals []string         `json:"intervals,omitempty"` // levels in percent
	Forecasts []ForecastSeries `json:"forecasts"`
}

// ForecastSeries is the forecast of one series.
type ForecastSeries struct {
	Series    string                         `json:"series"`
	Start     string                         `json:"start"` // time stamp of the first step, or its number after the last row
	Times     []string                       `json:"times"`
	Values    map[string][]float64           `json:"values"`
	Intervals map[string]map[string]Interval `json:"intervals,omitempty"` // by level, then by target
}

// Interval is the lower and upper end of an interval at each step.
type Interval struct {
	Lower []float64 `json:"lower"`
	Upper []float64 `json:"upper"`
}

// chunkSeries is how many series are forecast at a time: enough to fill the kernels, little enough that memory stays small.
const chunkSeries = 512

// RunForecast continues every series after its last observation and keeps all of it.
func RunForecast(path string, o ForecastOptions) (*ForecastReport, error) {
	var r *ForecastReport
	err := StreamForecast(path, o, func(head ForecastReport) error { r = &head; return nil },
		func(f ForecastSeries) error { r.Forecasts = append(r.Forecasts, f); return nil })
	return r, err
}

// StreamForecast continues every series after its last observation: begin is told of all but the forecasts first, then
// each of the forecasts. Without a CSV it needs nothing but the run.
func StreamForecast(path string, o ForecastOptions, begin func(ForecastReport) error, each func(ForecastSeries) error) error {
	run, notes, err := open(path, o.Threads)
	if err != nil {
		return err
	}
	tell(o.OnNote, notes)
	f := &forecasting{run: run, o: o}
	if err := f.levels(); err != nil {
		return err
	}
	if o.Fallback {
		if err := f.fallBack(); err != nil {
			return err
		}
	}
	r := ForecastReport{Schema: 1, Horizon: o.Horizon, Method: networkName, Targets: run.networks[0].k.Data.Targets, Intervals: f.names}
	if r.Horizon == 0 {
		r.Horizon = run.config.Data.Horizon
	}
	if f.simple != nil {
		r.Method = f.simple.Name()
	}
	if err := begin(r); err != nil {
		return err
	}
	return f.chunks(func(states []checkpoint.Data) error { return f.chunk(states, each) })
}

// forecasting is one forecast of a run.
type forecasting struct {
	run    *opened
	o      ForecastOptions
	names  []string        // of the intervals
	ends   [][2]int        // the places of their quantiles
	simple baseline.Method // nil: the networks
}

// levels finds the quantiles of the intervals that are asked for.
func (f *forecasting) levels() error {
	q := f.run.config.Model.Quantiles
	place := func(p float64) int {
		return slices.IndexFunc(q, func(v float64) bool { return v-p < 1e-9 && p-v < 1e-9 })
	}
	for _, level := range f.o.Intervals {
		low, high := place((1-level/100)/2), place((1+level/100)/2)
		if low < 0 || high < 0 {
			return &Usage{Message: fmt.Sprintf("--intervals: the run has no quantiles for %g%%; %s", level, levelsOf(q))}
		}
		f.names = append(f.names, strconv.FormatFloat(level, 'g', -1, 64))
		f.ends = append(f.ends, [2]int{low, high})
	}
	if hz := f.run.config.Data.Horizon; len(f.names) > 0 && f.o.Horizon > hz {
		return &Usage{Message: fmt.Sprintf("--intervals: beyond the trained horizon of %d steps there are point forecasts alone; leave out --intervals, or train with data.horizon=%d", hz, f.o.Horizon)}
	}
	return nil
}

// levelsOf says which central intervals there are quantiles for.
func levelsOf(q []float64) string {
	var levels []string
	for _, p := range q {
		if p < 0.5 && slices.ContainsFunc(q, func(v float64) bool { return v+p > 1-1e-9 && v+p < 1+1e-9 }) {
			levels = append(levels, strconv.FormatFloat(100*(1-2*p), 'g', 6, 64))
		}
	}
	if len(levels) == 0 {
		return "train with model.quantiles, such as [0.025, 0.1, 0.5, 0.9, 0.975] for 80 and 95"
	}
	slices.Reverse(levels)
	return "it has those for " + strings.Join(levels, ", ")
}

// fallBack takes the best simple method where the validation part prefers it to the networks.
func (f *forecasting) fallBack() error {
	if len(f.names) > 0 {
		return &Usage{Message: "--fallback: simple methods have no intervals; leave out --intervals"}
	}
	own, err := f.run.openOwn()
	if err != nil {
		return err
	}
	verdict, err := f.run.verdict(own)
	if err != nil {
		return err
	}
	tell(f.o.OnNote, verdict.sentences(f.run.config.Name))
	if verdict.Best == networkName {
		return nil
	}
	methods, err := baseline.For(own)
	if err != nil {
		return err
	}
	for _, m := range methods {
		if m.Name() == verdict.Best {
			f.simple = m
		}
	}
	if f.simple == nil {
		return fmt.Errorf("--fallback: the method %s of the validation part is not there for the data as they are now", verdict.Best)
	}
	if f.o.Horizon > f.run.config.Data.Horizon {
		return &Usage{Message: fmt.Sprintf("--fallback: simple methods forecast up to data.horizon (%d) steps", f.run.config.Data.Horizon)}
	}
	return nil
}

// verdict is what the validation part says of the run.
func (o *opened) verdict(own *data.Prepared) (*Verdict, error) {
	if o.ensemble != nil && o.ensemble.Validation != nil {
		return o.ensemble.Validation, nil
	}
	if own.Validation.Len() == 0 || o.ensemble != nil || o.config.Train.Refit == "all" {
		return nil, &Usage{Message: "--fallback: there is no validation part that the network has not learnt from, so there is nothing to judge by; train with ensemble.members and a validation part, or with train.refit: none"}
	}
	in, err := o.prepareOwn(own.Set, own)
	if err != nil {
		return nil, err
	}
	predictions, err := o.predict(in, func(p *data.Prepared) *data.Part { return p.Validation })
	if err != nil {
		return nil, err
	}
	return judge(own, o.points(predictions))
}

// chunks hands over the last rows of the series, some series at a time, as each network's way of normalising needs them.
func (f *forecasting) chunks(yield func(states []checkpoint.Data) error) error {
	all := make([]checkpoint.Data, len(f.run.networks))
	if f.o.CSV == "" {
		for i, n := range f.run.networks {
			all[i] = n.k.Data
		}
		return eachChunk(all, yield)
	}
	set, err := data.OpenCSV(f.run.config, f.o.CSV)
	if err != nil {
		return err
	}
	return f.describe(set, yield)
}

// describe makes the last rows of a dataset.
func (f *forecasting) describe(set *data.Dataset, yield func(states []checkpoint.Data) error) error {
	in, err := f.run.prepareWith(set)
	if err != nil {
		return err
	}
	all := make([]checkpoint.Data, len(f.run.networks))
	for i, n := range f.run.networks {
		all[i] = checkpoint.Describe(in[dataKey(n.k.Config)])
	}
	return eachChunk(all, yield)
}

// eachChunk cuts the series of all networks alike.
func eachChunk(all []checkpoint.Data, yield func(states []checkpoint.Data) error) error {
	n := len(all[0].Series)
	for from := 0; from < n; from += chunkSeries {
		chunk := slices.Clone(all)
		for i := range chunk {
			chunk[i].Series = all[i].Series[from:min(n, from+chunkSeries)]
		}
		if err := yield(chunk); err != nil {
			return err
		}
	}
	return nil
}

// chunk forecasts some series.
func (f *forecasting) chunk(states []checkpoint.Data, each func(ForecastSeries) error) error {
	values, quantiles, err := f.values(states)
	if err != nil {
		return err
	}
	for i, v := range values {
		if err := each(f.series(predict.Label(states[0], i, v, quantiles))); err != nil {
			return err
		}
	}
	return nil
}

// values are the forecasts of the networks together, or those of the simple method.
func (f *forecasting) values(states []checkpoint.Data) (values [][]float64, quantiles []float64, err error) {
	if f.simple != nil {
		n := f.run.networks[0]
		part, err := predict.Tail(states[0], n.k.Config)
		if err != nil {
			return nil, nil, err
		}
		values = f.simple.Predict(part)
		for i := range values {
			if h := f.o.Horizon * len(states[0].Targets); h > 0 {
				values[i] = values[i][:h]
			}
		}
		return values, nil, nil
	}
	var all [][][]float64
	for i, n := range f.run.networks {
		v, err := n.m.Values(states[i], f.o.Horizon)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, v)
	}
	return f.run.combine(all), f.run.config.Model.Quantiles, nil
}

func (f *forecasting) series(p predict.Forecast) ForecastSeries {
	s := ForecastSeries{Series: p.Series, Times: p.Times, Values: p.Values}
	if len(p.Times) > 0 {
		s.Start = p.Times[0]
	}
	for i, name := range f.names {
		if s.Intervals == nil {
			s.Intervals = map[string]map[string]Interval{}
		}
		s.Intervals[name] = map[string]Interval{}
		for target, steps := range p.Quantiles {
			var ends Interval
			for _, q := range steps {
				ends.Lower, ends.Upper = append(ends.Lower, q[f.ends[i][0]]), append(ends.Upper, q[f.ends[i][1]])
			}
			s.Intervals[name][target] = ends
		}
	}
	return s
}
