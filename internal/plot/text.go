package plot

import (
	"image/color"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/vg"
)

// Text is drawn as outlines, in SVG too, so that a picture looks the same where the font is not installed.

type face struct {
	font  *sfnt.Font
	units fixed.Int26_6 // of the em square
}

var (
	regular = sync.OnceValue(func() face { return parse(goregular.TTF) })
	bold    = sync.OnceValue(func() face { return parse(gobold.TTF) })
)

func parse(ttf []byte) face {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		panic("plot: embedded font: " + err.Error()) // the bytes are part of the binary
	}
	return face{font: f, units: fixed.I(int(f.UnitsPerEm()))}
}

// scale turns font units in 26.6 fixed point to points at a size.
func (f face) scale(size vg.Length) vg.Length { return size / vg.Length(f.units) }

// width is the advance of s in points.
func (f face) width(s string, size vg.Length) vg.Length {
	var w fixed.Int26_6
	f.glyphs(s, func(_ sfnt.GlyphIndex, x fixed.Int26_6, advance fixed.Int26_6) { w = x + advance })
	return vg.Length(w) * f.scale(size)
}

// glyphs calls yield with each glyph of s, its place and its advance in font units.
func (f face) glyphs(s string, yield func(g sfnt.GlyphIndex, x, advance fixed.Int26_6)) {
	var (
		buf  sfnt.Buffer
		x    fixed.Int26_6
		prev sfnt.GlyphIndex
	)
	for i, r := range s {
		g, err := f.font.GlyphIndex(&buf, r)
		if err != nil {
			continue
		}
		if i > 0 {
			if k, err := f.font.Kern(&buf, prev, g, f.units, font.HintingNone); err == nil {
				x += k
			}
		}
		advance, err := f.font.GlyphAdvance(&buf, g, f.units, font.HintingNone)
		if err != nil {
			continue
		}
		yield(g, x, advance)
		x, prev = x+advance, g
	}
}

// outline is the path of s with its baseline starting at p; upright turns it a quarter counter-clockwise.
func (f face) outline(s string, size vg.Length, p vg.Point, upright bool) vg.Path {
	var (
		path vg.Path
		buf  sfnt.Buffer
		k    = f.scale(size)
	)
	f.glyphs(s, func(g sfnt.GlyphIndex, x0, _ fixed.Int26_6) {
		segments, err := f.font.LoadGlyph(&buf, g, f.units, nil)
		if err != nil {
			return
		}
		at := func(q fixed.Point26_6) vg.Point {
			x, y := vg.Length(q.X+x0)*k, -vg.Length(q.Y)*k
			if upright {
				x, y = -y, x
			}
			return vg.Point{X: p.X + x, Y: p.Y + y}
		}
		for i, s := range segments {
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				if i > 0 {
					path.Close()
				}
				path.Move(at(s.Args[0]))
			case sfnt.SegmentOpLineTo:
				path.Line(at(s.Args[0]))
			case sfnt.SegmentOpQuadTo:
				path.QuadTo(at(s.Args[0]), at(s.Args[1]))
			case sfnt.SegmentOpCubeTo:
				path.CubeTo(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
			}
		}
		if len(segments) > 0 {
			path.Close()
		}
	})
	return path
}

// align says which point of the text lies at the given place: 0 its start, 0.5 its middle, 1 its end.
type align float64

const (
	start  align = 0
	middle align = 0.5
	end    align = 1
)

// put writes s with its baseline at p.
func put(c vg.Canvas, f face, s string, size vg.Length, ink color.Color, p vg.Point, a align) {
	if strings.TrimSpace(s) == "" {
		return
	}
	p.X -= f.width(s, size) * vg.Length(a)
	c.SetColor(ink)
	c.Fill(f.outline(s, size, p, false))
}

// putUpright writes s turned a quarter counter-clockwise, its baseline at p, centred there.
func putUpright(c vg.Canvas, f face, s string, size vg.Length, ink color.Color, p vg.Point) {
	if strings.TrimSpace(s) == "" {
		return
	}
	p.Y -= f.width(s, size) / 2
	c.SetColor(ink)
	c.Fill(f.outline(s, size, p, true))
}

// shorten cuts s to a width and ends it with an ellipsis.
func shorten(f face, s string, size, width vg.Length) string {
	if f.width(s, size) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && f.width(string(r)+"…", size) > width {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "…"
}
