package configs

import (
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zones of IANA, for machines that have none
)

// What a config says of time stamps: their form, step, days and zone.

var (
	frequencies = []string{"second", "minute", "hour", "day", "business day", "week", "month", "quarter", "year", "rows"}
	timeFormats = []string{"yyyy", "yyyymm", "yyyymmdd", "yyyymmddhh", "yyyyww", "yyyyq", "iso", "unix", "unix_ms", "unix_us", "unix_ns", "excel", "number", "2006Q1", "2006-Q1", "2006-W01"}

	unitsOfTime = regexp.MustCompile(`^([1-9][0-9]{0,5} )?((second|minute|hour|week)|(business )?day|(business )?(month|quarter|year)( ends?)?)s?$`)

	countedFormat = regexp.MustCompile(`^(unix(_ms|_us|_ns)?|excel)(\.0{1,9})?$|^decimal_month\.0{2,15}(\+0?\.[0-9]+)?$`)
	counts        = regexp.MustCompile(`(?i)(^|[^a-z])((q|qtr |quarter )1|(w|kw|cw|week) ?0?1(-1$)?)|\b1q|\b1st\b`)
	strayCounts   = regexp.MustCompile(`(^|[^A-Za-z])[QqWw]([^A-Za-z]|$)`)
	ownWords      = strings.NewReplacer("H24:", "15:", "H:", "15:", "24:", "15:", " 24", " 15", "JAN", "Jan", "jan", "Jan", "MONDAY", "Monday", "MON", "Mon")
	periods       = regexp.MustCompile(` period/(24|48|72|96|144|288|1440)$`)
)

// stamps checks the keys of time stamps.
func (r *reader) stamps(c *Config) {
	if f := c.Data.Frequency; r.was("data.frequency") && !validFrequency(f) {
		hint := didYouMean(f, frequencies)
		if base := strings.TrimSuffix(strings.ToLower(f), "ly"); hint == "" && base != f {
			hint = didYouMean(base, frequencies)
		}
		r.fault(r.given["data.frequency"], "data.frequency is %s, want one of %s, several of them (\"2 weeks\"), a duration such as 15m, or a number above 0%s",
			quoted(f), strings.Join(frequencies, ", "), hint)
	}
	if f := c.Data.TimeFormat; r.was("data.time_format") && !validTimeFormat(f) {
		r.fault(r.given["data.time_format"], "data.time_format is %s, want a Go layout such as \"2006-01-02 15:04\", or one of %s%s",
			quoted(f), strings.Join(timeFormats, ", "), formatHint(f))
	}
	r.resample(c)
	if z := c.Data.TimeZone; r.was("data.time_zone") && z != "" {
		if _, err := time.LoadLocation(z); err != nil || z == "Local" {
			r.fault(r.given["data.time_zone"], "data.time_zone is %s, want a name of the IANA data base, such as Europe/Berlin or America/New_York", quoted(z))
		}
	}
	for i, h := range c.Data.Holidays {
		if _, err := time.Parse(time.DateOnly, h); err == nil || !r.was("data.holidays") || filepath.IsAbs(h) {
			continue
		}
		path := filepath.Join(filepath.Dir(r.name), h)
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		c.Data.Holidays[i] = path
	}
}

// formatHint says what is wrong with a form of time stamps.
func formatHint(f string) string {
	switch {
	case strings.Contains(f, "%"):
		return "; a Go layout writes 2 January 2006 15:04:05 the way the file does"
	case strayCounts.MatchString(f):
		return "; a quarter is written 1 beside its Q (Q1 2006, 2006-Q1), a week 01 behind its W (2006-W01), and neither stands beside a month or a day"
	}
	return didYouMean(f, timeFormats)
}

// validFrequency reports whether s is a unit of time, several of them, a duration, a number, or rows.
func validFrequency(s string) bool {
	if unitsOfTime.MatchString(s) || s == "rows" {
		return true
	}
	if d, err := time.ParseDuration(Minutes(s)); err == nil && s != "0" {
		return d > 0
	}
	v, err := strconv.ParseFloat(s, 64)
	return err == nil && v > 0 && !math.IsInf(v, 0)
}

// validTimeFormat reports whether s is a known name or a layout that can write a moment and read its year back. Quarters and weeks
// stand beside no month and no day.
func validTimeFormat(s string) bool {
	if slices.Contains(timeFormats, s) || countedFormat.MatchString(s) {
		return true
	}
	if rest := counts.ReplaceAllString(s, "${1}Q"); rest != s {
		return !varies(rest) && strings.Contains(time.Date(2017, 11, 23, 0, 0, 0, 0, time.UTC).Format(rest), "17")
	}
	if strayCounts.MatchString(s) {
		return false
	}
	s = periods.ReplaceAllString(ownWords.Replace(s), " 15")
	moment := time.Date(2017, 11, 23, 22, 41, 53, 0, time.UTC)
	text := moment.Format(s)
	back, err := time.Parse(s, text)
	return err == nil && text != s && back.Year() == moment.Year()
}

// varies says that what a layout writes changes within a year.
func varies(layout string) bool {
	a, b := time.Date(2017, 11, 23, 22, 41, 53, 0, time.UTC), time.Date(2017, 3, 5, 4, 9, 8, 0, time.UTC)
	return a.Format(layout) != b.Format(layout)
}
