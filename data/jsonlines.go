package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
)

// jsonLines are objects of JSON, one a line, while they are made CSV. A column is a key; their order is that in which keys come first.
type jsonLines struct {
	bad    Faults
	wanted choice
	names  []string
	wants  []bool // of each column: it is read
	at     map[string]int
	kinds  []jsonKinds // of each column
	lines  []int32     // of each object
	values []jsonValue // of the object at hand, by its column
	out    []byte
}

// jsonKinds says what a column has held.
type jsonKinds struct{ number, text bool }

// jsonBlanks are what may stand around a value of JSON: fewer characters than Unicode has for blanks.
const jsonBlanks = " \t\r\n"

// jsonValue is a value of an object as it is written, nil where the object has none.
type jsonValue []byte

// linesCSV makes CSV of JSON lines: numbers keep their digits, true and false are 1 and 0, null and what an object lacks are empty.
func linesCSV(name string, src []byte, wanted choice) (*CSV, error) {
	j := &jsonLines{bad: Faults{File: name, Rowed: true}, wanted: wanted, at: map[string]int{}}
	if bytes.HasPrefix(bytes.TrimLeft(src, jsonBlanks), []byte("[")) {
		return nil, Errors{Fault(name, 1, 0, "data.csv", "is one array of JSON; write an object a line, with pandas by df.to_json(FILE, orient=\"records\", lines=True)")}
	}
	j.each(src, j.check)
	if len(j.names) == 0 && len(j.bad.List) == 0 {
		j.bad.Add(0, 0, "data.csv", "holds no object with a key")
	}
	if err := j.bad.Err(); err != nil {
		return nil, err
	}
	j.out = make([]byte, 0, len(src)/2)
	for i, n := range j.names {
		j.field(i, n)
	}
	j.out = append(j.out, '\n')
	j.each(src, func(n int, line []byte) { j.write(n, line) })
	if err := j.bad.Err(); err != nil {
		return nil, err
	}
	made := &CSV{Text: j.out, lines: j.lines, numbers: make([]bool, len(j.names))}
	for i, k := range j.kinds {
		made.numbers[i] = k.number && !k.text
	}
	return made, nil
}

// each hands over the lines that are not blank, with their numbers.
func (j *jsonLines) each(src []byte, f func(n int, line []byte)) {
	for n := 1; len(src) > 0; n++ {
		line, rest, _ := bytes.Cut(src, []byte("\n"))
		if line = bytes.Trim(line, jsonBlanks); len(line) > 0 {
			f(n, line)
		}
		src = rest
	}
}

// check looks whether a line is an object of values, and which keys it has.
func (j *jsonLines) check(n int, line []byte) {
	j.lines = append(j.lines, int32(n))
	if line[0] != '{' || !json.Valid(line) {
		j.noObject(n, line)
		return
	}
	if len(j.names) > maxColumns {
		return
	}
	clear(j.values)
	eachMember(line, func(key string, value jsonValue) {
		i, known := j.at[key]
		if !known {
			i = len(j.names)
			j.at[key], j.names, j.wants, j.kinds, j.values = i, append(j.names, key), append(j.wants, j.wanted.has(key, i)), append(j.kinds, jsonKinds{}), append(j.values, nil)
			if i == maxColumns {
				j.bad.Add(n, 0, "data.csv", "the objects have more than %d keys together, which is the limit", maxColumns)
			}
		}
		if j.values[i] != nil {
			j.bad.Add(n, 0, "data.csv", "key %s stands twice in one object; leave one out", Quoted(key))
		}
		j.values[i] = value
		switch value[0] {
		case '{', '[':
			if j.wants[i] && !j.wanted.flat {
				j.bad.Add(n, 0, "data.csv", "key %s holds %s, want a number, a text, true, false or null; write what is in it under keys of its own", Quoted(key), pick(value[0] == '[', "a list", "an object"))
			}
		case '"':
			j.kinds[i].text = true
		case 'n':
		default:
			j.kinds[i].number = true
		}
	})
}

// noObject says what is wrong with a line.
func (j *jsonLines) noObject(n int, line []byte) {
	var any map[string]json.RawMessage
	err := json.Unmarshal(line, &any)
	what := "it is " + Quoted(string(line))
	if fault := (*json.SyntaxError)(nil); bytes.Contains(line, []byte("NaN")) {
		what = "NaN is no JSON, write null where a value is missing"
	} else if errors.As(err, &fault) {
		what = strings.TrimPrefix(err.Error(), "json: ")
	}
	j.bad.Add(n, 0, "data.csv", "the line is no object of JSON: %s; want one a line, such as {\"date\": \"2020-01-31\", \"sales\": 12.5}", what)
}

// write appends a line of CSV.
func (j *jsonLines) write(n int, line []byte) {
	if len(j.out) > maxFile {
		if len(j.bad.List) == 0 {
			j.bad.Add(n, 0, "data.csv", "the table has more bytes, as text, than the limit of %d: there are %d keys and most objects have few of them; write files of their own", int64(maxFile), len(j.names))
		}
		return
	}
	clear(j.values)
	eachMember(line, func(key string, value jsonValue) {
		if i := j.at[key]; j.wants[i] {
			j.values[i] = value
		}
	})
	for i, v := range j.values {
		j.field(i, v.text())
	}
	j.out = append(j.out, '\n')
}

func (j *jsonLines) field(i int, text string) {
	if i > 0 {
		j.out = append(j.out, ',')
	}
	j.out = appendField(j.out, text, len(j.names) == 1)
}

// text is a value as a field of CSV.
func (v jsonValue) text() string {
	if len(v) == 0 {
		return ""
	}
	switch v[0] {
	case 'n', '{', '[': // null, and what no one reads
		return ""
	case 't':
		return "1"
	case 'f':
		return "0"
	case '"':
		return unquoted(v)
	}
	return string(v)
}

// unquoted is the text of a string of JSON.
func unquoted(v []byte) (text string) {
	if bytes.IndexByte(v, '\\') < 0 {
		return string(v[1 : len(v)-1])
	}
	json.Unmarshal(v, &text) // of valid JSON it can't fail
	return text
}

// eachMember lists the keys and values of an object that is known to be valid JSON, in their order.
func eachMember(object []byte, f func(key string, value jsonValue)) {
	rest := bytes.TrimLeft(object[1:], " \t\r\n,")
	for rest[0] != '}' {
		n := valueLen(rest)
		key := unquoted(rest[:n])
		rest = bytes.TrimLeft(rest[n:], " \t\r\n:")
		n = valueLen(rest)
		f(key, rest[:n])
		rest = bytes.TrimLeft(rest[n:], " \t\r\n,")
	}
}

// valueLen is the length of the value that valid JSON begins with.
func valueLen(src []byte) int {
	depth := 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '"':
			for i++; src[i] != '"'; i++ {
				if src[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			} else if depth < 0 { // the end of the object around a number or a word
				return i
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
		}
	}
	return len(src)
}
