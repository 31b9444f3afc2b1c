package plot

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// margin is the white space around a chart, labelRow the height of a row of labels of marks.
const (
	margin   vg.Length = 10
	labelRow vg.Length = sizeTick + 3
)

// panel is one chart being laid out in a box. left, bottom, top and right are the distances from the box to the frame.
type panel struct {
	chart                    *Chart
	box                      vg.Rectangle
	left, bottom, top, right vg.Length
	x, y                     span
	xTicks, yTicks           []tick
	legend                   []entry
	labels                   []markLabel
	labelRows                int
}

// markLabel is the label of a mark and its row above the frame, counted from the frame.
type markLabel struct {
	mark Mark
	row  int
}

func newPanel(c *Chart, box vg.Rectangle, legend bool) panel {
	p := panel{chart: c, box: box}
	p.x, p.y = c.spans()
	size := box.Size()
	p.yTicks = p.ticksY(int(size.Y / 48))
	p.left = margin + widest(p.yTicks) + 6
	if c.YLabel != "" {
		p.left += sizeLabel + 5
	}
	p.bottom = margin + sizeTick + 5
	if c.XLabel != "" {
		p.bottom += sizeLabel + 6
	}
	p.right = margin + 6
	p.xTicks = p.ticksX(size.X - p.left - p.right)
	p.top = margin
	if c.Title != "" {
		p.top += p.titleSize() + 4
	}
	if legend {
		p.legend = c.legend()
		p.top += legendHeight(p.legend, size.X-2*margin)
	}
	p.placeLabels(size.X - p.left - p.right)
	p.top += vg.Length(p.labelRows)*labelRow + 4
	return p
}

// titleSize is smaller in small charts.
func (p *panel) titleSize() vg.Length {
	if p.box.Size().X < 400 {
		return sizeLabel
	}
	return sizeTitle
}

func widest(ts []tick) vg.Length {
	w := vg.Length(0)
	for _, t := range ts {
		w = max(w, regular().width(t.label, sizeTick))
	}
	return w
}

func (p *panel) ticksY(n int) []tick {
	if h := p.chart.Heat; h != nil {
		return thinTicks(ticksOf(h.Rows, true), p.box.Size().Y*0.8, sizeTick+2)
	}
	n = min(max(n, 3), 8)
	if p.chart.LogY {
		return logTicks(p.y, n)
	}
	return linearTicks(p.y, n, false)
}

// ticksX takes as many ticks as their labels leave room for.
func (p *panel) ticksX(width vg.Length) []tick {
	if h := p.chart.Heat; h != nil {
		ts := ticksOf(h.Columns, false)
		return thinTicks(ts, width, widest(ts)+8)
	}
	whole := p.chart.wholeX()
	for n := 10; ; n-- {
		ts := linearTicks(p.x, n, whole)
		if p.chart.TimeAxis {
			ts = timeTicks(p.x, n)
		}
		if n <= 2 || vg.Length(len(ts))*(widest(ts)+20) <= width {
			return ts
		}
	}
}

// placeLabels puts labels that would run into the next one on a row above it, from right to left, so that no mark runs
// through a label.
func (p *panel) placeLabels(width vg.Length) {
	var starts []vg.Length // of each row
	marks := slices.Clone(p.chart.Marks)
	slices.SortStableFunc(marks, func(a, b Mark) int { return cmp.Compare(b.X, a.X) })
	for _, m := range marks {
		if m.Label == "" || !p.shows(m) {
			continue
		}
		from := vg.Length((m.X-p.x.low)/(p.x.high-p.x.low)) * width
		to, row := from+regular().width(m.Label, sizeTick)+10, 0
		for row < len(starts) && starts[row] < to {
			row++
		}
		if row == len(starts) {
			starts = append(starts, 0)
		}
		starts[row] = from
		p.labels = append(p.labels, markLabel{m, row})
	}
	p.labelRows = len(starts)
}

func (p *panel) shows(m Mark) bool { return m.X >= p.x.low && m.X <= p.x.high }

// frame is the rectangle that the axes enclose.
func (p *panel) frame() vg.Rectangle {
	return vg.Rectangle{
		Min: vg.Point{X: p.box.Min.X + p.left, Y: p.box.Min.Y + p.bottom},
		Max: vg.Point{X: p.box.Max.X - p.right, Y: p.box.Max.Y - p.top},
	}
}

// place is the point of the canvas for a value.
func (p *panel) place(x, y float64) vg.Point {
	f := p.frame()
	sx, sy := (x-p.x.low)/(p.x.high-p.x.low), (y-p.y.low)/(p.y.high-p.y.low)
	if p.chart.LogY {
		low, high := math.Log(p.y.low), math.Log(p.y.high)
		sy = (math.Log(math.Max(y, p.y.low)) - low) / (high - low)
	}
	return vg.Point{X: f.Min.X + vg.Length(sx)*f.Size().X, Y: f.Min.Y + vg.Length(sy)*f.Size().Y}
}

