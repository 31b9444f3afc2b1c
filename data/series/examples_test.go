package series

import (
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
)

// The estimate of memory counts what is there: doubling the rows about doubles it, gaps and float64 cost more.
func TestBytes(t *testing.T) {
	size := func(rows int, gaps float64, dtype string) int64 {
		d := &Dataset{Name: "r", Targets: []string{"value"}, Series: []Series{{Values: make([]float64, rows), Missing: make([]bool, rows)}}}
		for i := range rows {
			d.Series[0].Values[i] = float64(i % 10)
			d.Series[0].Missing[i] = gaps > 0 && i%10 == 9
		}
		return prepared(t, d, config(func(c *configs.Config) { c.Data.Missing, c.Model.DType = "forward", dtype })).Memory()
	}
	one := size(1000, 0, "float32")
	if two := size(2000, 0, "float32"); one < 1000*(9+4) || float64(two) < 1.9*float64(one) {
		t.Errorf("1000 rows take %d bytes, 2000 %d", one, two)
	}
	if size(1000, 0.1, "float32") <= one || size(1000, 0, "float64") <= one {
		t.Error("gaps and float64 take no more memory")
	}
}

func TestQuotedIsCut(t *testing.T) {
	if got := data.Quoted(strings.Repeat("ä", 30)); got != `"`+strings.Repeat("ä", 20)+`"…` {
		t.Errorf("got %s", got)
	}
}

func TestShortPath(t *testing.T) {
	inside, err := filepath.Abs("testdata/x.csv")
	if err != nil {
		t.Fatal(err)
	}
	outside, _ := filepath.Abs("../x.csv")
	for path, want := range map[string]string{inside: filepath.Join("testdata", "x.csv"), outside: outside, "a/b.csv": "a/b.csv"} {
		if got := data.ShortPath(path); got != want {
			t.Errorf("%s is shown as %s, want %s", path, got, want)
		}
	}
}
