package train_test

import (
	"context"
	"fmt"
	"log"

	"recur/configs"
	"recur/data/series"
	"recur/task/forecast"
	"recur/train"
)

// A GRU learns a sine: each value from the ten before it.
func ExampleRun() {
	c, err := configs.Parse("sine.yaml", []byte(`
name: sine
task: forecast
data:
  synthetic: {kind: sine, points: 80, period: 20}
  split: {train: 0.5, validation: 0.25}
  window: 10
  horizon: 1
model: {cell: gru, hidden_size: 8}
train: {epochs: 100, batch_size: 8, solver: adam, learning_rate: 0.02}
`), nil)
	if err != nil {
		log.Fatal(err)
	}
	set, err := series.Open(c)
	if err != nil {
		log.Fatal(err)
	}
	parts, err := series.Prepare(set, c)
	if err != nil {
		log.Fatal(err)
	}
	result, err := train.Run(context.Background(), forecast.Job(c, parts), train.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("stopped after all", result.Stopped, "with", result.Parameters, "parameters")
	fmt.Println("learnt:", result.Best.ValidationLoss < 0.001)
	// Output:
	// stopped after all epochs with 273 parameters
	// learnt: true
}
