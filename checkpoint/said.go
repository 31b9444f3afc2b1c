package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"recur/data"
	"recur/data/text"
)

// dataName of a model that says a second sequence of a first one: vocabularies, in the metadata under "paired" (of texts) and "sounds".

const (
	pairedKey = "paired"
	soundsKey = "sounds"
)

// Paired is what a network that says a text of a text, or of a sequence of numbers, needs besides weights.
type Paired struct {
	Source, Target *text.Vocabulary // one and the same where the texts share it; Source is nil of numbers
	Shared         bool
	SourceSteps    int // of the longest source that was learnt from
	TargetSteps    int // of the longest target, its end counted

	Inputs      []string    // [D] of a step of numbers; nil of texts
	Columns     []string    // those of a CSV file that the inputs stand in; nil where there is none
	InputScaler data.Scaler // [D]
}

type pairedDescription struct {
	Source      *text.Vocabulary `json:"source,omitempty"`
	Target      *text.Vocabulary `json:"target,omitempty"` // not there where it is the source's
	SourceSteps int              `json:"source_steps"`
	TargetSteps int              `json:"target_steps"`
	Inputs      []string         `json:"inputs,omitempty"`
	Columns     []string         `json:"columns,omitempty"`
	Scaler      string           `json:"scaler,omitempty"`
}

// Check refuses what does not hold together.
func (p *Paired) Check() error {
	switch {
	case p.Target == nil || p.Target.Len() < 2 || p.Source != nil && p.Source.Len() < 2:
		return errors.New("pairs without vocabularies of two symbols or more")
	case (p.Source == nil) != (len(p.Inputs) > 0) || len(p.InputScaler.Offset) != len(p.Inputs) || len(p.InputScaler.Scale) != len(p.Inputs):
		return fmt.Errorf("pairs of %d inputs with a scaler of %d and %d numbers, want symbols to read, or inputs with a number of each", len(p.Inputs), len(p.InputScaler.Offset), len(p.InputScaler.Scale))
	case p.Target.Number(text.Start) < 0 || p.Target.Number(text.End) < 0:
		return errors.New("the vocabulary of targets has no symbols of the start and of the end")
	case p.SourceSteps < 1 || p.TargetSteps < 1:
		return fmt.Errorf("pairs of %d and %d steps, want 1 or more", p.SourceSteps, p.TargetSteps)
	}
	for _, w := range slices.Concat(p.Inputs, p.Columns) {
		if !utf8.ValidString(w) {
			return fmt.Errorf("%q is not UTF-8", w)
		}
	}
	return checkScaler("inputs", p.InputScaler)
}

func (p *Paired) encode() ([]Tensor, map[string]string, error) {
	if err := p.Check(); err != nil {
		return nil, nil, err
	}
	d := pairedDescription{p.Source, p.Target, p.SourceSteps, p.TargetSteps, p.Inputs, p.Columns, p.InputScaler.Kind}
	if p.Shared {
		d.Target = nil
	}
	_, metadata, err := encoded(pairedKey, d)
	if err != nil || len(p.Inputs) == 0 {
		return nil, metadata, err
	}
	return []Tensor{FromFloats("inputs.offset", nil, p.InputScaler.Offset), FromFloats("inputs.scale", nil, p.InputScaler.Scale)}, metadata, nil
}

func decodePaired(described string, from content) (*Paired, error) {
	var d pairedDescription
	if err := json.Unmarshal([]byte(described), &d); err != nil {
		return nil, fmt.Errorf("its description does not parse: %w", err)
	}
	p := &Paired{Source: d.Source, Target: d.Target, Shared: d.Target == nil, SourceSteps: d.SourceSteps, TargetSteps: d.TargetSteps, Inputs: d.Inputs, Columns: d.Columns}
	if p.Shared {
		p.Target = p.Source
	}
	if len(p.Inputs) > 0 {
		p.InputScaler.Kind = d.Scaler
		var err1, err2 error
		p.InputScaler.Offset, err1 = need(from.tensors, "inputs.offset").Float64s()
		p.InputScaler.Scale, err2 = need(from.tensors, "inputs.scale").Float64s()
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
	}
	return p, p.Check()
}

// Sounds is what a network that writes down what it hears needs besides weights. Its labels are the symbols of the vocabulary, of which 0
// stands for none: the blank.
type Sounds struct {
	Vocabulary *text.Vocabulary
	Inputs     int      // D, the features of a frame
	Rate       int      // hertz, of sounds that features are made of; 0: features come from files
	Steps      int      // frames of the longest sound that was learnt from
	Labels     int      // of the longest transcript
	Columns    []string // of rows of features, that the inputs stand in; nil where there are none
}

type soundsDescription struct {
	Vocabulary *text.Vocabulary `json:"vocabulary"`
	Inputs     int              `json:"inputs"`
	Rate       int              `json:"rate,omitempty"`
	Steps      int              `json:"steps"`
	Labels     int              `json:"labels"`
	Columns    []string         `json:"columns,omitempty"`
}

// Check refuses what does not hold together.
func (s *Sounds) Check() error {
	if s.Vocabulary == nil || s.Vocabulary.Len() < 2 || s.Vocabulary.Number(text.Padding) != 0 || s.Inputs < 1 || s.Rate < 0 || s.Steps < 1 || s.Labels < 1 {
		return fmt.Errorf("sounds of %d features at %d hertz, %d frames and %d labels, want a vocabulary whose first symbol is the blank, and 1 or more", s.Inputs, s.Rate, s.Steps, s.Labels)
	}
	return nil
}

func (s *Sounds) encode() ([]Tensor, map[string]string, error) {
	if err := s.Check(); err != nil {
		return nil, nil, err
	}
	for _, w := range s.Columns {
		if !utf8.ValidString(w) {
			return nil, nil, fmt.Errorf("%q is not UTF-8", w)
		}
	}
	return encoded(soundsKey, soundsDescription(*s))
}

func decodeSounds(described string) (*Sounds, error) {
	var d soundsDescription
	if err := json.Unmarshal([]byte(described), &d); err != nil {
		return nil, fmt.Errorf("its description does not parse: %w", err)
	}
	s := Sounds(d)
	return &s, s.Check()
}

// encoded is a description alone, without tensors.
func encoded(key string, description any) ([]Tensor, map[string]string, error) {
	b, err := marshal(description)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", key, err)
	}
	return nil, map[string]string{versionKey: strconv.Itoa(Version), key: string(b)}, nil
}

// kind is what is kept of data that are no series.
type kind interface {
	Check() error
	encode() ([]Tensor, map[string]string, error)
}

// kind is what the data are if they are no series; nil of series.
func (d *Data) kind() kind {
	switch {
	case d.Labelled != nil:
		return d.Labelled
	case d.Text != nil:
		return d.Text
	case d.Paired != nil:
		return d.Paired
	case d.Sounds != nil:
		return d.Sounds
	}
	return nil
}

// decodeKind reads what is kept of data that are no series; ok says that they are none.
func decodeKind(from content) (d Data, ok bool, err error) {
	if described, ok := from.metadata[labelledKey]; ok {
		d.Labelled, err = decodeLabelled(described, from)
		return d, true, err
	}
	if described, ok := from.metadata[textKey]; ok {
		d.Text, err = decodeText(described)
		return d, true, err
	}
	if described, ok := from.metadata[pairedKey]; ok {
		d.Paired, err = decodePaired(described, from)
		return d, true, err
	}
	if described, ok := from.metadata[soundsKey]; ok {
		d.Sounds, err = decodeSounds(described)
		return d, true, err
	}
	return d, false, nil
}
