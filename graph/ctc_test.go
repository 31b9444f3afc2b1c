package graph

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// ctcNodes adds the loss over logits [7,3,4], of which the first six steps count.
func ctcNodes(b *Builder[float64], logits *gorgonia.Node, labels, lengths, counts []int) CTCLoss[float64] {
	return b.CTC(CTC{Name: "head", Steps: 6}, CTCInput{Logits: logits, Labels: b.Numbers("labels", labels, 3, 3), Lengths: b.Lengths("lengths", lengths),
		LabelLengths: b.Lengths("counts", counts)})
}

// TestCTC: the gradient through a graph is that of central differences, of a loss that is doubled and behind a linear layer, and 0 past the
// lengths; the logarithms are those that the loss is the mean of.
func TestCTC(t *testing.T) {
	ts := newTensors()
	ts.add("x", 1, 7, 3, 5)
	ts.add("w", 1, 4, 5)
	ts.add("b", 1, 4)
	ts.add("logits", 2, 7, 3, 4)
	var loss CTCLoss[float64]
	labels, lengths, counts := []int{1, 3, -1, 1, 2, 9, 2, -7, 0}, []int{6, 2, 4}, []int{3, 2, 0}
	direct := func(b *Builder[float64], n nodes) *gorgonia.Node {
		loss = ctcNodes(b, n["logits"], labels, lengths, counts)
		return b.apply2(gorgonia.Mul, b.constant(2), loss.Loss)
	}
	c := ts.compile(t, direct, "logits")
	cost := c.run(t)
	if sum := loss.LogP[0] + loss.LogP[1] + loss.LogP[2]; math.Abs(cost+2*sum/3) > 1e-14 {
		t.Errorf("cost is %v, and the logarithms %v", cost, loss.LogP)
	}
	ts.differences(t, c, "logits")
	for i, v := range c.gradient("logits") {
		if past := i/12 >= lengths[i/4%3]; past && v != 0 || !past && v == 0 {
			t.Errorf("gradient of step %d of row %d is %v", i/12, i/4%3, v)
		}
	}
	layered := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
		return ctcNodes(b, b.Linear("logits of x", Identity, 6, n["x"], n["w"], n["b"]), labels, lengths, counts).Loss
	}, "x", "w", "b")
	ts.differences(t, layered, "x", "w", "b")
	// Other lengths in place: the row of two steps gets a label that repeats, which is too much.
	labels[4], counts[1] = 3, 2
	err := layered.vm.RunAll()
	var short *TooShort
	if !errors.As(err, &short) || *short != (TooShort{Row: 1, Steps: 2, Labels: 2, Needed: 3}) || !strings.Contains(err.Error(),
		`graph: connectionist "head": row 1 has 2 steps for 2 labels, of which 1 repeat the one before, want 3 steps or more`) {
		t.Errorf("a row that is too short: got %v", err)
	}
	counts[1] = 1
	layered.run(t)
}

func TestCTCErrors(t *testing.T) {
	for want, change := range map[string]func(c *CTC, in *CTCInput){
		"logits are [7 3 4] of float64, want [8.. B C] of float64":                                                       func(c *CTC, in *CTCInput) { c.Steps = 8 },
		"the blank is class 4, want 0 to 3":                                                                              func(c *CTC, in *CTCInput) { c.Blank = 4 },
		"labels are [7 3 4] of float64, lengths [3] of int and label lengths [3] of int, want [S 3], [3] and [3] of int": func(c *CTC, in *CTCInput) { in.Labels = in.Logits },
		"labels are [2 3] of int, lengths [2 3] of int and label lengths [3] of int, want [S 3], [3] and [3] of int":     func(c *CTC, in *CTCInput) { in.Lengths = in.Labels },
		"an input is missing, want logits, labels, lengths and label lengths":                                            func(c *CTC, in *CTCInput) { in.LabelLengths = nil },
	} {
		b := NewBuilder[float64](t.Name(), nil, true)
		in := CTCInput{Logits: b.Input("x", make([]float64, 84), 7, 3, 4), Labels: b.Numbers("labels", make([]int, 6), 2, 3), Lengths: b.Lengths("lengths", make([]int, 3)),
			LabelLengths: b.Lengths("counts", make([]int, 3))}
		c := CTC{Name: "head", Steps: 6}
		change(&c, &in)
		b.CTC(c, in)
		if err := b.Err(); err == nil || err.Error() != `graph: connectionist "head": `+want {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	for want, change := range map[string]func(labels, lengths, counts []int){
		"label 0 of row 2 is 4, want 0 to 3, and not the blank, 0": func(labels, _, _ []int) { labels[2] = 4 },
		"label 1 of row 1 is 0, want 0 to 3, and not the blank, 0": func(labels, _, _ []int) { labels[4] = 0 },
		"number of labels of row 0 is 4, want 0 to 3":              func(_, _, counts []int) { counts[0] = 4 },
		"length of row 2 is 7, want 0 to 6":                        func(_, lengths, _ []int) { lengths[2] = 7 },
	} {
		labels, lengths, counts := []int{1, 3, 2, 1, 2, 3, 2, 1, 1}, []int{6, 6, 6}, []int{3, 2, 3}
		change(labels, lengths, counts)
		ts := newTensors()
		ts.add("logits", 2, 7, 3, 4)
		c := ts.compile(t, func(b *Builder[float64], n nodes) *gorgonia.Node {
			return ctcNodes(b, n["logits"], labels, lengths, counts).Loss
		})
		if err := c.vm.RunAll(); err == nil || !strings.Contains(err.Error(), `graph: connectionist "head": `+want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
