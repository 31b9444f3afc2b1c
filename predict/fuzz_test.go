package predict

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/internal/mutate"
	"recur/models"
)

// fuzzConfig is the network that FuzzForecast begins with; an input changes keys of it.
const fuzzConfig = `
data: {csv: x.csv, targets: [a], window: 3, horizon: 2, scale: standard}
model: {cell: gru, hidden_size: 2, layers: 1}
`

// fuzzSets change it.
var fuzzSets = [][]string{
	{"seed=1"}, {"data.horizon=1"}, {"model.initial_state=learned", "data.horizon=4"}, {"model.cell=lstm"}, {"model.cell=elman", "model.hidden_size=100"}, {"data.center=last"}, {"data.center=mean"},
	{"model.bidirectional=true"}, {"data.covariates=[b]"}, {"model.dtype=float64"}, {"model.head=every", "data.window=1"}, {"model.layers=2"}, {"data.window=100000"}, {"data.horizon=1000"}, {"model.encoder_size=3"},
}

// FuzzForecast: a checkpoint whose checksums are right and whose parts do not go together is refused or forecasts; it never
// panics. An input is a letter for one of fuzzSets, the state of the data as JSON, the end of the line, and changes of the
// weights, two bytes each: which one, and its new length.
func FuzzForecast(f *testing.F) {
	base, err := configs.Parse("fuzz.yaml", []byte(fuzzConfig), nil)
	if err != nil {
		f.Fatal(err)
	}
	var choices []choice
	var seeds []string
	for i, set := range fuzzSets {
		c, err := base.With(set...)
		if err != nil {
			f.Fatal(err)
		}
		letter := string(rune('A' + i))
		choices = append(choices, choice{c, weightsFor(f, c)})
		two := stateFor(c)
		one := two
		one.Series = one.Series[:1]
		for _, d := range []checkpoint.Data{one, two, {}} {
			text, err := json.Marshal(d)
			if err != nil {
				f.Fatal(err)
			}
			seeds = append(seeds, letter+string(text)+"\n", letter+string(text)+"\n\x04\x03", letter+strings.Replace(string(text), `"Offset":[1`, `"Offset":[`, 1)+"\n",
				letter+strings.Replace(string(text), `"Tail":[0`, `"Tail":[`, 1)+"\n")
		}
	}
	more, states := globalChoices(f)
	for i, d := range states {
		text, err := json.Marshal(d)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, string(rune('A'+len(choices)+i))+string(text)+"\n", string(rune('A'+len(choices)+i))+string(text)+"\n\x02\x01")
	}
	choices = append(choices, more...)
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds, Limit: 2500,
		Words: []string{`"Targets":`, `"Covariates":`, `"Frequency":`, `"Series":`, `"Scaler":`, `"Offset":[]`, `"Scale":[0]`, `"Tail":[]`, `"Labels":[`, `"Future":["x"]`, `"Local":null`, `"unit":0`, `"Ahead":[]`, `"Horizon":9`, `"categories":{"x":["a"]}`, "null", "[]", `["a","b"]`, "[1,2,3]", "\n", "A", "M"},
		Try:   func(t testing.TB, b []byte) { forecasts(t, choices, b) },
	})
}

// choice is a config with weights that fit it.
type choice struct {
	config  *configs.Config
	weights []checkpoint.Tensor
}

func weightsFor(f *testing.F, c *configs.Config) []checkpoint.Tensor {
	columns := len(c.Data.Targets) + len(c.Data.Covariates)
	net, err := models.New[float64](models.SpecOf(c, c.Data.Window, columns, c.Data.Horizon*len(c.Data.Targets), 0))
	if err != nil {
		f.Fatal(err)
	}
	defer net.Close()
	var weights []checkpoint.Tensor
	for _, p := range net.Params {
		if c.Model.DType == "float64" {
			weights = append(weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
			continue
		}
		narrow := make([]float32, len(p.Values))
		for i, v := range p.Values {
			narrow[i] = float32(v)
		}
		weights = append(weights, checkpoint.FromFloats(p.Name, p.Shape, narrow))
	}
	return weights
}

// stateFor is the end of two series of a few rows.
func stateFor(c *configs.Config) checkpoint.Data {
	d := checkpoint.Data{Targets: c.Data.Targets, Covariates: c.Data.Covariates, Frequency: "day (2006-01-02)"}
	for _, name := range []string{"n", "s"} {
		s := checkpoint.SeriesState{Name: name, Scaler: data.Scaler{Kind: "standard"}, NaiveScale: []float64{0.5}, Rows: 9}
		for range len(d.Targets) + len(d.Covariates) {
			s.Scaler.Offset, s.Scaler.Scale = append(s.Scaler.Offset, 1), append(s.Scaler.Scale, 2)
		}
		for i := range min(c.Data.Window, 3) {
			s.Labels = append(s.Labels, []string{"2020-02-27", "2020-02-28", "2020-02-29"}[i])
			for range len(s.Scaler.Scale) {
				s.Tail, s.TailMissing = append(s.Tail, float64(i)), append(s.TailMissing, i == 2)
			}
		}
		d.Series = append(d.Series, s)
	}
	return d
}

// forecasts reads an input into a checkpoint and asks it for everything.
func forecasts(t testing.TB, choices []choice, b []byte) {
	text, changes, _ := bytes.Cut(b, []byte("\n"))
	if len(text) == 0 {
		return
	}
	chosen := choices[int(text[0]-'A')%len(choices)]
	k := &checkpoint.Checkpoint{Config: chosen.config, Weights: chosen.weights}
	if json.Unmarshal(text[1:], &k.Data) != nil {
		return
	}
	for i := 0; i+1 < len(changes); i += 2 {
		k.Weights = append([]checkpoint.Tensor{}, k.Weights...)
		w := &k.Weights[int(changes[i])%len(k.Weights)]
		*w = checkpoint.FromFloats(w.Name, nil, make([]float32, changes[i+1]))
	}
	m, err := Open(k, 1)
	if err != nil {
		return
	}
	for _, horizon := range []int{0, 1, 5} {
		if list, err := m.Forecast(k.Data, horizon); err == nil && len(list) != len(k.Data.Series) {
			t.Fatalf("%d forecasts of %d series", len(list), len(k.Data.Series))
		}
	}
	s, err := m.Stream("")
	if err != nil {
		return
	}
	s.Step([]float64{1})
}
