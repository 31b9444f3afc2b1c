package series

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"recur/configs"
	"recur/data"
)

// workDays are the days that have rows: those that the config names, as far as its files are there, else those that a network has
// learnt. So a list of holidays can grow after a training, and need not be where a run is used.
func (r *reader) workDays() error {
	learnt := r.expect.Days
	if learnt != nil && slices.ContainsFunc(r.config.Data.Holidays, func(path string) bool {
		_, err := os.Stat(path)
		return errors.Is(err, fs.ErrNotExist) && filepath.IsAbs(path)
	}) {
		r.days = learnt
		return nil
	}
	days, err := workOf(r.config)
	if r.days = days; days == nil {
		r.days = learnt
	} else if learnt != nil {
		days.Times = learnt.Times
	}
	return err
}

// workOf are the days that data.frequency: business day, data.weekmask and data.holidays name; nil where the config says nothing.
func workOf(c *configs.Config) (*Days, error) {
	f, _ := ParseFrequency(c.Data.Frequency)
	if f.Days == nil && len(c.Data.Weekmask) == 0 && len(c.Data.Holidays) == 0 {
		return nil, nil
	}
	d := Days{Week: workWeek}
	if f.Days == nil && len(c.Data.Weekmask) == 0 && c.Data.Frequency != "" {
		d.Week = wholeWeek
	}
	if len(c.Data.Weekmask) > 0 {
		d.Week = [7]bool{}
		for _, w := range c.Data.Weekmask {
			d.Week[slices.Index(weekdayWords, w)] = true
		}
	}
	var off []int
	for _, text := range c.Data.Holidays {
		if t, err := time.Parse(time.DateOnly, text); err == nil {
			off = append(off, dayNumber(t))
			continue
		}
		some, err := holidaysOf(text)
		if err != nil {
			return nil, err
		}
		off = append(off, some...)
	}
	return d.withHolidays(off), nil
}

// holidaysOf reads a file of dates, one in the first field of a line, in any form that time stamps may have. A heading and lines
// that are empty or begin with # are passed over.
func holidaysOf(path string) ([]int, error) {
	name := data.ShortPath(path)
	src, err := data.ReadNamed(name, path, "data.holidays", "a file of dates, or dates themselves")
	if err != nil {
		return nil, err
	}
	text, err := data.PlainText(name, src)
	if err != nil {
		return nil, err
	}
	var all []data.Stamp
	for i, line := range bytes.Split(text, []byte("\n")) {
		field := strings.Trim(strings.TrimSpace(strings.FieldsFunc(string(line)+" ", func(r rune) bool { return r == ',' || r == ';' || r == '\t' })[0]), `"`)
		if field == "" || field[0] == '#' || len(all) == 0 && !strings.ContainsAny(field, "0123456789") {
			continue
		}
		all = append(all, data.Stamp{Text: field, Line: i + 1, Column: 1})
	}
	bad := data.Faults{File: name}
	if len(all) == 0 {
		bad.Add(0, 0, "data.holidays", "holds no date; write one a line, such as 2020-12-25")
		return nil, bad.Err()
	}
	stamps := &data.Stamps{Bad: &bad, All: slices.Values(all)}
	form, numbers, _, err := stamps.Form("", "write dates such as 2020-12-25 (data.holidays)")
	if err == nil && numbers {
		bad.Add(all[0].Line, 1, "data.holidays", "%s is a number, want a date such as 2020-12-25", data.Quoted(all[0].Text))
		err = bad.Err()
	}
	if err != nil {
		return nil, err
	}
	var off []int
	for _, s := range all {
		t, _ := form.Parse(s.Text)
		off = append(off, dayNumber(t))
	}
	return off, nil
}
