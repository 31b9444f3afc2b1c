package pipeline

import (
	"recur/data/series"
	"recur/task"
	"recur/task/forecast"
	"recur/task/values"
)

// valuesOf is the report of an evaluation of numbers.
func valuesOf(e *Evaluation) *values.Report { return e.Report.(*values.Report) }

// seriesOf is its section about series.
func seriesOf(s task.Section) *forecast.SeriesReport { return s.(*forecast.SeriesReport) }

// runForecast continues a run and keeps all forecasts.
func runForecast(path string, o forecast.Options) (*forecast.Head, error) {
	run, judged, err := Open(path, o.Threads, nil, "", o.OnNote)
	if err != nil {
		return nil, err
	}
	o.Judged = judged
	return forecast.All(run, o)
}

// streamForecast continues a run and writes the forecasts while they come.
func streamForecast(path string, o forecast.Options, w forecast.Writer) error {
	run, judged, err := Open(path, o.Threads, nil, "", o.OnNote)
	if err != nil {
		return err
	}
	o.Judged = judged
	return forecast.Stream(run, o, w)
}

// windowsOf are the windows of all origins of a backtest.
func windowsOf(b *backtesting) []series.Window { return b.origins.Part().(*series.Part).Windows }
