package models

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"recur/graph"
)

// second is one network of a second sequence as PyTorch computed it in float64; testdata/said.py wrote the file.
type second struct {
	Case struct {
		Task, Cell, Attention, Bridge string
		Copies, Tied, Shared, Both    bool
		Encoders, Decoders            int
		Lengths, Saids                []int
	}
	Loss  float64
	LogP  digest `json:"logp"`
	Grads []struct {
		Name string
		digest
	}
}

func (o second) spec() Spec {
	c := o.Case
	if c.Task == "heard" {
		return hearing(c.Cell)
	}
	return speaking{cell: c.Cell, attention: c.Attention, bridge: c.Bridge, copies: c.Copies, tied: c.Tied, shared: c.Shared, both: c.Both, encoders: c.Encoders, decoders: c.Decoders}.spec()
}

// seconds are the cases that PyTorch has answered.
func seconds(t *testing.T) (all []second) {
	t.Helper()
	b, err := os.ReadFile("testdata/said.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSecondPyTorch: loss, chances and every gradient of networks that say or align a second sequence are PyTorch's.
func TestSecondPyTorch(t *testing.T) {
	for _, o := range seconds(t) {
		t.Run(fmt.Sprint(o.Case), func(t *testing.T) {
			checkSecond[float64](t, o, tolerance64)
			checkSecond[float32](t, o, tolerance32)
		})
	}
}

func checkSecond[F graph.Float](t *testing.T, want second, tolerance float64) {
	t.Helper()
	n, g := openSpeaking[F](t, want.spec(), len(want.Case.Lengths), true)
	if n.Spec.aligns() {
		fillHearing(n, g, want.Case.Lengths, want.Case.Saids, 0)
	} else {
		fillSpeaking(n, g, want.Case.Lengths, want.Case.Saids, 0)
	}
	if loss := run(t, g); !(math.Abs(loss-want.Loss) <= tolerance*want.Loss) {
		t.Errorf("%T: the loss is %v, want %v", F(0), loss, want.Loss)
	}
	if e := wrong(g.LogP, want.LogP); !(e <= tolerance) {
		t.Errorf("%T: the chances of the labels are off by %.2g of the largest, want at most %g", F(0), e, tolerance)
	}
	if len(want.Grads) != len(n.Params) {
		t.Fatalf("got %d parameters, want %d", len(n.Params), len(want.Grads))
	}
	for i, d := range want.Grads {
		if n.Params[i].Name != d.Name {
			t.Fatalf("parameter %d is %s, want %s", i, n.Params[i].Name, d.Name)
		}
		if e := wrong(wholeGradient(n, g, i), d.digest); !(e <= tolerance) {
			t.Errorf("%T: gradient of %s is off by %.2g of its largest value %.4g, want at most %g", F(0), d.Name, e, d.Max, tolerance)
		}
	}
}
