package configs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const frontBase = "data: {csv: 'builtin:sunspots', targets: [sunspots], window: 12}\n"

// TestFront: one layer alone is a list of one, what is left out has its default, and what is rendered reads back the same.
func TestFront(t *testing.T) {
	want := Layer{Conv{Channels: 8, Width: 3, Stride: 1, Dilation: 1, Padding: "valid", Norm: "none", Activation: "relu"}}
	pooled := want
	pooled.Conv.Pool, pooled.Conv.Norm = Pool{Kind: "max", Width: 2, Stride: 2}, "layer"
	for src, want := range map[string][]Layer{
		"model: {front: }\n":                                nil,
		"model: {front: []}\n":                              nil,
		"model: {front: {conv: {channels: 8, width: 3}}}\n": {want},
		"model: {front: [{conv: {channels: 8, width: 3}}, {conv: {channels: 8, width: 3, norm: layer, pool: {kind: max, width: 2}}}]}\n": {want, pooled},
	} {
		c, err := Parse("a.yaml", []byte(frontBase+src), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, c.Model.Front); diff != "" {
			t.Errorf("%s%s", src, diff)
		}
		again, err := Parse("a.yaml", c.Render(), nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, c.Render())
		}
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("rendered and read back: %s", diff)
		}
		if len(want) == 0 && strings.Contains(string(c.Render()), "front") {
			t.Error("a config without a front renders one")
		}
	}
	if c, err := Parse("a.yaml", []byte(frontBase), []string{"model.front=[{conv: {channels: 4, width: 5}}]"}); err != nil || len(c.Model.Front) != 1 || c.Model.Front[0].Conv.Width != 5 {
		t.Errorf("--set gives %v", err)
	}
}

// TestFrontAdvice follows both pieces of advice of the message about a front that leaves no step.
func TestFrontAdvice(t *testing.T) {
	said := regexp.MustCompile(`sequences of (\d+) steps would do, or (padding: same|smaller strides and pools)`)
	for _, width := range []int{2, 5, 9} {
		for _, stride := range []int{1, 3} {
			for _, pool := range []Pool{{}, {Kind: "max", Width: 3, Stride: 2}} {
				for _, padding := range []string{"valid", "same", "causal"} {
					m := Model{}
					for i := range 4 {
						m.Front = append(m.Front, Layer{Conv{Width: width, Stride: stride, Dilation: 1 + i%2, Padding: padding, Pool: pool}})
					}
					n := 1
					_, err := m.FrontSteps(n)
					if err == nil {
						continue
					}
					match := said.FindStringSubmatch(err.Error())
					if match == nil {
						t.Fatalf("no advice in %v", err)
					}
					n, _ = strconv.Atoi(match[1])
					if got, err := m.FrontSteps(n); err != nil || got != 1 {
						t.Errorf("%d steps, as advised, leave %d: %v", n, got, err)
					}
					if _, err := m.FrontSteps(n - 1); err == nil {
						t.Errorf("one step fewer than the %d advised would do", n)
					}
					if match[2] == "padding: same" {
						for i := range m.Front {
							m.Front[i].Conv.Padding = "same"
						}
						if _, err := m.FrontSteps(1); err != nil {
							t.Errorf("padding same, as advised: %v", err)
						}
					}
				}
			}
		}
	}
	m := Model{Front: []Layer{{Conv{Width: 5, Stride: 1, Dilation: 1, Padding: "causal"}}}}
	for _, change := range []func(c *Conv){func(c *Conv) {}, func(c *Conv) { c.Stride = 2 }, func(c *Conv) { c.Padding = "same" }, func(c *Conv) { c.Pool.Kind = "max" }, func(c *Conv) { c.Padding, c.Width = "valid", 1 }} {
		n := m
		n.Front = append([]Layer(nil), m.Front...)
		change(&n.Front[0].Conv)
		c := n.Front[0].Conv
		if got, want := n.Aligned(), c.Stride == 1 && c.Pool.Kind == "" && (c.Padding == "causal" || c.Width == 1); got != want {
			t.Errorf("%s: aligned is %t", fmt.Sprint(c), got)
		}
	}
}
