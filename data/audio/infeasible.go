package audio

import (
	"fmt"
	"strings"

	"recur/data"
)

// Infeasible is an example whose labels no path through the steps of a network can say: CTC needs a step for each label, and a blank
// between two that are alike.
type Infeasible struct {
	Example int // its place in the part
	Frames  int
	Steps   int // that the front of the network makes of the frames
	Labels  int
	Needed  int // steps
}

// Needed is how many steps labels need: one each, and one between neighbours that are alike.
func Needed(labels []int32) int {
	n := len(labels)
	for i := 1; i < len(labels); i++ {
		if labels[i] == labels[i-1] {
			n++
		}
	}
	return n
}

// Infeasible lists the examples whose transcripts need more steps than the front of a network makes of so many frames.
func (p *Subset) Infeasible(steps func(frames int) int) (all []Infeasible) {
	for i := range p.Len() {
		labels, frames := p.Said(i), p.frames(i)
		if got, needed := steps(frames), Needed(labels); needed > got {
			all = append(all, Infeasible{Example: i, Frames: frames, Steps: got, Labels: len(labels), Needed: needed})
		}
	}
	return all
}

// Without is the part without some examples.
func (p *Subset) Without(some []Infeasible) *Subset {
	index, next := make([]int, 0, p.Len()), 0
	for i := range p.Len() {
		if next < len(some) && some[next].Example == i {
			next++
			continue
		}
		index = append(index, i)
	}
	return p.Pick(index)
}

// Tell says how many examples of the part are infeasible, and names the first three.
func (p *Subset) Tell(some []Infeasible) string {
	const most = 3
	var told []string
	for _, f := range some[:min(most, len(some))] {
		told = append(told, fmt.Sprintf("%s: %d frames make %s, and %s need %d", p.Called(f.Example), f.Frames, data.Count(f.Steps, "step", "steps"), data.Count(f.Labels, "label", "labels"), f.Needed))
	}
	if len(some) > most {
		told = append(told, "and so on")
	}
	verb, whose := "are", "their transcripts"
	if len(some) == 1 {
		verb, whose = "is", "its transcript"
	}
	return fmt.Sprintf("%d of %s of the %s part %s too short for %s: %s", len(some), data.Count(p.Len(), "utterance", "utterances"), p.Name, verb, whose, strings.Join(told, "; "))
}

// Refuse is the error about infeasible examples where they are not to be left out.
func (p *Subset) Refuse(some []Infeasible) *data.Error {
	return data.Fault(p.Prepared.Set.Name, 0, 0, "data.infeasible", "%s; make the strides of model.front smaller or data.features.hop shorter, correct the transcripts, or set data.infeasible: drop to leave such utterances out", p.Tell(some))
}
