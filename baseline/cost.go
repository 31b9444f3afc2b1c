package baseline

import (
	"slices"

	"recur/data/series"
)

// Cost is about what fitting and applying the methods of For costs where parts are to be scored, in multiply-adds.
func Cost(p *series.Prepared, parts ...*series.Part) float64 {
	total, count := 0.0, 0.0
	for _, part := range scored(p, parts) {
		count += float64(part.Len())
		total += visits(part)
	}
	costly := costly(scored(p, parts))
	if slices.Contains(costly, "ses") {
		total = 0
	}
	if !slices.Contains(costly, "ets") {
		for _, part := range scored(p, parts) {
			total += fitting(part)
		}
	}
	if p.Train.Len() == 0 {
		return total
	}
	features, outputs := float64(designOf(p).size()), float64(p.Values())
	normal := min(float64(p.Train.Len())*features*features, maxProducts)
	solved := float64(len(lambdas)) * features * features * (features/3 + min(outputs, max(count, 1)))
	checked := float64(len(lambdas)) * min(count*features*outputs, maxChecks)
	one := normal + solved + checked
	if p.Local != nil {
		one = 2*one + 2*mostUpdates*batchRows*features*outputs // linear_l1 begins with a ridge and descends
	}
	return total + one
}
