package series

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"recur/configs"
	"recur/data"
)

// Bounds of the search for a season.
const (
	longestSeason  = 400    // rows, of a season that is not usual for the frequency
	mostProducts   = 1e9    // about a second
	mostSeries     = 300    // every so many of more
	mostSeasonRows = 20_000 // the last ones of a longer series
	mostLevels     = 3e6    // rows of all series together
	enoughCycles   = 3      // seasons of the longest series
	otherLeast     = 0.25   // least autocorrelation of a season that is not usual for the frequency
	leastDay       = 24     // a season of a multiple of so many rows may be a day, seven of which make a week
)

// FindSeason looks for the seasons of the training rows. Those that are usual for the step of time are tested first, each
// on the level of the series as testSeason does: day, week and hour for steps below a day, 7 and 365 for days, 52 for weeks, 12
// for months, 4 for quarters. Where none of them is there, or none is usual, the lag is taken at which the changes from row to row
// repeat themselves, all series together. It returns them with the most important first, nil where there is none, and a sentence
// to print, with the evidence for each that was tried.
func FindSeason(set *Dataset, c *configs.Config) ([]int, string) {
	set = channels(set)
	var tried []Evidence
	for _, one := range usualSeasons(set.Frequency) {
		tried = append(tried, testSeason(levelsFor(set, c, one.rows), one.among(tried)))
	}
	season := usable(tried)
	if len(season) == 0 {
		found := searched(set, c)
		tried = append(found, tried...)
		season = usable(found)
	}
	return season, toldSeasons(season, tried)
}

// longestUsed is the longest season that a window can hold at a bearable cost.
const longestUsed = 2016

// usable are the seasons that were found and that a window can hold.
func usable(tried []Evidence) (season []int) {
	for _, v := range tried {
		if v.Found && v.Season <= longestUsed {
			season = append(season, v.Season)
		}
	}
	return season
}

// toldSeasons says what was found, and how sure that is, and what was not.
func toldSeasons(season []int, tried []Evidence) string {
	var found, other []string
	for _, v := range tried {
		switch {
		case v.Found && v.Season <= longestUsed:
			found = append(found, fmt.Sprintf("%d (%s)", v.Season, v))
		case v.Found:
			other = append(other, fmt.Sprintf("%d is there too (%s) but longer than %d rows", v.Season, v, longestUsed))
		default:
			other = append(other, fmt.Sprintf("not %d (%s)", v.Season, v))
		}
	}
	if season == nil {
		return strings.Join(append([]string{"no season found in the training rows"}, other...), "; ") + "; declare one with data.season if there is"
	}
	return strings.Join(append([]string{"season found in the training rows: " + strings.Join(found, ", ")}, other...), "; ") + "; declare another with data.season"
}

// String words the evidence: of a season that is not there its strength would say little, since a week holds all days.
func (v Evidence) String() string {
	switch {
	case v.Seasons < leastCycles:
		return fmt.Sprintf("the rows hold %.1f of it, want %d", v.Seasons, leastCycles)
	case !v.Found:
		return fmt.Sprintf("p = %.2g", v.P)
	case v.P < 1e-4:
		return fmt.Sprintf("strength %.2f, p < 0.0001", v.Strength)
	}
	return fmt.Sprintf("strength %.2f, p = %.2g", v.Strength, v.P)
}

// usualSeasons lists the seasons that are usual for a step of time, the most important first.
func usualSeasons(f Frequency) (all []candidate) {
	add := func(rows int, period float64) {
		if rows > 1 {
			all = append(all, candidate{rows: rows, period: period})
		}
	}
	switch step := f.fixed(); {
	case f.Days != nil && f.months() == 0: // a day, and a week, of those with rows
		_, per, _, _ := f.slot(0)
		if step >= day {
			per = 1
		}
		add(per, float64(per))
		if n := per * f.Days.perWeek(); step <= day {
			add(n, float64(n))
		}
		if per == 1 && step == day { // a year of days with rows
			period := daysOfYear * float64(f.Days.perWeek()) / 7
			add(int(period), period)
		}
	case f.months() > 0:
		if 12%f.months() == 0 {
			add(12/f.months(), float64(12/f.months()))
		}
	case step <= 0:
	case step < day:
		for _, length := range []time.Duration{day, 7 * day, time.Hour, time.Minute} {
			if rows := int(length / step); length%step == 0 && (length >= day || rows >= leastShort) {
				add(rows, float64(rows))
			}
		}
	case f.Kind == "day" && f.N == 1:
		add(7, 7)
		add(365, daysOfYear)
	case f.Kind == "week" && 52%f.N == 0:
		add(52/f.N, daysOfYear/7/float64(f.N))
	}
	return all
}

const (
	daysOfYear = 365.2425
	leastShort = 4 // rows of an hour or a minute that may be a season
)

// among is a candidate beside those that were tried before it: a longer one that was found, or a shorter one whose lines it has.
func (c candidate) among(tried []Evidence) candidate {
	for _, v := range tried {
		switch {
		case !v.Found:
		case v.Season > c.rows && v.Season%c.rows == 0 && (c.within == 0 || v.Season < c.within):
			c.within = v.Season
		case v.Season < c.rows && c.rows%v.Season == 0 && (c.holds == 0 || c.rows/v.Season < c.holds):
			c.holds = c.rows / v.Season
		}
	}
	return c
}

// levelsFor are the levels of the training rows of each series. Where these hold too few seasons of m rows, the rows of the
// validation part belong to them: how long a year is takes more than one to see.
func levelsFor(set *Dataset, c *configs.Config, m int) (levels [][]float64) {
	to := trainingRows(set, c, false)
	if slices.Max(append(to, 0)) < enoughCycles*m {
		to = trainingRows(set, c, true)
	}
	every := 1 + len(to)/mostSeries
	keep := max(mostSeasonRows, 3*m)
	if many := len(to) / every; many > 0 {
		keep = max(4*m, min(keep, mostLevels/many))
	}
	for s := 0; s < len(to); s += every {
		one := &set.Series[s]
		if y := levelOf(one, set.Columns(), max(0, to[s]-keep), to[s]); y != nil {
			levels = append(levels, y)
		}
	}
	return levels
}

// trainingRows are the rows of each series that belong to the training part, or to that and the validation part.
func trainingRows(set *Dataset, c *configs.Config, both bool) []int {
	all := make([]int, len(set.Series))
	for s := range all {
		one, share := &set.Series[s], 1.0
		if one.Horizon > 0 {
			share = float64(one.Horizon) / float64(c.Data.Horizon)
		}
		first, second, end := data.Cut(c.Data.Split, one.Rows(set.Columns()), share)
		all[s] = first
		if both || first < 1 { // too short for all parts, as in borders
			all[s] = second
		}
		if all[s] < 1 {
			all[s] = end
		}
	}
	return all
}