func (p *panel) draw(c draw.Canvas) {
	if p.chart.Heat != nil {
		p.drawHeat(c)
	}
	p.drawGrid(c)
	lines, bands := p.chart.inks()
	for i, b := range p.chart.Bands {
		p.drawBand(c, b, bands[i])
	}
	p.drawMarks(c)
	for i, l := range p.chart.Lines {
		p.drawLine(c, l, lines[i])
	}
	p.drawFrame(c)
	p.drawTexts(c)
}

func (p *panel) drawGrid(c draw.Canvas) {
	f, style := p.frame(), draw.LineStyle{Color: inkGrid, Width: widthGrid}
	for _, t := range p.yTicks {
		y := p.place(p.x.low, t.value).Y
		if p.chart.Heat == nil {
			c.StrokeLine2(style, f.Min.X, y, f.Max.X, y)
		}
		put(c, regular(), t.label, sizeTick, inkSoft, vg.Point{X: f.Min.X - 5, Y: y - sizeTick*0.35}, end)
	}
	for _, t := range p.xTicks {
		x := p.place(t.value, p.y.high).X
		if p.chart.Heat == nil {
			c.StrokeLine2(style, x, f.Min.Y, x, f.Max.Y)
		}
		c.StrokeLine2(draw.LineStyle{Color: inkFrame, Width: widthFrame}, x, f.Min.Y, x, f.Min.Y-3)
		put(c, regular(), t.label, sizeTick, inkSoft, vg.Point{X: p.inside(t.label, x), Y: f.Min.Y - sizeTick - 4}, middle)
	}
}

// inside moves the middle of a label so that it does not leave the box.
func (p *panel) inside(label string, x vg.Length) vg.Length {
	half := regular().width(label, sizeTick) / 2
	return max(p.box.Min.X+half+1, min(x, p.box.Max.X-half-1))
}

func (p *panel) drawFrame(c draw.Canvas) {
	f, style := p.frame(), draw.LineStyle{Color: inkFrame, Width: widthFrame}
	c.StrokeLine2(style, f.Min.X, f.Min.Y, f.Max.X, f.Min.Y)
	c.StrokeLine2(style, f.Min.X, f.Min.Y, f.Min.X, f.Max.Y)
}

func (p *panel) drawMarks(c draw.Canvas) {
	f, style := p.frame(), draw.LineStyle{Color: palette[Gray], Width: widthFrame, Dashes: []vg.Length{3, 2.5}}
	for _, m := range p.chart.Marks {
		if p.shows(m) {
			x := p.place(m.X, p.y.high).X
			c.StrokeLine2(style, x, f.Min.Y, x, f.Max.Y+4)
		}
	}
	for _, l := range p.labels {
		x, y := p.place(l.mark.X, p.y.high).X, f.Max.Y+5+vg.Length(l.row)*labelRow
		c.StrokeLine2(style, x, f.Max.Y+4, x, y+sizeTick-3)
		x = min(x+3, p.box.Max.X-regular().width(l.mark.Label, sizeTick)-2)
		put(c, regular(), l.mark.Label, sizeTick, inkSoft, vg.Point{X: x, Y: y}, start)
	}
}

func (p *panel) drawTexts(c draw.Canvas) {
	f, y := p.frame(), p.box.Max.Y-margin
	left, width := p.box.Min.X+margin, p.box.Size().X-2*margin
	if t := p.chart.Title; t != "" {
		size := p.titleSize()
		y -= size - 3
		put(c, bold(), shorten(bold(), t, size, width), size, inkText, vg.Point{X: left, Y: y}, start)
		y -= 7
	}
	if len(p.legend) > 0 {
		drawLegend(c, p.legend, left, y, width)
	}
	middleX, middleY := (f.Min.X+f.Max.X)/2, (f.Min.Y+f.Max.Y)/2
	put(c, regular(), shorten(regular(), p.chart.XLabel, sizeLabel, f.Size().X), sizeLabel, inkText, vg.Point{X: middleX, Y: p.box.Min.Y + margin}, middle)
	label := shorten(regular(), p.chart.YLabel, sizeLabel, f.Size().Y)
	putUpright(c, regular(), label, sizeLabel, inkText, vg.Point{X: p.box.Min.X + margin + sizeLabel - 3, Y: middleY})
	if _, ySpan := p.chart.extent(); ySpan.empty() {
		put(c, regular(), "no values", sizeLabel, inkSoft, vg.Point{X: middleX, Y: middleY}, middle)
	}
}
