package data

import (
	"fmt"
	"slices"
)

// pool is how many batches are sorted by length together: the more, the less padding and the less chance in the order.
const pool = 50

// ByLength is an order of examples for one epoch in batches of so many examples whose lengths are alike, so that little of a
// batch is padding. Examples are drawn into pools by the seed and the epoch, sorted by length within a pool and cut into
// batches, which come in an order that is drawn too. Every example stands in one batch; the last to be cut may be smaller.
func ByLength(lengths []int, size int, seed uint64, epoch int) [][]int {
	r := Stream(seed, fmt.Sprintf("lengths/%d", epoch))
	order := r.Perm(len(lengths))
	var batches [][]int
	for part := range slices.Chunk(order, pool*max(1, size)) {
		slices.SortStableFunc(part, func(a, b int) int { return lengths[a] - lengths[b] })
		batches = slices.AppendSeq(batches, slices.Chunk(part, max(1, size)))
	}
	r.Shuffle(len(batches), func(a, b int) { batches[a], batches[b] = batches[b], batches[a] })
	return batches
}
