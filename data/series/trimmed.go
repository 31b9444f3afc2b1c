package series

import (
	"fmt"

	"recur/data"
)

// trimmedNote says that names of series were read without the white space around them.
func (r *reader) trimmedNote() []string {
	if !r.trimmed.Load() {
		return nil
	}
	return []string{fmt.Sprintf("%s: white space around the names in column %s is left out", r.set.Name, data.Listed(r.config.Data.Series))}
}
