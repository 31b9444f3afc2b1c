package pipeline

import (
	"recur/task/forecast"
	"recur/task/values"
)

// valuesOf is the report of an evaluation of numbers.
func valuesOf(e *Evaluation) *values.Report { return e.Report.(*values.Report) }

// seriesOf is its section about series.
func seriesOf(s values.Section) *forecast.SeriesReport { return s.(*forecast.SeriesReport) }

// runForecast continues a run and keeps all forecasts.
func runForecast(path string, o forecast.Options) (*forecast.Head, error) {
	run, err := continued(path, &o)
	if err != nil {
		return nil, err
	}
	return forecast.All(run, o)
}
