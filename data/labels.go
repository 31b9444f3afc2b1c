package data

import (
	"fmt"
	"slices"
	"strings"
)

// AlikeLabels tells of labels that differ by case or white space alone: most often they are one by intention. counts are how many
// things each part (train, validation, test) has of each label.
func AlikeLabels(name string, labels []string, counts [3][]int, things [2]string) (notes []string) {
	first := map[string]int{}
	for c, label := range labels {
		folded := strings.ToLower(strings.Join(strings.Fields(label), ""))
		other, ok := first[folded]
		if !ok {
			first[folded] = c
			continue
		}
		all := func(c int) int { return counts[0][c] + counts[1][c] + counts[2][c] }
		notes = append(notes, fmt.Sprintf("%s: the labels %s (%s) and %s (%d) differ by case or white space alone and are two classes; write them alike if they are one",
			name, Quoted(labels[other]), Count(all(other), things[0], things[1]), Quoted(label), all(c)))
	}
	return notes
}

// LopsidedLabels tells of labels that the training part lacks, and of those that no part lets one judge.
func LopsidedLabels(labels []string, counts [3][]int, things [2]string) (notes []string) {
	some := func(n []int) bool {
		for _, v := range n {
			if v > 0 {
				return true
			}
		}
		return false
	}
	for c, label := range labels {
		for part := 1; part <= 2; part++ {
			learnt, there, name := counts[0][c], counts[part][c], PartNames[part+1]
			switch {
			case learnt == 0 && there > 0:
				notes = append(notes, fmt.Sprintf("the label %s stands in the %s part (%s) and not in the training part: it can't be predicted", Quoted(label), name, Count(there, things[0], things[1])))
			case learnt > 0 && there == 0 && some(counts[part]):
				notes = append(notes, fmt.Sprintf("the label %s stands in the training part (%s) and not in the %s part: no score tells how well it is found", Quoted(label), Count(learnt, things[0], things[1]), name))
			}
		}
	}
	return notes
}

// Contents are the examples of a part by what makes two of them the same one, and their labels.
type Contents struct {
	Name string
	Len  int
	Of   func(i int) (content string, class int)
}

// Repeats counts the examples of each part that stand in a part before it too, and tells of them and of those that stand twice with
// different labels; how says how alike they are.
func Repeats(parts [3]Contents, how string, things [2]string) (repeated [3]int, notes []string) {
	type place struct{ class, part int }
	seen := map[string]place{}
	twofold := 0
	for n, p := range parts {
		for i := range p.Len {
			content, class := p.Of(i)
			first, ok := seen[content]
			if !ok {
				seen[content] = place{class, n}
				continue
			}
			if first.part != n {
				repeated[n]++
			}
			if first.class != class {
				twofold++
			}
		}
		if repeated[n] > 0 {
			notes = append(notes, fmt.Sprintf("%d of %s of the %s part also stand in a part before it, %s: scores on them are partly memory", repeated[n], Count(p.Len, things[0], things[1]), p.Name, how))
		}
	}
	if twofold > 0 {
		notes = append(notes, fmt.Sprintf("%s twice with different labels, %s", Count(twofold, things[0]+" stands", things[1]+" stand"), how))
	}
	return repeated, notes
}

// Renumbered gives the number of each label among the same labels in another order; ok is false where they are not the same.
func Renumbered(labels, order []string) (number []int, ok bool) {
	if len(labels) != len(order) {
		return nil, false
	}
	for _, label := range labels {
		at := slices.Index(order, label)
		if at < 0 {
			return nil, false
		}
		number = append(number, at)
	}
	return number, true
}
