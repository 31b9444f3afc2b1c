package pipeline

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// ForecastCSV writes forecasts as CSV while they come: series (where they have names), time, and for each target its
// value and the ends of its intervals. Close it at the end.
type ForecastCSV struct {
	out     *csv.Writer
	head    ForecastReport
	named   bool
	started bool
}

// NewForecastCSV writes to w.
func NewForecastCSV(w io.Writer) *ForecastCSV { return &ForecastCSV{out: csv.NewWriter(w)} }

// Begin takes what holds for all series.
func (c *ForecastCSV) Begin(head ForecastReport) error { c.head = head; return nil }

// Series writes one series.
func (c *ForecastCSV) Series(f ForecastSeries) error {
	if err := c.start(f.Series != ""); err != nil {
		return err
	}
	for i, t := range f.Times {
		var row []string
		if c.named {
			row = append(row, f.Series)
		}
		row = append(row, t)
		for _, target := range c.head.Targets {
			row = append(row, decimals(f.Values[target][i]))
			for _, level := range c.head.Intervals {
				ends := f.Intervals[level][target]
				row = append(row, decimals(ends.Lower[i]), decimals(ends.Upper[i]))
			}
		}
		if err := c.out.Write(row); err != nil {
			return err
		}
	}
	return nil
}

// start writes the header before the first row.
func (c *ForecastCSV) start(named bool) error {
	if c.started {
		return nil
	}
	c.started, c.named = true, named
	var header []string
	if named {
		header = append(header, "series")
	}
	header = append(header, "time")
	for _, target := range c.head.Targets {
		header = append(header, target)
		for _, level := range c.head.Intervals {
			prefix := ""
			if len(c.head.Targets) > 1 {
				prefix = target + "_"
			}
			header = append(header, prefix+"lower_"+level, prefix+"upper_"+level)
		}
	}
	return c.out.Write(header)
}

// Close writes what is still in memory.
func (c *ForecastCSV) Close() error {
	if err := c.start(false); err != nil {
		return err
	}
	c.out.Flush()
	return c.out.Error()
}

func decimals(v float64) string { return strconv.FormatFloat(v, 'g', 10, 64) }

// ForecastJSON writes one ForecastReport while its forecasts come. Close it at the end.
type ForecastJSON struct {
	out *bufio.Writer
	any bool
}

// NewForecastJSON writes to w.
func NewForecastJSON(w io.Writer) *ForecastJSON { return &ForecastJSON{out: bufio.NewWriter(w)} }

// Begin writes what holds for all series.
func (j *ForecastJSON) Begin(head ForecastReport) error {
	head.Forecasts = []ForecastSeries{}
	b, err := json.MarshalIndent(head, "", "  ")
	if err != nil {
		return err
	}
	const end = "[]\n}" // of the list of forecasts, the last member
	_, err = fmt.Fprintf(j.out, "%s[", b[:len(b)-len(end)])
	return err
}

// Series writes one series.
func (j *ForecastJSON) Series(f ForecastSeries) error {
	b, err := json.MarshalIndent(f, "    ", "  ")
	if err != nil {
		return err
	}
	comma := ","
	if !j.any {
		comma = ""
	}
	j.any = true
	_, err = fmt.Fprintf(j.out, "%s\n    %s", comma, b)
	return err
}

// Close writes the end, and what is still in memory.
func (j *ForecastJSON) Close() error {
	end := "]\n}\n"
	if j.any {
		end = "\n  ]\n}\n"
	}
	if _, err := j.out.WriteString(end); err != nil {
		return err
	}
	return j.out.Flush()
}
