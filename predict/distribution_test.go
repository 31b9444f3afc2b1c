package predict

import (
	"math"
	"slices"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/distribution"
)

// A network of a distribution says its quantiles, in the units of the data, of what the head gives: for a window and row by row.
func TestQuantilesOfDistributions(t *testing.T) {
	const steps, targets, horizon = 11, 2, 3
	levels := []float64{0.1, 0.5, 0.9}
	for _, family := range []distribution.Family{distribution.Normal, distribution.StudentT} {
		m := configs.Model{Cell: "gru", HiddenSize: 6, Layers: 1, Head: "last", Distribution: family.String(), Quantiles: levels}
		_, p := opened(t, m, steps, targets, 0, horizon)
		p.Config.Data.Center, p.Config.Data.Targets = "none", []string{"y0", "y1"}
		s, err := p.Stream("")
		if err != nil {
			t.Fatal(err)
		}
		x := make([]float32, steps*targets)
		state := checkpoint.SeriesState{Scaler: p.State.Series[0].Scaler, Rows: steps}
		var streamed []float64
		for step := range steps {
			row := make([]float64, targets)
			for k := range row {
				x[step*targets+k] = float32(math.Sin(float64(step*7 + k)))
				row[k] = float64(x[step*targets+k])*(2+float64(k)) + 0.5 + float64(k)
			}
			state.Tail = append(state.Tail, row...)
			if streamed, err = s.Step(row); err != nil {
				t.Fatal(err)
			}
		}
		given, err := p.Forward(x, nil, 1, steps)
		if err != nil {
			t.Fatal(err)
		}
		state.TailMissing = make([]bool, len(state.Tail))
		states := p.State
		states.Series = []checkpoint.SeriesState{state}
		window, err := p.Values(states, horizon)
		if err != nil {
			t.Fatal(err)
		}
		params, want := family.Parameters(), make([]float64, len(levels))
		for v := range horizon * targets {
			o := make([]float64, params)
			for j := range o {
				o[j] = float64(given[v*params+j])
			}
			family.Quantiles(o, 1, levels, want)
			k := float64(v % targets)
			for j := range want {
				want[j] = want[j]*(2+k) + 0.5 + k
			}
			for name, got := range map[string][]float64{"stream": streamed[v*3 : v*3+3], "window": window[0][v*3 : v*3+3]} {
				if !slices.IsSorted(got) || slices.ContainsFunc([]int{0, 1, 2}, func(j int) bool { return !(math.Abs(got[j]-want[j]) < 1e-4) }) {
					t.Errorf("%v, %s, value %d: %v, want %v", family, name, v, got, want)
				}
			}
		}
	}
}
