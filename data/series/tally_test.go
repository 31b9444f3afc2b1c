package series

import (
	"fmt"
	"strings"
	"testing"

	"recur/configs"
)

// ending is a panel of monthly series, each of which ends so many months before the last.
func ending(t *testing.T, early ...int) *Dataset {
	t.Helper()
	var b strings.Builder
	b.WriteString("time,shop,kind,y\n")
	for s, e := range early {
		for i := range 60 - e {
			fmt.Fprintf(&b, "%d-%02d-01,s%d,k%d,%d\n", 2015+i/12, i%12+1, s, s%2, i%7+s)
		}
	}
	return namedSet(t, panelConfig(t), b.String())
}

func panelConfig(t *testing.T) *configs.Config {
	t.Helper()
	c, err := configs.Parse("x.yaml", []byte("data: {csv: test.csv, time: time, series: shop, targets: [y], covariates: [kind], categorical: [kind], window: 12, horizon: 6}\nrecipe: global\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestStaleSeriesAreTold(t *testing.T) {
	for _, one := range []struct {
		early []int
		want  string
	}{
		{[]int{0, 0, 0, 0}, ""},
		{[]int{0, 0, 6, 0}, ""}, // its forecast reaches the others' last row
		{[]int{0, 0, 7, 0}, `1 series ended long before the others, which go on to 2019-12-01: series "s2" (2019-05-01)`},
		{[]int{30, 0, 20, 0, 0, 0, 20, 40, 0, 0, 20}, `5 series ended long before the others, which go on to 2019-12-01: series "s10" (2018-04-01), series "s0" (2017-06-01), series "s7" (2016-08-01), and 2 more`},
		{[]int{0, 10, 20, 30, 40}, ""}, // most end somewhere else: there are no "others"
	} {
		set := ending(t, one.early...)
		var whole, blocks Tally
		whole.Add(set, 6)
		for s := len(set.Series) - 1; s >= 0; s-- {
			b := *set
			b.Series = set.Series[s : s+1]
			blocks.Add(&b, 6)
		}
		got := strings.Join(whole.Notes(), "\n")
		if one.want == "" && got != "" || !strings.Contains(got, one.want) {
			t.Errorf("%v: got %q, want %q", one.early, got, one.want)
		}
		if other := strings.Join(blocks.Notes(), "\n"); other != got {
			t.Errorf("%v: block by block %q, at once %q", one.early, other, got)
		}
	}
}

func TestUnseenNamesAreTold(t *testing.T) {
	c := panelConfig(t)
	q, err := Prepare(ending(t, 0, 0), c)
	if err != nil {
		t.Fatal(err)
	}
	if has(q.Notes, "training rows") {
		t.Errorf("the training's own names are told as unseen: %q", q.Notes)
	}
	fitted := q.Fitted()
	other, err := PrepareWith(ending(t, 0, 0, 0), q.Config, fitted)
	if err != nil {
		t.Fatal(err)
	}
	if has(other.Notes, "zeros") {
		t.Errorf("known names are told as unseen: %q", other.Notes)
	}
	set := ending(t, 0, 0, 0)
	set.Names["kind"] = []string{set.Names["kind"][0], "new"}
	if other, err = PrepareWith(set, q.Config, fitted); err != nil {
		t.Fatal(err)
	}
	if want := `test.csv: "kind" has names that stand in none of the training rows, which the network reads as zeros: "new" (60 rows of 1 series)`; !has(other.Notes, want) {
		t.Errorf("got %q, want %q", other.Notes, want)
	}
}

func has(notes []string, part string) bool {
	return strings.Contains(strings.Join(notes, "\n"), part)
}

func TestShortSeriesAreNamed(t *testing.T) {
	c := panelConfig(t)
	q, err := Prepare(ending(t, 0, 0, 0, 54), c)
	if err != nil {
		t.Fatal(err)
	}
	if want := `train part: 1 series is too short for a window: series "s3" (6 rows)`; !has(q.Notes, want) {
		t.Errorf("got %q, want %q", q.Notes, want)
	}
}
