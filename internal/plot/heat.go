package plot

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Heat is a table of shares from 0 to 1, drawn as shades, the first row on top. It takes the place of lines.
type Heat struct {
	Rows, Columns []string    // names along the axes; an empty one is no tick
	Values        [][]float64 // [rows][columns], from 0 (white) to 1
	Cells         [][]string  // what stands in them; nil: nothing
}

func (h *Heat) check() error {
	for i, row := range h.Values {
		for j, v := range row {
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("plot: row %d, column %d of a table of shares is %v, want 0 to 1", i, j, v)
			}
		}
		if len(row) != len(h.Columns) || h.Cells != nil && len(h.Cells[i]) != len(row) {
			return fmt.Errorf("plot: row %d of a table of shares has %d cells for %d columns, want as many", i, len(row), len(h.Columns))
		}
	}
	if len(h.Values) != len(h.Rows) || h.Cells != nil && len(h.Cells) != len(h.Rows) || len(h.Rows) == 0 || len(h.Columns) == 0 {
		return fmt.Errorf("plot: a table of shares has %d rows and names of %d, want as many, and one or more", len(h.Values), len(h.Rows))
	}
	return nil
}

// spans are those of the cells: column j lies between j and j+1, the last row between 0 and 1.
func (h *Heat) spans() (x, y span) {
	return span{0, float64(len(h.Columns))}, span{0, float64(len(h.Rows))}
}

// longestName is how many points a name along an axis may take.
const longestName vg.Length = 120

// ticksOf are the names in the middle of their cells.
func ticksOf(names []string, flip bool) (ts []tick) {
	for i, name := range names {
		if name == "" {
			continue
		}
		at := float64(i) + 0.5
		if flip {
			at = float64(len(names)) - at
		}
		ts = append(ts, tick{value: at, label: shorten(regular(), name, sizeTick, longestName)})
	}
	return ts
}

// thinTicks leaves out names, evenly, until those that are left have room.
func thinTicks(ts []tick, room, each vg.Length) []tick {
	step := 1
	for vg.Length((len(ts)+step-1)/step)*each > room && step < len(ts) {
		step++
	}
	var kept []tick
	for i := 0; i < len(ts); i += step {
		kept = append(kept, ts[i])
	}
	return kept
}

// drawHeat fills the cells.
func (p *panel) drawHeat(c draw.Canvas) {
	h := p.chart.Heat
	for i, row := range h.Values {
		top := float64(len(h.Rows) - i)
		for j, v := range row {
			a, b := p.place(float64(j), top-1), p.place(float64(j+1), top)
			c.FillPolygon(shade(v), []vg.Point{a, {X: b.X, Y: a.Y}, b, {X: a.X, Y: b.Y}})
			size := min(sizeTick, (b.Y-a.Y)*0.6)
			if h.Cells == nil || size < 5 || regular().width(h.Cells[i][j], size) > b.X-a.X-2 {
				continue
			}
			ink := inkText
			if v > 0.55 {
				ink = color.NRGBA{0xFF, 0xFF, 0xFF, 0xFF}
			}
			put(c, regular(), h.Cells[i][j], size, ink, vg.Point{X: (a.X + b.X) / 2, Y: (a.Y+b.Y)/2 - size*0.35}, middle)
		}
	}
}

// shade goes from white to the palette's blue. Small shares show too: it follows the root.
func shade(v float64) color.NRGBA {
	at, to := math.Sqrt(v), palette[Blue]
	mix := func(c uint8) uint8 { return uint8(math.Round(255 + at*(float64(c)-255))) }
	return color.NRGBA{mix(to.R), mix(to.G), mix(to.B), 0xFF}
}
