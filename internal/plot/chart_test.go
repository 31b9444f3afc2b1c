package plot

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot/vg"
)

// everyKind is a sheet with all that can be drawn.
func everyKind() Sheet {
	nan := math.NaN()
	x := Index(0, 6)
	y := []float64{1, 2, nan, 4, 3, 5}
	return Grid("All <kinds> & marks", 2,
		OriginalPredicted(Chart{Title: "parts", XLabel: "step", YLabel: "value"}, x, y, x, Mark{1, "training"}, Mark{1.2, "validation"}, Mark{5, "test"}),
		LearningCurves(Chart{}, Curve{"lstm", [][]float64{{3, 2}, {4, 1}}, [][]float64{{5, 4}, {3, 2}}}, Curve{"gru", [][]float64{{1, 0.5}}, nil}),
		Forecast(Chart{TimeAxis: true}, x, y, []float64{6, 7}, []float64{5, 6}, Band{Name: "90%", X: []float64{6, 7}, Low: []float64{4, 3}, High: []float64{6, 9}}),
		ErrorByStep(Chart{}, []string{"gru", "naive"}, [][]float64{{1, 2}, {2, 3}}),
		Fan(Chart{Title: "fan"}, x, y, []float64{5, 6}, []float64{4, 5}, Band{Name: "90%", X: []float64{5, 6}, Low: []float64{4, 3}, High: []float64{6, 9}}),
		ErrorBySeries(Chart{}, "gru", []float64{1, 2, nan, 3}, "naive", []float64{2, 1, 1, 4}),
		Chart{Title: "empty"},
	)
}

// Losses below 0, as negative log-likelihoods may be, are drawn on an axis that has them.
func TestCurvesBelowZero(t *testing.T) {
	if c := LearningCurves(Chart{}, Curve{"gru", [][]float64{{1, 0.5}}, [][]float64{{0.4, -0.2}}}); c.LogY {
		t.Error("the axis is logarithmic")
	}
	if c := LearningCurves(Chart{}, Curve{"gru", [][]float64{{1, 0.5}}, [][]float64{{0.4, 0}}}); !c.LogY {
		t.Error("the axis is not logarithmic")
	}
}

