package series

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"recur/configs"
	"recur/data"
)

// Bounds of the search for a season.
const (
	longestSeason  = 400    // rows; the frequency's usual seasons may be longer
	longestLag     = 2000   // rows
	mostProducts   = 1e9    // about a second
	mostSeries     = 300    // every so many of more
	mostSeasonRows = 20_000 // the last ones of a longer series
	usualLeast     = 0.1    // least autocorrelation of a season that is usual for the frequency
	otherLeast     = 0.25   // of one that is not
	leastDay       = 24     // a season of a multiple of so many rows may be a day, seven of which make a week
	weekMore       = 0.01   // how much greater the autocorrelation of a week must be than of six days and of eight
)

// FindSeason looks for the season of the training rows: the lag at which the changes from row to row (of the logarithm
// where a series is above 0) repeat themselves, all series together. The seasons that are usual for the frequency are
// tried first: 24 (and 168 with it) for hours, 7 for days, 52 for weeks, 12 for months, 4 for quarters, days for shorter steps. It
// returns them with the most important first, nil where there is none, and a sentence to print.
func FindSeason(set *Dataset, c *configs.Config) ([]int, string) {
	changes := changesOf(channels(set), c)
	usual := usualSeasons(set.Frequency)
	longest := 0
	for _, z := range changes {
		longest = max(longest, len(z)/2)
	}
	most := min(longest, longestLag, max(longestSeason, 8*slices.Max(append(usual, 0))/7+1))
	r := autocorrelations(thinned(changes, most), most)
	season := []int(nil)
	switch m := usual; {
	case len(m) > 0 && r.hump(m[0]) && r.at(m[0]) >= usualLeast:
		season = append(season, m[0])
	default:
		if other := r.search(); other > 0 {
			season = append(season, other)
		}
	}
	if len(season) > 0 && season[0]%leastDay == 0 && r.week(season[0]) {
		season = append(season, 7*season[0])
	}
	if season == nil {
		return nil, "no season found in the training rows; declare one with data.season if there is"
	}
	var told []string
	for _, m := range season {
		told = append(told, fmt.Sprintf("%d (autocorrelation %.2f)", m, r.at(m)))
	}
	return season, "season found in the training rows: " + strings.Join(told, ", ") + "; declare another with data.season"
}

// usualSeasons lists the seasons that are usual for a step of time, a week after a day.
func usualSeasons(f Frequency) []int {
	switch {
	case f.Kind == "duration" && day%f.Every == 0:
		return []int{int(day / f.Every), int(7 * day / f.Every)}
	case f.Kind == "hour" && 24%f.N == 0 && f.N < 24:
		return []int{24 / f.N, 168 / f.N}
	case f.Kind == "day" && f.N == 1:
		return []int{7}
	case f.Kind == "week" && f.N == 1:
		return []int{52}
	case f.Kind == "month" && 12%f.N == 0 && f.N < 12:
		return []int{12 / f.N}
	case f.Kind == "quarter" && f.N == 1:
		return []int{4}
	}
	return nil
}

// changesOf returns the changes from row to row of the training rows of each series, in units of their standard deviation,
// at most 3; 0 where a value is missing.
func changesOf(set *Dataset, c *configs.Config) [][]float64 {
	var all [][]float64
	columns := set.Columns()
	for s := 0; s < len(set.Series); s += 1 + len(set.Series)/mostSeries {
		one := &set.Series[s]
		share := 1.0
		if one.Horizon > 0 {
			share = float64(one.Horizon) / float64(c.Data.Horizon)
		}
		rows := one.Rows(columns)
		to, second, end := data.Cut(c.Data.Split, rows, share)
		if to < 1 { // too short for all parts, as in borders
			to = second
		}
		if to < 1 {
			to = end
		}
		z := changesIn(one, columns, max(0, to-mostSeasonRows), to)
		if z != nil {
			all = append(all, z)
		}
	}
	return all
}

