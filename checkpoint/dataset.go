package checkpoint

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// Dataset rebuilds the kept rows of every series and, after them, data.horizon rows whose targets are not known, as
// series.TailPart wants them. Covariates known ahead come from Ahead; a series that lacks them is a *data.Error. Time
// stamps are made from the last one, for data.calendar alone.
func (d *Data) Dataset(c *configs.Config) (*series.Dataset, error) {
	frequency, err := series.ParseFrequency(d.Frequency)
	if err != nil {
		return nil, err
	}
	set := &series.Dataset{
		Name: "the last rows", Targets: d.Targets, Covariates: d.Covariates, Future: d.Future, Frequency: frequency,
		Series: make([]series.Series, len(d.Series)),
	}
	if d.Local != nil {
		set.Names = d.Local.Categories
	}
	if err := d.enoughAhead(c.Data.Horizon); err != nil {
		return nil, err
	}
	for i := range d.Series {
		s := &d.Series[i]
		if set.Series[i], err = d.extended(s, c.Data.Horizon); err != nil {
			return nil, err
		}
		if len(c.Data.Calendar) == 0 {
			continue
		}
		last, err := time.Parse(time.RFC3339Nano, s.LastTime)
		if err != nil {
			return nil, &data.Error{File: set.Name, Key: "data.calendar", Message: fmt.Sprintf("series %q has no dates, which data.calendar is made from", s.Name)}
		}
		set.Series[i].Time = before(last, frequency, len(s.Tail)/d.Columns())
	}
	return set, nil
}

// enoughAhead refuses series whose covariates known ahead end before the steps that are asked for.
func (d *Data) enoughAhead(hz int) error {
	future, steps := len(d.Future), cmp.Or(d.Asked, hz)
	if future == 0 {
		return nil
	}
	var short *SeriesState
	least := steps
	for i := range d.Series {
		s := &d.Series[i]
		want := steps
		if s.Horizon > 0 {
			want = min(steps, s.Horizon)
		}
		if known := len(s.Ahead) / future; known < want {
			least = min(least, known)
			if short == nil {
				short = s
			}
		}
	}
	if short == nil {
		return nil
	}
	known := len(short.Ahead) / future
	advice := fmt.Sprintf("add %s with empty targets at its end to the file", data.Count(steps-known, "row", "rows"))
	if least > 0 {
		advice += fmt.Sprintf(", or ask for as many steps as are there with --horizon %d", least)
	}
	return &data.Error{File: "the last rows", Key: "data.future_covariates", Message: fmt.Sprintf(
		"%s has %s of %s after its last target, and a forecast of %s needs as many; %s", short.ID(), data.Count(known, "row", "rows"), quotedAll(d.Future), data.Count(steps, "step", "steps"), advice)}
}

func quotedAll(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, data.Quoted(name))
	}
	return strings.Join(out, ", ")
}

// extended is the tail of a series with hz rows after it, which hold what is known ahead, of the steps that are asked for, and else the
// last row's values.
func (d *Data) extended(s *SeriesState, hz int) (series.Series, error) {
	columns, future := d.Columns(), len(d.Future)
	n := len(s.Tail)
	if n < columns {
		return series.Series{}, fmt.Errorf("checkpoint: series %q has no row to go on from", s.Name)
	}
	out := series.Series{Name: s.Name, Target: s.Target, Horizon: s.Horizon, Values: append(make([]float64, 0, n+hz*columns), s.Tail...)}
	out.Missing = append(make([]bool, 0, n+hz*columns), s.TailMissing...)
	for h := range hz {
		row := append([]float64(nil), out.Values[len(out.Values)-columns:]...)
		known := future > 0 && (h+1)*future <= len(s.Ahead) && (d.Asked == 0 || h < d.Asked)
		if known {
			copy(row[columns-future:], s.Ahead[h*future:])
		}
		out.Values = append(out.Values, row...)
		for c := range columns {
			out.Missing = append(out.Missing, c < columns-future || !known)
		}
	}
	return out, nil
}

// before lists the times of the last n rows up to last.
func before(last time.Time, f series.Frequency, n int) []time.Time {
	times := make([]time.Time, n)
	for i := range times {
		times[i] = f.Next(last, i+1-n)
	}
	return times
}

// Continued returns the series with rows that were predicted after its last one, values [steps·K]: they count as known, and
// the covariates stay as they were last, but for those known ahead. keep is how many rows are kept, 0 for all. It has no
// labels.
func (d *Data) Continued(s SeriesState, values []float64, keep int) (SeriesState, error) {
	columns, k, future := d.Columns(), len(d.Targets), len(d.Future)
	steps, n := len(values)/k, len(s.Tail)
	full, err := d.extended(&s, steps)
	if err != nil {
		return s, err
	}
	s.Tail, s.TailMissing, s.Labels = full.Values, full.Missing, nil
	for h := range steps {
		at := n + h*columns
		copy(s.Tail[at:], values[h*k:(h+1)*k])
		clear(s.TailMissing[at : at+columns])
	}
	if extra := len(s.Tail) - keep*columns; keep > 0 && extra > 0 {
		s.Tail, s.TailMissing = s.Tail[extra:], s.TailMissing[extra:]
	}
	s.Ahead = s.Ahead[min(len(s.Ahead), steps*future):]
	s.Rows += steps
	f, err := series.ParseFrequency(d.Frequency)
	if t, noTime := time.Parse(time.RFC3339Nano, s.LastTime); err == nil && noTime == nil && f.Kind != "" {
		s.LastTime = f.Next(t, steps).Format(time.RFC3339Nano)
	}
	return s, err
}
