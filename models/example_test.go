package models_test

import (
	"fmt"
	"log"

	"recur/configs"
	"recur/models"
)

// One network has graphs for every batch size, all over the same weights: here a training step by plain gradient descent
// and then a prediction for one window.
func Example() {
	n, err := models.New[float32](models.Spec{
		Model: configs.Model{Cell: "lstm", HiddenSize: 8, Layers: 2},
		Steps: 12, Inputs: 1, Outputs: 3, Loss: "mse", Seed: 1,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer n.Close()
	g, err := n.Graph(4, 12, true)
	if err != nil {
		log.Fatal(err)
	}
	for i := range g.X { // [T,B,D]: the same rising line in every row
		g.X[i] = float32(i/4) / 12
	}
	for i := range g.Y {
		g.Y[i] = 1
	}
	before, err := g.Run()
	if err != nil {
		log.Fatal(err)
	}
	for i, p := range n.Params {
		for j, d := range g.Gradient(i) {
			p.Values[j] -= 0.1 * d
		}
	}
	after, err := g.Run()
	if err != nil {
		log.Fatal(err)
	}
	one, err := n.Graph(1, 12, false)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := one.Run(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("parameters:", n.Spec.Parameters(), "loss fell:", after < before, "predictions:", len(one.Pred))
	// Output: parameters: 955 loss fell: true predictions: 3
}
