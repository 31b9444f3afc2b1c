package task

import (
	"fmt"

	"recur/configs"
	"recur/data"
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

// Another are the places of the examples of another file that are scored: Unseen, and where there is none an error that says so of the
// things of a file by its key.
func Another(file, key, things string, another Contents, all bool, learnt ...Contents) (index []int, seen Sightings, err error) {
	index, seen = Unseen(another, all, learnt...)
	if len(index) == 0 {
		err = &data.Error{File: file, Key: key, Message: fmt.Sprintf(
			"all its %s (%d) are in the training or the validation part of the run, so scores of them say little; give it others, or score them all the same with --all", things, seen.LeftOut)}
	}
	return index, seen, err
}

// LongParts is LongEnough of all examples of some parts.
func LongParts(m *configs.Model, parts ...data.Ragged) error {
	var steps []int
	var called []func() string
	for _, p := range parts {
		for i, n := range p.Lengths() {
			steps, called = append(steps, n), append(called, func() string { return p.Called(i) })
		}
	}
	return LongEnough(m, len(steps), func(i int) int { return steps[i] }, func(i int) string { return called[i]() })
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
