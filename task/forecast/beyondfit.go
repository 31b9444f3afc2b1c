package forecast

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"recur/checkpoint"
)

// What simulated intervals miss is measured on the rows that the run keeps of its series.
const (
	mostReplays  = 96 // origins in the past
	leastReplays = 8
	perSeries    = 4
	leastStretch = 0.6
	mostStretch  = 3
)

// stretchBeyond finds by how much simulated intervals of each block of data.horizon steps must be made wider, or narrower: they are
// simulated from origins in the past too, and how far the truth lies from the point, in units of the interval, is compared with what it
// is within the trained horizon from the same origins. So errors that a network makes in one block after the other, such as a trend that it
// carries on, count. It needs recipe global, of which all rows are kept, and nothing beside the targets.
func (f *forecasting) stretchBeyond() error {
	rows := f.own(nil)
	first, c := rows[f.key(0)], f.run.Config
	if c.Recipe != "global" || first.Columns() != 1 || len(c.Data.Calendar) > 0 {
		return nil
	}
	replays := f.replays(first)
	if len(replays) < leastReplays {
		return nil
	}
	past := lastRows{}
	for key, d := range rows {
		all := make([]checkpoint.SeriesState, len(replays))
		for i, r := range replays {
			all[i] = d.Series[r.series]
			all[i].Tail, all[i].TailMissing = all[i].Tail[:r.origin:r.origin], all[i].TailMissing[:r.origin:r.origin]
			all[i].Labels, all[i].Rows, all[i].Horizon = nil, r.origin, 0
		}
		d.Series = all
		past[key] = d
	}
	s, err := f.values(f.models(), past)
	if err != nil {
		return err
	}
	f.stretch = f.compare(first, replays, s.values)
	return nil
}

// replay is an origin in the past of one series, and how many blocks after it are known.
type replay struct{ series, origin, blocks int }

// replays are some of the origins that leave half of a series, and a window, before them.
func (f *forecasting) replays(d checkpoint.Data) []replay {
	hz := f.run.Config.Data.Horizon
	blocks := (f.o.Horizon + hz - 1) / hz
	var all []replay
	for i := range d.Series {
		n := len(d.Series[i].Tail)
		least := max(f.run.Config.Data.Window, n/2, hz)
		b := min(blocks, (n-least)/hz)
		for j := range perSeries {
			if origin := n - (b+j)*hz; b > 1 && origin >= least {
				all = append(all, replay{i, origin, b})
			}
		}
	}
	some := all[:0:0]
	for i := range min(mostReplays, len(all)) {
		some = append(some, all[i*len(all)/min(mostReplays, len(all))])
	}
	return some
}

// compare gives a factor a block, 1 for the first.
func (f *forecasting) compare(d checkpoint.Data, replays []replay, said [][]float64) []float64 {
	hz, q, middle := f.run.Config.Data.Horizon, len(f.run.Config.Model.Quantiles), middleOf(f.run.Config.Model.Quantiles)
	blocks := 0
	for _, r := range replays {
		blocks = max(blocks, r.blocks)
	}
	factors := make([]float64, blocks)
	for _, ends := range f.ends {
		scores := make([][]float64, blocks)
		for i, r := range replays {
			s := &d.Series[r.series]
			for h := range min(r.blocks*hz, len(said[i])/q) { // the last block may be asked for in part
				own := said[i][h*q : (h+1)*q]
				y, m, far := s.Tail[r.origin+h], own[middle], own[ends[1]]
				if y < m {
					far = own[ends[0]]
				}
				if v := (y - m) / (far - m); !s.TailMissing[r.origin+h] && v-v == 0 {
					scores[h/hz] = append(scores[h/hz], v)
				}
			}
		}
		share := f.run.Config.Model.Quantiles[ends[1]] - f.run.Config.Model.Quantiles[ends[0]]
		reach := make([]float64, blocks)
		for b := range scores {
			if slices.Sort(scores[b]); len(scores[b]) > 0 {
				reach[b] = stat.Quantile(share, stat.LinInterp, scores[b], nil)
			}
			factors[b] += math.Log(reach[b]/reach[0]) / float64(len(f.ends))
		}
	}
	for b, v := range factors {
		if factors[b] = min(max(math.Exp(v), leastStretch), mostStretch); math.IsNaN(v) {
			factors[b] = 1
		}
	}
	return factors
}
