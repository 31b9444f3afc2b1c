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
// lengths may be what AlikeLengths gives.
func ByLength(lengths []int, size int, seed uint64, epoch int) [][]int {
	size = max(1, size)
	return inPools(lengths, pool*size, seed, epoch, func(part []int) [][]int { return slices.Collect(slices.Chunk(part, size)) })
}

// BySteps is ByLength where a batch holds so many examples that they have at most so many steps with their padding, steps being
// those of each: see CutBySteps.
func BySteps(lengths, steps []int, most int, seed uint64, epoch int) [][]int {
	all := 0
	for _, n := range steps {
		all += n
	}
	size := pool // examples of about as many batches
	if all > 0 {
		size = max(size, int(float64(pool)*float64(most)*float64(len(steps))/float64(all)))
	}
	return inPools(lengths, min(size, max(1, len(lengths))), seed, epoch, func(part []int) [][]int { return CutBySteps(part, steps, most) })
}

// inPools draws the examples into pools of a size, sorts each by length, cuts it, and draws the order of the batches.
func inPools(lengths []int, size int, seed uint64, epoch int, cut func(part []int) [][]int) [][]int {
	r := Stream(seed, fmt.Sprintf("lengths/%d", epoch))
	order := r.Perm(len(lengths))
	var batches [][]int
	for part := range slices.Chunk(order, size) {
		slices.SortStableFunc(part, func(a, b int) int { return lengths[a] - lengths[b] })
		batches = append(batches, cut(part)...)
	}
	r.Shuffle(len(batches), func(a, b int) { batches[a], batches[b] = batches[b], batches[a] })
	return batches
}

// CutBySteps cuts an order of examples into batches whose examples have at most so many steps with their padding: as many examples
// as there are, times the steps of the longest. An example that has more makes a batch of its own.
func CutBySteps(order, steps []int, most int) (batches [][]int) {
	from, longest := 0, 0
	for at, i := range order {
		longest = max(longest, steps[i])
		if at > from && longest*(at+1-from) > most {
			batches = append(batches, order[from:at:at])
			from, longest = at, steps[i]
		}
	}
	if from < len(order) {
		batches = append(batches, order[from:])
	}
	return batches
}

// Together are numbers in place of lengths, by which ByLength and BySteps find examples alike that have two sequences each: by every two
// lengths of the second one, and among those by the first, up and down in turn. Measured on translations and on summaries this leaves less
// padding than the order by one of them, by their sum, or by one and then the other.
func Together(first, second []int) []int {
	far := 1
	for _, n := range first {
		far = max(far, n+1)
	}
	keys := make([]int, len(first))
	for i, n := range first {
		row := second[i] / 2
		if row%2 == 1 {
			n = far - 1 - n
		}
		keys[i] = row*far + n
	}
	return keys
}

// AlikeLengths are the numbers by which ByLength and BySteps find examples alike: their lengths, or Together of those that have two; nil
// where all batches have as many steps.
func AlikeLengths(e Examples) []int {
	switch e := e.(type) {
	case Paired:
		return Together(e.Lengths(), e.SaidLengths())
	case Ragged:
		return e.Lengths()
	}
	return nil
}
