package series

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
		"builtin:sunspot": "builtin:co2, builtin:spares, builtin:sunspots",
		"testdata":        "is a directory",
		"testdata/none":   "no such file",
		os.DevNull:        "is a device, which may never end",
	} {
		_, err := OpenCSV(config(nil), path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
