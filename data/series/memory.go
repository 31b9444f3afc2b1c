package series

import (
	"strings"

	"recur/configs"
	"recur/data"
)

// What things take besides their values, in bytes, as measured.
const (
	bytesOfSeries = 800 // a series: its names, scaler, and places in lists
	bytesOfLabel  = 32  // a time stamp as it is written
	bytesOfTime   = 24  // a time stamp that has been read
	bytesOfWindow = 16
)

// Memory estimates the bytes that the data and the windows of all parts take while a network is trained on them, without
// the network.
func (q *Prepared) Memory() int64 {
	size := int64(4)
	if q.Config.Model.DType == "float64" {
		size = 8
	}
	total, windows := int64(0), int64(0)
	seen := map[*table]bool{}
	for _, p := range []*Part{q.Train, q.Validation, q.Test} {
		windows += int64(p.Len())
		if seen[p.table] {
			continue
		}
		seen[p.table] = true
		for s := range p.table.values {
			n := int64(len(p.table.values[s]))
			if q.Local == nil && p != q.Test { // what is scored is not scaled
				total += n * size
			}
			if n > 0 && &p.table.values[s][0] != &q.Set.Series[s].Values[0] {
				total += n * 8 // filled in
			}
		}
	}
	for s := range q.Set.Series {
		one := &q.Set.Series[s]
		total += bytesOfSeries + int64(len(one.Values))*9 + int64(len(one.Labels))*bytesOfLabel + int64(len(one.Time))*bytesOfTime + int64(len(one.Numbers))*8
	}
	if q.Local != nil {
		for _, h := range q.made {
			if h != nil {
				total += int64(len(h.g)+len(h.sums)+len(h.spreads)) * 8
			}
		}
	}
	return total + windows*bytesOfWindow
}

// MemoryToRead estimates the bytes that reading a CSV file takes at its most, from its size and its first lines, the bytes
// of its rows and windows in a training, and how many rows it has. All are 0 where this can't be told: the file is missing,
// or a pipe.
func MemoryToRead(c *configs.Config, path string) (reading, training, rows int64) {
	if strings.HasPrefix(path, "builtin:") {
		return 0, 0, 0
	}
	size, line, _ := data.Shape(path)
	if size == 0 {
		return 0, 0, 0
	}
	rows = int64(float64(size) / max(1, line))
	d := &c.Data
	columns := int64(len(d.Targets) + len(d.Covariates) + len(d.Future))
	row := 9*columns + 8 // values, what is missing, and where a row stands in the file
	if len(d.Time) > 0 {
		row += bytesOfLabel + bytesOfTime + 2*32 // the time read, and read once more where rows are put in
	}
	if len(d.Series) > 0 {
		row += row / 4 // series grow row by row
	}
	return size + rows*row, rows * (row + 4*columns + bytesOfWindow + 16), rows
}