func encode(t *testing.T, s Sheet, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Encode(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestEqualChartsGiveEqualBytes(t *testing.T) {
	for format, times := range map[string]int{"svg": 3, "png": 1} {
		sheet := func() Sheet {
			s := everyKind()
			if format == "png" {
				s.Charts = s.Charts[:2] // pixels take their time
			}
			return s
		}
		want := encode(t, sheet(), format)
		var wait sync.WaitGroup
		for range times {
			wait.Go(func() {
				var b bytes.Buffer
				if err := sheet().Encode(&b, format); err != nil || !bytes.Equal(b.Bytes(), want) {
					t.Errorf("%s: other bytes in the second drawing (error %v)", format, err)
				}
			})
		}
		wait.Wait()
	}
}

func TestSVGHasTitle(t *testing.T) {
	svg := string(encode(t, everyKind(), "svg"))
	if want := "<title>All &lt;kinds&gt; &amp; marks</title>"; !strings.Contains(svg, want) {
		t.Errorf("%s is missing", want)
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Error("a place that is not a number was drawn")
	}
}

// pixels counts the pixels of a colour inside the part of an image given in shares of its size.
func pixels(img image.Image, c color.NRGBA, x0, x1, y0, y1 float64) int {
	b, n := img.Bounds(), 0
	for y := int(y0 * float64(b.Dy())); y < int(y1*float64(b.Dy())); y++ {
		for x := int(x0 * float64(b.Dx())); x < int(x1*float64(b.Dx())); x++ {
			if color.NRGBAModel.Convert(img.At(x, y)) == c {
				n++
			}
		}
	}
	return n
}

func TestPicture(t *testing.T) {
	x := Index(0, 100)
	y := make([]float64, 100)
	for i := range y {
		y[i] = math.NaN()
		if i >= 75 {
			y[i] = 1
		}
	}
	y[0] = 0
	path := filepath.Join(t.TempDir(), "chart.PNG")
	if err := (Chart{Lines: []Line{{X: x, Y: y}}}).Write(path); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := img.Bounds().Size(), (image.Point{1707, 960}); got != want {
		t.Errorf("size %v, want %v", got, want)
	}
	if got := color.NRGBAModel.Convert(img.At(2, 2)); got != (color.NRGBA{255, 255, 255, 255}) {
		t.Errorf("background is %v, want white", got)
	}
	if n := pixels(img, palette[Blue], 0.7, 1, 0, 0.5); n < 500 {
		t.Errorf("%d blue pixels where the line is", n)
	}
	if n := pixels(img, palette[Blue], 0.1, 0.7, 0, 1); n != 0 {
		t.Errorf("%d blue pixels where the line is broken", n)
	}
	if n := pixels(img, palette[Blue], 0, 0.1, 0.5, 1); n < 20 {
		t.Errorf("%d blue pixels where a value stands alone, want a dot", n)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name, format string
		sheet        Sheet
		want         string
	}{
		{"format", "gif", Sheet{}, `plot: format "gif", want svg or png`},
		{"line", "svg", Sheet{Charts: []Chart{{Lines: []Line{{Name: "a", X: []float64{1}}}}}}, `plot: line 0 "a" has 1 places and 0 values, want as many`},
		{"band", "svg", Sheet{Charts: []Chart{{Bands: []Band{{Name: "b", X: []float64{1}, Low: []float64{1}}}}}}, `plot: band 0 "b" has 1 places, 1 low and 0 high values, want as many`},
	} {
		err := c.sheet.Encode(&bytes.Buffer{}, c.format)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
	if err := (Chart{}).Write("x.pdf"); err == nil || !strings.HasPrefix(err.Error(), "x.pdf: ") {
		t.Errorf("got %v, want an error that names the file", err)
	}
}

func TestInks(t *testing.T) {
	c := Chart{Lines: make([]Line, 8), Bands: []Band{{Name: "a"}, {Color: Black}}}
	for i := range c.Lines {
		c.Lines[i].Name = string(rune('a' + i))
	}
	lines, bands := c.inks()
	seen := map[string]bool{}
	for _, l := range lines {
		key := string([]byte{l.color.R, l.color.G, l.color.B, byte(len(l.dashes))})
		if seen[key] {
			t.Errorf("two of eight lines look the same")
		}
		seen[key] = true
	}
	want := palette[Blue]
	want.A = bandAlpha
	if bands[0].color != want {
		t.Errorf("band a is %v, want the colour of line a, %v", bands[0].color, want)
	}
}

func TestLegendStandsAboveTheFrame(t *testing.T) {
	c := Chart{Title: "t", Marks: []Mark{{1, "here"}}}
	for i := range 20 {
		c.Lines = append(c.Lines, Line{Name: strings.Repeat("name ", i%4+1), X: []float64{0, 2}, Y: []float64{0, 1}, Color: Color(i%8 + 1)})
	}
	p := newPanel(&c, vg.Rectangle{Max: vg.Point{X: 400, Y: 300}}, true)
	_, lefts, rows := legendPlaces(p.legend, 380)
	if rows < 3 {
		t.Fatalf("%d rows for 20 names", rows)
	}
	for i, e := range p.legend {
		if lefts[i]+e.width() > 380 {
			t.Errorf("%q ends at %v, beyond 380", e.name, lefts[i]+e.width())
		}
	}
	if free := p.box.Max.Y - p.frame().Max.Y; free < vg.Length(rows)*legendRow+labelRow+sizeTitle {
		t.Errorf("%v points above the frame for title, %d rows of names and a label", free, rows)
	}
}

func TestLabelsOfNearMarksHaveRowsOfTheirOwn(t *testing.T) {
	c := Chart{Lines: []Line{{X: []float64{0, 100}, Y: []float64{0, 1}}}, Marks: []Mark{{50, "validation"}, {51, "test"}, {90, "end"}, {200, "outside"}}}
	p := newPanel(&c, vg.Rectangle{Max: vg.Point{X: 640, Y: 360}}, true)
	rows := map[string]int{}
	for _, l := range p.labels {
		rows[l.mark.Label] = l.row
	}
	if d := cmp.Diff(map[string]int{"validation": 1, "test": 0, "end": 0}, rows); d != "" {
		t.Errorf("rows (-want +got)\n%s", d)
	}
}

func TestThinnedKeepsExtremes(t *testing.T) {
	points := make([]vg.Point, 10000)
	for i := range points {
		points[i] = vg.Point{X: vg.Length(i) / 100, Y: vg.Length(math.Sin(float64(i)))}
	}
	points[5003].Y, points[7001].Y = 9, -9
	got := thinned(points)
	if len(got) > 4*(100*perPoint+1) {
		t.Errorf("%d points left of 10000 on 100 points of width", len(got))
	}
	low, high := got[0], got[0]
	for i, p := range got {
		if i > 0 && p.X < got[i-1].X {
			t.Fatalf("point %d goes back", i)
		}
		if p.Y < low.Y {
			low = p
		}
		if p.Y > high.Y {
			high = p
		}
	}
	if high != points[5003] || low != points[7001] || got[0] != points[0] || got[len(got)-1] != points[9999] {
		t.Errorf("an extreme or an end was lost: low %v, high %v", low, high)
	}
	if few := thinned(points[:50]); len(few) != 50 {
		t.Errorf("%d of 50 points left", len(few))
	}
}

func TestSummary(t *testing.T) {
	nan := math.NaN()
	x, mean, low, high := summary([][]float64{{1, 2, 3, 4}, {3, 4, nan}, {5, 6}})
	type four struct{ X, Mean, Low, High []float64 }
	want := four{[]float64{1, 2, 3}, []float64{3, 4, 3}, []float64{1, 2, 3}, []float64{5, 6, 3}}
	if d := cmp.Diff(want, four{x, mean, low, high}); d != "" {
		t.Errorf("the fourth epoch was reached by one run of three (-want +got)\n%s", d)
	}
}

func TestForecastIsJoinedToTheLastKnownValue(t *testing.T) {
	c := Forecast(Chart{}, Index(0, 3), []float64{1, 2, math.NaN()}, []float64{3, 4}, []float64{5, 6})
	if d := cmp.Diff(Line{X: []float64{1, 3}, Y: []float64{2, 5}, Thin: true, Color: Blue}, c.Lines[0]); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// An axis whose length is no number is refused; drawing it never ended.
func TestValuesBeyondAnAxis(t *testing.T) {
	for _, far := range [][]float64{{1.6e308, -1.6e308, 0}, {1.6e308, 1.6e308, 1.6e308}, {0, -1.7e308, 1}} {
		c := Chart{Lines: []Line{{Name: "far", X: []float64{1, 2, 3}, Y: far}}}
		for _, format := range []string{"svg", "png"} {
			if err := c.Encode(io.Discard, format); err == nil || !strings.Contains(err.Error(), "can't be drawn") {
				t.Errorf("%v as %s: %v, want a refusal", far, format, err)
			}
		}
	}
}
