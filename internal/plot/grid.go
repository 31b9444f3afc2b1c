package plot

import (
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sheet is several charts on one picture, row by row. Charts with the same legend share one above all of them.
type Sheet struct {
	Title   string
	Columns int // 0: one column of up to three charts, else as square as it goes
	Charts  []Chart
}

// Grid lays charts out as small multiples. Those that do not say their size are made 640 points wide in a single column,
// else 320, and 200 points high; a chart that is alone keeps the size it has.
func Grid(title string, columns int, charts ...Chart) Sheet {
	s := Sheet{Title: title, Columns: columns, Charts: slices.Clone(charts)}
	if len(charts) == 1 {
		return s
	}
	width := 320.0
	if s.columns() == 1 {
		width = defaultWidth
	}
	for i := range s.Charts {
		c := &s.Charts[i]
		if c.Width <= 0 {
			c.Width = width
		}
		if c.Height <= 0 {
			c.Height = 200
		}
	}
	return s
}

func (s Sheet) check() error {
	for i := range s.Charts {
		if err := s.Charts[i].check(); err != nil {
			return err
		}
	}
	return nil
}

// name is the title of the picture.
func (s Sheet) name() string {
	if s.Title == "" && len(s.Charts) == 1 {
		return s.Charts[0].Title
	}
	return s.Title
}

func (s Sheet) columns() int {
	if s.Columns > 0 {
		return min(s.Columns, max(1, len(s.Charts)))
	}
	if len(s.Charts) <= 3 {
		return 1
	}
	return int(math.Ceil(math.Sqrt(float64(len(s.Charts)))))
}

func (s Sheet) rows() int { return max(1, (len(s.Charts)+s.columns()-1)/s.columns()) }

// cell is the size of the largest chart.
func (s Sheet) cell() (width, height vg.Length) {
	if len(s.Charts) == 0 {
		return defaultWidth, defaultHeight
	}
	for i := range s.Charts {
		w, h := s.Charts[i].size()
		width, height = max(width, w), max(height, h)
	}
	return width, height
}

// shared is the legend of all charts when they have the same, else nil.
func (s Sheet) shared() []entry {
	if len(s.Charts) < 2 {
		return nil
	}
	first := s.Charts[0].legend()
	for i := range s.Charts[1:] {
		if !slices.EqualFunc(first, s.Charts[i+1].legend(), entry.equal) {
			return nil
		}
	}
	return first
}

// header is the height of what stands above all charts.
func (s Sheet) header(width vg.Length) vg.Length {
	h := vg.Length(0)
	if s.Title != "" {
		h += sizeTitle + 12
	}
	if shared := s.shared(); len(shared) > 0 {
		h += legendHeight(shared, width-2*margin) + 6
	}
	return h
}

func (s Sheet) size() (width, height vg.Length) {
	w, h := s.cell()
	width = w * vg.Length(s.columns())
	return width, h*vg.Length(s.rows()) + s.header(width)
}

func (s Sheet) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	top := c.Max.Y
	shared := s.shared()
	if s.Title != "" {
		top -= sizeTitle + 6
		put(c, bold(), shorten(bold(), s.Title, sizeTitle, c.Size().X-2*margin), sizeTitle, inkText, vg.Point{X: c.Min.X + margin, Y: top}, start)
		top -= 6
	}
	if len(shared) > 0 {
		top -= 6
		drawLegend(c, shared, c.Min.X+margin, top, c.Size().X-2*margin)
	}
	w, h := s.cell()
	body := c.Max.Y - s.header(c.Size().X)
	panels := make([]panel, len(s.Charts))
	for i := range s.Charts {
		x := c.Min.X + w*vg.Length(i%s.columns())
		y := body - h*vg.Length(i/s.columns())
		panels[i] = newPanel(&s.Charts[i], vg.Rectangle{Min: vg.Point{X: x, Y: y - h}, Max: vg.Point{X: x + w, Y: y}}, shared == nil)
	}
	alignPanels(panels, s.columns())
	for i := range panels {
		panels[i].draw(c)
	}
}

// alignPanels gives the frames of a column the same left edge and those of a row the same lower edge.
func alignPanels(panels []panel, columns int) {
	left, bottom := map[int]vg.Length{}, map[int]vg.Length{}
	for i := range panels {
		left[i%columns] = max(left[i%columns], panels[i].left)
		bottom[i/columns] = max(bottom[i/columns], panels[i].bottom)
	}
	for i := range panels {
		panels[i].left, panels[i].bottom = left[i%columns], bottom[i/columns]
	}
}
