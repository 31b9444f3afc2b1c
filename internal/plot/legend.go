package plot

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// entry is one name of the legend with its sample.
type entry struct {
	name string
	ink  ink
	band int // for a band: 1 + the bands of its colour it lies upon; else 0
	dots bool
	bare bool // no line between the dots
}

func (e entry) equal(o entry) bool {
	return e.name == o.name && e.band == o.band && e.dots == o.dots && e.bare == o.bare && e.ink.color == o.ink.color &&
		e.ink.width == o.ink.width && slices.Equal(e.ink.dashes, o.ink.dashes)
}

// legend lists lines and bands with a name, each name and look once. A chart with a single name needs none.
func (c *Chart) legend() []entry {
	lines, bands := c.inks()
	var entries []entry
	add := func(e entry) {
		if e.name != "" && !slices.ContainsFunc(entries, e.equal) {
			entries = append(entries, e)
		}
	}
	for i, l := range c.Lines {
		add(entry{name: l.Name, ink: lines[i], dots: l.Dots || l.Alone, bare: l.Alone})
	}
	depth := map[color.NRGBA]int{}
	for i, b := range c.Bands {
		if b.Name != "" {
			depth[bands[i].color]++
			add(entry{name: b.Name, ink: bands[i], band: depth[bands[i].color]})
		}
	}
	if len(entries) < 2 {
		return nil
	}
	return entries
}

const (
	legendSample vg.Length = 22
	legendGap    vg.Length = 16
	legendRow    vg.Length = sizeTick + 5
)

func (e entry) width() vg.Length { return legendSample + 5 + regular().width(e.name, sizeTick) }

// legendPlaces gives each entry its row and its distance from the left.
func legendPlaces(entries []entry, width vg.Length) (rows []int, lefts []vg.Length, count int) {
	x, row := vg.Length(0), 0
	for _, e := range entries {
		if x > 0 && x+e.width() > width {
			x, row = 0, row+1
		}
		rows, lefts = append(rows, row), append(lefts, x)
		x += e.width() + legendGap
	}
	if len(entries) == 0 {
		return nil, nil, 0
	}
	return rows, lefts, row + 1
}

func legendHeight(entries []entry, width vg.Length) vg.Length {
	_, _, rows := legendPlaces(entries, width)
	return vg.Length(rows) * legendRow
}

// drawLegend writes the entries in rows from the upper left corner.
func drawLegend(c draw.Canvas, entries []entry, left, top, width vg.Length) {
	rows, lefts, _ := legendPlaces(entries, width)
	for i, e := range entries {
		x, base := left+lefts[i], top-vg.Length(rows[i])*legendRow-sizeTick+1
		y := base + sizeTick*0.35
		for range e.band {
			c.FillPolygon(e.ink.color, []vg.Point{{X: x, Y: y - 4}, {X: x + legendSample, Y: y - 4}, {X: x + legendSample, Y: y + 4}, {X: x, Y: y + 4}})
		}
		if e.band == 0 {
			if !e.bare {
				c.StrokeLine2(e.ink.style(), x, y, x+legendSample, y)
			}
			if e.dots {
				drawDot(c, e.ink, vg.Point{X: x + legendSample/2, Y: y})
			}
		}
		name := shorten(regular(), e.name, sizeTick, width-legendSample-5)
		put(c, regular(), name, sizeTick, inkText, vg.Point{X: x + legendSample + 5, Y: base}, start)
	}
}
