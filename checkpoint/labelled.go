package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"recur/data"
	"recur/data/text"
)

// dataName of labelled sequences: names in the metadata under "labelled"; scalers as tensors.

const labelledKey = "labelled"

// Labelled is what prediction needs of labelled sequences besides weights.
type Labelled struct {
	Inputs  []string // [D] of a step
	Columns []string // those of a CSV file that the inputs stand in; nil where there is none
	Values  []string // [K] of a sequence; nil where it has a label
	Classes []string // its labels; nil where it has values
	Steps   int      // of the longest sequence that was seen

	Vocabulary *text.Vocabulary // of texts, which have no Inputs; nil where sequences are of numbers

	InputScaler data.Scaler // [D]
	ValueScaler data.Scaler // [K]
}

type labelledDescription struct {
	Inputs  []string `json:"inputs"`
	Columns []string `json:"columns,omitempty"`
	Values  []string `json:"values,omitempty"`
	Classes []string `json:"classes,omitempty"`
	Steps   int      `json:"steps"`
	Scaler  string   `json:"scaler"`

	Vocabulary *text.Vocabulary `json:"vocabulary,omitempty"`
}

// Check refuses what does not hold together.
func (l *Labelled) Check() error {
	for _, list := range [][]string{l.Inputs, l.Columns, l.Values, l.Classes} {
		for _, w := range list {
			if !utf8.ValidString(w) {
				return fmt.Errorf("%q is not UTF-8", w)
			}
		}
	}
	if l.Vocabulary != nil && len(l.Inputs) > 0 {
		return fmt.Errorf("labelled texts with a vocabulary and %d inputs, want no inputs", len(l.Inputs))
	}
	if len(l.Inputs) == 0 && l.Vocabulary == nil || len(l.Values)+len(l.Classes) == 0 || l.Steps < 1 {
		return fmt.Errorf("labelled sequences of %d inputs, %d values, %d labels and %d steps, want at least one of each and values or labels", len(l.Inputs), len(l.Values), len(l.Classes), l.Steps)
	}
	for _, s := range []struct {
		what   string
		scaler data.Scaler
		want   int
	}{{"inputs", l.InputScaler, len(l.Inputs)}, {"values", l.ValueScaler, len(l.Values)}} {
		if len(s.scaler.Offset) != s.want || len(s.scaler.Scale) != s.want {
			return fmt.Errorf("the scaler of the %s has %d and %d numbers, want %d of each", s.what, len(s.scaler.Offset), len(s.scaler.Scale), s.want)
		}
		if err := checkScaler(s.what, s.scaler); err != nil {
			return err
		}
	}
	return nil
}

// checkScaler refuses numbers that nothing can be scaled by.
func checkScaler(what string, s data.Scaler) error {
	for i, v := range s.Scale {
		if o := s.Offset[i]; !(math.Abs(v) > 0) || math.IsInf(v, 0) || o-o != 0 {
			return fmt.Errorf("the scaler of the %s has the offset %g and the scale %g", what, o, v)
		}
	}
	return nil
}

func (l *Labelled) encode() ([]Tensor, map[string]string, error) {
	if err := l.Check(); err != nil {
		return nil, nil, err
	}
	described, err := marshal(labelledDescription{l.Inputs, l.Columns, l.Values, l.Classes, l.Steps, l.InputScaler.Kind, l.Vocabulary})
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", labelledKey, err)
	}
	tensors := []Tensor{
		FromFloats("inputs.offset", nil, l.InputScaler.Offset), FromFloats("inputs.scale", nil, l.InputScaler.Scale),
		FromFloats("values.offset", nil, l.ValueScaler.Offset), FromFloats("values.scale", nil, l.ValueScaler.Scale),
	}
	return tensors, map[string]string{versionKey: strconv.Itoa(Version), labelledKey: string(described)}, nil
}

// decodeLabelled reads what encode wrote.
func decodeLabelled(described string, from content) (*Labelled, error) {
	var d labelledDescription
	if err := json.Unmarshal([]byte(described), &d); err != nil {
		return nil, fmt.Errorf("its description does not parse: %w", err)
	}
	l := &Labelled{Inputs: d.Inputs, Columns: d.Columns, Values: d.Values, Classes: d.Classes, Steps: d.Steps, Vocabulary: d.Vocabulary}
	l.InputScaler.Kind, l.ValueScaler.Kind = d.Scaler, d.Scaler
	var errs []error
	for _, one := range []struct {
		name string
		to   *[]float64
	}{
		{"inputs.offset", &l.InputScaler.Offset}, {"inputs.scale", &l.InputScaler.Scale},
		{"values.offset", &l.ValueScaler.Offset}, {"values.scale", &l.ValueScaler.Scale},
	} {
		v, err := need(from.tensors, one.name).Float64s()
		*one.to = v
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return l, l.Check()
}

// nameLabelled takes the generated examples of an early file, which stand there as one series whose targets are their values.
func (c *Checkpoint) nameLabelled() {
	d := &c.Data
	if c.Config == nil || c.Config.Data.Synthetic == nil || c.Config.Data.Synthetic.Kind != "adding" || d.Labelled != nil || len(d.Series) != 1 {
		return
	}
	s, k := d.Series[0].Scaler, len(d.Targets)
	if len(s.Offset) != d.Columns() || len(s.Scale) != d.Columns() {
		return
	}
	*d = Data{Labelled: &Labelled{
		Inputs: d.Covariates, Values: d.Targets, Steps: max(1, c.Config.Data.Synthetic.Length),
		InputScaler: data.Scaler{Kind: s.Kind, Offset: s.Offset[k:], Scale: s.Scale[k:]},
		ValueScaler: data.Scaler{Kind: s.Kind, Offset: s.Offset[:k], Scale: s.Scale[:k]},
	}}
}

// Reads is how many numbers of a step a network reads: of labelled sequences the inputs, of series the targets and the covariates.
func (d *Data) Reads() int {
	switch {
	case d.Labelled != nil:
		return len(d.Labelled.Inputs)
	case d.Text != nil:
		return 0 // it reads symbols
	case d.Paired != nil:
		return len(d.Paired.Inputs)
	case d.Sounds != nil:
		return d.Sounds.Inputs
	}
	return len(d.Targets) + len(d.Covariates)
}

// Gives is how many values there are at one step of the horizon: the targets, the values or labels of a sequence, the symbols of a text
// or of what is said, or the labels of a sound, the blank among them.
func (d *Data) Gives() int {
	if l := d.Labelled; l != nil {
		return max(len(l.Values), len(l.Classes))
	}
	switch {
	case d.Text != nil:
		return d.Text.Vocabulary.Len()
	case d.Paired != nil:
		return d.Paired.Target.Len()
	case d.Sounds != nil:
		return d.Sounds.Vocabulary.Len()
	}
	return len(d.Targets)
}

// Names are those of the values that are predicted; symbols have none.
func (d *Data) Names() []string {
	if l := d.Labelled; l != nil {
		if len(l.Classes) > 0 {
			return l.Classes
		}
		return l.Values
	}
	if d.kind() != nil {
		return nil
	}
	return d.Targets
}
