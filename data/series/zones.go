package series

import (
	"fmt"
	"sync"
	"time"
	_ "time/tzdata" // the zones of IANA, for machines that have none

	"recur/data"
)

// usualZones are those that are tried where time stamps follow the local time of a zone that nobody names: one for each rule
// by which clocks are put forward and back today.
var usualZones = []string{
	"Europe/Berlin", "Europe/London", "Europe/Athens", "Europe/Lisbon", "Atlantic/Azores",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Anchorage", "America/Halifax", "America/St_Johns",
	"Australia/Sydney", "Australia/Adelaide", "Pacific/Auckland", "America/Santiago", "America/Sao_Paulo", "America/Mexico_City", "Asia/Jerusalem", "Africa/Cairo", "Asia/Tehran",
}

var locations sync.Map

// Location is a zone by its IANA name.
func Location(name string) (*time.Location, error) {
	if l, ok := locations.Load(name); ok {
		return l.(*time.Location), nil
	}
	l, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no time zone; want a name of the IANA data base, such as Europe/Berlin or America/New_York", name)
	}
	kept, _ := locations.LoadOrStore(name, l)
	return kept.(*time.Location), nil
}

// location is the zone, which is known to be one.
func (f Frequency) location() *time.Location {
	l, err := Location(f.Zone)
	if err != nil {
		return time.UTC
	}
	return l
}

// wall is what clock and calendar show, as a time of Greenwich.
func wall(t time.Time) time.Time {
	if t.Location() == time.UTC {
		return t
	}
	y, m, d := t.Date()
	hour, minute, second := t.Clock()
	return time.Date(y, m, d, hour, minute, second, t.Nanosecond(), time.UTC)
}

// momentsAt are the moments of a clock: none where it jumps over the time, two where it shows it twice, the earlier first.
func momentsAt(clock time.Time, zone *time.Location) (all []time.Time) {
	y, m, d := clock.Date()
	hour, minute, second := clock.Clock()
	t := time.Date(y, m, d, hour, minute, second, clock.Nanosecond(), zone)
	for _, shift := range []time.Duration{-2 * time.Hour, -time.Hour, -30 * time.Minute, 0, 30 * time.Minute, time.Hour, 2 * time.Hour} {
		if one := t.Add(shift); wall(one).Equal(clock) {
			all = append(all, one)
		}
	}
	return all
}

// placed are clock times in a zone, one after the other: the second of two that are the same is the one after clocks went back.
// ends is the length of the steps whose ends the time stamps tell, 0 where they tell their beginnings. jumped is the first time that
// no clock shows, -1 where there is none.
func placed(clocks []time.Time, zone *time.Location, ends time.Duration) (times []time.Time, jumped int) {
	jumped = -1
	times = make([]time.Time, len(clocks))
	for i, c := range clocks {
		c = c.Add(-ends)
		all := momentsAt(c, zone)
		if len(all) == 0 {
			if jumped < 0 {
				jumped = i
			}
			all = []time.Time{time.Date(c.Year(), c.Month(), c.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), zone)}
		}
		times[i] = all[0].Add(ends)
		if len(all) > 1 && i > 0 && !times[i].After(times[i-1]) {
			times[i] = all[1].Add(ends)
		}
	}
	return times, jumped
}

// shown is what a time stamp without an offset says of a time in the zone.
func (f Frequency) shown(t time.Time) time.Time {
	if f.Zone == "" {
		return t
	}
	return wall(t.Add(-f.Ends).In(f.location())).Add(f.Ends)
}

// read is the time of a label, written in a form.
func (f Frequency) read(label string, form data.Form) (time.Time, bool) {
	t, ok := form.Parse(label)
	if !ok || f.Zone == "" {
		return t, ok
	}
	if !form.Local() {
		return t.In(f.location()), true
	}
	times, _ := placed([]time.Time{t}, f.location(), f.Ends)
	return times[0], true
}

// write writes a time in a form.
func (f Frequency) write(t time.Time, form data.Form) string {
	if form.Local() {
		t = f.shown(t)
	}
	return form.Print(t)
}

// explaining is the first of the usual zones whose clocks show all the offsets of some times, "" where there is none.
func explaining(times []time.Time) string {
	return firstZone(func(zone *time.Location) bool {
		for _, t := range times {
			_, offset := t.Zone()
			if _, there := t.In(zone).Zone(); there != offset {
				return false
			}
		}
		return true
	})
}

// sameHour is the first of the usual zones in which all times are of the same time of day, midnight before others; "" where there
// is none.
func sameHour(times []time.Time) string {
	same := func(zone *time.Location, midnight bool) bool {
		first := sinceMidnight(times[0].In(zone))
		for _, t := range times {
			if c := sinceMidnight(t.In(zone)); c != first || midnight && c != 0 {
				return false
			}
		}
		return true
	}
	if name := firstZone(func(zone *time.Location) bool { return same(zone, true) }); name != "" {
		return name
	}
	return firstZone(func(zone *time.Location) bool { return same(zone, false) })
}

func firstZone(fits func(*time.Location) bool) string {
	for _, name := range usualZones {
		if zone, err := Location(name); err == nil && fits(zone) {
			return name
		}
	}
	return ""
}

// changesBetween names the first of the usual zones whose clocks were put forward or back in the hours from a to b, times of
// their own, "" where none was.
func changesBetween(a, b time.Time) (zone string, forward bool) {
	zone = firstZone(func(zone *time.Location) bool {
		in := func(t time.Time) (offset int) {
			_, offset = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, zone).Zone()
			return offset
		}
		before, after := in(a.Add(-3*time.Hour)), in(b.Add(3*time.Hour))
		if before != after {
			forward = after > before
		}
		return before != after
	})
	return zone, forward
}
