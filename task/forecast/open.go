// Package forecast answers the questions of task forecast: the next values of series, from those before.
package forecast

import (
	"recur/baseline"
	"recur/configs"
	"recur/data/series"
	"recur/internal/report"
	"recur/task"
)

// Task is task forecast.
type Task struct{}

// Words are how people are told of forecasts.
func (Task) Words() task.Words {
	return task.Words{Example: "window", Metric: "rmse", Label: "RMSE", Columns: []string{"rmse", "mae", "smape", "mase"}, Seen: task.Verb{One: "predicts values of", Many: "predict values of"}, Unknown: "there are no time stamps on both sides", Paired: "squared errors", Fit: "forecasts", Command: "recur forecast", Methods: baseline.Series}
}

// Reading estimates what reading a CSV file takes.
func (Task) Reading(c *configs.Config, path string) (peak, kept, rows int64) {
	if path == "" {
		if c.Data.Synthetic != nil {
			return 0, 0, 0
		}
		path = c.Data.CSV.Path
	}
	peak, kept, rows = series.MemoryToRead(c, path)
	if share := c.Data.Split.Validation; share < 1 {
		kept += memoryOfVerdict(int64(share*float64(rows)), c.Data.Horizon*len(c.Data.Targets))
	}
	return peak, kept, rows
}

// Open reads the series of a config and fills in what only they can tell: with data.find_season the season, and the window and
// the patch that follow from it; with data.center: auto what is subtracted from a window. The config of the source trains the
// same without looking again.
func (Task) Open(c *configs.Config, note func(string)) (task.Source, error) {
	set, err := series.Open(c)
	if err != nil {
		return nil, err
	}
	learnt := set
	if c.Data.Outliers != "keep" {
		learnt = series.Tamed(set, c)
	}
	if c.Data.FindSeason {
		season, found := series.FindSeason(learnt, c)
		report.Tell(note, []string{found})
		c = c.WithSeason(season)
	}
	if c.Data.Center == "auto" {
		center, found := series.FindCenter(learnt, c)
		report.Tell(note, []string{found})
		c = c.WithCenter(center)
	}
	return &source{c, set}, nil
}

// source is series as they were read.
type source struct {
	c   *configs.Config
	set *series.Dataset
}

func (s *source) Config() *configs.Config { return s.c }

// Facts are what is told of the series.
func (s *source) Facts() task.Facts {
	return task.Facts{Name: s.set.Name, Hash: s.set.Hash, Rows: s.set.Rows(), Series: len(s.set.Series), Frequency: s.set.Frequency.Name()}
}

// Prepare makes the windows of a config.
func (s *source) Prepare(c *configs.Config) (task.Data, error) {
	p, err := series.Prepare(s.set, c)
	if err != nil {
		return nil, err
	}
	return &Data{p, s}, nil
}

// Variants are those of data.transform and data.window_scale that a config leaves open.
func (s *source) Variants(c *configs.Config) ([]task.Variant, []string) { return variantsOf(c, s.set) }
