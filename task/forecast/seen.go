package forecast

import (
	"hash/maphash"
	"math"
	"slices"
	"time"

	"recur/checkpoint"
	"recur/configs"
	"recur/data/series"
	"recur/task"
)

// sight says which rows of another file lie in the training or the validation part of a run: by series and row, nil for a
// series of which it can't be told.
type sight [][]bool

// sighted finds the rows of set that a run has seen. A series is known by its name and target, a row by its time stamp; where there are
// no time stamps, by the values: those of own, the data of the training, or where own is nil those that the checkpoint keeps.
func sighted(r *task.Run, set *series.Dataset, own *series.Prepared) sight {
	k := r.Networks[0].K
	frequency := learnt(r)
	known := map[series.ID]int{}
	for i := range k.Data.Series {
		known[k.Data.Series[i].ID()] = i
	}
	columns, targets := set.Columns(), len(set.Targets)
	seen := make(sight, len(set.Series))
	for i := range set.Series {
		s := &set.Series[i]
		n := s.Rows(columns)
		at, ok := known[s.ID()]
		if !ok {
			seen[i] = make([]bool, n) // a series that was not in the training
			continue
		}
		state := &k.Data.Series[at]
		rows := series.Learnt(r.Config, state.Rows, state.Horizon)
		if own := stampedRows(state, frequency, s, n); own != nil {
			seen[i] = within(own, rows)
			continue
		}
		then, now := rowsThen(state, k.Data.Columns(), targets, own, at), contentsOf(s.Values, s.Missing, columns, targets)[:n]
		offset, ok := aligned(then.rows, now, contextRows(r.Config))
		switch {
		case ok:
			seen[i] = within(counted(then.first+offset, n), rows)
		case then.whole && begins(then.rows, now): // of values that tell no stretch from another
			seen[i] = within(counted(0, n), rows)
		case then.whole:
			seen[i] = make([]bool, n)
		}
	}
	return seen
}

// within marks the rows of the training that lie before row learnt.
func within(own []int, learnt int) []bool {
	seen := make([]bool, len(own))
	for i, r := range own {
		seen[i] = r >= 0 && r < learnt
	}
	return seen
}

// counted are the numbers of n rows from first on.
func counted(first, n int) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = first + i
	}
	return rows
}

// stampedRows are the rows of the training's series at the time stamps of the n rows of s; nil where one of both has none, or
// they are dates in one and numbers in the other.
func stampedRows(state *checkpoint.SeriesState, f series.Frequency, s *series.Series, n int) []int {
	last, err := time.Parse(time.RFC3339Nano, state.LastTime)
	dates, numbers := err == nil && len(s.Time) >= n, len(s.Numbers) >= n
	rows := make([]int, n)
	for i := range rows {
		steps, ok := 0, false
		switch {
		case dates:
			steps, ok = f.Steps(last, s.Time[i])
		case numbers:
			steps, ok = f.NumberSteps(state.LastNumber, s.Numbers[i])
		}
		if !ok {
			return nil
		}
		rows[i] = state.Rows - 1 + steps
	}
	return rows
}

// then are rows of the training's series as far as they are known, from row first on.
type then struct {
	rows  []uint64
	first int
	whole bool // all of them
}

func rowsThen(state *checkpoint.SeriesState, columns, targets int, own *series.Prepared, at int) then {
	if own != nil && at < len(own.Set.Series) {
		s := &own.Set.Series[at]
		return then{contentsOf(s.Values, s.Missing, own.Set.Columns(), targets), 0, true}
	}
	rows := contentsOf(state.Tail, state.TailMissing, columns, targets)
	return then{rows, state.Rows - len(rows), len(rows) == state.Rows}
}

// contentsOf makes one number of the targets of each row; that of a missing value does not depend on what was filled in.
func contentsOf(values []float64, missing []bool, columns, targets int) []uint64 {
	rows := make([]uint64, len(values)/columns)
	for r := range rows {
		var h uint64
		for at := r * columns; at < r*columns+targets; at++ {
			v := math.Float64bits(values[at])
			if missing[at] {
				v = math.Float64bits(math.NaN())
			}
			h = mixed(h, v)
		}
		rows[r] = h
	}
	return rows
}

// contextRows is how many rows in a row must be the same for a stretch to be known again.
func contextRows(c *configs.Config) int { return min(c.Data.Window, 12) }

// aligned finds where the rows of a file lie in those of a training: row i of the file is row i+offset. The offset is the one
// that most stretches of context rows vote for which come once in the training, and it holds where at least half of the rows
// that both have are the same; so a revised value does no harm.
func aligned(own, file []uint64, context int) (offset int, ok bool) {
	context = min(context, len(own), len(file))
	if context == 0 {
		return 0, false
	}
	places := map[uint64]int{}
	for i, key := range stretches(own, context) {
		if _, twice := places[key]; twice {
			places[key] = -1
			continue
		}
		places[key] = i
	}
	votes := map[int]int{}
	for i, key := range stretches(file, context) {
		at, found := places[key]
		if !found || at < 0 {
			continue
		}
		d := at - i
		if votes[d]++; votes[d] > votes[offset] || votes[d] == votes[offset] && d < offset {
			offset = d
		}
	}
	same, both := 0, 0
	for i := max(0, -offset); i < len(file) && i+offset < len(own); i++ {
		if both++; file[i] == own[i+offset] {
			same++
		}
	}
	return offset, votes[offset] > 0 && 2*same >= both
}

// begins says that one of two lists begins with the other.
func begins(a, b []uint64) bool {
	n := min(len(a), len(b))
	return slices.Equal(a[:n], b[:n])
}

// stretches makes one number of every n rows in a row.
func stretches(rows []uint64, n int) []uint64 {
	out := make([]uint64, 0, len(rows))
	for i := 0; i+n <= len(rows); i++ {
		var h uint64
		for _, r := range rows[i : i+n] {
			h = mixed(h, r)
		}
		out = append(out, h)
	}
	return out
}

var mixing = maphash.MakeSeed()

// mixed makes one number of two; it is another one in the next process, and only ever compared.
func mixed(a, b uint64) uint64 { return maphash.Comparable(mixing, [2]uint64{a, b}) }

// window tells of window i of a part whether a value that it predicts lies in a row that was seen; known is false where
// that can't be told.
func (s sight) window(p *series.Part, i int) (seen, known bool) {
	rows := s[p.Windows[i].Series]
	if rows == nil {
		return false, false
	}
	steps, _ := p.Ahead(i)
	for r := p.Target(i); r < p.Target(i)+steps && r < len(rows); r++ {
		seen = seen || rows[r]
	}
	return seen, true
}
