package checkpoint

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

func sampleLabelled() *Labelled {
	return &Labelled{
		Inputs: []string{"a", "b"}, Columns: []string{"a_1", "b_1"}, Values: []string{"y"}, Steps: 7,
		InputScaler: data.Scaler{Kind: "standard", Offset: []float64{1, -2.5}, Scale: []float64{0.1, 3}},
		ValueScaler: data.Scaler{Kind: "standard", Offset: []float64{1e-9}, Scale: []float64{1e9}},
	}
}

// What is kept of labelled sequences comes back as it was.
func TestLabelledRoundTrip(t *testing.T) {
	for _, change := range []func(*Labelled){
		func(*Labelled) {},
		func(l *Labelled) { l.Columns = nil },
		func(l *Labelled) {
			l.Values, l.Classes, l.ValueScaler = nil, []string{"no", "yes"}, data.Scaler{Kind: "standard"}
		},
	} {
		l := sampleLabelled()
		change(l)
		tensors, metadata, err := encodeData(&Checkpoint{Data: Data{Labelled: l}})
		if err != nil {
			t.Fatal(err)
		}
		var back Checkpoint
		if err := decodeData(&back, content{tensors: tensors, metadata: metadata}); err != nil {
			t.Fatal(err)
		}
		empty := cmp.Transformer("nil", func(v []float64) []float64 { return append([]float64{}, v...) })
		if d := cmp.Diff(l, back.Data.Labelled, empty); d != "" {
			t.Errorf("-want +got\n%s", d)
		}
	}
}

// What does not hold together is refused, when it is written and when it is read.
func TestLabelledCheck(t *testing.T) {
	for want, change := range map[string]func(*Labelled){
		"0 inputs":               func(l *Labelled) { l.Inputs = nil },
		"0 values, 0 labels":     func(l *Labelled) { l.Values = nil },
		"0 steps":                func(l *Labelled) { l.Steps = 0 },
		"want 2 of each":         func(l *Labelled) { l.InputScaler.Scale = l.InputScaler.Scale[:1] },
		"scaler of the values":   func(l *Labelled) { l.ValueScaler.Scale = []float64{0} },
		"offset NaN":             func(l *Labelled) { l.InputScaler.Offset[0] = math.NaN() },
		"scale +Inf":             func(l *Labelled) { l.InputScaler.Scale[0] = math.Inf(1) },
		"\"\\xff\" is not UTF-8": func(l *Labelled) { l.Values = []string{"\xff"} },
	} {
		l := sampleLabelled()
		change(l)
		if _, _, err := encodeData(&Checkpoint{Data: Data{Labelled: l}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Generated examples of early files, one series whose targets are the values, are what later files say of them.
func TestEarlyLabelled(t *testing.T) {
	c := &Checkpoint{Config: &configs.Config{}}
	c.Config.Data.Synthetic = &configs.Synthetic{Kind: "adding", Length: 100}
	c.Data = Data{Targets: []string{"sum"}, Covariates: []string{"value", "marker"}, Series: []SeriesState{{Scaler: data.Scaler{Kind: "none", Offset: []float64{1, 2, 3}, Scale: []float64{4, 5, 6}}}}}
	c.nameLabelled()
	want := Data{Labelled: &Labelled{Inputs: []string{"value", "marker"}, Values: []string{"sum"}, Steps: 100,
		InputScaler: data.Scaler{Kind: "none", Offset: []float64{2, 3}, Scale: []float64{5, 6}},
		ValueScaler: data.Scaler{Kind: "none", Offset: []float64{1}, Scale: []float64{4}}}}
	if d := cmp.Diff(want, c.Data); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if c.Data.Reads() != 2 || c.Data.Gives() != 1 {
		t.Errorf("reads %d, gives %d", c.Data.Reads(), c.Data.Gives())
	}
}

func FuzzLabelled(f *testing.F) {
	c := &Checkpoint{Data: Data{Labelled: sampleLabelled()}}
	tried{labelledKey, encodeData, decodeData}.fuzz(f, c, []string{`"inputs"`, `"columns"`, `"values"`, `"classes"`, `"steps"`, `"scaler"`, `["a","b"]`})
}
