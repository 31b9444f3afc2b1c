package train

import (
	"slices"

	"recur/data"
	"recur/models"
)

// maxStages is how many graphs of one kind are kept: each has memory of its own, and a text may have any length.
const maxStages = 16

// stages are the graphs of a training, or of its validation, by batch size and steps.
type stages[F Float] struct {
	net      *models.Network[F]
	training bool
	kept     map[models.Size]*stage[F]
	asked    int
}

func newStages[F Float](net *models.Network[F], training bool) *stages[F] {
	return &stages[F]{net: net, training: training, kept: map[models.Size]*stage[F]{}}
}

// of returns the graph of a size, or makes it; where there are too many, that which has not been asked for the longest goes.
func (c *stages[F]) of(key models.Size) (*stage[F], error) {
	c.asked++
	if s := c.kept[key]; s != nil {
		s.used = c.asked
		return s, nil
	}
	if len(c.kept) >= maxStages {
		c.dropOldest()
	}
	g, err := c.net.Sized(key, c.training)
	if err != nil {
		return nil, err
	}
	s := &stage[F]{graph: g, used: c.asked, batch: data.Batch[F]{
		X: g.X, Z: g.Z, Y: g.Y, Mask: g.Mask, Units: g.Units, Lengths: g.Lengths, Least: key.Steps, Tokens: g.Tokens, Spelt: g.Spelt, Labels: g.Labels,
		LeastS: key.Said, Said: g.Said, SaidLengths: g.SaidLengths, Copied: g.Copied,
	}}
	if c.training {
		s.gradients = make([][]F, len(g.Grads))
		for _, p := range g.Grads {
			if table, ok := p.(*models.Table[F]); ok {
				s.table = table
			}
		}
	}
	c.kept[key] = s
	return s, nil
}

func (c *stages[F]) dropOldest() {
	var oldest models.Size
	first := c.asked
	for key, s := range c.kept { // no two were asked for at one time
		if s.used < first {
			oldest, first = key, s.used
		}
	}
	c.net.Drop(c.kept[oldest].graph)
	delete(c.kept, oldest)
}

// sides are the steps of each example of a part: of the sequence that is read, nil where all batches have as many, and of a second one, nil
// where there is none.
type sides struct{ read, said []int }

// sidesOf asks a part once: for every batch the examples would all be counted again.
func sidesOf(part data.Examples) (s sides) {
	if ragged, ok := part.(data.Ragged); ok {
		s.read = ragged.Lengths()
	}
	if paired, ok := part.(data.Paired); ok {
		s.said = paired.SaidLengths()
	}
	return s
}

// Sizes are those of the graphs that are kept at once for batches of so many pairs, the largest where there are more: of the batches of
// one epoch.
func Sizes(part data.Paired, batch int, seed uint64) []models.Size {
	l := sidesOf(part)
	seen := map[models.Size]bool{}
	var all []models.Size
	for _, index := range data.ByLength(data.AlikeLengths(part), batch, seed, 0) {
		z := models.Size{Rows: len(index), Steps: rounded(longest(index, l.read)), Said: rounded(longest(index, l.said))}
		if !seen[z] {
			seen[z], all = true, append(all, z)
		}
	}
	slices.SortStableFunc(all, func(a, b models.Size) int { return b.Rows*(b.Steps+b.Said) - a.Rows*(a.Steps+a.Said) })
	return all[:min(len(all), maxStages)]
}

// sizeOf is the size of the graph for a batch of the examples index.
func (t *trainer[F]) sizeOf(index []int, l sides) models.Size {
	z := models.Size{Rows: len(index), Steps: t.stepsOf(index, l.read)}
	if l.said != nil {
		z.Said = rounded(longest(index, l.said))
	}
	return z
}

// longest is the greatest of the lengths of some examples, at least 1.
func longest(index, lengths []int) int {
	most := 1
	for _, i := range index {
		most = max(most, lengths[i])
	}
	return most
}

// stepsOf is how many steps a batch of the examples index has.
func (t *trainer[F]) stepsOf(index, lengths []int) int {
	if lengths == nil {
		return t.job.Spec.Steps
	}
	needed := longest(index, lengths)
	steps := rounded(needed)
	if most := t.job.Spec.Steps; needed <= most {
		steps = min(steps, most)
	}
	return steps
}

// rounded is the next of four sizes from one power of two to the next, so that graphs are few and no more than a fifth of a
// batch is padding that its longest example does not need.
func rounded(steps int) int {
	unit := 1
	for 8*unit < steps {
		unit *= 2
	}
	return (steps + unit - 1) / unit * unit
}

// inOrder are the examples 0…n-1 in the order of their lengths, nil for none, so that batches have little padding.
func inOrder(n int, lengths []int) []int {
	order := make([]int, n)
	permute(order, 0, 0, false)
	if lengths != nil {
		slices.SortStableFunc(order, func(a, b int) int { return lengths[a] - lengths[b] })
	}
	return order
}
