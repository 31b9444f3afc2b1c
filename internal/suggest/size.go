package suggest

import (
	"fmt"
	"slices"
	"strconv"

	"recur/configs"
	"recur/data/series"
)

// size is what is sized to the data; recipe global has rules for the rest.
type size struct {
	rows    int // of a typical series: half have as many or more
	horizon int
	part    int // rows of the validation part and of the test part
}

// Bounds of the sizes.
const (
	usualHorizon  = 12 // without a season
	longestSeason = 31 // that is a horizon as it is
	leastRows     = 20 // of one series
	leastOfMany   = 6  // of a typical series of many
)

// measure finds the season and sizes everything.
func (p *plan) measure() error {
	if err := p.findSeason(); err != nil {
		return err
	}
	s := &p.size
	s.rows = p.typical()
	switch {
	case (p.series != nil || p.wide != "") && (s.rows < leastOfMany || p.set.Rows() < 5*leastRows):
		return p.fault(0, "data.csv", "half of the series have at most %s, and all together %d: too few to learn from, keep apart and test on; give at least %d a series and %d in all",
			plural(s.rows, "row", "rows"), p.set.Rows(), leastOfMany, 5*leastRows)
	case p.series == nil && p.wide == "" && s.rows < leastRows:
		return p.fault(0, "data.csv", "the series has %s, too few to learn from, keep apart and test on; give at least %d", plural(s.rows, "row", "rows"), leastRows)
	}
	if s.horizon = p.options.Horizon; s.horizon == 0 {
		s.horizon = p.usual()
	} else if most := s.mostHorizon(); s.horizon > most {
		return p.fault(0, "data.horizon", "a horizon of %d is too long for %d rows: the training, the validation and the test part each need room for it; ask for at most --horizon %d, or give more rows",
			s.horizon, s.rows, most)
	}
	s.part = s.horizon
	if !p.many() { // one series has few windows to choose and to test on
		s.part = max(s.horizon, min(2*s.horizon, s.rows/5), s.rows*15/100)
		s.part = max(s.horizon, min(s.part, (s.rows-s.horizon)/3))
	}
	return nil
}

// findSeason looks for the season in the rows before the last 15%.
func (p *plan) findSeason() error {
	c, err := configs.Parse(p.options.Out, append(p.draft(), "  split: {train: 0.85}\n"...), nil)
	if err != nil {
		return fmt.Errorf("suggest: %w", err)
	}
	p.season, p.found = series.FindSeason(p.set, c)
	return nil
}

// typical is the median of the rows of the series.
func (p *plan) typical() int {
	var rows []int
	for s := range p.set.Series {
		rows = append(rows, p.set.Series[s].Rows(p.set.Columns()))
	}
	slices.Sort(rows)
	return rows[len(rows)/2]
}

// usual is a season, halved until a series has eight of it, or four of many series.
func (p *plan) usual() int {
	h := usualHorizon
	if len(p.season) > 0 && p.season[0] <= longestSeason {
		h = p.season[0]
	}
	share := 8
	if p.many() {
		share = 4
	}
	for h > 1 && h*share > p.size.rows {
		h /= 2
	}
	return h
}

// mostHorizon is the longest horizon that leaves rows to learn from before the validation and the test part.
func (s *size) mostHorizon() int { return max(1, s.rows/4) }

// seasonText writes a season for YAML.
func seasonText(season []int) string {
	if len(season) == 1 {
		return strconv.Itoa(season[0])
	}
	text := "["
	for i, m := range season {
		if i > 0 {
			text += ", "
		}
		text += strconv.Itoa(m)
	}
	return text + "]"
}
