package suggest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// read reads the file with the columns that were chosen, and changes what the reader's faults say can be changed: gaps are to
// be filled, a form of the time stamps to be named, time stamps with uneven steps to be left out.
func (p *plan) read() error {
	p.chooseForm()
	for {
		err := p.open()
		switch key := keyOf(err); {
		case err == nil && p.grid == nil && p.onWeekdays():
			p.timeless("the days without a row are all of the same weekdays, so that a step is a row and not a day")
		case err == nil:
			return p.usable()
		case p.zone == "" && series.ZoneAdvised(err) != "":
			p.zone, p.repeats = series.ZoneAdvised(err), nil
		case key == "data.missing" && p.missing == "":
			p.missing = "interpolate"
			if p.grid != nil && p.grid.Adds() {
				p.missing = "zero"
			}
		case (key == "data.frequency" || key == "data.time") && p.regrid():
		case p.repeats != nil && p.grid == nil:
			return p.repeats
		case key == "data.frequency" && len(p.time) > 0:
			p.timeless("its steps are uneven: " + message(err))
		default:
			return err
		}
	}
}

// regrid has the rows of even steps put together where time stamps are uneven or come again; false where it is no cure.
func (p *plan) regrid() bool {
	if p.grid != nil || len(p.time) == 0 {
		return false
	}
	c, err := configs.Parse(p.options.Out, p.draft(), nil)
	if err != nil {
		return false
	}
	s, ok := series.SuggestResampling(c, p.path)
	if ok {
		p.grid, p.missing = &s, ""
	}
	return ok
}

// chooseForm names the form of the time stamps where several read them and say different times: the one with the evenest
// steps, which are those that need the fewest rows put in between.
func (p *plan) chooseForm() {
	if len(p.time) == 0 {
		return
	}
	forms := series.TimeForms(joined(p.time))
	if len(forms) < 2 {
		return
	}
	best, least := forms[0], math.MaxInt
	p.missing = "interpolate"
	for _, p.form = range forms {
		if err := p.open(); err == nil && p.inserted() < least {
			best, least = p.form, p.inserted()
		}
	}
	p.form, p.missing = best, ""
}

// open reads the file.
func (p *plan) open() error {
	c, err := configs.Parse(p.options.Out, p.draft(), nil)
	if err != nil {
		return fmt.Errorf("suggest: %w", err)
	}
	p.set, err = series.OpenCSV(c, p.path)
	return err
}

// draft is a config that says which column is what and no more.
func (p *plan) draft() []byte {
	return []byte("data:\n" + strings.Join(p.columnLines(), ""))
}

// timeless leaves the time stamps out: rows count as steps. What is missing is found out anew.
func (p *plan) timeless(why string) {
	p.without = fmt.Sprintf("time: %s is left out: %s", named(p.time), why)
	p.time, p.form, p.missing, p.zone, p.grid = nil, "", "", "", nil
}

// keyOf is the config key of the first fault of the data, "" where there is none.
func keyOf(err error) string {
	var fault *data.Error
	if errors.As(err, &fault) {
		return fault.Key
	}
	return ""
}

// message is the first fault, on one line and without its advice.
func message(err error) string {
	var fault *data.Error
	if !errors.As(err, &fault) {
		return err.Error()
	}
	text, _, _ := strings.Cut(fault.Message, "; ")
	if fault.Line > 0 {
		return fmt.Sprintf("line %d, %s", fault.Line, text)
	}
	return text
}

// onWeekdays says that the rows that were put in are those of the same days of the week, as with a stock exchange that is
// closed at weekends.
func (p *plan) onWeekdays() bool {
	if p.missing == "" || p.set.Frequency.Kind != "day" || p.set.Frequency.N != 1 {
		return false
	}
	var there, put [7]int
	for s := range p.set.Series {
		one := &p.set.Series[s]
		columns := p.set.Columns()
		for r, t := range one.Time {
			if slices.Contains(one.Missing[r*columns:(r+1)*columns], false) {
				there[t.Weekday()]++
			} else {
				put[t.Weekday()]++
			}
		}
	}
	closed := 0
	for day := range there {
		if there[day] == 0 && put[day] > 1 {
			closed++
		}
	}
	return closed > 0 && there[time.Wednesday] > 1
}

// usable refuses what can be read and not be learned from: constant targets, and rows at the end that wait for their values.
func (p *plan) usable() error {
	columns := p.set.Columns()
	for k, name := range p.set.Targets {
		flat := true
		for s := range p.set.Series {
			one := &p.set.Series[s]
			for r := columns; r < len(one.Values) && flat; r += columns {
				flat = one.Values[r+k] == one.Values[k]
			}
		}
		if flat {
			return p.fault(0, "data.targets", "column %q has one value, %g, in every row of a series; there is nothing to forecast", name, p.set.Series[0].Values[k])
		}
	}
	if n := p.waiting(); n > 1 {
		return p.fault(p.table.Lines[len(p.table.Lines)-n], "data.targets", "the last %d rows have no value in %s: they are to be forecast, not to learn from; delete them",
			n, named(p.targets))
	}
	return nil
}

// waiting counts the rows at the end of a file of one series that have a time stamp and no target.
func (p *plan) waiting() int {
	if p.series != nil || p.wide != "" || p.table.More {
		return 0
	}
	rows := len(p.table.Lines)
	n := 0
	for n < rows && !slices.ContainsFunc(p.targets, func(c *column) bool { return c.knows(rows - 1 - n) }) {
		n++
	}
	return n
}

// knows reports whether the field of a row is a number.
func (c *column) knows(row int) bool {
	_, err := series.Number(c.fields[row])
	return err == nil
}

// holes counts the missing values of a column in the file.
func (c *column) holes() int { return len(c.fields) - c.known }

// inserted counts the rows that the reader puts into gaps.
func (p *plan) inserted() int {
	if p.set == nil || p.table.More || p.wide != "" {
		return 0
	}
	return p.set.Rows() - len(p.table.Lines)
}

// named lists columns in quotes.
func named(columns []*column) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = fmt.Sprintf("%q", c.name)
	}
	return strings.Join(out, ", ")
}
