package data

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/internal/mutate"
)

// Files in testdata are of pandas 3.1.1 and pyarrow 26.0.1, whose types their columns are named for. kinds.parquet:
//
//	pa.table({'i8': pa.array([-1,None,7], pa.int8()), 'u32': pa.array([4294967295,0,1], pa.uint32()), 'u64': …, 'f32': pa.array([.1,1e20,-2.5], pa.float32()),
//	 'd9': pa.array([1.50,-0.07,None], pa.decimal128(9,2)), 'd38': pa.decimal128(38,3), 'name': ….dictionary_encode(), 'clock': [dt.time(9,30),dt.time(0,0,0,5),None], …})
func TestParquetKeepsDigits(t *testing.T) {
	for name, want := range map[string]string{
		"kinds": `i8,u32,u64,i64,f32,f64,flag,d9,d38,name,day,clock,tags
-1,4294967295,18446744073709551615,9007199254740993,0.1,0.1,1,1.5,-12345678901234567890.125,"a, ""b""",2020-02-29,09:30:00,
,0,0,,1e+20,12345679189.119,0,-0.07,0,,,00:00:00.000005,
7,1,1,-9223372036854775808,-2.5,1e-300,,,0.001,"a
b",1969-12-31,,
`,
		"stamps": `days,hours,ms,ns,utc,berlin,y,__index_level_0__
2020-01-31,2020-01-31 00:00:00,2020-01-01 00:00:00.005,2020-01-01 00:00:00.000000001,2020-01-31 00:00:00+00:00,2020-01-31 00:00:00+01:00,1.5,2020-01-31
2020-02-29,2020-01-31 12:00:00,2020-01-01 00:00:00.010,2020-01-01 00:00:00.000000002,2020-02-29 00:00:00+00:00,2020-02-29 00:00:00+01:00,,2020-02-29
2020-03-31,2020-02-01 00:00:00,2020-01-01 00:00:00.015,1969-12-31 23:59:59.999999999,2020-03-31 00:00:00+00:00,2020-03-31 00:00:00+02:00,3,2020-03-31
`,
		"int96": "old\n2020-01-31 12:00:00\n2020-02-29 00:00:00\n",
	} {
		got, err := Dialect{}.FlatCSV(name+".parquet", tested(t, name+".parquet"))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, string(got.Text)); d != "" {
			t.Errorf("%s (-want +got)\n%s", name, d)
		}
	}
}

