package pipeline

import (
	"recur/configs"
	"recur/data/series"
)

// Resolve reads the data of a config and fills in what only they can tell: with data.find_season the season, and the
// window and the patch that follow from it; with data.center: auto what is subtracted from a window. The config it returns trains the same without looking again.
func Resolve(c *configs.Config, onNote func(string)) (*configs.Config, *series.Dataset, error) {
	if c.Data.Synthetic == nil {
		if err := enoughToRead(c, c.Data.CSV); err != nil {
			return nil, nil, err
		}
	}
	set, err := series.Open(c)
	if err != nil {
		return nil, nil, err
	}
	if c.Data.FindSeason {
		season, note := series.FindSeason(set, c)
		tell(onNote, []string{note})
		c = c.WithSeason(season)
	}
	if c.Data.Center == "auto" {
		center, note := series.FindCenter(set, c)
		tell(onNote, []string{note})
		c = c.WithCenter(center)
	}
	return c, set, nil
}
