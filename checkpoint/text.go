package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"

	"recur/data/text"
)

// dataName of a model of text: its vocabulary and what separates documents, in the metadata under "text".

const textKey = "text"

// Text is what a network that continues text needs besides weights.
type Text struct {
	Vocabulary *text.Vocabulary
	Documents  string // what separated them in the training: none, line, blank_line or file
}

type textDescription struct {
	Documents  string           `json:"documents"`
	Vocabulary *text.Vocabulary `json:"vocabulary"`
}

// Check refuses what does not hold together.
func (t *Text) Check() error {
	switch {
	case t.Vocabulary == nil || t.Vocabulary.Len() < 2:
		return errors.New("text without a vocabulary of two symbols or more")
	case t.Documents != text.None && t.Vocabulary.Number(text.End) < 0:
		return fmt.Errorf("documents are separated by %s, and the vocabulary has no end symbol", t.Documents)
	}
	return nil
}

func (t *Text) encode() ([]Tensor, map[string]string, error) {
	if err := t.Check(); err != nil {
		return nil, nil, err
	}
	return encoded(textKey, textDescription{t.Documents, t.Vocabulary})
}

func decodeText(described string) (*Text, error) {
	var d textDescription
	if err := json.Unmarshal([]byte(described), &d); err != nil {
		return nil, fmt.Errorf("its description does not parse: %w", err)
	}
	t := &Text{Vocabulary: d.Vocabulary, Documents: d.Documents}
	return t, t.Check()
}

// Vocabulary numbers the symbols that the network reads, or the labels that it gives to sounds; nil where there are none.
func (d *Data) Vocabulary() *text.Vocabulary {
	switch {
	case d.Text != nil:
		return d.Text.Vocabulary
	case d.Labelled != nil:
		return d.Labelled.Vocabulary
	case d.Paired != nil:
		return d.Paired.Source
	case d.Sounds != nil:
		return d.Sounds.Vocabulary
	}
	return nil
}
