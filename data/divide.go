package data

import (
	"math"
	"slices"

	"recur/configs"
)

// Part is a part of the data by its number.
type Part uint8

// The parts. Undivided examples are cut by data.split.
const (
	Undivided Part = iota
	Train
	Validation
	Test
)

// PartNames are what the parts are called, by their numbers.
var PartNames = [...]string{Undivided: "undivided", Train: "train", Validation: "validation", Test: "test"}

// Division says how examples that have no order of their own are shared out among the parts.
type Division struct {
	Split   *configs.Split // nil: the parts have files of their own
	Seed    uint64         // of the draw
	Ordered bool           // in the order of the source instead of drawn
	Classes int            // the number of labels, each of which has its share of every part; 0: there are none

	Name   string    // of the source, for messages
	Things [2]string // what the examples are called: one, many
}

// Divide gives the numbers of the examples of each part: train, validation, test. of tells the part that the file of an example
// belongs to, and its label. Where the parts have files of their own they are those, in the order of the files; data.split then
// cuts the training file where it is given and no file is named. Else examples are drawn by data.split and the seed.
func (d *Division) Divide(n int, of func(i int) (part Part, class int)) (parts [3][]int, err error) {
	var open []int // to be cut
	for i := range n {
		switch part, _ := of(i); part {
		case Undivided:
			open = append(open, i)
		default:
			parts[part-Train] = append(parts[part-Train], i)
		}
	}
	if len(open) == 0 && d.Split != nil {
		open, parts[0] = parts[0], nil
	}
	byFile := len(parts[2]) > 0 // the test part
	if len(open) > 0 && d.Split == nil {
		return parts, Errors{Fault(d.Name, 0, 0, "data.split", "nothing says which %s are for training; give data.split, or files for train, validation and test", d.Things[1])}
	}
	for _, group := range d.groups(open, of) {
		d.share(group, len(open), byFile, &parts)
	}
	if len(open) > 0 {
		for i := range parts {
			slices.Sort(parts[i])
		}
	}
	if len(parts[0]) == 0 && d.Split == nil {
		return parts, Errors{Fault(d.Name, 0, 0, "data.split", "no file is for training; name one as train")}
	}
	if len(parts[0]) == 0 {
		return parts, Errors{Fault(d.Name, 0, 0, "data.split", "there are %s, and none of them is left for training; make validation and test smaller", Count(n, d.Things[0], d.Things[1]))}
	}
	return parts, nil
}

// share gives each part its examples of one group; all is how many there are in all groups.
func (d *Division) share(group []int, all int, byFile bool, parts *[3][]int) {
	if !d.Ordered {
		Stream(d.Seed, "split").Shuffle(len(group), func(a, b int) { group[a], group[b] = group[b], group[a] })
	}
	first, second, end := Borders(*d.Split, len(group), float64(len(group))/float64(all), byFile)
	parts[0] = append(parts[0], group[:first]...)
	parts[1] = append(parts[1], group[first:second]...)
	parts[2] = append(parts[2], group[second:end]...)
}

// groups are the examples of each label, or all together.
func (d *Division) groups(index []int, of func(i int) (Part, int)) [][]int {
	if len(index) == 0 {
		return nil
	}
	if d.Classes == 0 {
		return [][]int{slices.Clone(index)}
	}
	all := make([][]int, d.Classes)
	for _, i := range index {
		_, class := of(i)
		all[class] = append(all[class], i)
	}
	return all
}

// Borders cuts n examples, which are share of all, as Cut does it; whole numbers of examples are shared out. With shares no
// test part is cut off where it has a file of its own: what is not for training is for validation.
func Borders(s configs.Split, n int, share float64, byFile bool) (first, second, end int) {
	if s.Train >= 1 {
		s.Train = math.Round(s.Train * share)
	}
	first, second, end = Cut(s, n, share)
	if byFile && !s.Steps {
		second = n
	}
	return max(0, first), max(0, second), end
}