// changesIn is changesOf for the rows from..to-1 of one series; nil where nothing changes.
func changesIn(one *Series, columns, from, to int) []float64 {
	values, missing := one.Values[from*columns:to*columns], one.Missing[from*columns:to*columns]
	positive := true
	data.Each(values, missing, 0, columns, func(v float64) { positive = positive && v > 0 })
	value := func(at int) float64 {
		if positive {
			return math.Log(values[at])
		}
		return values[at]
	}
	z := make([]float64, 0, max(0, to-from-1))
	squares, n := 0.0, 0
	for at := columns; at < len(values); at += columns {
		change := 0.0
		if !missing[at] && !missing[at-columns] {
			change = value(at) - value(at-columns)
			squares += change * change
			n++
		}
		z = append(z, change)
	}
	sd := math.Sqrt(squares / float64(max(n, 1)))
	if !(sd > 0) || math.IsInf(sd, 0) {
		return nil
	}
	for i := range z {
		z[i] = max(-3, min(3, z[i]/sd))
	}
	return z
}

// thinned cuts the series to their last rows where the products at so many lags would take long.
func thinned(changes [][]float64, lags int) [][]float64 {
	rows := 0
	for _, z := range changes {
		rows += len(z)
	}
	share := mostProducts / (float64(rows) * float64(lags+1))
	if share >= 1 {
		return changes
	}
	out := make([][]float64, len(changes))
	for s, z := range changes {
		keep := min(len(z), max(3*lags, int(share*float64(len(z)))))
		out[s] = z[len(z)-keep:]
	}
	return out
}

// correlogram holds the autocorrelation at each lag, from 0 on, and how many pairs of rows show it.
type correlogram struct {
	r     []float64
	pairs []int
}

// autocorrelations pools all series: the mean product of two changes so many rows apart, in units of the mean square.
func autocorrelations(changes [][]float64, most int) correlogram {
	c := correlogram{make([]float64, most+1), make([]int, most+1)}
	squares, n := 0.0, 0
	for _, z := range changes {
		for _, v := range z {
			squares += v * v
		}
		n += len(z)
	}
	for lag := range c.r {
		sum := 0.0
		for _, z := range changes {
			for t := lag; t < len(z); t++ {
				sum += z[t] * z[t-lag]
			}
			c.pairs[lag] += max(0, len(z)-lag)
		}
		if c.pairs[lag] > 0 && squares > 0 {
			c.r[lag] = sum / float64(c.pairs[lag]) / (squares / float64(n))
		}
	}
	return c
}

// at is the autocorrelation at a lag; 0 where there is none, too few rows show it, or chance alone could give it.
func (c correlogram) at(lag int) float64 {
	if lag < 1 || lag >= len(c.r) || c.pairs[lag] < 2*lag || c.r[lag] > 0 && c.r[lag] < c.chance(lag) {
		return 0
	}
	return c.r[lag]
}

// chance is what an autocorrelation of unrelated rows hardly exceeds.
func (c correlogram) chance(lag int) float64 { return 4 / math.Sqrt(float64(c.pairs[lag])) }

// hump reports whether a lag lies at the top of a rise of the autocorrelation: it is greater than a quarter of the lag away.
func (c correlogram) hump(lag int) bool {
	off := max(1, lag/4)
	return c.at(lag) > 0 && c.at(lag) > c.at(lag-off) && c.at(lag) > c.at(lag+off)
}

// repeated is the mean autocorrelation at a lag and its first multiples: a lag beside the true one is out of step there.
func (c correlogram) repeated(lag int) float64 {
	sum, n := 0.0, 0
	for at := lag; at < len(c.r) && n < 4 && c.pairs[at] >= 2*at; at += lag {
		sum += c.at(at)
		n++
	}
	return sum / float64(max(n, 1))
}

// search returns the shortest lag that is about as good as the best, 0 where there is none.
func (c correlogram) search() int {
	score := make([]float64, len(c.r)+1)
	for lag := 1; lag < len(c.r); lag++ {
		score[lag] = c.repeated(lag)
	}
	best := 0.0
	good := func(lag int) bool {
		return c.hump(lag) && c.at(lag) >= otherLeast && score[lag] > score[lag-1] && score[lag] > score[lag+1]
	}
	for lag := 2; lag < len(c.r)-1; lag++ {
		if good(lag) {
			best = max(best, score[lag])
		}
	}
	for lag := 2; lag < len(c.r)-1; lag++ {
		if good(lag) && score[lag] >= 0.85*best {
			return lag
		}
	}
	return 0
}

// week reports whether a season of seven days of m rows shows beside the day: more than six days and eight do.
func (c correlogram) week(m int) bool {
	if 8*m >= len(c.r) {
		return false
	}
	return c.at(7*m) > max(weekMore, c.chance(7*m))+max(c.at(6*m), c.at(8*m))
}
