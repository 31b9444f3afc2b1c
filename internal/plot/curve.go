package plot

import (
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// perPoint is how many places of a line are kept in one point of width: a line with more is thinned to the lowest and
// highest value of each place, which looks the same and keeps files of long series small.
const perPoint = 2

// drawLine strokes the runs of finite values.
func (p *panel) drawLine(c draw.Canvas, l Line, k ink) {
	if vg.Length(len(l.X)) > 3*p.frame().Size().X {
		k.width /= 2 // dense lines would run into one area
	}
	if l.Alone {
		p.drawDots(c, l, k)
		return
	}
	for _, run := range p.runs(l.X, l.Y) {
		points := make([]vg.Point, len(run))
		for i, at := range run {
			points[i] = p.place(l.X[at], l.Y[at])
		}
		if !l.Dots || len(points) > 1 {
			stroke(c, k, thinned(points))
		}
		if l.Dots || len(points) == 1 {
			for _, q := range points {
				drawDot(c, k, q)
			}
		}
	}
}

// perStroke is how many points of a line are stroked at once: the rasteriser's time grows with the square of what a
// stroke crosses in one row of pixels.
const perStroke = 128

// stroke draws a polyline piece by piece; dashes go on from piece to piece.
func stroke(c draw.Canvas, k ink, points []vg.Point) {
	style := k.style()
	for from := 0; from < len(points)-1; from += perStroke {
		piece := points[from:min(from+perStroke+1, len(points))]
		c.StrokeLines(style, piece)
		for i := 1; i < len(piece) && style.Dashes != nil; i++ {
			style.DashOffs += vg.Length(math.Hypot(float64(piece[i].X-piece[i-1].X), float64(piece[i].Y-piece[i-1].Y)))
		}
	}
}

// manyDots is from how many dots on they are drawn smaller and let through what lies below.
const manyDots = 300

// drawDots draws the values without a line.
func (p *panel) drawDots(c draw.Canvas, l Line, k ink) {
	if len(l.X) > manyDots {
		k.width, k.color.A = 0.15*k.width, 0xA0
	}
	for _, run := range p.runs(l.X, l.Y) {
		for _, at := range run {
			drawDot(c, k, p.place(l.X[at], l.Y[at]))
		}
	}
}

func drawDot(c draw.Canvas, k ink, at vg.Point) {
	r := radiusDot * (0.4 + 0.6*k.width/widthLine)
	var path vg.Path
	path.Move(vg.Point{X: at.X + r, Y: at.Y})
	path.Arc(at, r, 0, 2*math.Pi)
	path.Close()
	c.SetColor(k.color)
	c.Fill(path)
}

// runs are the stretches of indices whose values can be drawn.
func (p *panel) runs(x []float64, ys ...[]float64) [][]int {
	var runs [][]int
	var run []int
	for i := range x {
		ok := finite(x[i])
		for _, y := range ys {
			ok = ok && finite(y[i])
		}
		if ok && p.chart.LogY && ys[len(ys)-1][i] <= 0 {
			ok = false
		}
		if ok {
			run = append(run, i)
			continue
		}
		if len(run) > 0 {
			runs = append(runs, run)
		}
		run = nil
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}

// thinned keeps the first, lowest, highest and last point of each place when there are many more points than places.
func thinned(points []vg.Point) []vg.Point {
	width := points[len(points)-1].X - points[0].X
	places := int(width * perPoint)
	if places < 1 || len(points) <= 4*places {
		return points
	}
	kept := points[:0:0]
	for from := 0; from < len(points); {
		place := int((points[from].X - points[0].X) * perPoint)
		to, low, high := from, from, from
		for ; to < len(points) && int((points[to].X-points[0].X)*perPoint) == place; to++ {
			if points[to].Y < points[low].Y {
				low = to
			}
			if points[to].Y > points[high].Y {
				high = to
			}
		}
		for i := from; i < to; i++ {
			if i == from || i == low || i == high || i == to-1 {
				kept = append(kept, points[i])
			}
		}
		from = to
	}
	return kept
}

// drawBand fills the area of each run.
func (p *panel) drawBand(c draw.Canvas, b Band, k ink) {
	for _, run := range p.runs(b.X, b.Low, b.High) {
		upper, lower := make([]vg.Point, len(run)), make([]vg.Point, len(run))
		for i, at := range run {
			upper[i] = p.place(b.X[at], b.High[at])
			lower[len(run)-1-i] = p.place(b.X[at], b.Low[at])
		}
		if len(run) == 1 { // a bar, so that it can be seen
			upper = []vg.Point{{X: upper[0].X - 2, Y: upper[0].Y}, {X: upper[0].X + 2, Y: upper[0].Y}}
			lower = []vg.Point{{X: lower[0].X + 2, Y: lower[0].Y}, {X: lower[0].X - 2, Y: lower[0].Y}}
		}
		c.FillPolygon(k.color, append(thinned(upper), thinned(lower)...))
	}
}
