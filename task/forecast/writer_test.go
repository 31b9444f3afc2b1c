package forecast

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"testing"
)

// awkward are numbers that few digits spoil: a meter, a small change of a large level, the largest and the least.
var awkward = []float64{12345679189.119, 12345679189.12, 1000000000.0001, 0.1 + 0.2, 1e-7, 5e-324, math.MaxFloat64, 1e21, 123456789012345680, -0.0625, 0, 1.0 / 3}

// Every number of a CSV, of intervals too, is the shortest text that reads back as the same, and JSON has the same text.
func TestForecastsKeepEveryDigit(t *testing.T) {
	head := Head{Targets: []string{"kwh"}, Intervals: []string{"80"}}
	one := Series{Values: map[string][]float64{"kwh": awkward}, Intervals: map[string]map[string]Interval{"80": {"kwh": {awkward, awkward}}}}
	for i := range awkward {
		one.Times = append(one.Times, strconv.Itoa(i))
	}
	rows := written(t, head, one)
	for i, v := range awkward {
		for _, text := range rows[1+i][1:] {
			if back, err := strconv.ParseFloat(text, 64); err != nil || back != v {
				t.Errorf("%v is written %s, which reads back as %v, %v", v, text, back, err)
			}
			if short := strconv.FormatFloat(v, 'e', -1, 64); len(short) < len(text) && math.Abs(v) >= 1e21 {
				t.Errorf("%v is written %s, %s is shorter", v, text, short)
			}
		}
		if j, _ := json.Marshal(v); math.Abs(v) < 1e21 && math.Abs(v) >= 1e-6 && string(j) != rows[1+i][1] {
			t.Errorf("%v is %s in JSON and %s in CSV", v, j, rows[1+i][1])
		}
	}
}

// Every column has a name of its own, whatever targets are called.
func TestHeadersAreDistinct(t *testing.T) {
	for _, test := range []struct {
		targets []string
		want    []string
	}{
		{[]string{"y"}, []string{"series", "time", "y", "lower_80", "upper_80"}},
		{[]string{"time"}, []string{"series", "time_stamp", "time", "lower_80", "upper_80"}},
		{[]string{"series"}, []string{"series_name", "time", "series", "lower_80", "upper_80"}},
		{[]string{"lower_80"}, []string{"series", "time", "lower_80", "lower_80_lower_80", "upper_80"}},
		{[]string{"time", "time_stamp"}, []string{"series", "time_2", "time", "time_lower_80", "time_upper_80", "time_stamp", "time_stamp_lower_80", "time_stamp_upper_80"}},
	} {
		one := Series{Series: "a", Values: map[string][]float64{}, Intervals: map[string]map[string]Interval{"80": {}}}
		for _, target := range test.targets {
			one.Values[target] = nil
			one.Intervals["80"][target] = Interval{}
		}
		if got := written(t, Head{Targets: test.targets, Intervals: []string{"80"}}, one)[0]; !slices.Equal(got, test.want) {
			t.Errorf("targets %q: the header is %q, want %q", test.targets, got, test.want)
		}
	}
}

// written is the CSV of one series, field by field.
func written(t *testing.T, head Head, one Series) [][]string {
	t.Helper()
	var b bytes.Buffer
	w := NewCSV(&b, false)
	rows, err := w.Format(one)
	if begun := w.Begin(head); begun != nil || err != nil {
		t.Fatal(begun, err)
	}
	if rows, err = w.Format(one); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// The mean stands beside its median, in a column of its own name, and in JSON under its target.
func TestMeansAreWritten(t *testing.T) {
	one := Series{Times: []string{"1"}, Values: map[string][]float64{"y": {0}, "y_mean": {5}}, Mean: map[string][]float64{"y": {1.25}, "y_mean": {6}},
		Intervals: map[string]map[string]Interval{"80": {"y": {[]float64{0}, []float64{3}}, "y_mean": {[]float64{4}, []float64{7}}}}}
	rows := written(t, Head{Targets: []string{"y", "y_mean"}, Intervals: []string{"80"}, Means: true}, one)
	for i, want := range [][]string{
		{"time", "y", "y_mean_2", "y_lower_80", "y_upper_80", "y_mean", "y_mean_mean", "y_mean_lower_80", "y_mean_upper_80"},
		{"1", "0", "1.25", "0", "3", "5", "6", "4", "7"},
	} {
		if !slices.Equal(rows[i], want) {
			t.Errorf("row %d is %q, want %q", i, rows[i], want)
		}
	}
	if b, _ := json.Marshal(one); !bytes.Contains(b, []byte(`"mean":{"y":[1.25],"y_mean":[6]}`)) {
		t.Errorf("JSON is %s", b)
	}
}
