package forecast

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"recur/baseline"
	"recur/data"
	"recur/data/series"
	"recur/internal/report"
	"recur/predict"
	"recur/task"
)

// Options says what to continue.
type Options struct {
	CSV       string    // continue the series of this file instead of the training data
	Horizon   int       // 0: the trained horizon
	Intervals []float64 // central intervals in percent: 80, 95
	Mean      bool      // the mean beside the median, evaluate.Calibration.MeanOf the quantiles
	Samples   int       // sample paths of every series in place of the median; 0: none
	Total     bool      // the sum over the steps in place of each of them, of sample paths
	Seed      *uint64   // of the sample paths; nil: that of the run
	Fallback  bool      // the best simple method's forecast where the validation part prefers it
	Threads   int
	OnNote    func(string)

	// Judged gives the data that the run has learnt from and the verdict on it, for Fallback.
	Judged func() (task.Data, *task.Verdict, error)
}

// Head is `forecast --json`: what holds for all series, and their forecasts.
type Head struct {
	Schema    int      `json:"schema"`
	Horizon   int      `json:"horizon"`
	Method    string   `json:"method"` // network, or the simple method that --fallback took
	Targets   []string `json:"targets"`
	Intervals []string `json:"intervals,omitempty"` // levels in percent
	Samples   int      `json:"samples,omitempty"`   // sample paths of every series, also those that totals are of
	Seed      *uint64  `json:"seed,omitempty"`      // that they were drawn with
	Total     bool     `json:"total,omitempty"`     // values are sums over the steps

	Combination *task.Weights `json:"combination,omitempty"` // how simple methods forecast with the network

	Forecasts []Series `json:"forecasts"` // the last member: they are written while they come

	Means bool `json:"-"` // beside the values
	Paths bool `json:"-"` // in the place of the values, in CSV
}

// Series is the forecast of one series.
type Series struct {
	Series    string                         `json:"series"`
	Start     string                         `json:"start"` // time stamp of the first step, or its number after the last row
	Times     []string                       `json:"times"`
	Values    map[string][]float64           `json:"values"`
	Mean      map[string][]float64           `json:"mean,omitempty"`      // by target, of the distribution that the quantiles tell of
	Intervals map[string]map[string]Interval `json:"intervals,omitempty"` // by level, then by target
	Samples   map[string][][]float64         `json:"samples,omitempty"`   // by target, [sample][step]
}

// Interval is the lower and upper end of an interval at each step.
type Interval struct {
	Lower []float64 `json:"lower"`
	Upper []float64 `json:"upper"`
}

// All continues every series after its last observation and keeps all of it.
func All(run *task.Run, o Options) (*Head, error) {
	var r *Head
	err := forecastEach(run, o, func(head Head) error { r = &head; return nil },
		func(f Series) (Series, error) { return f, nil },
		func(f Series) error { r.Forecasts = append(r.Forecasts, f); return nil })
	return r, err
}

// Writer writes forecasts while they come.
type Writer interface {
	Begin(Head) error              // takes all but the forecasts
	Format(Series) ([]byte, error) // words one series; several goroutines call it after Begin
	Write([]byte) error            // writes what Format gave, in the order of the series
	Close() error                  // writes the end
}

// Stream continues every series after its last observation and writes each when it is there. Without a CSV it needs
// nothing but the run; a CSV whose rows are grouped by series is read in blocks of series, so that memory does not grow with
// their number.
func Stream(run *task.Run, o Options, w Writer) error {
	if err := forecastEach(run, o, w.Begin, w.Format, w.Write); err != nil {
		return err
	}
	return w.Close()
}

// continues refuses networks of anything but series in time.
func continues(run *task.Run) error {
	if run.Config.Task == "forecast" {
		return nil
	}
	command := "recur predict"
	if run.Networks[0].K.Data.Text != nil {
		command = "recur generate"
	}
	return &task.Usage{Message: fmt.Sprintf("forecast: task %s has nothing to continue; its command is %s", run.Config.Task, command)}
}

