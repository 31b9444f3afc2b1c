package series

import (
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
)

// readGlobal reads text with columns s, t, y, x, f, h.
func readGlobal(t *testing.T, text string, change func(*configs.Config)) (*Dataset, error) {
	t.Helper()
	return parseCSV("test.csv", []byte(text), global(func(c *configs.Config) {
		c.Data.Series, c.Data.Targets, c.Data.Covariates, c.Data.Future = []string{"s"}, []string{"y"}, []string{"x"}, []string{"f"}
		c.Data.HorizonColumn, c.Data.Missing = "h", "error"
		if change != nil {
			change(c)
		}
	}))
}

// Rows at the end that hold covariates known ahead alone are no rows of the series and no missing values.
func TestRowsAhead(t *testing.T) {
	d, err := readGlobal(t, "s,y,x,f,h\na,1,10,100,3\na,2,20,200,\na,,,300,3\na,,,400,3\nb,5,50,500,2\nb,6,60,600,2\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	a, b := &d.Series[0], &d.Series[1]
	if a.Ahead != 2 || a.Rows(3) != 2 || b.Ahead != 0 || b.Rows(3) != 2 || d.Rows() != 4 {
		t.Errorf("series a: %d ahead of %d rows, b: %d of %d", a.Ahead, a.Rows(3), b.Ahead, b.Rows(3))
	}
	if a.Horizon != 3 || b.Horizon != 2 {
		t.Errorf("horizons %d and %d, want 3 and 2", a.Horizon, b.Horizon)
	}
	if a.Values[11] != 400 || a.Missing[11] || !a.Missing[9] || !a.Missing[10] {
		t.Errorf("the last row is %v, missing %v", a.Values[9:], a.Missing[9:])
	}
}

func TestAheadErrors(t *testing.T) {
	for text, want := range map[string]string{
		"s,y,x,f,h\na,1,10,100,3\na,,20,200,3\na,3,30,300,3\n":                 `test.csv:3:3: column "y" has no value`,
		"s,y,x,f,h\na,1,10,100,3\na,2,,200,3\n":                                `test.csv:3:5: column "x" has no value`,
		"s,y,x,f,h\na,1,10,100,3\na,,,,3\n":                                    `test.csv:3:5: column "f" has no value`,
		"s,y,x,f,h\na,1,10,100,6\n":                                            `test.csv:2:12: column "h" is 6, want a whole number from 1 to data.horizon, which is 5`,
		"s,y,x,f,h\na,1,10,100,1.5\n":                                          `column "h" is 1.5, want a whole number`,
		"s,y,x,f,h\na,1,10,100,x\n":                                            `column "h" is "x"`,
		"s,y,x,f,h\na,1,10,100,3\na,1,10,100,4\n":                              `column "h" is 4 and was 3 in an earlier row in series "a"`,
		"s,y,x,f\na,1,10,100\n":                                                `no column "h" (data.horizon_column)`,
		"s,y,x,h\na,1,10,3\n":                                                  `no column "f" (data.future_covariates)`,
		"s,y,x,f,h\na,,,100,3\n" /* one row stays, whatever it lacks */ :       `column "y" has no value`,
		"s,y,x,f,h\na,1,10,oops,3\n":                                           `column "f" is "oops"`,
		"s,y,x,f,h\nb,,1,2,3\na,1,10,100,3\na,,,200,3\nb,4,4,4,3\nb,,,300,3\n": `test.csv:2:3: column "y" has no value`,
	} {
		_, err := readGlobal(t, text, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
		if err != nil && strings.Count(err.Error(), "\n") > 1 {
			t.Errorf("%q: more faults than there are: %v", text, err)
		}
	}
}

// Series with shorter horizons have shorter parts, and no targets beyond their horizon.
func TestHorizons(t *testing.T) {
	d := seasonalSet(rng(5), []int{40, 40, 40}, 4, 0, 0)
	d.Series[1].Horizon, d.Series[2].Horizon = 2, 1
	q := prepared(t, d, global(nil))
	for s, h := range []int{5, 2, 1} {
		for _, p := range []*Part{q.Validation, q.Test} {
			if from, to := p.Rows(s); to-from != h {
				t.Errorf("the %s part of series %d has %d rows, want %d", p.Name, s, to-from, h)
			}
			_, known := p.Truth(s)
			for step, k := range known {
				if k != (step < h) {
					t.Errorf("series %d, step %d: known is %t", s, step, k)
				}
			}
		}
	}
	var b data.Batch[float64]
	data.Fill(q.Train, all(q.Train), &b)
	for i, w := range q.Train.Windows {
		for step := range 5 {
			from, to := q.Train.Rows(w.Series)
			row := w.Start + 12 + step
			if want := row >= from && row < to && step < q.horizonOf(w.Series); (b.Mask[i*5+step] == 1) != want {
				t.Fatalf("window %d of series %d, step %d: mask %g", i, w.Series, step, b.Mask[i*5+step])
			}
		}
	}
	if q.Test.Len() != 3 {
		t.Errorf("%d test windows, want one a series", q.Test.Len())
	}
}

// Rows at the end without a target are what is to be forecast: they are told of as such, whatever else they hold, and each advice leads to series
// that end before them.
func TestRowsWithoutTarget(t *testing.T) {
	const known = "s,y,x,f\na,1,10,100\na,2,20,200\na,3,30,300\n"
	without := func(c *configs.Config) { c.Data.HorizonColumn, c.Data.Future = "", nil }
	only := func(c *configs.Config) { without(c); c.Data.Covariates = nil }
	ahead := func(c *configs.Config) { only(c); c.Data.Future = []string{"f"} }
	for _, test := range []struct {
		rows, want string
		set, after func(*configs.Config)
		drop       bool
	}{
		{"a,,,\na,,,\n", `test.csv:5:3: rows 5 to 6 have no target in series "a": drop them, or name the columns that are known ahead in data.future_covariates`, only, only, true},
		{"a,,,400\na,,,500\n", `test.csv:5:3: rows 5 to 6 have no target in series "a": drop them, or name`, only, ahead, false},
		{"a,,,\n", `test.csv:5:3: row 5 has no target in series "a": drop them, or name`, only, only, true},
		{"a,,40,400\na,,50,500\n", `rows 5 to 6 have no target in series "a": drop them, or leave column "x" empty there, which is not known ahead (data.covariates)`, func(c *configs.Config) { c.Data.HorizonColumn = "" }, func(c *configs.Config) { c.Data.HorizonColumn = "" }, true},
		{"a,,,400\nb,1,1,1\na,,,500\n", `the last 2 rows, from 5 on, have no target in series "a"`, only, ahead, false},
	} {
		_, err := readGlobal(t, known+test.rows, test.set)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "has no value") {
			t.Errorf("%q: got %v, want %q", test.rows, err, test.want)
		}
		text := known + test.rows
		if test.drop {
			text = known
		}
		d, err := readGlobal(t, text, test.after)
		if err != nil || d.Series[0].Rows(d.Columns()) != 3 {
			t.Errorf("%q: after the advice %v", test.rows, err)
		}
	}
}
