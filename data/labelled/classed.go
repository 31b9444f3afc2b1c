package labelled

import (
	"fmt"

	"recur/data"
)

// Classed is the sequences of a subset as examples of their labels: a batch is as long as the longest of its sequences needs, and
// holds numbers of labels in place of values. It is safe for concurrent use.
type Classed struct{ *Subset }

// Classes is the subset with labels for truths; those of an empty one are none.
func (p *Subset) Classes() Classed { return Classed{p} }

// Lengths are the steps of each sequence.
func (p Classed) Lengths() []int {
	lengths := make([]int, p.Len())
	for i := range lengths {
		lengths[i] = p.Sequence(i).Steps(len(p.Prepared.Set.Inputs))
	}
	return lengths
}

// Labels are the numbers of the label of example i, or of those of all its steps; data.NoLabel where one is not known.
func (p Classed) Labels(i int) []int32 {
	if s := p.Sequence(i); s.Tags != nil {
		return s.Tags
	}
	return []int32{int32(p.Sequence(i).Class)}
}

// Restore leaves what a network says of labels as it is.
func (p Classed) Restore(_ int, scaled, out []float64) { copy(out, scaled) }

// Fill32 writes sequences in float32.
func (p Classed) Fill32(index []int, b *data.Batch[float32]) { fillClasses(p, index, b) }

// Fill64 writes sequences in float64.
func (p Classed) Fill64(index []int, b *data.Batch[float64]) { fillClasses(p, index, b) }

// fillClasses writes x [T,N,D], scaled, 0 behind the last step of a sequence, and Labels [N], or [T,N] where every step has one. T
// is that of the longest of these sequences, or what the batch has at least.
func fillClasses[F data.Float](p Classed, index []int, b *data.Batch[F]) {
	q, d := p.Prepared, len(p.Prepared.Set.Inputs)
	steps, every := max(1, b.Least), false
	for _, i := range index {
		s := p.Sequence(i)
		steps, every = max(steps, s.Steps(d)), every || s.Tags != nil
	}
	b.Shape(len(index), steps, d, 0, 0, false)
	labels := len(index)
	if every {
		labels *= steps
	}
	b.Labels = data.Grown(b.Labels, labels)
	for n, i := range index {
		s := p.Sequence(i)
		fillInputs(q, s, n, b)
		if !every {
			b.Labels[n] = int32(s.Class) // NoLabel where there is none
			continue
		}
		for t := range steps {
			b.Labels[t*b.N+n] = data.NoLabel
			if t < len(s.Tags) {
				b.Labels[t*b.N+n] = s.Tags[t]
			}
		}
	}
}

// noteLabels tells what is worth knowing about labels and the parts.
func (q *Prepared) noteLabels() {
	set := q.Set
	if len(set.Classes) == 0 {
		return
	}
	count := func(p *Subset) []int {
		counts := make([]int, len(set.Classes))
		for i := range p.Len() {
			for _, c := range p.Classes().Labels(i) {
				if c >= 0 {
					counts[c]++
				}
			}
		}
		return counts
	}
	parts := [3][]int{count(q.Train), count(q.Validation), count(q.Test)}
	things := [2]string{"sequence", "sequences"}
	if len(set.Sequences) > 0 && set.Sequences[0].Tags != nil {
		things = [2]string{"step", "steps"}
	}
	q.Notes = append(q.Notes, data.AlikeLabels(set.Name, set.Classes, parts, things)...)
	q.Notes = append(q.Notes, data.LopsidedLabels(set.Classes, parts, things)...)
	var all [3]data.Contents
	for n, p := range []*Subset{q.Train, q.Validation, q.Test} {
		all[n] = data.Contents{Name: data.PartNames[n+1], Len: p.Len(), Of: func(i int) (string, int) { return p.Sequence(i).Content(), p.Sequence(i).Class }}
	}
	_, notes := data.Repeats(all, "number by number", [2]string{"sequence", "sequences"})
	q.Notes = append(q.Notes, notes...)
}

// Content tells sequences apart by their numbers.
func (s *Sequence) Content() string { return fmt.Sprint(s.X) }

// Adopt takes the scaler and the labels of another training. It reports false, and changes nothing, where inputs or labels are not
// the same.
func (q *Prepared) Adopt(inputs []string, fitted data.Scaler, classes []string) bool {
	number, ok := data.Renumbered(q.Set.Classes, classes)
	if !ok || len(inputs) != len(q.Set.Inputs) {
		return false
	}
	for i := range q.Set.Sequences {
		s := &q.Set.Sequences[i]
		if s.Class >= 0 {
			s.Class = number[s.Class]
		}
		for t, c := range s.Tags {
			s.Tags[t] = int32(number[c])
		}
	}
	q.Set.Classes, q.Scalers.Inputs = append([]string(nil), classes...), fitted
	return true
}