func tested(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// Lists are refused where they are read, whatever the file; columns that no one reads are left empty.
func TestNestedColumns(t *testing.T) {
	parquet := tested(t, "kinds.parquet")
	lines := []byte("{\"f64\": 1, \"tags\": null}\n\n{\"f64\": 2, \"tags\": [1]}\n")
	for name, c := range map[string]struct {
		src  []byte
		want string
	}{
		"a.parquet": {parquet, `a.parquet: column "tags" holds lists or records, want a value a row; write what is in them to columns of their own`},
		"a.jsonl":   {lines, `a.jsonl:3: key "tags" holds a list, want a number, a text, true, false or null; write what is in it under keys of its own`},
	} {
		if _, err := (Dialect{}).CSV(name, c.src, nil); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		got, err := Dialect{}.CSV(name, c.src, []string{"f64"})
		if err != nil {
			t.Fatal(err)
		}
		r := got.RowsOf(name, "data.csv")
		if err := r.ReadHeader(); err != nil {
			t.Fatal(err)
		}
		for record := range r.All() {
			for i, n := range r.Names {
				if n != "f64" && record[i] != "" || n == "f64" && record[i] == "" {
					t.Errorf("%s: column %s is %q", name, n, record[i])
				}
			}
		}
	}
}

// Keys are columns in the order in which they come, numbers keep their digits, and lines their numbers.
func TestJSONLines(t *testing.T) {
	src := "{\"id\": 12345678901234567890, \"v\": 1.50, \"s\": \"Gr\\u00f6\\u00dfe, \\\"x\\\"\\n\"}\r\n\n {\"v\":-1e-3,\"id\":null,\"late\":true}\n{}\n{\"late\":false, \"s\":\"\"}"
	got, err := Dialect{}.CSV("a.ndjson", []byte(src), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "id,v,s,late\n12345678901234567890,1.50,\"Größe, \"\"x\"\"\n\",\n,-1e-3,,1\n,,,\n,,,0\n"
	if d := cmp.Diff(want, string(got.Text)); d != "" {
		t.Error(d)
	}
	r := got.RowsOf("a.ndjson", "data.csv")
	if err := r.ReadHeader(); err != nil {
		t.Fatal(err)
	}
	var lines []int
	for range r.All() {
		line, _ := r.Pos(0)
		lines = append(lines, line)
	}
	if d := cmp.Diff([]int{1, 3, 4, 5}, lines); d != "" || r.Bad.Err() != nil {
		t.Error(d, r.Bad.Err())
	}
	if d := cmp.Diff([]bool{true, true, false, true}, got.numbers); d != "" {
		t.Error(d)
	}
}

// Every fault says where it is, what was found, and what to do.
func TestRowsThatCannotBeRead(t *testing.T) {
	whole := tested(t, "panel.parquet")
	for _, c := range []struct {
		name, src string
		d         Dialect
		want      string
	}{
		{"a.jsonl", "{\"a\": 1}\n[2]\n", Dialect{}, `a.jsonl:2: the line is no object of JSON: it is "[2]"; want one a line`},
		{"a.jsonl", "{\"a\": 1}\n{\"a\": NaN}\n", Dialect{}, `a.jsonl:2: the line is no object of JSON: NaN is no JSON, write null where a value is missing`},
		{"a.jsonl", "{\"a\": 1}\n\v{\"a\": 2}\n", Dialect{}, `a.jsonl:2: the line is no object of JSON: invalid character '\v' looking for beginning of value; want one a line`},
		{"a.json", "{\n  \"a\": 1\n}\n", Dialect{}, `a.json:1: the line is no object of JSON: unexpected end of JSON input; want one a line`},
		{"a.json", " [\n {\"a\": 1}]", Dialect{}, `a.json:1: is one array of JSON; write an object a line, with pandas by df.to_json(FILE, orient="records", lines=True)`},
		{"a.jsonl", "{\"a\": 1, \"a\": 2}\n", Dialect{}, `a.jsonl:1: key "a" stands twice in one object`},
		{"a.jsonl", "\n", Dialect{}, `a.jsonl: the file is empty`},
		{"a.jsonl", "{\"a\": 1}\n", Dialect{SkipRows: 1}, `a.jsonl: is JSON lines, which has no lines around its rows; leave out data.skip_rows`},
		{"a.parquet", string(whole), Dialect{Footer: 1}, `a.parquet: is Parquet, which has no lines around its rows; leave out data.skip_footer`},
		{"a.parquet", string(whole[:len(whole)/2]), Dialect{}, `a.parquet: can't be read as Parquet: `},
		{"a.parquet", "PAR1", Dialect{}, `a.parquet: can't be read as Parquet: `},
	} {
		if _, err := c.d.CSV(c.name, []byte(c.src), nil); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s %q: got %v, want %s", c.name, c.src[:min(len(c.src), 20)], err, c.want)
		}
	}
	idle, err := Dialect{Comment: "#", Encoding: "cp1252"}.CSV("a.parquet", whole, nil)
	if want := []string{"a.parquet: data.comment says nothing of Parquet and is not used", "a.parquet: data.encoding says nothing of Parquet and is not used"}; err != nil || cmp.Diff(want, idle.Notes) != "" {
		t.Errorf("got %v, %v", idle, err)
	}
}

// What is made of JSON lines has a row an object and a field a key, whatever they hold, and numbers are what they were.
func FuzzJSONLines(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"{\"a\":1,\"b\":\"x\"}\n{\"b\":null,\"c\":true}\n", "{\"a\":\"\\u00e4\\\"\\\\\"}\r\n\r\n{}\n", "{\"a\":[1,{\"b\":2}],\"c\":-1.5e-7}", "{\"\":1}\n{\"\":\"\"}", " {\"a\" : 1 , \"b\":{}} \n"},
		Words: []string{"{", "}", "[", "]", ":", ",", "\"", "\\\"", "\\u0000", "\\n", "null", "true", "1e5", "-0", "\n", "\r\n", " ", "\x1a"},
		Limit: 800,
		Try: func(t testing.TB, b []byte) {
			made, err := linesCSV("f.jsonl", b, choice{flat: true})
			if err != nil {
				return
			}
			read := csv.NewReader(bytes.NewReader(made.Text))
			read.Comment = skippedLine
			rows, err := read.ReadAll()
			if err != nil || len(rows) != len(made.lines)+1 {
				t.Fatalf("%q: %d rows of %d objects: %v\n%s", b, len(rows)-1, len(made.lines), err, made.Text)
			}
			lines := bytes.Split(b, []byte("\n"))
			for i, row := range rows[1:] {
				var object map[string]any
				d := json.NewDecoder(bytes.NewReader(lines[made.lines[i]-1]))
				d.UseNumber()
				if err := d.Decode(&object); err != nil {
					t.Fatalf("%q: %v", b, err)
				}
				for k, key := range rows[0] {
					if want, ok := object[key].(json.Number); ok && row[k] != want.String() {
						t.Fatalf("%q: row %d, key %q: got %q, want %s", b, i, key, row[k], want)
					}
				}
			}
		},
	})
}

// A file of Parquet that is cut, or in which a byte is another, is read or told, whatever the library makes of it. It is not tried with
// mutate: the library makes room for as many bytes as a page says that it has.
func TestBrokenParquet(t *testing.T) {
	whole := tested(t, "int96.parquet")
	for at := range whole {
		if _, err := parquetCSV("f.parquet", whole[:at], choice{}); err == nil {
			t.Errorf("cut at %d: no error", at)
		}
		for _, b := range []byte{0, 0xff, whole[at] ^ 1, whole[at] ^ 0x40} {
			other := bytes.Clone(whole)
			other[at] = b
			if _, err := parquetCSV("f.parquet", other, choice{}); err != nil && !strings.HasPrefix(err.Error(), "f.parquet: ") {
				t.Errorf("byte %d: got %v, want an error that names the file", at, err)
			}
		}
	}
}
