package series

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/configs"
)

// Files as people have them: what is certain is found out and told, and where it is not the advice of the error leads to the right values.
func TestFilesAsPeopleHaveThem(t *testing.T) {
	meter := "Zählpunkt;DE000\nDatum;Uhrzeit;Wert (kWh);Status\n" +
		"01.01.2025;00:15;0,059;W\n01.01.2025;00:30;1.200,066;W\n01.01.2025;00:45;0,067;W\n"
	for _, c := range []struct {
		name, src, config string
		first             []string // parts of the error without the sets; none: it reads
		sets              []string // what the error advises
		want              []float64
		note              string
	}{
		{"a line above the header", meter, `time: [Datum, Uhrzeit], targets: ["Wert (kWh)"]`, nil, nil, []float64{0.059, 1200.066, 0.067}, "the header is line 2"},
		{"the line is said", meter, `time: [Datum, Uhrzeit], targets: ["Wert (kWh)"], skip_rows: 1`, nil, nil, []float64{0.059, 1200.066, 0.067}, "decimal comma"},
		{"sep=", "sep=;\na;b\n1,5;x\n2,25;x\n", "targets: [a]", nil, nil, []float64{1.5, 2.25}, "sep=;"},
		{"comments", "# made\n# by\na,b\n1,2\n# in between\n3,4\n", "targets: [a]", []string{`line 5`, `data.comment to "#"`}, []string{`data.comment="#"`}, []float64{1, 3}, ""},
		{"a title", "Category: All categories\n\nMonth,x: (Germany)\n2015-01,41\n2015-02,42\n", `time: Month, targets: ["x: (Germany)"]`, nil, nil, []float64{41, 42}, "the header is line 3"},
		{"a total below", "date,y\n2015-01-01,1\n2015-02-01,2\n,3\n", "time: date, targets: [y]", []string{"line 4", "data.skip_footer: 1"}, []string{"data.skip_footer=1"}, []float64{1, 2}, ""},
		{"units", "date,y\n-,kWh\n2015-01-01,1\n2015-02-01,2\n", "time: date, targets: [y]", []string{"line 2", "data.skip_lines: 2"}, []string{"data.skip_lines=2"}, []float64{1, 2}, ""},
		{"either mark", "a;b\n1,234;x\n5,678;x\n", "targets: [a]", []string{"1,234", `data.decimal: ","`, `data.thousands: ","`}, []string{`data.decimal=","`}, []float64{1.234, 5.678}, ""},
		{"the other one", "a;b\n1,234;x\n5,678;x\n", "targets: [a]", []string{`data.thousands: ","`}, []string{`data.thousands=","`}, []float64{1234, 5678}, ""},
		{"quoted thousands", "a,b\n\"1,234.5\",x\n\"12\",x\n", "targets: [a]", nil, nil, []float64{1234.5, 12}, "commas between thousands"},
		{"points that part thousands", "a;b\n1.236;x\n1.279;x\n", "targets: [a], thousands: \".\"", nil, nil, []float64{1236, 1279}, ""},
		{"three digits everywhere", "a;b\n1.236;x\n1.279;x\n", "targets: [a]", nil, nil, []float64{1.236, 1.279}, `set data.thousands to "."`},
		{"a column without a name", "\"\";\"M\"\n\"2011-01-01\";3,8\n\"2011-01-02\";4,1\n", "time: column_1, targets: [M]", nil, nil, []float64{3.8, 4.1}, "decimal comma"},
		{"cp1252", "date;Gr\xf6\xdfe\n2015-01-01;1\n2015-02-01;2\n", "time: date, targets: [Größe]", []string{"data.encoding: cp1252"}, []string{"data.encoding=cp1252"}, []float64{1, 2}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, packed := range []bool{false, true} {
				path := filepath.Join(t.TempDir(), "f.csv")
				src := []byte(c.src)
				if packed {
					var b bytes.Buffer
					w := gzip.NewWriter(&b)
					w.Write(src)
					w.Close()
					src = b.Bytes()
				}
				if err := os.WriteFile(path, src, 0o600); err != nil {
					t.Fatal(err)
				}
				text := "data: {csv: " + path + ", horizon: 1, " + c.config + "}"
				read := func(set []string) (*Dataset, error) {
					config, err := configs.Parse("f.yaml", []byte(text), set)
					if err != nil {
						t.Fatal(err)
					}
					return OpenCSV(config, path)
				}
				set, err := read(nil)
				if (err == nil) != (c.first == nil) {
					t.Fatalf("got %v", err)
				}
				for _, part := range c.first {
					if !strings.Contains(strings.ReplaceAll(err.Error(), path+":", "line "), part) {
						t.Errorf("got %v, want it to say %s", err, part)
					}
				}
				if err != nil {
					if set, err = read(c.sets); err != nil {
						t.Fatalf("after the advice: %v", err)
					}
				}
				if got := set.Series[0].Values; !slices.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
				if notes := strings.Join(set.Notes, "\n"); !strings.Contains(notes, c.note) {
					t.Errorf("got notes %q, want %q", notes, c.note)
				}
			}
		})
	}
}
