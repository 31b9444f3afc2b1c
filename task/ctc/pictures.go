package ctc

import (
	"fmt"
	"math"
	"strconv"

	"recur/internal/plot"
	"recur/task"
)

// Pictures show what the network hears of a test utterance, the first of some labels: its features over time, below them the chances of labels.
func (d *Data) Pictures(r *task.Run, in task.Inputs) ([]task.Picture, error) {
	whole := d.parts["test"]
	if whole.Len() == 0 {
		return nil, nil
	}
	p := part{whole.Pick([]int{whole.telling()}), whole.decode}
	heard, err := p.heard(r.Models())
	if err != nil {
		return nil, err
	}
	found, err := search{beam: 1}.of(heard[0], 1)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("%s: %q, heard %q", p.Called(0), p.reference(0), p.written(found[0].Labels))
	return []task.Picture{{Name: "posteriors", Sheet: plot.Grid(title, 1, p.spectrogram(), p.posteriors(heard[0]))}}, nil
}

// fewLabels is how many labels an utterance has that a picture is made of, where there is such a one.
const fewLabels = 3

// telling is the first utterance of some labels; of none so long the first.
func (p part) telling() int {
	for i := range p.Len() {
		if len(p.Said(i)) >= fewLabels {
			return i
		}
	}
	return 0
}

// mostFrames is how many columns a picture of features has; of longer ones neighbours are taken together.
const mostFrames = 240

// spectrogram is the features, low ones below, from the least (white) to the greatest.
func (p part) spectrogram() plot.Chart {
	x, width := p.Input(0), p.Prepared.Set.D
	frames := len(x) / width
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range x {
		low, high = min(low, float64(v)), max(high, float64(v))
	}
	columns := min(frames, mostFrames)
	h := &plot.Heat{}
	for c := range columns {
		h.Columns = append(h.Columns, p.second(c, columns))
	}
	for b := width - 1; b >= 0; b-- {
		row := make([]float64, columns)
		for c := range row {
			row[c] = (float64(x[c*frames/columns*width+b]) - low) / max(1e-9, high-low)
		}
		name := ""
		if b%10 == 0 {
			name = strconv.Itoa(b)
		}
		h.Rows, h.Values = append(h.Rows, name), append(h.Values, row)
	}
	return plot.Chart{YLabel: "feature", Heat: h, Width: 900, Height: 260}
}

// second names a column of the spectrogram that a round second, or part of one, lies in: some ten of them.
func (p part) second(c, columns int) string {
	width := p.Utterance(0).Seconds / float64(columns)
	step, digits := 0.05, 2
	for _, next := range []float64{0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600} {
		if p.Utterance(0).Seconds/step <= 12 {
			break
		}
		step, digits = next, 1
	}
	if step >= 1 {
		digits = 0
	}
	n := math.Ceil(float64(c) * width / step)
	if n*step >= float64(c+1)*width {
		return ""
	}
	return strconv.FormatFloat(n*step, 'f', digits, 64)
}

// posteriors are the chances over time of the labels that are the likeliest anywhere, and of the blank.
func (p part) posteriors(frames [][]float64) plot.Chart {
	seen := map[int]bool{0: true}
	order := []int{0}
	for _, frame := range frames {
		best := 0
		for c, v := range frame {
			if v > frame[best] {
				best = c
			}
		}
		if !seen[best] && len(order) < 12 {
			seen[best], order = true, append(order, best)
		}
	}
	chart := plot.Chart{XLabel: "seconds", YLabel: "probability", ZeroY: true, Width: 900, Height: 300}
	step := p.Utterance(0).Seconds / float64(max(1, len(frames)))
	for _, c := range order {
		name, _ := p.Prepared.Vocabulary.Symbol(int32(c))
		if c == 0 {
			name = "blank"
		}
		line := plot.Line{Name: name, Dashed: c == 0, Thin: c == 0}
		for t, frame := range frames {
			line.X, line.Y = append(line.X, (float64(t)+0.5)*step), append(line.Y, math.Exp(frame[c]))
		}
		if n := len(line.X); n > 0 { // the first and the last frame reach to the ends, below those of the features
			line.X[0], line.X[n-1] = 0, p.Utterance(0).Seconds
		}
		chart.Lines = append(chart.Lines, line)
	}
	return chart
}
