package series

import (
	"errors"
	"fmt"
	"regexp"
	"time"

	"recur/data"
)

// Where time stamps are: in the zone of data.time_zone, in one that their offsets or their midnights give away, or nowhere.

// placing is what is known of it for all time stamps of a file.
type placing struct {
	zone  string
	ends  time.Duration // see Frequency.Ends
	slack bool
}

// find finds where the time stamps are.
func (r *reader) find(f data.Form, numbers bool) {
	if numbers {
		return
	}
	named := r.config.Data.TimeZone
	if named == "" {
		named = r.expect.Zone
	}
	switch {
	case named == "" && !f.Local():
		r.zoned = r.given(f)
	case named == "" && r.expect.Slack:
		r.zoned = placing{slack: true}
	case named != "" && !f.Local():
		r.zoned = placing{zone: named}
	case named != "" && r.expect.Kind != "":
		r.zoned = placing{zone: named, ends: r.expect.Ends}
	case named != "":
		r.zoned = r.begunOrEnded(f, named)
	}
	if r.grid != nil && !r.grid.right {
		r.zoned.ends = 0
	}
}

// given finds the zone that time stamps with offsets, or those of Greenwich, give away: by offsets that change, or by days and
// months whose time of day changes by an hour.
func (r *reader) given(f data.Form) placing {
	var all []time.Time
	offsets, clocks := map[int]bool{}, map[time.Duration]bool{}
	days, pairs := 0, 0
	for _, t := range r.tracks {
		for i, s := range t.stamps {
			at, _ := f.Parse(s)
			_, offset := at.Zone()
			offsets[offset] = true
			if len(clocks) < 3 {
				clocks[sinceMidnight(at)] = true
			}
			if i > 0 {
				pairs++
				if at.Sub(all[len(all)-1]) > 20*time.Hour {
					days++
				}
			}
			all = append(all, at)
		}
	}
	switch {
	case len(offsets) > 1:
		return placing{zone: explaining(all)}
	case len(clocks) != 2 || 2*days < pairs || !hourApart(clocks):
		return placing{}
	}
	zone := sameHour(all)
	return placing{zone: zone, slack: zone == ""}
}

// hourApart says that two times of day lie an hour apart.
func hourApart(clocks map[time.Duration]bool) bool {
	for c := range clocks {
		if clocks[(c+time.Hour)%day] {
			return true
		}
	}
	return false
}

// begunOrEnded finds whether time stamps without an offset tell when their step begins or when it ends: it shows where clocks are
// put forward and back.
func (r *reader) begunOrEnded(f data.Form, zone string) placing {
	location, err := Location(zone)
	if err != nil {
		return placing{}
	}
	var clocks [][]time.Time
	steps := map[time.Duration]int{}
	for _, t := range r.tracks {
		var one []time.Time
		for i, s := range t.stamps {
			at, _ := f.Parse(s)
			one = append(one, at)
			if i > 0 {
				steps[at.Sub(one[i-1])]++
			}
		}
		clocks = append(clocks, one)
	}
	usual, _ := mostOften(steps)
	best, least := placing{zone: zone}, -1
	for _, ends := range []time.Duration{0, usual} {
		if ends < 0 || ends >= day {
			continue
		}
		faults := 0
		for _, one := range clocks {
			times, jumped := placed(one, location, ends)
			if jumped >= 0 {
				faults++
			}
			for i := 1; i < len(times); i++ {
				if times[i].Sub(times[i-1]) != usual {
					faults++
				}
			}
		}
		if least < 0 || faults < least {
			best.ends, least = ends, faults
		}
	}
	return best
}

// place puts the times of a series where they are.
func (r *reader) place(t *track, ms []moment, f data.Form) {
	if r.zoned.zone == "" {
		return
	}
	location, err := Location(r.zoned.zone)
	if err != nil {
		return // configs knows
	}
	if !f.Local() {
		for i := range ms {
			ms[i].time = ms[i].time.In(location)
		}
		return
	}
	clocks := make([]time.Time, len(ms))
	for i, m := range ms {
		if date, after, ok := f.Elapsed(t.stamps[i]); ok {
			date = time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, location)
			ms[i].time = date.Add(after)
			continue
		}
		clocks[i] = m.time
	}
	if clocks[0].IsZero() {
		return
	}
	times, jumped := placed(clocks, location, r.zoned.ends)
	for i := range ms {
		ms[i].time = times[i]
	}
	if jumped >= 0 {
		r.Bad.Add(int(t.lines[jumped]), int(t.columns[jumped]), "data.time_zone", "no clock in %s showed %s%s, when clocks were put forward; correct data.time_zone, or leave it out if the time stamps keep to winter time all year",
			r.zoned.zone, data.Quoted(t.stamps[jumped]), inSeries(t))
	}
}

// clocksBack is the advice about a time stamp that comes twice because clocks were put back, "" where that is not why.
func (r *reader) clocksBack(ms []moment, i int, f data.Form, numbers bool) string {
	if numbers || r.zoned.zone != "" || !f.Local() || len(ms) < 3 || ms[i-1].time.Sub(ms[i].time) > time.Hour ||
		i+1 < len(ms) && ms[i+1].time.Sub(ms[i].time) >= day || ms[i].time.Sub(ms[max(0, i-2)].time) >= day {
		return ""
	}
	zone, forward := changesBetween(changeDay(ms[i].time), ms[i].time)
	if zone == "" || forward {
		return ""
	}
	return fmt.Sprintf("; clocks were put back then, for daylight saving time, as in %s, and this hour comes twice: name the zone in data.time_zone and both are kept", zone)
}

// changeDay is when clocks may have been changed for what shows at t: at t, or where t is a midnight on the day before, as where the
// parts of a day are numbered.
func changeDay(t time.Time) time.Time {
	if sinceMidnight(t) == 0 {
		return t.Add(-day)
	}
	return t
}

// clocksForward is the advice about an hour that is missing because clocks were put forward, "" where that is not why.
func clocksForward(a, b moment, freq Frequency, f data.Form) string {
	if freq.Kind == "number" || freq.Zone != "" || !f.Local() || freq.months() > 0 || freq.fixed() >= day || b.time.Sub(a.time)-freq.fixed() != time.Hour {
		return ""
	}
	zone, forward := changesBetween(earlier(changeDay(b.time), a.time), b.time)
	if zone == "" || !forward {
		return ""
	}
	return fmt.Sprintf("; clocks were put forward then, for daylight saving time, as in %s, and this hour was none: name the zone in data.time_zone and nothing is missing, or set data.missing to interpolate or forward to have rows put in", zone)
}

// advisedZone is where the advices above name a zone.
var advisedZone = regexp.MustCompile(`for daylight saving time, as in (\S+), and`)

// ZoneAdvised is the zone whose clocks explain a fault of OpenCSV, "" where it has another reason.
func ZoneAdvised(err error) string {
	var fault *data.Error
	if !errors.As(err, &fault) {
		return ""
	}
	if found := advisedZone.FindStringSubmatch(fault.Message); found != nil {
		return found[1]
	}
	return ""
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
