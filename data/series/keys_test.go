package series

import (
	"strings"
	"testing"

	"recur/configs"
)

// keyed reads a file of testdata/cases or a text whose series are named by some columns.
func keyed(src []byte, series ...string) (*Dataset, error) {
	c := config(func(c *configs.Config) {
		c.Data.Time, c.Data.Targets, c.Data.Series = []string{"date"}, []string{"sales"}, series
	})
	if src == nil {
		return OpenCSV(c, "testdata/cases/twokeys.csv")
	}
	return parseCSV("a.csv", src, c)
}

// Several columns name the series together.
func TestSeveralKeys(t *testing.T) {
	d, err := keyed(nil, "store", "item")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for i := range d.Series {
		names[d.Series[i].Name] = d.Series[i].Rows(1)
	}
	if names["CA_1/milk"] == 0 || d.Series[0].Name != "CA_1/milk" || d.Series[0].Values[1] != 114.6 || d.Frequency.Name() != "month" {
		t.Errorf("series are %v, the step is %s", names, d.Frequency.Name())
	}
	if _, err := keyed([]byte("store,item,date,sales\na/b,c,2020-01,1\na,b/c,2020-02,2\n"), "store", "item"); err == nil ||
		!strings.Contains(err.Error(), `a.csv:3:1: two series would be called "a/b/c": "a/b", "c", and "a", "b/c"; write the / in one of the columns in another way`) {
		t.Errorf("two keys of one name: %v", err)
	}
	if _, err := keyed([]byte("store,item,date,sales\na,b/c,2020-01,1\nx,y,2020-01,1\na/b,c,2020-02,2\n"), "store", "item"); err == nil || !strings.Contains(err.Error(), "two series would be called") {
		t.Errorf("two keys of one name, far apart: %v", err)
	}
}

// Where columns that tell series apart are not named the message says which, and following it reads the file.
func TestAdviceOfKeys(t *testing.T) {
	for _, named := range [][]string{{"item"}, {"store"}, nil} {
		_, err := keyed(nil, named...)
		if err == nil {
			t.Fatalf("%v: no fault", named)
		}
		_, advice, ok := strings.Cut(strings.SplitN(err.Error(), "\n", 2)[0], "set data.series: [")
		if !ok {
			t.Fatalf("%v: %v", named, err)
		}
		advised := strings.Split(strings.TrimSuffix(strings.TrimSpace(advice), "]"), ", ")
		d, err := keyed(nil, advised...)
		if err != nil || len(advised) != 2 || len(d.Series) < 4 {
			t.Errorf("%v: %v: %v", named, advised, err)
		}
	}
}
