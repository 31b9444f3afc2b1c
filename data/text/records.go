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

// Records reads some columns of a file that holds a record a row: .csv, .tsv (fields parted by tabs) or .jsonl (JSON lines: an
// object a line). It reads a file after the other.
type Records struct {
	Key     string // the config key that names the files
	Columns []Column
	// Each is given the fields of a record, one for each of Columns and valid until it returns; it says whether more records are wanted.
	Each func(bad *data.Faults, fields []Field) (more bool)
	// Empty is told of the lines that hold nothing; nil: they are faults.
	Empty func(line int)
	Notes []string // worth saying of the files
}

// Column is one that is read: a field of CSV, a member of a JSON object.
type Column struct {
	Name string
	Key  string // the config key that names it
	Text bool   // a text, in JSON in quotes; else a label: a text, a number, true or false, or null for none
	Bare bool   // a file may lack it
}

// Field is what a record has in a column.
type Field struct {
	Text         string
	Line, Column int  // where it stands
	None         bool // the file, or the object, lacks the column
}

// MaxText is the most bytes of a text.
const MaxText = maxText

// KnownRecords says that a file of that ending, in small letters, holds records.
func KnownRecords(ending string) bool {
	return ending == ".csv" || ending == ".tsv" || ending == ".jsonl"
}

// Read reads a file of an ending that is known; name is what messages call it, src its text. Faults are data.Errors.
func (r *Records) Read(name, ending string, src []byte) error {
	switch ending {
	case ".jsonl":
		return r.objects(name, src)
	case ".tsv":
		return r.table(data.RowsBy(name, r.Key, src, '\t'))
	}
	return r.table(data.RowsOf(name, r.Key, src))
}

// table reads CSV, or fields that are parted by tabs.
func (r *Records) table(rows data.Rows) error {
	rows.Longest, rows.Empty, rows.Skip = MaxText, "delete it", r.Empty
	rows.IsData = func(field string) bool { return data.IsNumber(field) || len(strings.Fields(field)) > 3 }
	if err := rows.ReadHeader(); err != nil {
		return err
	}
	for _, told := range []string{rows.Told, rows.Blanks} {
		if told != "" {
			r.Notes = append(r.Notes, told)
		}
	}
	at := make([]int, len(r.Columns))
	for i, c := range r.Columns {
		if at[i] = -1; !c.Bare || slices.Contains(rows.Names, c.Name) {
			at[i] = rows.Column(c.Name, c.Key)
		}
	}
	if err := rows.Bad.Err(); err != nil {
		return err
	}
	fields := make([]Field, len(r.Columns))
	for record := range rows.All() {
		for i, f := range at {
			if fields[i] = (Field{None: true}); f >= 0 {
				line, column := rows.Pos(f)
				fields[i] = Field{Text: record[f], Line: line, Column: column}
			}
		}
		if !r.Each(&rows.Bad, fields) {
			break
		}
	}
	return rows.Bad.Err()
}

// objects reads JSON lines.
func (r *Records) objects(name string, src []byte) error {
	bad := data.Faults{File: name}
	fields := make([]Field, len(r.Columns))
	for n, more := 1, true; len(src) > 0 && more; n++ {
		line, rest, _ := bytes.Cut(src, []byte("\n"))
		src = rest
		switch {
		case !blank(line):
			if r.object(&bad, n, line, fields) {
				more = r.Each(&bad, fields)
			}
		case r.Empty != nil:
			r.Empty(n)
		case len(rest) > 0:
			bad.Add(n, 1, r.Key, "the line is empty; delete it")
		}
	}
	return bad.Err()
}

// object reads one line, and says whether all fields are there.
func (r *Records) object(bad *data.Faults, n int, line []byte, fields []Field) bool {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(line, &members); err != nil || members == nil {
		at, what := jsonFault(err)
		bad.Add(n, at, r.Key, "the line is no JSON object%s; want one a line, such as {%s}", what, r.example())
		return false
	}
	for i, c := range r.Columns {
		if fields[i] = (Field{None: true}); c.Bare && members[c.Name] == nil {
			continue
		}
		value, ok := member(bad, n, members, c)
		if !ok {
			return false
		}
		read, wanted := scalar, "a text or a number"
		if c.Text {
			read, wanted = quoted, "a text in quotes"
		}
		body, ok := read(value)
		if !ok {
			bad.Add(n, 1, c.Key, "%s is %s, want %s", data.Quoted(c.Name), short(value), wanted)
			return false
		}
		fields[i] = Field{Text: body, Line: n, Column: 1}
	}
	return true
}

// example is what an object may hold.
func (r *Records) example() string {
	var members []string
	for _, c := range r.Columns {
		members = append(members, fmt.Sprintf("%q: \"…\"", c.Name))
	}
	return strings.Join(members, ", ")
}

// member is a field of an object.
func member(bad *data.Faults, n int, members map[string]json.RawMessage, c Column) (json.RawMessage, bool) {
	value, ok := members[c.Name]
	if !ok {
		names := slices.Sorted(maps.Keys(members))
		hint := data.Suggest(c.Name, names)
		switch {
		case len(names) == 0:
			hint = "; the object is empty"
		case hint == "":
			hint = "; the fields are " + data.Listed(names)
		default:
			hint += " The fields are " + data.Listed(names)
		}
		bad.Add(n, 1, c.Key, "no field %s (%s)%s", data.Quoted(c.Name), c.Key, hint)
	}
	return value, ok
}

// quoted is the text of a string.
func quoted(value json.RawMessage) (text string, ok bool) {
	ok = string(value) != "null" && json.Unmarshal(value, &text) == nil
	return text, ok
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
