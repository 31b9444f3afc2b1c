package labelled

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// loaded is the config of a text, and its directory, where the files lie.
func loaded(t testing.TB, src string, files map[string]string) (*configs.Config, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "c.yaml")
	if err := os.WriteFile(path, []byte("task: regress\ndata: {"+src+"}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c, dir
}

const (
	inLong = "csv: x.csv, sequence: id, label: y"
	inWide = "csv: x.csv, steps: 2, label: y"
	inTS   = "ts: x.ts"
)

// What the keys of a config have the forms hold.
func TestOpen(t *testing.T) {
	for _, tt := range []struct{ name, keys, file, text, want string }{
		{"long", inLong, "x.csv", "id,a,b,y\nu,1,2,7\nv,5,6,8\nu,3,4,7\n", "inputs [a b], values [y], classes []\nu [1 2 3 4] [7]\nv [5 6] [8]\n"},
		{"long, all keys", "csv: x.csv, sequence: id, label: [y, z], inputs: [b, a], time: t, missing: forward, missing_values: [-1], limit: 1", "x.csv",
			"id,t,a,b,y,z\nu,2,-1,4,7,0\nv,1,5,6,8,0\nu,1,1,2,7,0\n", "inputs [b a], values [y z], classes []\nu [2 1 4 1] [7 0]\n"},
		{"wide", inWide, "x.csv", "y,a,b,c,d\n7,1,2,3,4\n", "inputs [input 1 input 2], values [y], classes []\n [1 2 3 4] [7]\n"},
		{"wide, limited", inWide + ", limit: 2, sequence: id", "x.csv", "y,a,b,id\n7,1,2,u\n8,3,4,v\n9,5,6,w\n", "inputs [input 1], values [y], classes []\nu [1 2] [7]\nv [3 4] [8]\n"},
		{"ts", inTS + ", missing: interpolate, limit: 1", "x.ts", "@univariate true\n@targetLabel true\n@data\n1,?,3:0.5\n9:1\n", "inputs [dimension 1], values [value], classes []\n [1 2 3] [0.5]\n"},
	} {
		c, _ := loaded(t, tt.keys, map[string]string{tt.file: tt.text})
		set, err := Open(c)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, shown(set)); d != "" {
			t.Errorf("%s (-want +got)\n%s", tt.name, d)
		}
	}
}

// Files that the keys of a config do not fit, each with what is said of it: testdata/config.golden.
func TestBadThroughConfigs(t *testing.T) {
	const good, other = "id,a,y\nu,1,2\nv,2,3\n", "id,b,y\nu,1,2\n"
	var b strings.Builder
	for _, tt := range []struct {
		name, keys string
		files      map[string]string
	}{
		{"a column that is not there", "csv: x.csv, sequence: trip, label: z, inputs: [aa], time: when", map[string]string{"x.csv": good}},
		{"a label that changes", inLong, map[string]string{"x.csv": "id,a,y\nu,1,2\nu,1,3\n"}},
		{"a missing value", inLong, map[string]string{"x.csv": "id,a,y\nu,,2\n"}},
		{"a missing value by its own name", inLong + ", missing_values: [-999]", map[string]string{"x.csv": "id,a,y\nu,-999.0,2\n"}},
		{"a ragged row of a part", "csv: {train: x.csv, test: b.csv}, sequence: id, label: y", map[string]string{"x.csv": good, "b.csv": "id,a,y\nu,1\n"}},
		{"a part without an input", "csv: {train: x.csv, test: b.csv}, sequence: id, label: y", map[string]string{"x.csv": good, "b.csv": other}},
		{"an empty part", "csv: {train: x.csv, test: b.csv}, sequence: id, label: y", map[string]string{"x.csv": good, "b.csv": "id,a,y\n"}},
		{"an empty file", inWide, map[string]string{"x.csv": ""}},
		{"no part for training", inLong + ", split: {validation: 1, test: 1}", map[string]string{"x.csv": good}},
		{"values that are all the same", inLong, map[string]string{"x.csv": "id,a,y\nu,1,2\nv,2,2\nw,2,2\n"}},
		{"columns that are no whole steps", inWide, map[string]string{"x.csv": "a,b,c,y\n1,2,3,4\n"}},
		{"steps that are rows", inWide + ", sequence: id", map[string]string{"x.csv": "id,a,b,y\nu,1,2,3\nu,3,4,3\n"}},
		{"CSV as .ts", inTS, map[string]string{"x.ts": good}},
		{"ts, a value that is unknown", inTS, map[string]string{"x.ts": "@univariate true\n@targetLabel true\n@data\n1,?:4\n"}},
		{"ts, classes", inTS, map[string]string{"x.ts": "@univariate true\n@classLabel true a b\n@data\n1:a\n"}},
		{"ts, a dimension that is not there", inTS, map[string]string{"x.ts": "@dimensions 2\n@targetLabel true\n@data\n1,2:3\n"}},
		{"ts, a part of other dimensions", "ts: {train: x.ts, test: b.ts}", map[string]string{"x.ts": "@targetLabel true\n@data\n1,2:3\n", "b.ts": "@targetLabel true\n@data\n1,2:3,4:3\n"}},
		{"ts, an empty part", "ts: {train: x.ts, test: b.ts}", map[string]string{"x.ts": "@targetLabel true\n@data\n1,2:3\n", "b.ts": "@targetLabel true\n@data\n"}},
	} {
		c, dir := loaded(t, tt.keys, tt.files)
		set, err := Open(c)
		if err == nil {
			_, err = Prepare(set, OptionsOf(c))
		}
		if err == nil {
			t.Errorf("%s is read:\n%s", tt.name, shown(set))
			continue
		}
		fmt.Fprintf(&b, "%s\n\t%s\n", tt.name, strings.ReplaceAll(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""), "\n", "\n\t"))
	}
	compare(t, "config.golden", b.String())
}

