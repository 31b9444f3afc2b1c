package task

import (
	"fmt"

	"recur/configs"
)

// What tasks have in common whose examples stand alone: other files, examples that are too short, one way of making data ready.

// Contents are examples by what makes two of them the same one.
type Contents struct {
	Len int
	Of  func(i int) string
}

// Unseen are the places of the examples of another file that stand in none of the parts that a run has learnt from; all keeps the
// others too. Sightings counts those.
func Unseen(another Contents, all bool, learnt ...Contents) (index []int, seen Sightings) {
	known := map[string]bool{}
	for _, part := range learnt {
		for i := range part.Len {
			known[part.Of(i)] = true
		}
	}
	for i := range another.Len {
		switch {
		case !known[another.Of(i)]:
		case all:
			seen.Scored++
		default:
			seen.LeftOut++
			continue
		}
		index = append(index, i)
	}
	return index, seen
}

// LongEnough refuses n examples of which model.front leaves no step of one, before anything is trained or written. The message is
// about the shortest: what suits it suits all.
func LongEnough(m *configs.Model, n int, steps func(i int) int, called func(i int) string) error {
	if len(m.Front) == 0 || n == 0 {
		return nil
	}
	shortest, short := 0, 0
	for i := range n {
		if steps(i) < steps(shortest) {
			shortest = i
		}
		if _, err := m.FrontSteps(steps(i)); err != nil {
			short++
		}
	}
	_, err := m.FrontSteps(steps(shortest))
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s, the shortest of %d that are too short: %w", called(shortest), short, err)
}

// OneWay is the part of a Source that can be made ready in one way alone.
type OneWay struct{}

// Variants is that way.
func (OneWay) Variants(*configs.Config) ([]Variant, []string) { return []Variant{{Name: "plain"}}, nil }

// Choose keeps it.
func (OneWay) Choose(_ *configs.Config, all []Candidate) (*Choice, error) {
	v, err := all[0].Data.Verdict(all[0].Said, 0)
	return Kept(all[0].Variant, v), err
}

// Kept is the choice of the only variant.
func Kept(only Variant, v *Verdict) *Choice {
	return &Choice{Variants: []VariantScore{{Variant: only, Kept: true}}, Verdict: v}
}
