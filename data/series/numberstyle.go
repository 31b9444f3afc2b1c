package series

import (
	"slices"

	"recur/configs"
	"recur/data"
)

// namedColumns are the columns that a config names.
func namedColumns(d *Dataset, c *configs.Config) []string {
	switch c.Data.Wide {
	case "dates":
		return c.Data.Series
	case "series":
		return c.Data.Time
	}
	all := slices.Concat(c.Data.Targets, d.Covariates, d.Future, c.Data.Time, c.Data.Series)
	if one := c.Data.HorizonColumn; one != "" {
		all = append(all, one)
	}
	return all
}

// readColumns are the columns that are read, nil for all: a wide file has columns that no config names.
func readColumns(d *Dataset, c *configs.Config) []string {
	if c.Data.Wide != "" {
		return nil
	}
	return namedColumns(d, c)
}

// findStyle finds how the numbers of some rows are written.
func (r *reader) findStyle(rows *data.Rows) error {
	var numbers []int
	for _, f := range r.values {
		if _, names := r.numbers[r.Names[f]]; !names {
			numbers = append(numbers, f)
		}
	}
	style, notes, err := rows.FindStyle(numbers, data.DialectOf(r.config))
	r.style, r.set.Notes = style, append(r.set.Notes, notes...)
	return err
}

// missesAll reports that a line names none of some columns.
func missesAll(line []byte, wanted []string) bool {
	r := data.RowsOf("", "", line)
	return len(wanted) > 0 && r.ReadHeader() == nil && !slices.ContainsFunc(wanted, func(w string) bool { return slices.Contains(r.Names, w) })
}
