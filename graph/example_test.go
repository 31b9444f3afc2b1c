package graph_test

import (
	"fmt"
	"log"

	"recur/graph"
)

// A GRU over a batch of two sequences of three steps with one feature, the mean squared error of its last states, and
// the gradient by the recurrent weights.
func Example() {
	const T, B, I, H = 3, 2, 1, 4
	weights := func(name string, n int) []float64 {
		w := make([]float64, n)
		graph.Uniform(graph.Stream(1, name), 0.5, w)
		return w
	}
	b := graph.NewBuilder[float64]("example", graph.NewPool(1), true)
	hh := b.Input("hh", weights("hh", 3*H*H), 3*H, H)
	gru := b.Recurrent(graph.Recurrent{Name: "gru", Cell: graph.GRU, Steps: T, Inputs: I, Hidden: H}, graph.RecurrentInput{
		X:  b.Input("x", []float64{0.1, 0.4, 0.2, 0.5, 0.3, 0.6}, T, B, I),
		H0: b.Input("h0", make([]float64, B*H), 1, B, H),
		IH: b.Input("ih", weights("ih", 3*H*I), 3*H, I), HH: hh,
		BIH: b.Input("bih", make([]float64, 3*H), 3*H), BHH: b.Input("bhh", make([]float64, 3*H), 3*H),
		Lengths: b.Lengths("lengths", []int{3, 2}), // the second sequence is shorter
	})
	h := b.H(gru)
	loss := b.Loss("loss", graph.MSE, 0, h, b.Input("y", weights("y", B*H), B, H), b.Input("mask", []float64{1, 1, 1, 1, 1, 1, 1, 1}, B, H))
	b.Grad(loss, hh)
	machine, err := b.Machine()
	if err != nil {
		log.Fatal(err)
	}
	if err := machine.RunAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("last states %v, loss %.4f, %d gradients\n", h.Shape(), loss.Value().Data(), len(graph.GradientOf[float64](hh)))
	// Output: last states (2, 4), loss 0.0654, 48 gradients
}
