package predict

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/series"
	"recur/models"
)

// globalSets are networks of many series that FuzzForecast begins with.
var globalSets = [][]string{
	{"data.season=[2]"}, {"model.quantiles=[0.1, 0.5, 0.9]"}, {"data.future_covariates=[x]"}, {"data.covariates=[x]"}, {"data.horizon_column=x", "data.pad=true"},
	{"data.transform=log", "data.window_scale=deviation", "data.center=last"}, {"data.time=[day]", "data.calendar=[month, weekday]"}, {"data.seasonal_profile=true", "data.season=[3]"},
}

// globalChoices makes a network for each of them on two short series, and the state of the data that a training keeps. A
// config that this data can't serve is an error of the test.
func globalChoices(f *testing.F) (choices []choice, states []checkpoint.Data) {
	path := filepath.Join(f.TempDir(), "x.csv")
	for _, set := range globalSets {
		if err := os.WriteFile(path, []byte(twoSeries(strings.HasPrefix(set[0], "data.future"))), 0o600); err != nil {
			f.Fatal(err)
		}
		c, err := configs.Parse("fuzz.yaml", []byte("recipe: global\ndata: {csv: "+path+", series: s, targets: [a], window: 6, horizon: 2, missing: forward, center: season}\nmodel: {cell: gru, hidden_size: 2}\nensemble: {members: 0}\n"), set)
		if err != nil {
			f.Fatal(err)
		}
		d, err := series.Open(c)
		if err != nil {
			f.Fatal(err)
		}
		p, err := series.Prepare(d, c)
		if err != nil {
			f.Fatal(set, err)
		}
		net, err := models.New[float32](models.SpecOf(c, p.Sequence, p.Inputs, p.Outputs, p.Extra))
		if err != nil {
			f.Fatal(set, err)
		}
		var weights []checkpoint.Tensor
		for _, w := range net.Params {
			weights = append(weights, checkpoint.FromFloats(w.Name, w.Shape, w.Values))
		}
		net.Close()
		state := checkpoint.Describe(p)
		for i := range state.Series {
			state.Series[i].LastNumber = 0 // JSON has no NaN
		}
		choices, states = append(choices, choice{c, weights}), append(states, state)
	}
	return choices, states
}

// twoSeries is a CSV of two series of 16 days; with ahead the last two know the covariate x alone.
func twoSeries(ahead bool) string {
	rows := "s,day,a,x\n"
	for i, name := range []string{"n", "s"} {
		for d := range 16 {
			a := fmt.Sprint(3 + (d*7+i)%5)
			if ahead && d >= 14 {
				a = ""
			}
			rows += fmt.Sprintf("%s,2020-01-%02d,%s,2\n", name, d+1, a)
		}
	}
	return rows
}
