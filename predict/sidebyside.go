package predict

import (
	"cmp"
	"slices"

	"recur/data"
)

// Beside is a text that is scored beside others: its symbols, of each the one that comes next (data.NoLabel asks nothing), and room for
// what is said, as Reader.Score has it. Ranks are nil in all of them or in none.
type Beside struct {
	Symbols, Next []int32
	LogP          []float64
	Ranks         []int
}

// besideSteps is how many symbols of each text are read at once.
const besideSteps = 32

// SideBySide scores texts in a row each, with score, which is Reader.Score or joins several of them; the rows begin where score has them
// stand. The longest is the first row, so that those that go on are the first rows. It ends at the first error.
func SideBySide(texts []Beside, score func(rows int, symbols, next []int32, logp []float64, ranks []int) error) error {
	order := slices.Clone(texts)
	slices.SortStableFunc(order, func(a, b Beside) int { return cmp.Compare(len(b.Symbols), len(a.Symbols)) })
	var symbols, next []int32
	var logp []float64
	var ranks []int
	rows := len(order)
	for at := 0; ; at += besideSteps {
		for rows > 0 && len(order[rows-1].Symbols) <= at {
			rows--
		}
		if rows == 0 {
			return nil
		}
		steps := min(besideSteps, len(order[0].Symbols)-at)
		n := steps * rows
		symbols, next, logp = data.Grown(symbols, n), data.Grown(next, n), data.Grown(logp, n)
		if order[0].Ranks != nil {
			ranks = data.Grown(ranks, n)
		}
		for row, text := range order[:rows] {
			for t := range steps {
				to := t*rows + row
				if symbols[to], next[to] = 0, data.NoLabel; at+t < len(text.Symbols) {
					symbols[to], next[to] = text.Symbols[at+t], text.Next[at+t]
				}
			}
		}
		if err := score(rows, symbols, next, logp, ranks); err != nil {
			return err
		}
		for row, text := range order[:rows] {
			for t := range min(steps, len(text.Symbols)-at) {
				text.LogP[at+t] = logp[t*rows+row]
				if text.Ranks != nil {
					text.Ranks[at+t] = ranks[t*rows+row]
				}
			}
		}
	}
}
