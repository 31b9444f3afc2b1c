package data

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// The same three rows in every way that people write them.
func TestDialects(t *testing.T) {
	for name, src := range map[string]string{
		"plain":           "date,value\n2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e2\n",
		"no last newline": "date,value\n2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e2",
		"byte-order mark": "\ufeffdate,value\n2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e2\n",
		"mark and quotes": "\ufeff\"date\",\"value\"\n2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e2\n",
		"CRLF":            "date,value\r\n2020-01-01,1.5\r\n2020-01-02,-2\r\n2020-01-03,3e2\r\n",
		"semicolons":      "date;value\n2020-01-01;1.5\n2020-01-02;-2\n2020-01-03;3e2\n",
		"tabs":            "date\tvalue\n2020-01-01\t1.5\n2020-01-02\t-2\n2020-01-03\t3e2\n",
		"quotes":          "\"date\",\"value\"\n\"2020-01-01\",\"1.5\"\n\"2020-01-02\",\"-2\"\n\"2020-01-03\",\"3e2\"\n",
		"blanks":          "date , value\n2020-01-01 , 1.5\n 2020-01-02, -2 \n2020-01-03,3e2 \n",
		"more columns":    "id,value,note,date\n1,1.5,\"a, b\",2020-01-01\n2,-2,\"two\nlines\",2020-01-02\n3,3e2,x,2020-01-03\n",
		"empty end":       "date,value\n2020-01-01,1.5\n2020-01-02,-2\n2020-01-03,3e2\n\n\r\n\n",
		"signs":           "date,value\n2020-01-01,+1.50\n2020-01-02,-2.\n2020-01-03,300\n",
	} {
		d, err := parseCSV("t.csv", []byte(src), csvConfig(t, ""))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := Series{Labels: []string{"2020-01-01", "2020-01-02", "2020-01-03"}, Values: []float64{1.5, -2, 300}, Missing: make([]bool, 3)}
		got := d.Series[0]
		got.Time = nil
		if diff := cmp.Diff(want, got); diff != "" || len(d.Series) != 1 {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		told := slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, "separated by") })
		if told != (name == "semicolons" || name == "tabs") {
			t.Errorf("%s: notes are %q", name, d.Notes)
		}
	}
}

// Rows of series may lie between each other, and series may have different lengths; columns that are not named may hold
// anything.
func TestLongForm(t *testing.T) {
	src := "step,shop,note,price,sales\n1,b,x,5,10\n1,a,,6,20\n2,a,NaN,6.5,21\n2,b,1,5.5,11\n3,a,y,7,22\n"
	c := csvConfig(t, "time=step series=shop targets=sales covariates=price")
	d, err := parseCSV("t.csv", []byte(src), c)
	if err != nil {
		t.Fatal(err)
	}
	want := []Series{
		{Name: "b", Labels: []string{"1", "2"}, Numbers: []float64{1, 2}, Values: []float64{10, 5, 11, 5.5}, Missing: make([]bool, 4)},
		{Name: "a", Labels: []string{"1", "2", "3"}, Numbers: []float64{1, 2, 3}, Values: []float64{20, 6, 21, 6.5, 22, 7}, Missing: make([]bool, 6)},
	}
	if diff := cmp.Diff(want, d.Series); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMissingValues(t *testing.T) {
	src := "date,value\n2020-01-01,1\n2020-01-02,\n2020-01-03,NA\n2020-01-04,4\n2020-01-05,-999.0\n"
	for policy, want := range map[string][]float64{"interpolate": {1, 2, 3, 4, 4}, "forward": {1, 1, 1, 4, 4}} {
		c := csvConfig(t, "missing="+policy+" missing_values=,NA,-999")
		d, err := parseCSV("t.csv", []byte(src), c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, d.Series[0].Values); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", policy, diff)
		}
		if diff := cmp.Diff([]bool{false, true, true, false, true}, d.Series[0].Missing); diff != "" {
			t.Errorf("%s: missing (-want +got)\n%s", policy, diff)
		}
	}
}

