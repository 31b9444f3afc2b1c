package classify

import (
	"strings"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/models"
	"recur/task"
)

// texts are texts.
type texts struct{ set *text.Set }

func (t texts) facts() task.Facts {
	return task.Facts{Name: t.set.Name, Hash: t.set.Hash, Rows: len(t.set.Texts)}
}

func (t texts) prepare(c *configs.Config) (*prepared, error) {
	q, err := text.Prepare(t.set, text.PrepareOptionsOf(c))
	if err != nil {
		return nil, err
	}
	return t.of(q), nil
}

func (t texts) with(k *checkpoint.Checkpoint) (*prepared, error) {
	q := text.PrepareWith(t.set, k.Data.Labelled.Vocabulary, data.Scaler{})
	if n := k.Config.Model.CharacterNgrams; n > 0 {
		q.Spell(n)
	}
	return t.of(q), nil
}

func (t texts) of(q *text.Prepared) *prepared {
	set := q.Set
	p := &prepared{
		name: set.Name, hash: set.Hash, classes: set.Classes, notes: q.Notes,
		train: sentences{q.Train}, validation: sentences{q.Validation}, test: sentences{q.Test},
		memory: q.Memory,
		both:   func() part { return sentences{q.Both()} },
		size: func(s *models.Spec) {
			v := q.Vocabulary
			s.Inputs, s.Vocabulary, s.Padding, s.Unknown = 0, v.Len(), int(v.Number(text.Padding)), int(v.Number(text.Unknown))
		},
		adopt:  func(l *checkpoint.Labelled) bool { return l.Vocabulary != nil && q.Adopt(l.Vocabulary, l.Classes) },
		simple: ofTexts{},
	}
	for _, one := range []part{p.train, p.validation, p.test} {
		for _, n := range one.Lengths() {
			p.steps = max(p.steps, n)
		}
	}
	p.steps = max(p.steps, 1)
	p.keep = func() checkpoint.Labelled {
		return checkpoint.Labelled{Classes: q.Set.Classes, Steps: p.steps, Vocabulary: q.Vocabulary}
	}
	return p
}

// sentences are a part of texts.
type sentences struct{ *text.Subset }

// Labels are the number of the label of text i.
func (s sentences) Labels(i int) []int32 { return []int32{int32(s.Text(i).Class)} }

// ID is the file of a text that is a whole file; texts of a table have no name.
func (s sentences) ID(i int) string {
	if t := s.Text(i); t.Line == 0 {
		return t.File
	}
	return ""
}

// mostShown is how many letters of a text are shown in a line.
const mostShown = 80

// Shown is the beginning of a text.
func (s sentences) Shown(i int) string {
	line := strings.Join(strings.Fields(s.Text(i).Text), " ")
	if letters := []rune(line); len(letters) > mostShown {
		return string(letters[:mostShown-1]) + "…"
	}
	return line
}

// Content is the text.
func (s sentences) Content(i int) string { return s.Text(i).Text }

// Place is where a text begins.
func (s sentences) Place(i int) (file string, line int) { return s.Text(i).File, s.Text(i).Line }

// Pick is some of the texts.
func (s sentences) Pick(index []int) part { return sentences{s.Subset.Pick(index)} }

// Unknown is the share of symbols that the vocabulary lacks.
func (s sentences) Unknown() float64 {
	symbols, unknown := s.Symbols, s.Subset.Unknown
	if symbols == 0 {
		symbols, unknown = s.Prepared.Count(s.Index)
	}
	return float64(unknown) / float64(max(1, symbols))
}
