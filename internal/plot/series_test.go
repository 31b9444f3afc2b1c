package plot

import (
	"bytes"
	"image/png"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestErrorBySeries(t *testing.T) {
	own := []float64{3, 1, math.NaN(), 5, 2}
	other := []float64{4, 1.5, 1, 2, math.Inf(1)}
	c := ErrorBySeries(Chart{}, "gru", own, "theta", other)
	dots, line := c.Lines[0], c.Lines[1]
	if want := []float64{1, 5, 3}; !slices.Equal(dots.Y, want) || !dots.Alone {
		t.Errorf("dots are %v, want %v, by the error of the other method", dots.Y, want)
	}
	if want := []float64{1.5, 2, 4}; !slices.Equal(line.Y, want) || line.Alone {
		t.Errorf("the line is %v, want %v", line.Y, want)
	}
	if want := "gru (lower on 67% of 3 series)"; dots.Name != want {
		t.Errorf("the legend says %q, want %q", dots.Name, want)
	}
	if c := ErrorBySeries(Chart{}, "gru", nil, "theta", nil); c.Lines[0].Name != "gru" {
		t.Errorf("without series the legend says %q", c.Lines[0].Name)
	}
}

func TestRanks(t *testing.T) {
	if d := cmp.Diff([]int{0, 1, 2}, ranks(3)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	all := ranks(100_000)
	if len(all) != largestRanks || all[0] != 0 || all[len(all)-1] != 99_999 || !slices.IsSorted(all) {
		t.Errorf("%d of 100,000 from %d to %d, want %d over all of them", len(all), all[0], all[len(all)-1], largestRanks)
	}
}

// Dots alone have no line between them; with a line there is one.
func TestAlone(t *testing.T) {
	count := func(alone bool) int {
		var b bytes.Buffer
		c := Chart{Lines: []Line{{X: []float64{0, 10}, Y: []float64{1, 1}, Dots: true, Alone: alone}}}
		if err := c.Encode(&b, "png"); err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		return pixels(img, palette[Blue], 0.3, 0.7, 0, 1)
	}
	if alone, joined := count(true), count(false); alone != 0 || joined < 500 {
		t.Errorf("%d pixels between dots alone and %d between joined ones, want 0 and many", alone, joined)
	}
}

// The fan nests its intervals in the order in which they come, and says forecast where there are none.
func TestFan(t *testing.T) {
	x, y, ahead := Index(0, 4), []float64{1, 2, 3, 4}, Index(2, 2)
	wide, narrow := Band{Name: "95%", X: ahead, Low: y[:2], High: y[2:]}, Band{Name: "80%", X: ahead, Low: y[:2], High: y[2:]}
	c := Fan(Chart{}, x, y, ahead, y[2:], wide, narrow)
	var names []string
	for _, e := range c.legend() {
		names = append(names, e.name)
	}
	if d := cmp.Diff([]string{"original", "median", "95%", "80%"}, names); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if c = Fan(Chart{}, x, y, ahead, y[2:]); c.Lines[1].Name != "forecast" || len(c.Bands) != 0 {
		t.Errorf("without intervals: %q, %d bands", c.Lines[1].Name, len(c.Bands))
	}
}
