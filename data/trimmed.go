package data

import (
	"fmt"
	"strings"
)

// White space around the names of columns and series is left out, and said.

// name takes the names of the columns and notes where white space was left out.
func (r *Rows) name(header []string) {
	n, first := 0, 0
	for i, as := range header {
		name := strings.Clone(strings.TrimSpace(as))
		if len(name) != len(as) {
			if n++; n == 1 {
				first = i
			}
		}
		r.names = append(r.names, name)
	}
	if n > 0 {
		r.blanks = fmt.Sprintf("%s: white space around the names of %s is left out: %s is read as %s", r.bad.file, count(n, "column", "columns"), quoted(header[first]), quoted(r.names[first]))
	}
}

// trimmedNote says that names of series were read without the white space around them.
func (r *reader) trimmedNote() []string {
	if !r.trimmed.Load() {
		return nil
	}
	return []string{fmt.Sprintf("%s: white space around the names in column %s is left out", r.set.Name, quoted(r.names[r.series]))}
}