// Under a policy that fills, the rows of a gap are put in as missing ones, with labels, and it is said.
func TestGapsPutIn(t *testing.T) {
	src := "step,s,value\n1,a,10\n2,a,20\n5,a,50\n6,a,60\n1,b,1\n2,b,2\n3,b,3\n"
	c := csvConfig(t, "time=step series=s missing=interpolate")
	d, err := parseCSV("t.csv", []byte(src), c)
	if err != nil {
		t.Fatal(err)
	}
	want := Series{Name: "a", Labels: []string{"1", "2", "3", "4", "5", "6"}, Numbers: []float64{1, 2, 3, 4, 5, 6},
		Values: []float64{10, 20, 30, 40, 50, 60}, Missing: []bool{false, false, true, true, false, false}}
	if diff := cmp.Diff(want, d.Series[0]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "2 rows of gaps are put in") {
		t.Errorf("notes are %q", d.Notes)
	}
}

func TestOpenErrors(t *testing.T) {
	for path, want := range map[string]string{
		"builtin:sunspot": "builtin:co2, builtin:sunspots",
		"testdata":        "is a directory",
		"testdata/none":   "no such file",
	} {
		_, err := OpenCSV(config(nil), path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

// FuzzCSV reads anything without a panic; what is read has the shape that its columns say, and prepares or fails cleanly.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"date,value\n2020-01-01,1\n2020-01-02,2\n", "date;value\r\n01.02.2020;1\r\n", "\ufeffdate\tvalue\n1\t2\n3\t\n",
		"date,value,s\n1,2,a\n2,3,a\n1,5,b\n", "date,value\n\"a\n", "date,value\n1,2\n\n2,3\n", "date,value\n2020Q1,1\n2020Q2,NA\n2020Q4,4\n",
		"date,value\n2020-01-31,1\n2020-02-29,2\n2020-03-31,3\n", "date,value\n9223372036854775807,1\n-9223372036854775808,2\n",
		"date,value\n0001-01-01,1\n9999-12-31,2\n", "date,value\n1e-300,1\n2e-300,2\n3e300,3\n",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, src []byte, fill bool) {
		c := config(func(c *configs.Config) {
			c.Data.Time = []string{"date"}
			c.Data.Window, c.Data.Horizon = 1, 1
			if fill {
				c.Data.Missing = "interpolate"
			}
		})
		d, err := parseCSV("fuzz.csv", src, c)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" || !strings.HasPrefix(err.Error(), "fuzz.csv") {
				t.Fatalf("the error %q does not name the file", err)
			}
			return
		}
		for i := range d.Series {
			s := &d.Series[i]
			n := s.Rows(1)
			if n == 0 || len(s.Missing) != n || len(s.Labels) != n || len(s.Time)+len(s.Numbers) != n {
				t.Fatalf("series %d has %d values, %d missing, %d labels, %d times, %d numbers", i, n, len(s.Missing), len(s.Labels), len(s.Time), len(s.Numbers))
			}
			LabelAfter(s.Labels[n-1], d.Frequency.String(), 3)
		}
		q, err := Prepare(d, c)
		if err != nil || q.Train.Len() == 0 {
			return
		}
		var b Batch[float32]
		Fill(q.Train, []int{q.Train.Len() - 1}, &b)
	})
}

// FuzzFrequency: what is read is written the same way again.
func FuzzFrequency(f *testing.F) {
	for _, s := range []string{"month (2006-01)", "2 weeks", "15m0s", "0.5", "quarter end (2006-01-02)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseFrequency(text)
		if err != nil {
			return
		}
		b, err := ParseFrequency(a.String())
		if err != nil || a.String() != b.String() {
			t.Fatalf("%q is %q, read again as %q, %v", text, a, b, err)
		}
		LabelAfter("2020-01-31", text, 5)
	})
}
