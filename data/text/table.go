package text

import "recur/data"

// records reads a file that holds a text a row.
func (r *texts) records(ending string, src []byte) error {
	all := Records{Key: r.key, Columns: []Column{{Name: r.s.Text, Key: "data.text", Text: true}}}
	for _, name := range r.s.Label {
		all.Columns = append(all.Columns, Column{Name: name, Key: "data.label", Bare: r.bare})
	}
	all.Each = func(bad *data.Faults, fields []Field) bool {
		r.add(bad, fields[0], fields[1:])
		return !r.full()
	}
	err := all.Read(r.name, ending, src)
	r.set.Notes = append(r.set.Notes, all.Notes...)
	return err
}
