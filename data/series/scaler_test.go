package series

import (
	"errors"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
)

func TestScalers(t *testing.T) {
	values := []float64{1, 5, 10, 2, 5, -99, 3, 5, 20, 6, 5, 30}
	missing := []bool{false, false, false, false, false, true, false, false, false, false, false, false}
	for _, test := range []struct {
		kind          string
		offset, scale [3]float64
		flat          []int
	}{
		{"none", [3]float64{}, [3]float64{1, 1, 1}, nil},
		{"minmax", [3]float64{1, 5, 10}, [3]float64{5, 1, 20}, []int{1}},
		{"standard", [3]float64{3, 5, 20}, [3]float64{math.Sqrt(3.5), 1, math.Sqrt(200.0 / 3)}, []int{1}},
	} {
		s, flat := data.FitScaler(test.kind, values, missing, 3)
		for c := range 3 {
			if math.Abs(s.Offset[c]-test.offset[c]) > 1e-12 || math.Abs(s.Scale[c]-test.scale[c]) > 1e-12 {
				t.Errorf("%s, column %d: offset %g, scale %g, want %g, %g", test.kind, c, s.Offset[c], s.Scale[c], test.offset[c], test.scale[c])
			}
		}
		if len(flat) != len(test.flat) {
			t.Errorf("%s: columns without spread are %v, want %v", test.kind, flat, test.flat)
		}
	}
}

// Large offsets cost no digits: the deviation of 1e9 + small values is that of the small values.
func TestScalerLargeOffset(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	small, large := make([]float64, 1000), make([]float64, 1000)
	for i := range small {
		small[i] = math.Round(r.NormFloat64()*1024) / 1024
		large[i] = small[i] + 1e9
	}
	a, _ := data.FitScaler("standard", small, make([]bool, 1000), 1)
	b, _ := data.FitScaler("standard", large, make([]bool, 1000), 1)
	if math.Abs(a.Scale[0]-b.Scale[0]) > 1e-6 {
		t.Errorf("deviations %g and %g", a.Scale[0], b.Scale[0])
	}
}

// Values whose squares are no numbers any more have a deviation all the same; where there is none, that is a fault.
func TestScalerExtremes(t *testing.T) {
	for _, unit := range []float64{1e-300, 1e-170, 1e160, 1e300} {
		s, flat := data.FitScaler("standard", []float64{1 * unit, 3 * unit}, make([]bool, 2), 1)
		if len(flat) > 0 || math.Abs(s.Scale[0]/unit-1) > 1e-12 || math.Abs(s.Offset[0]/unit-2) > 1e-12 {
			t.Errorf("in units of %g: offset %g, scale %g, flat %v, want 2 and 1 units", unit, s.Offset[0], s.Scale[0], flat)
		}
	}
}

// Targets whose squares are no numbers are refused, called what they are, and what the message advises is prepared. As
// covariates, which nothing squares, they are scaled like any other column.
func TestColumnsBeyondTheirSquares(t *testing.T) {
	factor := regexp.MustCompile(`multiply its values by (1e-?[0-9]+)`)
	for _, unit := range []float64{1e-310, 1e-200, 1e200, 1e300, 1.5e308} {
		for _, kind := range []string{"standard", "minmax", "none"} {
			for _, recipe := range []string{"plain", "global"} {
				c := config(func(c *configs.Config) { c.Data.Scale, c.Model.DType, c.Recipe = kind, "float64", recipe })
				column := func(by float64) []float64 {
					v := make([]float64, 60)
					for i := range v {
						v[i] = by * float64(1-i%2*2) * float64(1+i%5) / 5
					}
					return v
				}
				_, err := Prepare(oneColumn(column(unit)), c)
				var e *data.Error
				if !errors.As(err, &e) || strings.Contains(err.Error(), "one value") || factor.FindStringSubmatch(err.Error()) == nil {
					t.Errorf("%g, %s, %s: got %v, want an Error with a factor", unit, kind, recipe, err)
					continue
				}
				by, _ := strconv.ParseFloat(factor.FindStringSubmatch(err.Error())[1], 64)
				if _, err := Prepare(oneColumn(column(unit*by)), c); err != nil {
					t.Errorf("%g, %s, %s: multiplied by %g: %v", unit, kind, recipe, by, err)
				}
				set := oneColumn(column(1))
				set.Covariates, set.Series[0].Values, set.Series[0].Missing = []string{"x"}, nil, make([]bool, 120)
				for i, x := range column(unit) {
					set.Series[0].Values = append(set.Series[0].Values, column(1)[i], x)
				}
				if kind == "none" && recipe == "plain" || unit > 1e300 {
					continue // as they are, or a range beyond all numbers
				}
				q, err := Prepare(set, c)
				if err != nil {
					t.Errorf("%g, %s, %s, a covariate: %v", unit, kind, recipe, err)
					continue
				}
				var b data.Batch[float64]
				data.Fill(q.Train, []int{0, 1, 2}, &b)
				most := 0.0
				for i := 1; i < len(b.X); i += b.D { // the covariate follows the target
					most = max(most, math.Abs(b.X[i]))
				}
				if !(most >= 0.5 && most <= 3) {
					t.Errorf("%g, %s, %s: the largest of the covariate is %g once scaled, want about 1", unit, kind, recipe, most)
				}
			}
		}
	}
}

// oneColumn is a set of one unnamed series with one target.
func oneColumn(values []float64) *Dataset {
	return &Dataset{Name: "wide.csv", Targets: []string{"v"}, Series: []Series{{Values: values, Missing: make([]bool, len(values))}}}
}

func TestNaiveScale(t *testing.T) {
	values := []float64{1, 3, 2, 7, 7}
	none := make([]bool, 5)
	for _, test := range []struct {
		m       int
		missing []bool
		want    float64
	}{
		{1, none, (2 + 1 + 5 + 0) / 4.0}, {2, none, (1 + 4 + 5) / 3.0}, {5, none, 0},
		{1, []bool{false, false, true, false, false}, 1},
	} {
		if got := data.NaiveScale(values, test.missing, 0, 1, test.m); math.Abs(got-test.want) > 1e-15 {
			t.Errorf("m %d, missing %v: %g, want %g", test.m, test.missing, got, test.want)
		}
	}
}

// A constant series is prepared, with a word about it, and restores to its value.
func TestConstantSeries(t *testing.T) {
	d := &Dataset{Name: "flat", Targets: []string{"value"}, Series: []Series{{Values: make([]float64, 60), Missing: make([]bool, 60)}}}
	for i := range 60 {
		d.Series[0].Values[i] = 7
	}
	for _, kind := range []string{"standard", "minmax", "none"} {
		q := prepared(t, d, config(func(c *configs.Config) { c.Data.Scale = kind }))
		out := make([]float64, 2)
		q.Test.Restore(0, q.Test.ScaledTruth(0), out)
		if out[0] != 7 || q.NaiveScale[0][0] != 0 {
			t.Errorf("%s: restored to %g, naive scale %g", kind, out[0], q.NaiveScale[0][0])
		}
		if noted := len(q.Notes) == 1 && strings.Contains(q.Notes[0], `column "value" has one value, 7`); noted != (kind != "none") {
			t.Errorf("%s: notes are %q", kind, q.Notes)
		}
	}
}
