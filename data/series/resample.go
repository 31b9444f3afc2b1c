package series

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"recur/data"
)

// With data.resample the rows of a step of time become one: cells of a grid, which begins with 2000 so that it is the same for every file.

// grid is what data.resample says.
type grid struct {
	step      Frequency
	tolerance float64 // seconds, or a plain number; below 0: there is none
	offset    float64
	delay     time.Duration // offset as a length
	right     bool          // the end of a cell belongs to it, and its begin does not
	ends      bool          // a cell is called by its end
	hows      []string      // of every column
}

// gridOf reads data.resample; nil where rows stay as they are. Configs are checked before.
func (r *reader) gridOf(f data.Form, numbers bool) (*grid, error) {
	s := &r.config.Data.Resample
	if s.Step == "" {
		return nil, nil
	}
	step, err := ParseFrequency(s.Step)
	if err == nil && (step.Kind == "number") != numbers {
		err = fmt.Errorf("data.resample.step is %s, and the time stamps are %s", data.Quoted(s.Step), map[bool]string{true: "plain numbers; want a number", false: "no plain numbers; want hour, day, month or the like, or a duration such as 15m"}[numbers])
	}
	if err != nil {
		r.Bad.Add(0, 0, "data.resample.step", "%v", err)
		return nil, r.Bad.Err()
	}
	g := &grid{step: step, tolerance: -1, right: s.Closed == "right" || s.Closed == "" && s.Tolerance == "" && f.EndsHours()}
	g.ends = g.right && (numbers || step.months() == 0 && step.fixed() < day || f.OfLabels().EndsHours())
	if s.Tolerance != "" {
		g.tolerance, _ = lengthOf(s.Tolerance)
	}
	if s.Offset != "" {
		g.offset, g.delay = lengthOf(s.Offset)
	}
	for c, name := range slices.Concat(r.set.Targets, r.set.Covariates, r.set.Future) {
		how := s.How.For(name)
		if c >= len(r.set.Targets) && slices.Contains(r.config.Data.Categorical, name) && how != "first" {
			how = "last"
		}
		g.hows = append(g.hows, how)
	}
	return g, nil
}

// lengthOf is a tolerance or an offset: seconds, or a plain number.
func lengthOf(text string) (float64, time.Duration) {
	f, _ := ParseFrequency(text)
	if f.Kind == "number" {
		return f.Step, 0
	}
	return f.fixed().Seconds(), f.fixed()
}

// gridMonday is the day that grids of weeks begin with, the first Monday of 2000.
const gridMonday = 10959

// begin is where the cell begins that a moment lies in.
func (g *grid) begin(m moment) moment {
	f := g.step
	switch {
	case f.Kind == "number":
		m.number = g.offset + math.Floor((m.number-g.offset)/f.Step+1e-6)*f.Step
	case f.months() > 0:
		y, month, _ := m.time.Date()
		n := floorDiv(12*(y-2000)+int(month)-1, f.months()) * f.months()
		m.time = onClock(time.Date(2000, time.Month(1+n), 1, 0, 0, 0, 0, time.UTC), m.time.Location())
	case f.fixed()%day == 0:
		days := int(f.fixed() / day)
		number := dayNumber(wall(m.time).Add(-g.delay))
		m.time = onDay(gridMonday+floorDiv(number-gridMonday, days)*days, g.delay, m.time.Location())
	default:
		m.time = m.time.Add(-beyond(time.Date(2000, 1, 1, 0, 0, 0, 0, m.time.Location()).Add(g.delay), m.time, f.fixed()))
	}
	return m
}

// beyond is how far t lies beyond the last of even steps from first on.
func beyond(first, t time.Time, step time.Duration) time.Duration {
	rest := t.Sub(first) % step
	if step%time.Second == 0 { // a Duration holds 292 years
		rest = time.Duration((t.Unix()-first.Unix())%int64(step/time.Second))*time.Second + time.Duration(t.Nanosecond()-first.Nanosecond())
	}
	if rest < 0 {
		rest += step
	}
	return rest
}

func floorDiv(a, b int) int {
	n := a / b
	if a%b < 0 {
		n--
	}
	return n
}

// later is where the cell begins that comes n after one.
func (g *grid) later(begin moment, n int) moment {
	if g.step.Kind == "number" {
		begin.number = g.offset + (math.Round((begin.number-g.offset)/g.step.Step)+float64(n))*g.step.Step
		return begin
	}
	step := g.step
	step.AtEnd = false
	begin.time = step.Next(begin.time, n)
	return begin
}

// distance is how long b is after a, in seconds or plain numbers.
func (g *grid) distance(a, b moment) float64 {
	if g.step.Kind == "number" {
		return b.number - a.number
	}
	return b.time.Sub(a.time).Seconds()
}

// bin is a cell: a stretch of the grid, and what it is called by.
type bin struct{ begin, next, called moment }

// cellOf is the cell of a row; with a tolerance that of the nearest begin, which is so far away. last is the cell of the row before.
func (g *grid) cellOf(m moment, last bin) (c bin, away float64) {
	if g.tolerance < 0 && !g.right && last.holds(m, g.step.Kind == "number") {
		return last, 0
	}
	c.begin = g.begin(m)
	c.next = g.later(c.begin, 1)
	if g.tolerance >= 0 {
		after, before := math.Abs(g.distance(c.begin, m)), math.Abs(g.distance(m, c.next))
		if away = min(after, before); before < after {
			c.begin, c.next = c.next, g.later(c.next, 1)
		}
	} else if g.right && g.distance(c.begin, m) <= 1e-6*g.step.Step {
		c.begin, c.next = g.later(c.begin, -1), c.begin
	}
	c.called = c.begin
	if g.ends {
		c.called = c.next
	}
	if g.step.AtEnd {
		c.called.time = g.later(c.begin, 1).time.AddDate(0, 0, -1)
	}
	return c, away
}

// holds says that a moment lies in a cell.
func (c bin) holds(m moment, numbers bool) bool {
	return m.compare(c.begin, numbers) >= 0 && m.compare(c.next, numbers) < 0
}

// cells finds what the cell of every row of a series is called by.
func (r *reader) cells(t *track, ms []moment) []moment {
	called := make([]moment, len(ms))
	var c bin
	var away float64
	for i, m := range ms {
		if c, away = r.grid.cellOf(m, c); r.grid.tolerance >= 0 && away > r.grid.tolerance*(1+1e-9) {
			r.far(t, m, i, c, away)
		}
		called[i] = c.called
	}
	return called
}

// far reports a row that lies too far from the grid.
func (r *reader) far(t *track, m moment, i int, c bin, away float64) {
	g, s := r.grid, &r.config.Data.Resample
	written := func(v float64) string {
		if g.step.Kind == "number" {
			return strconv.FormatFloat(v, 'g', 6, 64)
		}
		return time.Duration(v * 1e9).Round(time.Microsecond).String()
	}
	advice := "; correct the time stamp, or leave the key out: rows then belong to the step that they lie in"
	if n, ok := r.suggested(); ok && n.tolerance != "" {
		advice = "; most rows lie around other times: set data.resample: " + n.String()
	}
	r.Bad.Add(int(t.lines[i]), int(t.columns[i]), "data.resample.tolerance", "time stamp %s%s is %s from the nearest step of %s, and data.resample.tolerance is %s%s",
		data.Quoted(t.stamps[i]), inSeries(t), written(away), s.Step, s.Tolerance, advice)
}
