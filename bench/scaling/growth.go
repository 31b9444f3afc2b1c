package main

import (
	"fmt"
	"math"
	"path/filepath"

	"recur/internal/plot"
)

// sweep is one quantity that grows by a factor of 100.
type sweep struct {
	title, unit string
	values      []int
	measure     func(n int) (milliseconds, megabytes float64, err error)
}

// growth measures how cost grows and draws it.
func (m *machine) growth(out string) error {
	step := func(s shape) (float64, float64, error) {
		t, memory, err := m.bench(s, 0)
		return t.Min, memory, err
	}
	sweeps := []sweep{
		{"steps of a window", "training step", []int{10, 30, 100, 300, 1000}, func(n int) (float64, float64, error) {
			return step(shape{cell: "lstm", batch: 32, steps: n, inputs: 1, hidden: 32, layers: 1})
		}},
		{"rows of a batch", "training step", []int{10, 30, 100, 300, 1000}, func(n int) (float64, float64, error) {
			return step(shape{cell: "lstm", batch: n, steps: 24, inputs: 1, hidden: 32, layers: 1})
		}},
		{"windows", "epoch", []int{10_000, 30_000, 100_000, 300_000, 1_000_000}, func(n int) (float64, float64, error) {
			r, memory, err := m.train(shape{cell: "lstm", batch: 64, steps: 24, hidden: 16, layers: 1}, n, 1)
			return 1000 * float64(r.Steps) / r.StepsPerSecond, memory, err
		}},
	}
	var charts []plot.Chart
	for _, s := range sweeps {
		drawn, err := s.run()
		if err != nil {
			return err
		}
		charts = append(charts, drawn...)
	}
	return plot.Grid("Cost of training over a factor of 100 each", 2, charts...).Write(filepath.Join(out, "cost.svg"))
}

// run prints a table and returns the charts of time and memory.
func (s sweep) run() ([]plot.Chart, error) {
	fmt.Printf("\n| %s | %s, ms | each, µs | peak memory, MB |\n|---|---|---|---|\n", s.title, s.unit)
	var x, time, memory []float64
	for _, n := range s.values {
		ms, mb, err := s.measure(n)
		if err != nil {
			return nil, err
		}
		x, time, memory = append(x, float64(n)), append(time, ms), append(memory, mb)
		fmt.Printf("| %d | %.4g | %.3g | %.0f |\n", n, ms, 1000*ms/float64(n), mb)
	}
	fmt.Printf("\nms grow as the power %.2f of %s\n", exponent(x, time), s.title)
	return []plot.Chart{s.chart(s.unit+", ms", x, time), s.chart("peak memory, MB", x, memory)}, nil
}

// chart draws y beside a line in proportion to x.
func (s sweep) chart(title string, x, y []float64) plot.Chart {
	last := len(x) - 1
	return plot.Chart{Title: title, XLabel: s.title, ZeroY: true, Lines: []plot.Line{
		{Name: "measured", X: x, Y: y, Dots: true},
		{Name: "in proportion to the largest", X: []float64{0, x[last]}, Y: []float64{0, y[last]}, Dashed: true, Thin: true},
	}}
}

// exponent is the slope of log y over log x: 1 where y is in proportion to x.
func exponent(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	n := float64(len(x))
	for i := range x {
		a, b := math.Log(x[i]), math.Log(y[i])
		sx, sy, sxx, sxy = sx+a, sy+b, sxx+a*a, sxy+a*b
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
