package series

import (
	"fmt"
	"slices"
	"testing"

	"recur/configs"
)

// onward is a set with further rows after its own, and Hz rows after these to forecast.
func onward(d *Dataset, further [][]float64, horizon int) *Dataset {
	out := *d
	out.Series = nil
	for s := range d.Series {
		one := d.Series[s]
		one.Values, one.Missing = slices.Concat(one.Values, further[s]), slices.Concat(one.Missing, make([]bool, len(further[s])))
		for range horizon {
			one.Values, one.Missing = append(one.Values, one.Values[len(one.Values)-1]), append(one.Missing, true)
		}
		out.Series = append(out.Series, one)
	}
	return &out
}

// A part that was continued is, bit by bit, the one that TailPart makes of all rows; and it is continued as long as it can be.
func TestContinue(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*configs.Config)
		blocks int // that it can be continued by
		value  func(block, s, h int) float64
	}{
		{"log", nil, 30, func(b, s, h int) float64 { return 3 + float64((7*b+3*h+s)%11)/5 }},
		{"raw", func(c *configs.Config) { c.Data.Transform = "none" }, 30, func(b, s, h int) float64 { return float64((7*b+3*h+s)%11) - 4 }},
		{"odd season", func(c *configs.Config) { c.Data.Season = []int{7} }, 30, func(b, s, h int) float64 { return 3 + float64((7*b+3*h+s)%11)/5 }},
		{"long season", func(c *configs.Config) { c.Data.Season = []int{24} }, 30, func(b, s, h int) float64 { return 3 + float64((7*b+3*h+s)%11)/5 }},
		{"no profile", func(c *configs.Config) { c.Data.Profile = false }, 30, func(b, s, h int) float64 { return 3 + float64((7*b+3*h+s)%11)/5 }},
		{"scaled", variants["scaled"], 30, func(b, s, h int) float64 { return 3 + float64((7*b+3*h+s)%11)/5 }},
		{"mask", variants["interpolated, mask"], 30, func(b, s, h int) float64 { return 3 + float64((7*b+3*h+s)%11)/5 }},
		{"log of zeros", nil, 2, func(b, s, h int) float64 { return float64(max(0, 2-b)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := global(c.change)
			d := seasonalSet(rng(5), []int{40, 25, 31}, 4, 0, 0)
			q := prepared(t, d, config)
			further := make([][]float64, len(d.Series))
			part, err := TailPart(onward(d, further, q.Horizon), config, q.Fitted())
			if err != nil {
				t.Fatal(err)
			}
			for b := range 30 {
				next := make([][]float64, len(further))
				for s := range further {
					for h := range q.Horizon {
						next[s] = append(next[s], c.value(b, s, h))
					}
				}
				if ok := part.Continue(next); ok != (b < c.blocks) {
					t.Fatalf("block %d: continued %t", b, ok)
				} else if !ok {
					break
				}
				for s := range further {
					further[s] = append(further[s], next[s]...)
				}
				fresh, err := TailPart(onward(d, further, q.Horizon), config, q.Fitted())
				if err != nil {
					t.Fatal(err)
				}
				sameInputs(t, fresh, part, fresh.from)
				if t.Failed() {
					t.Fatalf("after block %d", b)
				}
			}
		})
	}
}

// What can't be continued in place says so and stays as it was.
func TestContinueSaysWhereItCannot(t *testing.T) {
	for name, set := range map[string]*Dataset{"gaps": seasonalSet(rng(5), []int{40}, 4, 0, 0.3), "covariates": seasonalSet(rng(5), []int{40}, 4, 1, 0)} {
		config := global(nil)
		config.Data.Covariates = set.Covariates
		q := prepared(t, set, config)
		tail := onward(set, make([][]float64, 1), 0)
		for range q.Horizon * set.Columns() {
			tail.Series[0].Values, tail.Series[0].Missing = append(tail.Series[0].Values, 1), append(tail.Series[0].Missing, true)
		}
		part, err := TailPart(tail, config, q.Fitted())
		if err != nil {
			t.Fatal(err)
		}
		before := fmt.Sprint(part.Windows, part.from, part.to)
		if part.Continue([][]float64{make([]float64, q.Horizon)}) || fmt.Sprint(part.Windows, part.from, part.to) != before {
			t.Errorf("%s: it was continued", name)
		}
	}
}
