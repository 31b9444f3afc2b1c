package text

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"recur/data"
)

// table reads CSV, or fields that are parted by tabs: a row a text.
func (r *texts) table(src []byte, tabs bool) error {
	rows := data.RowsOf(r.name, r.key, src)
	if tabs {
		rows = data.RowsBy(r.name, r.key, src, '\t')
	}
	rows.Longest, rows.Empty = maxText, "delete it"
	rows.IsData = func(field string) bool { return data.IsNumber(field) || len(strings.Fields(field)) > 3 }
	if err := rows.ReadHeader(); err != nil {
		return err
	}
	for _, told := range []string{rows.Told, rows.Blanks} {
		if told != "" {
			r.set.Notes = append(r.set.Notes, told)
		}
	}
	text := rows.Column(r.s.Text, "data.text")
	var labels []int
	for _, name := range r.s.Label {
		if r.bare && !slices.Contains(rows.Names, name) {
			continue
		}
		labels = append(labels, rows.Column(name, "data.label"))
	}
	if err := rows.Bad.Err(); err != nil {
		return err
	}
	fields, columns := make([]string, len(labels)), make([]int, len(labels))
	for record := range rows.All() {
		if r.full() {
			break
		}
		line, column := rows.Pos(text)
		for i, f := range labels {
			fields[i] = record[f]
			_, columns[i] = rows.Pos(f)
		}
		r.add(&rows.Bad, line, column, record[text], fields, columns)
	}
	return rows.Bad.Err()
}

// objects reads JSON lines: an object a line.
func (r *texts) objects(src []byte) error {
	bad := data.Faults{File: r.name}
	for n := 1; len(src) > 0 && !r.full(); n++ {
		line, rest, _ := bytes.Cut(src, []byte("\n"))
		src = rest
		if blank(line) {
			if len(rest) > 0 {
				bad.Add(n, 1, r.key, "the line is empty; delete it")
			}
			continue
		}
		r.object(&bad, n, line)
	}
	return bad.Err()
}

// object reads one line.
func (r *texts) object(bad *data.Faults, n int, line []byte) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil || fields == nil {
		at, what := jsonFault(err)
		bad.Add(n, at, r.key, "the line is no JSON object%s; want one a line, such as {%q: \"…\", %q: \"…\"}", what, r.s.Text, strings.Join(r.s.Label, ""))
		return
	}
	text, ok := r.member(bad, n, fields, r.s.Text, "data.text")
	if !ok {
		return
	}
	var body string
	if json.Unmarshal(text, &body) != nil || string(text) == "null" {
		bad.Add(n, 1, "data.text", "%s is %s, want a text in quotes", data.Quoted(r.s.Text), short(text))
		return
	}
	var labels []string
	for _, name := range r.s.Label {
		if r.bare && fields[name] == nil {
			continue
		}
		value, ok := r.member(bad, n, fields, name, "data.label")
		if !ok {
			return
		}
		label, ok := scalar(value)
		if !ok {
			bad.Add(n, 1, "data.label", "%s is %s, want a text or a number", data.Quoted(name), short(value))
			return
		}
		labels = append(labels, label)
	}
	columns := make([]int, len(labels))
	for i := range columns {
		columns[i] = 1
	}
	r.add(bad, n, 1, body, labels, columns)
}

// member is a field of an object.
func (r *texts) member(bad *data.Faults, n int, fields map[string]json.RawMessage, name, key string) (json.RawMessage, bool) {
	value, ok := fields[name]
	if !ok {
		names := slices.Sorted(maps.Keys(fields))
		hint := data.Suggest(name, names)
		switch {
		case len(names) == 0:
			hint = "; the object is empty"
		case hint == "":
			hint = "; the fields are " + data.Listed(names)
		default:
			hint += " The fields are " + data.Listed(names)
		}
		bad.Add(n, 1, key, "no field %s (%s)%s", data.Quoted(name), key, hint)
	}
	return value, ok
}

// scalar is the text of a string, a number, true or false; "" for null.
func scalar(value json.RawMessage) (string, bool) {
	switch value[0] {
	case 'n': // null
		return "", true
	case '{', '[':
		return "", false
	case '"':
		var text string
		err := json.Unmarshal(value, &text)
		return text, err == nil
	}
	return string(value), true
}

// short is JSON for a message.
func short(value json.RawMessage) string {
	if len(value) > 40 {
		return fmt.Sprintf("JSON of %d bytes", len(value))
	}
	return string(value)
}

// jsonFault says where and why a line is no object.
func jsonFault(err error) (column int, what string) {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return int(syntax.Offset), fmt.Sprintf(" (%v)", syntax)
	}
	return 1, ""
}