// forecastEach tells begin of all but the forecasts, makes something of the forecast of every series, in several goroutines,
// and hands it over in the order of the series.
func forecastEach[T any](run *task.Run, o Options, begin func(Head) error, each func(Series) (T, error), emit func(T) error) error {
	if err := continues(run); err != nil {
		return err
	}
	f := &forecasting{run: run, o: o}
	if err := f.levels(); err != nil {
		return err
	}
	if err := f.meanless(); err != nil {
		return err
	}
	if err := f.pathless(); err != nil {
		return err
	}
	if o.Fallback {
		if err := f.fallBack(); err != nil {
			return err
		}
	}
	if c := f.run.Combination; c != nil && f.simple == nil && o.Horizon > run.Config.Data.Horizon {
		report.Tell(o.OnNote, []string{fmt.Sprintf("beyond the trained horizon of %d steps the networks forecast alone, without %s", run.Config.Data.Horizon, report.List(c.Partners))})
	}
	if f.beyond() && f.simple == nil {
		if err := f.stretchBeyond(); err != nil {
			return err
		}
	}
	p, err := f.portions()
	if err != nil {
		return err
	}
	if err := begin(f.head()); err != nil {
		return err
	}
	workers, err := f.workers(p)
	if err != nil {
		return err
	}
	err = data.InOrder(len(workers), p.all, func(w int, load loader) ([]T, error) {
		var out []T
		forecasts, err := f.forecast(workers[w], load)
		for _, one := range forecasts {
			var t T
			if t, err = each(one); err != nil {
				break
			}
			out = append(out, t)
		}
		return out, err
	}, func(all []T) error {
		for _, t := range all {
			if err := emit(t); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && p.stream != nil {
		report.Tell(o.OnNote, p.stream.Filled())
	}
	return err
}

// head is what holds for all series.
func (f *forecasting) head() Head {
	r := Head{Schema: 1, Horizon: f.o.Horizon, Method: task.NetworkName, Targets: f.run.Networks[0].K.Data.Predicted(), Intervals: f.names, Means: f.o.Mean, Total: f.o.Total, Paths: f.o.Samples > 0}
	if r.Horizon == 0 {
		r.Horizon = f.run.Config.Data.Horizon
	}
	if r.Samples = f.samples(); r.Samples > 0 {
		seed := f.seed()
		r.Seed = &seed
	}
	switch {
	case f.simple != nil:
		r.Method = f.simple.Name()
	case r.Horizon <= f.run.Config.Data.Horizon:
		r.Combination = f.run.Combination.Told()
	}
	return r
}

// forecasting is one forecast of a run.
type forecasting struct {
	run       *task.Run
	o         Options
	names     []string            // of the intervals
	ends      [][2]int            // the places of their quantiles
	simple    baseline.Method     // nil: the networks
	residuals *baseline.Residuals // of simple; nil: no intervals are asked for
	keys      []string            // the dataKey of each network
	stretch   []float64           // of the intervals of each block of steps beyond the trained horizon; nil: as they are simulated
	notes     notes               // of the file that is continued
}

// levels finds the quantiles of the intervals that are asked for.
func (f *forecasting) levels() error {
	q := f.run.Config.Model.Quantiles
	place := func(p float64) int {
		return slices.IndexFunc(q, func(v float64) bool { return v-p < 1e-9 && p-v < 1e-9 })
	}
	for i, level := range f.o.Intervals {
		if !(level > 0 && level < 100) || slices.Contains(f.o.Intervals[:i], level) {
			return &task.Usage{Message: fmt.Sprintf("--intervals: got %g, want percentages between 0 and 100, each once", level)}
		}
		low, high := place((1-level/100)/2), place((1+level/100)/2)
		if (low < 0 || high < 0) && !f.o.Total {
			return &task.Usage{Message: fmt.Sprintf("--intervals: the run has no quantiles for %g%%; %s", level, levelsOf(q))}
		}
		f.names = append(f.names, strconv.FormatFloat(level, 'g', -1, 64))
		f.ends = append(f.ends, [2]int{low, high})
	}
	flag := "--intervals"
	if len(f.names) == 0 {
		flag = "--mean"
	}
	if hz := f.run.Config.Data.Horizon; f.beyond() && (f.run.Calibration == nil || len(f.run.Calibration.Paths) == 0) {
		return &task.Usage{Message: fmt.Sprintf(flag+": beyond the trained horizon of %d steps they are simulated, and the run does not keep how its steps hang together (it was trained by an earlier build, with intervals.origins: 0, or on too few rows); leave out %s, or train with data.horizon=%d", hz, flag, f.o.Horizon)}
	}
	return nil
}

// meanless refuses --mean where there is none.
func (f *forecasting) meanless() error {
	switch {
	case !f.o.Mean:
		return nil
	case f.o.Fallback:
		return &task.Usage{Message: "--mean: the mean comes from the quantiles of the network, and --fallback may take a simple method; leave one of them out"}
	case len(f.run.Config.Model.Quantiles) < 3:
		return &task.Usage{Message: "--mean: the mean comes from the quantiles, and the run has none; train with model.quantiles, such as [0.025, 0.1, 0.5, 0.9, 0.975]"}
	}
	report.Tell(f.o.OnNote, f.unmeasured())
	return nil
}

// unmeasured says that the run does not keep what its means are off by.
func (f *forecasting) unmeasured() []string {
	if c := f.run.Calibration; c != nil && c.Mean > 0 {
		return nil
	}
	return []string{"--mean: the run does not keep by how much its means are off (it was trained by an earlier build, or with intervals.origins: 0), so they are what the quantiles alone say, which may be too much of rare sales"}
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
	own, verdict, err := f.o.Judged()
	if err != nil {
		return err
	}
	if verdict == nil || verdict.Unjudged != "" {
		return &task.Usage{Message: "--fallback: there is no validation part that the network has not learnt from, so there is nothing to judge by; train with ensemble.members and a validation part, or with train.refit: none"}
	}
	report.Tell(f.o.OnNote, verdict.Sentences())
	if verdict.Best == task.NetworkName {
		return nil
	}
	if f.simple, err = own.Method(verdict.Best, false); err != nil {
		return fmt.Errorf("--fallback: the method %s of the validation part is not there for the data as they are now: %w", verdict.Best, err)
	}
	if f.o.Horizon > f.run.Config.Data.Horizon {
		return &task.Usage{Message: fmt.Sprintf("--fallback: simple methods forecast up to data.horizon (%d) steps", f.run.Config.Data.Horizon)}
	}
	if len(f.names) == 0 {
		return nil
	}
	return f.measureResiduals(own.(*Data), verdict.Best)
}

// measureResiduals finds out how far the truth lies from what the simple method of that name says, fitted to the training part alone.
func (f *forecasting) measureResiduals(own *Data, name string) error {
	m, err := own.Method(name, true)
	if err != nil {
		return err
	}
	if f.residuals = baseline.ResidualsOf(own.Prepared, m, f.run.Config.Model.Quantiles, learns(name)); f.residuals == nil {
		return &task.Usage{Message: fmt.Sprintf("--fallback --intervals: the method %s has no residuals, since no window of the training and the validation part changes; leave out --intervals", name)}
	}
	return nil
}

// forecast continues the series of one portion.
func (f *forecasting) forecast(nets []*predict.Model, load loader) ([]Series, error) {
	rows, err := load()
	if err != nil {
		return nil, err
	}
	asked := lastRows{}
	for key, d := range rows {
		d.Asked = f.o.Horizon
		asked[key] = d
	}
	s, err := f.values(nets, asked)
	if err != nil {
		return nil, err
	}
	first, positive := rows[f.key(0)], map[series.ID]bool{}
	whose := whoseOf(first)
	for i := range first.Series {
		positive[first.Series[i].ID()] = whose(i).Positive
	}
	forecasts := predict.Labels(first, s.values, s.quantiles)
	out := make([]Series, len(forecasts))
	for i, one := range forecasts {
		out[i] = f.series(one)
	}
	if f.o.Mean {
		for i, one := range predict.Labels(first, s.bare, s.quantiles) {
			out[i].Mean = f.means(one, positive)
		}
		if s.partners != nil {
			for i, one := range predict.Labels(first, s.partners, nil) {
				f.mixMeans(one, out[i].Mean)
			}
		}
	}
	if f.samples() > 0 {
		f.draw(first, s.values, out)
	}
	return out, nil
}

func (f *forecasting) series(p predict.Forecast) Series {
	s := Series{Series: p.Series, Times: p.Times, Values: p.Values}
	if len(p.Times) > 0 {
		s.Start = p.Times[0]
	}
	for i, name := range f.names {
		if f.o.Total {
			break // they are those of sums
		}
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