// Files of parts are those parts, and data.split cuts the training file for a part that has none.
func TestPartsThroughConfigs(t *testing.T) {
	files := map[string]string{"a.csv": sequences(20), "v.csv": sequences(4), "b.csv": sequences(5)}
	for keys, want := range map[string][]int{
		"csv: {train: a.csv, test: b.csv}":                                       {20, 0, 5},
		"csv: {train: a.csv, validation: v.csv, test: b.csv}":                    {20, 4, 5},
		"csv: {train: a.csv, test: b.csv}, split: {train: 0.8, validation: 0.2}": {16, 4, 5},
		"csv: {train: a.csv, test: b.csv}, split: {validation: 3}":               {17, 3, 5},
		"csv: {train: a.csv, validation: v.csv}, split: {train: 0.9}":            {18, 4, 2},
		"csv: {train: a.csv, validation: v.csv}, split: {test: 6}":               {14, 4, 6},
		"csv: {train: a.csv}, split: {train: 0.5, validation: 0.25}":             {10, 5, 5},
		"csv: {train: a.csv}": {20, 0, 0},
		"csv: a.csv":          {14, 3, 3},
		"csv: {train: a.csv, test: b.csv}, limit: 3":                                          {3, 0, 3},
		"csv: {train: a.csv, test: b.csv}, split: {train: 12, validation: 4}, missing: error": {12, 4, 5},
	} {
		c, _ := loaded(t, keys+", sequence: id, label: y, inputs: a", files)
		set, err := Open(c)
		if err != nil {
			t.Errorf("%s: %v", keys, err)
			continue
		}
		q, err := Prepare(set, OptionsOf(c))
		if err != nil {
			t.Errorf("%s: %v", keys, err)
			continue
		}
		if d := cmp.Diff(want, lengths(q)); d != "" {
			t.Errorf("%s (-want +got)\n%s", keys, d)
		}
		for _, name := range []string{"train", "validation", "test"} {
			if p := q.Part(name); p == nil || p.Name != name {
				t.Errorf("part %s is %+v", name, p)
			}
		}
		if j := Join(q.Train, q.Validation); j.Len() != want[0]+want[1] || q.Part("file") != nil {
			t.Errorf("%d sequences are in both", j.Len())
		}
	}
}

