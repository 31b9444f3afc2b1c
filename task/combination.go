package task

import (
	"fmt"

	"recur/evaluate"
	"recur/internal/report"
)

// Weights are how much the networks and simple methods count in a forecast.
type Weights struct {
	Weight   float64  `json:"weight"`              // of the networks; the partners share the rest
	Partners []string `json:"partners"`            // names of simple methods
	OWA      *float64 `json:"owa,omitempty"`       // of both together on the validation part, which chose the weight
	Alone    *float64 `json:"owa_alone,omitempty"` // of the networks alone
}

// Combination is how forecasts of simple methods and of the networks are weighed together.
type Combination struct {
	Weights
	Calibration *evaluate.Calibration `json:"calibration,omitempty"` // of both together

	// Said are the quantiles of the partners for every example of a part; set where a run is opened.
	Said Companion `json:"-"`
}

// Combines is a task whose runs may have a combination.
type Combines interface {
	// Partners gives what simple methods say together, at the levels of the quantiles. A name that there is no method of is an error.
	Partners(names []string, quantiles []float64) (Companion, error)
}

// Mix weighs what the networks and their partners say, number by number; quantiles that ascend in both ascend in the result.
func (c *Weights) Mix(networks, partners [][]float64) [][]float64 {
	out := make([][]float64, len(networks))
	for i, row := range networks {
		out[i] = make([]float64, len(row))
		for j, v := range row {
			out[i][j] = c.Weight*v + (1-c.Weight)*partners[i][j]
		}
	}
	return out
}

// Told are the weights of a combination; nil for none.
func (c *Combination) Told() *Weights {
	if c == nil {
		return nil
	}
	return &c.Weights
}

// Sentence says what forecasts with the networks.
func (c *Weights) Sentence() string {
	verb := "forecasts"
	if len(c.Partners) > 1 {
		verb = "forecast"
	}
	text := fmt.Sprintf("%s %s with the networks, which weigh %.1f", report.List(c.Partners), verb, c.Weight)
	if c.OWA != nil && c.Alone != nil {
		text += fmt.Sprintf(" (OWA %.3f on the validation part, alone %.3f)", *c.OWA, *c.Alone)
	}
	return text + "; ensemble.combine: none leaves the networks alone"
}
