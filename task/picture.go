package task

import "recur/internal/plot"

// Picture is a chart or a sheet of them, and the name of its files.
type Picture struct {
	Name  string
	Sheet plot.Sheet
}

// Titled is a picture of some charts; a single one has the title of the picture.
func Titled(name, title string, charts []plot.Chart) Picture {
	if len(charts) == 1 {
		charts[0].Title = title
		return Picture{name, plot.Sheet{Charts: charts}}
	}
	return Picture{name, plot.Grid(title, 0, charts...)}
}
