package series

import (
	"math"

	"recur/configs"
	"recur/data"
)

// searched looks for a season at any lag, and for a week where it is a day, or the day where it is a week.
func searched(set *Dataset, c *configs.Config) []Evidence {
	changes := changesOf(set, c)
	longest := 0
	for _, z := range changes {
		longest = max(longest, len(z)/2)
	}
	most := min(longest, longestSeason)
	m := autocorrelations(thinned(changes, most), most).search()
	if m == 0 && (set.Frequency.Kind == "" || set.Frequency.Kind == "number") {
		m = common(set, c)
	}
	if m == 0 {
		return nil
	}
	m = shortest(levelsFor(set, c, m), m)
	try := func(c0 candidate) Evidence { return testSeason(levelsFor(set, c, c0.rows), c0) }
	found := []Evidence{try(candidate{rows: m, period: float64(m)})}
	if found[0].Found = found[0].P < mostChance/10; !found[0].Found { // the best of many lags
		return nil
	}
	switch {
	case m%7 == 0 && m/7%leastDay == 0:
		if one := try(candidate{rows: m / 7, period: float64(m) / 7, within: m}); one.Found {
			found = append([]Evidence{one}, found...)
		}
	case m%leastDay == 0:
		if week := try(candidate{rows: 7 * m, period: float64(7 * m), holds: 7}); week.Found {
			found = append(found, week)
		}
	}
	return found
}

// shortest is the half or the third of a season where that explains as much.
func shortest(levels [][]float64, m int) int {
	for _, part := range []int{3, 2} {
		if m%part == 0 && m/part > 1 && medianStrength(levels, m/part) >= 0.97*medianStrength(levels, m) {
			return shortest(levels, m/part)
		}
	}
	return m
}

// commons are the lengths of seasons that data without a step of time have most often.
var commons = []int{4, 7, 12, 24, 48, 52, 96, 168, 288}

// common is a season of a common length, or near one, that shows on the levels; 0 where there is none. Of those that explain about
// as much it is the shortest.
func common(set *Dataset, c *configs.Config) int {
	levels := levelsFor(set, c, commons[0])
	var found []Evidence
	best := 0.0
	for _, m := range commons {
		if v := testSeason(levels, candidate{rows: m, period: float64(m)}); v.P < mostChance/10 && v.Found {
			found, best = append(found, v), max(best, v.Strength)
		}
	}
	for _, v := range found {
		if v.Strength < 0.9*best {
			continue
		}
		m, most := v.Season, v.Strength
		for near := v.Season * 4 / 5; near <= v.Season*6/5; near++ {
			if s := medianStrength(levels, near); s > 1.02*most {
				m, most = near, s
			}
		}
		return m
	}
	return 0
}

// medianStrength is the median of how much of each series a season explains.
func medianStrength(levels [][]float64, m int) float64 {
	var all []float64
	for _, y := range levels {
		if len(y) >= leastCycles*m {
			all = append(all, strengthOf(y, m))
		}
	}
	if len(all) == 0 {
		return 0
	}
	return middle(all)
}

// changesOf returns the changes from row to row of the training rows of each series, in units of their standard deviation,
// at most 3; 0 where a value is missing.
func changesOf(set *Dataset, c *configs.Config) [][]float64 {
	var all [][]float64
	columns := set.Columns()
	rows := trainingRows(set, c, false)
	for s := 0; s < len(set.Series); s += 1 + len(set.Series)/mostSeries {
		to := rows[s]
		z := changesIn(&set.Series[s], columns, max(0, to-mostSeasonRows), to)
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
