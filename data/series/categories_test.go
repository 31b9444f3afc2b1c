package series

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// named is a config of the columns y, x and f, which are amounts, w and g, which are names; f and g are known ahead.
func named(change func(*configs.Config)) *configs.Config {
	return global(func(c *configs.Config) {
		d := &c.Data
		d.Targets, d.Covariates, d.Future, d.Categorical = []string{"y"}, []string{"w", "x"}, []string{"g", "f"}, []string{"w", "g"}
		d.Missing = "forward"
		if change != nil {
			change(c)
		}
	})
}

// namedText is a file of n rows. w goes through the names of a season; in the last rows, those of the test part, it is
// another one. g is the parity of the row.
func namedText(n int, w func(row int) string) string {
	var b strings.Builder
	b.WriteString("y,x,w,f,g\n")
	for r := range n {
		fmt.Fprintf(&b, "%d,%d,%s,%d,%s\n", 10+r%4, r, w(r), 2*r, []string{"even", "odd"}[r%2])
	}
	return b.String()
}

func season(row int) string { return []string{"NW", "SE", "cv", "NW"}[row%4] }

func namedSet(t *testing.T, c *configs.Config, text string) *Dataset {
	t.Helper()
	d, err := parseCSV("test.csv", []byte(text), c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The names of the training rows, in the order of the alphabet, are known; a name of later rows alone has number 0. Amounts
// come before names whatever the order in the config.
func TestCategories(t *testing.T) {
	const n = 50
	w := func(r int) string {
		if r >= n-3 {
			return "calm"
		}
		return season(r)
	}
	c := named(nil)
	q := prepared(t, namedSet(t, c, namedText(n, w)), c)
	want := map[string][]string{"w": {"NW", "SE", "cv"}, "g": {"even", "odd"}}
	if diff := cmp.Diff(want, q.LocalState().Categories); diff != "" {
		t.Errorf("names (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff([]Category{{"w", 3, false}, {"g", 2, true}}, q.Categories()); diff != "" {
		t.Errorf("columns (-want +got)\n%s", diff)
	}
	const row = 6 // x, profile, covariate x, f, then w and g
	if q.Inputs != 4*row || q.Extra != 12+4+5*2 || q.AheadNames() != 5 {
		t.Fatalf("%d inputs, %d beside them, %d of them names", q.Inputs, q.Extra, q.AheadNames())
	}
	var b data.Batch[float64]
	for _, p := range []*Part{q.Train, q.Validation, q.Test} {
		data.Fill(p, all(p), &b)
		for i, window := range p.Windows {
			for at := range q.Steps {
				x := b.X[(at/4*b.N+i)*b.D+at%4*row:][:row]
				checkNames(t, x[4:], window.Start+at, w)
				if window.Start+at >= 0 && x[2] == 0 && x[3] == 0 {
					t.Fatalf("row %d has no amounts: %v", window.Start+at, x)
				}
			}
			z := b.Z[i*b.Extra:][:b.Extra]
			for h := range 5 {
				r := min(window.Start+q.Steps+h, n-1)
				if got, want := z[12+4+5+h], float64(1+r%2); got != want {
					t.Fatalf("%s: step %d of window %d has the name %g ahead, want %g", p.Name, h, i, got, want)
				}
			}
		}
	}
}

// checkNames compares the numbers of a row with those that its names have.
func checkNames(t *testing.T, got []float64, r int, w func(int) string) {
	t.Helper()
	want := []float64{0, 0} // padding
	if r >= 0 {
		want = []float64{float64(slices.Index([]string{"", "NW", "SE", "cv"}, w(r))), float64(1 + r%2)}
	}
	if w := max(want[0], 0); got[0] != w || got[1] != want[1] {
		t.Fatalf("row %d has the names %v, want %v", r, got, want)
	}
}

// A missing name is the last known one, and none before the first, under every policy but error, which says where it is.
func TestMissingNames(t *testing.T) {
	w := func(r int) string {
		if r < 2 || r == 20 || r == 21 {
			return "NA"
		}
		return season(r)
	}
	for _, policy := range []string{"forward", "interpolate", "seasonal"} {
		c := named(func(c *configs.Config) { c.Data.Missing = policy })
		q := prepared(t, namedSet(t, c, namedText(50, w)), c)
		for r, want := range map[int]float64{0: 0, 1: 0, 2: 3, 19: 1, 20: 1, 21: 1, 22: 3} {
			if got := q.Train.name(0, r, slices.Index(q.Set.Covariates, "w")+1); got != want {
				t.Errorf("%s: row %d has the name %g, want %g", policy, r, got, want)
			}
		}
	}
	c := named(func(c *configs.Config) { c.Data.Missing = "error" })
	_, err := parseCSV("test.csv", []byte(namedText(30, w)), c)
	if err == nil || !strings.Contains(err.Error(), `test.csv:2:6: column "w" has no value; set data.missing`) {
		t.Errorf("a missing name: %v", err)
	}
}

// Other files number names in another order; what a training fitted says which is which.
func TestNamesOfAnotherFile(t *testing.T) {
	c := named(nil)
	q := prepared(t, namedSet(t, c, namedText(50, season)), c)
	turned := func(r int) string { return []string{"cv", "new", "SE", "NW"}[r%4] }
	other, err := PrepareWith(namedSet(t, c, namedText(40, turned)), c, q.Fitted())
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range []float64{3, 0, 2, 1} {
		if got := other.Test.name(0, r, slices.Index(other.Set.Covariates, "w")+1); got != want {
			t.Errorf("%s is number %g, want %g", turned(r), got, want)
		}
	}
	column := other.Numbered(0)
	for r, want := range []float64{3, 0, 2, 1} {
		if got := column[r*5+2]; got != want { // y, x, w, f, g
			t.Errorf("a checkpoint keeps %g for %s, want %g", got, turned(r), want)
		}
	}
	f := q.Fitted()
	f.Local.Categories = nil
	if _, err := PrepareWith(namedSet(t, c, namedText(40, season)), c, f); err == nil || !strings.Contains(err.Error(), `"w" of data.categorical`) {
		t.Errorf("a training without names: %v", err)
	}
}

// Keep takes the names of another training with the rest.
func TestKeepNames(t *testing.T) {
	c := named(nil)
	q := prepared(t, namedSet(t, c, namedText(50, season)), c)
	f := q.Fitted()
	f.Local.Categories = map[string][]string{"w": {"SE"}, "g": {"odd", "even"}}
	q.Keep(f)
	for r, want := range []float64{0, 1, 0, 0} {
		if got := q.Train.name(0, r, 2); got != want {
			t.Errorf("row %d has the name %g, want %g", r, got, want)
		}
	}
}

// Too many names are a fault of the column.
func TestTooManyNames(t *testing.T) {
	c := named(nil)
	_, err := parseCSV("test.csv", []byte(namedText(maxNames+2, func(r int) string { return fmt.Sprint("n", r) })), c)
	if err == nil || !strings.Contains(err.Error(), `column "w" has more than 65536 different names`) {
		t.Errorf("got %v", err)
	}
}