// What is left out is told: white space around names, sequences that are in no part, a separator that is no comma.
func TestNotes(t *testing.T) {
	c, _ := loaded(t, inLong+", split: {train: 2, validation: 1, test: 1}", map[string]string{"x.csv": "id; a;y\nu;1;2\n u ;2; 2\nv;3;3\nw;3;4\nx;3;4\nz;3;4\n"})
	set, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	q, err := Prepare(set, OptionsOf(c))
	if err != nil {
		t.Fatal(err)
	}
	notes := strings.Join(q.Notes, "\n")
	for _, want := range []string{"separated by semicolons", `" a" is read as "a"`, "data.split counts whole sequences: 1 sequence is in no part and left out"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes lack %q:\n%s", want, notes)
		}
	}
	if got := shown(set); !strings.Contains(got, "u [1 2] [2]") {
		t.Errorf("blanks around a name make another sequence:\n%s", got)
	}
}

// Another file is read by the names of the columns that the training has read, in whatever order they stand; to be scored its
// sequences need values, to be predicted not.
func TestOpenFileByNames(t *testing.T) {
	const swapped, unlabelled = "b,id,y,extra,a\n2,u,7,x,1\n", "b,id,a\n2,u,1\n"
	for _, tt := range []struct{ keys, text string }{{inLong, "id,a,b,y\nu,1,2,7\nv,3,4,8\nw,4,4,9\n"}, {inWide + ", sequence: id", "id,a,b,y\nu,1,2,7\nv,3,4,8\nw,4,4,9\n"}} {
		c, dir := loaded(t, tt.keys, map[string]string{"x.csv": tt.text, "swapped.csv": swapped, "unlabelled.csv": unlabelled})
		set, err := Open(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, bare := range []bool{false, true} {
			again, err := OpenFile(c, filepath.Join(dir, "swapped.csv"), set.Known(), bare)
			if err != nil {
				t.Fatal(err)
			}
			if q := again.Sequences[0]; !slices.Equal(q.X, []float64{1, 2}) || !slices.Equal(q.Values, []float64{7}) {
				t.Errorf("%s: got %v, %v", tt.keys, q.X, q.Values)
			}
		}
		if _, err := OpenFile(c, filepath.Join(dir, "unlabelled.csv"), set.Known(), false); err == nil || !strings.Contains(err.Error(), `no column "y" (data.label)`) {
			t.Errorf("a file without values is scored: %v", err)
		}
		again, err := OpenFile(c, filepath.Join(dir, "unlabelled.csv"), set.Known(), true)
		if err != nil {
			t.Fatal(err)
		}
		q, err := Prepare(set, OptionsOf(c))
		if err != nil {
			t.Fatal(err)
		}
		p, err := PrepareWith(again, q.Options, q.Scalers)
		if err != nil {
			t.Fatal(err)
		}
		if _, known := p.Test.Truth(0); p.Test.Len() != 1 || known[0] {
			t.Errorf("%s: a value that is not there is known", tt.keys)
		}
		var b data.Batch[float64]
		if data.Fill(p.Test, []int{0}, &b); b.Mask[0] != 0 {
			t.Errorf("%s: a value that is not there counts", tt.keys)
		}
	}
	c, dir := loaded(t, "synthetic: {kind: gestures}", map[string]string{"x.csv": swapped})
	if _, err := OpenFile(c, filepath.Join(dir, "x.csv"), Known{}, true); err == nil || !strings.Contains(err.Error(), "data.synthetic") {
		t.Errorf("a file is read as generated data: %v", err)
	}
}

// Gestures repeat by their seed; both halves of their value matter, and each can be read off the movement.
func TestGestures(t *testing.T) {
	const src = "task: regress\ndata: {synthetic: {kind: gestures, points: 300}}\n"
	q, again, other := preparedOf(t, src), preparedOf(t, src), preparedOf(t, src, "data.synthetic.seed=1")
	if bits(q.Train) != bits(again.Train) || bits(q.Train) == bits(other.Train) || q.Set.Hash == other.Set.Hash {
		t.Error("the gestures do not follow from the seed")
	}
	if d := cmp.Diff([]int{210, 45, 45}, lengths(q)); d != "" || q.Test.Index[0] != 255 {
		t.Errorf("the parts are in order (-want +got)\n%s", d)
	}
	var widths, pauses, values []float64
	for _, s := range q.Set.Sequences {
		first, second := lowest(s.X[:len(s.X)/4]), len(s.X)/2+lowest(s.X[len(s.X)/2:])
		pauses, values = append(pauses, float64(second-first)/150), append(values, s.Values[0])
		area, depth := 0.0, -s.X[first]
		for _, v := range s.X[max(0, first-12) : first+9] {
			area -= v
		}
		widths = append(widths, 10*area/depth/math.Sqrt(2*math.Pi)/150)
		if top := slices.Max(s.X); top < 0.75 || top > 1.3 {
			t.Errorf("a movement goes out to %v", top)
		}
	}
	both := make([]float64, len(values))
	for i := range both {
		both[i] = widths[i] + pauses[i]
	}
	w, p, all := correlation(widths, values), correlation(pauses, values), correlation(both, values)
	if w < 0.4 || p < 0.55 || all < 0.8 || all < max(w, p)+0.1 {
		t.Errorf("the width explains the value to %.2f, the pause to %.2f, both to %.2f", w, p, all)
	}
}

// lowest is the place of the least value.
func lowest(x []float64) (at int) {
	for i, v := range x {
		if v < x[at] {
			at = i
		}
	}
	return at
}

// correlation is Pearson's.
func correlation(a, b []float64) float64 {
	as, _ := data.FitScaler("standard", a, make([]bool, len(a)), 1)
	bs, _ := data.FitScaler("standard", b, make([]bool, len(b)), 1)
	sum := 0.0
	for i := range a {
		sum += (a[i] - as.Offset[0]) / as.Scale[0] * (b[i] - bs.Offset[0]) / bs.Scale[0]
	}
	return sum / float64(len(a))
}

// What reading will take is told before it is read: not less than what is then there, nor many times as much.
func TestMemoryToRead(t *testing.T) {
	var wide strings.Builder
	wide.WriteString("y" + strings.Repeat(",a", 200) + "\n")
	for i := range 500 {
		fmt.Fprint(&wide, i, strings.Repeat(",0.125", 200), "\n")
	}
	ts := "@targetLabel true\n@data\n" + strings.Repeat("0.1,0.2,0.3,0.4:0.1,0.2,0.3,0.4:7\n", 5000)
	for _, tt := range []struct{ keys, file, text string }{{inLong, "x.csv", sequences(4000)}, {"csv: x.csv, steps: 200, label: y", "x.csv", wide.String()}, {inTS, "x.ts", ts}} {
		if strings.Contains(tt.keys, "200") {
			tt.text = uniqueHeader(tt.text)
		}
		c, dir := loaded(t, tt.keys, map[string]string{tt.file: tt.text})
		c.Data.Inputs = map[string][]string{inLong: {"a"}}[tt.keys]
		reading, training, rows := MemoryToRead(c, "")
		set, err := Open(c)
		if err != nil {
			t.Fatal(err)
		}
		is := (&Prepared{Set: set}).Memory()
		if tt.keys == inLong {
			is -= int64(len(set.Sequences)) * bytesOfSequence // how many rows a sequence has can't be told
		}
		if training < is || training > 5*is || reading < training || rows < int64(len(set.Sequences)) {
			t.Errorf("%s: %d to read, %d to keep for %d rows, want %d or somewhat more", tt.keys, reading, training, rows, is)
		}
		if again, _, _ := MemoryToRead(c, filepath.Join(dir, tt.file)); again != reading {
			t.Errorf("%s: by its path %d, want %d", tt.keys, again, reading)
		}
	}
}

// uniqueHeader numbers the columns.
func uniqueHeader(text string) string {
	head, rest, _ := strings.Cut(text, "\n")
	names := strings.Split(head, ",")
	for i := range names[1:] {
		names[i+1] = fmt.Sprint("a", i)
	}
	return strings.Join(names, ",") + "\n" + rest
}

// compare holds text against a golden file.
func compare(t *testing.T, name, text string) {
	t.Helper()
	golden := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), text); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}
