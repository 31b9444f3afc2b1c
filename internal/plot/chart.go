// Package plot draws the charts of recur: learning curves, original against predicted, forecasts, errors by step.
//
// A Chart is a plain value over slices; Write draws it as SVG or PNG with the canvases of gonum.org/v1/plot [1]. The layout
// is our own: the legend stands above the frame, so it can't cover what is drawn. Equal charts give equal bytes.
//
// [1] https://pkg.go.dev/gonum.org/v1/plot/vg
package plot

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Line is one curve. A NaN or an infinity in Y breaks it; a value that stands alone is drawn as a dot. A line without
// points appears in the legend only; one without a name on the chart only.
type Line struct {
	Name   string
	X, Y   []float64 // equally long; X in ascending order
	Dashed bool
	Thin   bool
	Dots   bool // a dot at every value
	Alone  bool // the dots alone, without a line between them; small ones where there are many
	Color  Color
}

// Band is the area between Low and High, drawn below the lines. A NaN in Low or High breaks it.
type Band struct {
	Name         string
	X, Low, High []float64 // equally long; X in ascending order
	Color        Color     // Auto: that of the line with the same name, if there is one
}

// Mark is a vertical line at X, such as the border of two parts, with a label to the right of its upper end.
type Mark struct {
	X     float64
	Label string
}

// Chart is one frame with its lines.
type Chart struct {
	Title, XLabel, YLabel string

	Lines []Line
	Bands []Band
	Marks []Mark
	Heat  *Heat // nil: there are lines

	TimeAxis bool // X is in seconds since 1970, as Seconds gives them
	LogY     bool // values that are not positive are left out
	ZeroY    bool // the axis starts at zero

	Width, Height float64 // in points (1/72 inch); 0: 640 × 360
}

const (
	defaultWidth  = 640
	defaultHeight = 360
	pngDPI        = 192
)

// Write draws the chart into a file; the extension, .svg or .png, says in which format.
func (c Chart) Write(path string) error { return Sheet{Charts: []Chart{c}}.Write(path) }

// Encode draws the chart as "svg" or "png".
func (c Chart) Encode(w io.Writer, format string) error {
	return Sheet{Charts: []Chart{c}}.Encode(w, format)
}

// Write draws the sheet into a file; the extension, .svg or .png, says in which format.
func (s Sheet) Write(path string) error {
	var b bytes.Buffer
	if err := s.Encode(&b, strings.ToLower(strings.TrimPrefix(filepath.Ext(path), "."))); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}

// Encode draws the sheet as "svg" or "png".
func (s Sheet) Encode(w io.Writer, format string) error {
	if err := s.check(); err != nil {
		return err
	}
	width, height := s.size()
	switch format {
	case "svg":
		canvas := vgsvg.New(width, height)
		s.draw(draw.New(canvas))
		return encodeSVG(w, canvas, s.name())
	case "png":
		canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(pngDPI))
		s.draw(draw.New(canvas))
		_, err := vgimg.PngCanvas{Canvas: canvas}.WriteTo(w)
		return err
	}
	return fmt.Errorf("plot: format %q, want svg or png", format)
}

// encodeSVG writes the picture with its title as text, for search and for screen readers.
func encodeSVG(w io.Writer, canvas *vgsvg.Canvas, title string) error {
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		return err
	}
	svg := b.String()
	if at := strings.Index(svg, "<g "); title != "" && at >= 0 {
		svg = svg[:at] + "<title>" + html.EscapeString(title) + "</title>\n" + svg[at:]
	}
	_, err := io.WriteString(w, svg)
	return err
}

// check finds what can't be drawn.
func (c *Chart) check() error {
	if c.Heat != nil {
		return c.Heat.check()
	}
	for i, l := range c.Lines {
		if len(l.X) != len(l.Y) {
			return fmt.Errorf("plot: line %d %q has %d places and %d values, want as many", i, l.Name, len(l.X), len(l.Y))
		}
	}
	for i, b := range c.Bands {
		if len(b.X) != len(b.Low) || len(b.X) != len(b.High) {
			return fmt.Errorf("plot: band %d %q has %d places, %d low and %d high values, want as many", i, b.Name, len(b.X), len(b.Low), len(b.High))
		}
	}
	x, y := c.extent()
	for _, s := range []span{x, y} {
		if !s.empty() && math.Max(-s.low, s.high) > largest {
			return fmt.Errorf("plot: values from %g to %g can't be drawn, those within ±%g can", s.low, s.high, float64(largest))
		}
	}
	return nil
}

// largest is how far an axis reaches: the length of one beyond it is no number, and drawing on it would not end.
const largest = 1e300

func (c *Chart) size() (width, height vg.Length) {
	width, height = defaultWidth, defaultHeight
	if c.Width > 0 {
		width = vg.Length(c.Width)
	}
	if c.Height > 0 {
		height = vg.Length(c.Height)
	}
	return width, height
}

// extent is the range of what can be drawn, on both axes.
func (c *Chart) extent() (x, y span) {
	if c.Heat != nil {
		return c.Heat.spans()
	}
	x, y = emptySpan(), emptySpan()
	add := func(px, py float64) {
		if finite(px) && finite(py) && (!c.LogY || py > 0) {
			x.add(px)
			y.add(py)
		}
	}
	for _, l := range c.Lines {
		for i := range l.X {
			add(l.X[i], l.Y[i])
		}
	}
	for _, b := range c.Bands {
		for i := range b.X {
			add(b.X[i], b.Low[i])
			add(b.X[i], b.High[i])
		}
	}
	if c.ZeroY && !c.LogY && !y.empty() {
		y.add(0)
	}
	return x, y
}

// wholeX says that every place is an integer, such as an index or an epoch.
func (c *Chart) wholeX() bool {
	whole := func(x []float64) bool {
		return !slices.ContainsFunc(x, func(v float64) bool { return v != math.Trunc(v) })
	}
	for _, l := range c.Lines {
		if !whole(l.X) {
			return false
		}
	}
	for _, b := range c.Bands {
		if !whole(b.X) {
			return false
		}
	}
	return true
}

// spans are the ranges of both axes: the extent with a little room.
func (c *Chart) spans() (x, y span) {
	if c.Heat != nil {
		return c.Heat.spans()
	}
	x, y = c.extent()
	if c.LogY {
		return x.widen(0.01), y.widenLog(0.05)
	}
	wide := y.widen(0.05)
	if c.ZeroY && y.low == 0 {
		wide.low = 0
	}
	return x.widen(0.01), wide
}
