package predict_test

import (
	"context"
	"fmt"

	"recur/configs"
	"recur/data/series"
	"recur/predict"
	"recur/task/forecast"
	"recur/train"
)

// A trained network forecasts the steps after the last observation.
func ExampleModel_Forecast() {
	c, err := configs.Parse("example.yaml", []byte(`
name: example
data: {synthetic: {kind: sine, points: 200, period: 20}, window: 20, horizon: 5, split: {validation: 40, test: 40}}
model: {cell: gru, hidden_size: 12}
train: {epochs: 60, learning_rate: 0.01}
`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := series.Open(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	prepared, err := series.Prepare(set, c)
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := train.Run(context.Background(), forecast.Job(c, prepared), train.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	model, err := predict.Open(result.Best, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	forecasts, err := model.Forecast(result.Best.Data, 5)
	if err != nil {
		fmt.Println(err)
		return
	}
	// The sine after 200 points begins a new period: 0, 0.31, 0.59, 0.81, 0.95.
	fmt.Println(forecasts[0].Times)
	for i, want := range []float64{0, 0.309, 0.588, 0.809, 0.951} {
		got := forecasts[0].Values["value"][i]
		fmt.Print(got > want-0.1 && got < want+0.1, " ")
	}
	// Output:
	// [201 202 203 204 205]
	// true true true true true
}
