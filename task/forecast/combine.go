package forecast

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"recur/baseline"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// What the weight of the networks is chosen from.
const (
	weights       = 10 // steps of the weight between 0 and 1
	fewestWeighed = 20 // series; of fewer the validation part says nothing sure about a weight: of 15 (CIF 2016, 6 ahead) its gain was a loss later
)

// Partners is that of task.Combines.
func (Task) Partners(names []string, quantiles []float64) (task.Companion, error) {
	for _, n := range names {
		if !slices.Contains(partnerNames(), n) {
			return nil, fmt.Errorf("its forecasts are combined with those of %q, and there is no such method; want one of %v", n, partnerNames())
		}
	}
	return func(p data.Examples) [][]float64 { return partners(p.(*series.Part), names, quantiles) }, nil
}

func partnerNames() (names []string) {
	for _, m := range baseline.Partners() {
		names = append(names, m.Name())
	}
	return names
}

// partners are the quantiles of the named methods together.
func partners(p *series.Part, names []string, quantiles []float64) [][]float64 {
	var methods []baseline.Spreading
	for _, m := range baseline.Partners(p.Prepared.Config.Data.Season...) {
		if slices.Contains(names, m.Name()) {
			methods = append(methods, m)
		}
	}
	said := baseline.Quantiles(methods, p, quantiles)
	floored(said, evaluate.WhoseOf(p))
	return said
}

// floored lifts to 0 what is below it of series that never were.
func floored(said [][]float64, whose func(i int) evaluate.Whose) {
	for i, row := range said {
		if !whose(i).Positive {
			continue
		}
		for o, v := range row {
			row[o] = max(0, v)
		}
	}
}

// weigh chooses on the validation part by how much the kept networks count beside the partners: the weight with the lowest bound of what
// it loses against the networks alone. So partners count as far as the gain is sure, and where it is not the networks are left alone. nil:
// they are. shipped is what networks and partners say of the validation part with these weights, said what the networks do.
func weigh(c *configs.Config, part *series.Part, said [][]float64, naive evaluate.Metrics) (best *task.Combination, shipped [][]float64, err error) {
	quantiles := c.Model.Quantiles
	names := baseline.PartnersOf(part)
	if c.Ensemble.Combine != "auto" || evaluate.NewPanel(part).Series < fewestWeighed || len(names) == 0 {
		return nil, said, nil
	}
	others := partners(part, names, quantiles)
	networks, points := evaluate.Median(said, quantiles), evaluate.Median(others, quantiles)
	var alone []float64
	var aloneOWA float64
	lowest := math.Inf(1)
	for step := weights; step >= 0; step-- {
		one := &task.Combination{Weights: task.Weights{Weight: float64(step) / weights, Partners: names}}
		mixed := one.Mix(networks, points)
		score, err := evaluate.Evaluate(part, mixed)
		if err != nil {
			return nil, nil, err
		}
		losses, err := seriesLosses(part, mixed, naive)
		if err != nil {
			return nil, nil, err
		}
		loss := owa(score.Metrics, naive)
		if step == weights {
			alone, aloneOWA = losses, loss
		}
		one.OWA, one.Alone = report.Number(loss), report.Number(aloneOWA)
		if bound := sureLoss(losses, alone); bound < lowest {
			best, lowest = one, bound
		}
	}
	if best == nil || best.Weight == 1 {
		return nil, said, nil
	}
	return best, best.Mix(said, others), nil
}

// sureLoss bounds what a loses against b from above: the mean difference over the series on which both have a loss plus its standard
// error, without the series that gains most: what one series gains alone is luck.
func sureLoss(a, b []float64) float64 {
	d := differences(a, b)
	if len(d) < 3 {
		return math.Inf(1)
	}
	slices.Sort(d)
	mean, sd := stat.MeanStdDev(d[1:], nil) // the best gain is the first
	return mean + stat.StdErr(sd, float64(len(d)-1))
}
