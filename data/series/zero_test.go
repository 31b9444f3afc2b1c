package series

import (
	"math"
	"strings"
	"testing"

	"recur/configs"
)

func sold(missing string) (*Dataset, error) {
	return OpenCSV(config(func(c *configs.Config) {
		c.Data.Time, c.Data.Targets, c.Data.Series, c.Data.Missing = []string{"date"}, []string{"units"}, []string{"item"}, missing
	}), "testdata/cases/sold1.csv")
}

// Where no row means that nothing was sold, the message about the gap names zero, and following it gives the true mean, 0.99 a day, of
// values that all count.
func TestNothingSoldIsZero(t *testing.T) {
	_, err := sold("error")
	if err == nil || !strings.Contains(err.Error(), "or to zero where no row means 0") {
		t.Fatalf("the fault is %v", err)
	}
	d, err := sold("zero")
	if err != nil {
		t.Fatal(err)
	}
	sum, n, end := 0.0, 0, ""
	for i := range d.Series {
		s := &d.Series[i]
		for at, v := range s.Values {
			if sum, n = sum+v, n+1; s.Missing[at] {
				t.Fatalf("%s: row %d is no target", s.Name, at)
			}
		}
		last := s.Labels[len(s.Labels)-1]
		if end = max(end, last); last != end {
			t.Errorf("%s ends on %s, others on %s", s.Name, last, end)
		}
	}
	if mean := sum / float64(n); math.Abs(mean-0.99) > 0.02 {
		t.Errorf("the mean is %g, want about 0.99", mean)
	}
}

// Zeros are put in between, behind, and for empty fields of targets; not for other columns, nor for rows ahead.
func TestZeroIsForTargets(t *testing.T) {
	c := config(func(c *configs.Config) {
		c.Data.Time, c.Data.Targets, c.Data.Series, c.Data.Missing = []string{"date"}, []string{"y"}, []string{"s"}, "zero"
		c.Data.Future = []string{"price"}
	})
	d, err := parseCSV("a.csv", []byte("s,date,y,price\na,2020-01-01,5,2\na,2020-01-04,,3\na,2020-01-05,6,\nb,2020-01-01,4,9\nb,2020-01-02,3,9\na,2020-01-06,,7\n"), c)
	if err != nil {
		t.Fatal(err)
	}
	a, b := d.Series[0], d.Series[1]
	want := []float64{5, 2, 0, 2, 0, 2, 0, 3, 6, 3}
	for i, v := range want {
		if a.Values[i] != v || i%2 == 0 && a.Missing[i] {
			t.Errorf("a: %v, want %v and more", a.Values, want)
			break
		}
	}
	if a.Ahead != 1 || !a.Missing[10] {
		t.Errorf("a has %d rows ahead, missing %v", a.Ahead, a.Missing)
	}
	if got := b.Rows(2); got != 5 || b.Values[8] != 0 || b.Missing[8] || b.Values[9] != 9 {
		t.Errorf("b has %d rows: %v %v, want zeros up to the last time stamp", got, b.Values, b.Missing)
	}
	if joined := strings.Join(d.Notes, "\n"); !strings.Contains(joined, "put in as 0, because data.missing is zero") {
		t.Errorf("notes: %s", joined)
	}
}
