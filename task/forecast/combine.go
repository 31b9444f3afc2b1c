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
	for _, m := range baseline.Partners(1) {
		names = append(names, m.Name())
	}
	return names
}

// partners are the quantiles of the named methods together.
func partners(p *series.Part, names []string, quantiles []float64) [][]float64 {
	var methods []baseline.Spreading
	for _, m := range baseline.Partners(p.Prepared.Season) {
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
// they are.
func weigh(c *configs.Config, kept []task.Candidate, naive evaluate.Metrics) (*task.Combination, error) {
	part, quantiles := prepared(kept[0]).Validation, c.Model.Quantiles
	names := baseline.PartnersOf(part)
	if c.Ensemble.Combine != "auto" || evaluate.NewPanel(part).Series < fewestWeighed || len(names) == 0 {
		return nil, nil
	}
	networks := evaluate.Median(combined(kept, max(1, len(quantiles))), quantiles)
	others := partners(part, names, nil)
	var alone []float64
	best, lowest := (*task.Combination)(nil), math.Inf(1)
	var aloneOWA float64
	for step := weights; step >= 0; step-- {
		one := &task.Combination{Weights: task.Weights{Weight: float64(step) / weights, Partners: names}}
		points := one.Mix(networks, others)
		score, err := evaluate.Evaluate(part, points)
		if err != nil {
			return nil, err
		}
		losses, err := seriesLosses(part, points, naive)
		if err != nil {
			return nil, err
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
		return nil, nil
	}
	return best, nil
}

// withPartners mixes what the networks say of a part with what their partners say; nothing where there is no combination.
func withPartners(c *task.Combination, said [][]float64, p *series.Part, quantiles []float64) [][]float64 {
	if c == nil {
		return said
	}
	return c.Mix(said, partners(p, c.Partners, quantiles))
}

// sureLoss bounds what a loses against b from above: the mean difference over the series on which both have a loss plus its standard
// error, without the series that gains most: what one series gains alone is luck.
func sureLoss(a, b []float64) float64 {
	var d []float64
	for i := range a {
		if v := a[i] - b[i]; v-v == 0 {
			d = append(d, v)
		}
	}
	if len(d) < 3 {
		return math.Inf(1)
	}
	slices.Sort(d)
	mean, sd := stat.MeanStdDev(d[1:], nil) // the best gain is the first
	return mean + stat.StdErr(sd, float64(len(d)-1))
}
