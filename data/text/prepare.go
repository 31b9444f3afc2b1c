package text

import (
	"fmt"
	"slices"

	"recur/configs"
	"recur/data"
)

// PrepareOptions say how a set is cut and numbered.
type PrepareOptions struct {
	Tokens  Tokens
	Ngrams  int            // rows that words share by how they are spelt; 0: none, see Spell
	Split   *configs.Split // nil: the parts have files of their own
	Seed    uint64         // of the draw
	Ordered bool           // in the order of the source instead of drawn
	Scale   string         // of values: standard | minmax | none
}

// Prepared is a set cut into parts, with the vocabulary of its training texts.
type Prepared struct {
	Set        *Set
	Vocabulary *Vocabulary
	Values     data.Scaler // of no numbers where texts have labels
	Train      *Subset
	Validation *Subset // may be empty
	Test       *Subset // may be empty
	Notes      []string

	ngrams   int
	spelling *spelling // nil unless words are spelt
	symbols  *Symbols
	starts   []int // of texts in symbols, and the end of the last
}

// Prepare splits a set, and builds the vocabulary of its training texts. Every label has its share of each part.
func Prepare(set *Set, o PrepareOptions) (*Prepared, error) {
	tokens, err := o.Tokens.Resolved()
	if err != nil {
		return nil, err
	}
	d := data.Division{Split: o.Split, Seed: o.Seed, Ordered: o.Ordered, Classes: len(set.Classes), Name: set.Name, Things: [2]string{"text", "texts"}}
	parts, err := d.Divide(len(set.Texts), func(i int) (data.Part, int) { return set.Texts[i].Part, set.Texts[i].Class })
	if err != nil {
		return nil, err
	}
	q := &Prepared{Set: set, Notes: slices.Clone(set.Notes)}
	q.Train, q.Validation, q.Test = q.subset(1, parts[0]), q.subset(2, parts[1]), q.subset(3, parts[2])
	if err := q.fit(tokens, o.Scale); err != nil {
		return nil, err
	}
	q.ngrams = o.Ngrams
	q.encode()
	q.note()
	return q, nil
}

// PrepareWith prepares another set with what a training fitted: all of it is the test part.
func PrepareWith(set *Set, v *Vocabulary, values data.Scaler) *Prepared {
	q := &Prepared{Set: set, Vocabulary: v, Values: values, Notes: slices.Clone(set.Notes)}
	all := make([]int, len(set.Texts))
	for i := range all {
		all[i] = i
	}
	q.Train, q.Validation, q.Test = q.subset(1, nil), q.subset(2, nil), q.subset(3, all)
	q.encode()
	return q
}

// Adopt takes the vocabulary and the labels of another training: symbols are numbered anew. It reports false, and changes nothing,
// where the labels are not the same.
func (q *Prepared) Adopt(v *Vocabulary, classes []string) bool {
	number, ok := data.Renumbered(q.Set.Classes, classes)
	if !ok {
		return false
	}
	for i := range q.Set.Texts {
		if t := &q.Set.Texts[i]; t.Class >= 0 {
			t.Class = number[t.Class]
		}
	}
	q.Set.Classes, q.Vocabulary = slices.Clone(classes), v
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		p.Symbols, p.Unknown, p.Shortened = 0, 0, 0
	}
	q.encode()
	return true
}

func (q *Prepared) subset(part int, index []int) *Subset {
	return &Subset{Name: data.PartNames[part], Prepared: q, Index: index}
}

// fit builds the vocabulary and the scaler of values from the training texts.
func (q *Prepared) fit(tokens Tokens, scale string) error {
	var values []float64
	for _, i := range q.Train.Index {
		values = append(values, q.Set.Texts[i].Values...)
	}
	v, err := Build(q.Set.Name, tokens, Padding|Unknown, func(yield func(string) bool) {
		for _, i := range q.Train.Index {
			if !yield(q.Set.Texts[i].Text) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	q.Vocabulary = v
	if k := len(q.Set.Values); k > 0 {
		var flat []int
		if q.Values, flat = data.FitScaler(scale, values, make([]bool, len(values)), k); len(flat) > 0 {
			return data.Errors{data.Fault(q.Set.Name, 0, 0, "data.label", "%s has the same value in the whole training part: there is nothing to learn", q.Set.Values[flat[0]])}
		}
	}
	return nil
}

// encode numbers the symbols of all texts.
func (q *Prepared) encode() {
	part := make([]*Subset, len(q.Set.Texts))
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		for _, i := range p.Index {
			part[i] = p
		}
	}
	e, most := q.Vocabulary.Encoder(), q.Vocabulary.tokens.MaxLength
	q.symbols, q.starts = NewSymbols(q.Vocabulary.Len()), []int{0}
	var symbols []int32
	for i := range q.Set.Texts {
		before := e.Unknown
		symbols = e.Append(symbols[:0], q.Set.Texts[i].Text)
		if p := part[i]; p != nil {
			p.Symbols += int64(len(symbols))
			p.Unknown += e.Unknown - before
			if most > 0 && len(symbols) > most {
				p.Shortened++
			}
		}
		if most > 0 && len(symbols) > most {
			symbols = symbols[:most]
		}
		q.symbols.Append(symbols...)
		q.starts = append(q.starts, q.symbols.Len())
	}
	if q.ngrams > 0 {
		q.Spell(q.ngrams)
	}
}

// note tells what is worth knowing about the parts.
func (q *Prepared) note() {
	note := func(format string, args ...any) { q.Notes = append(q.Notes, fmt.Sprintf(format, args...)) }
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		if p.Shortened > 0 {
			note("%s of the %s part have more than data.tokens.max_length symbols: %d are kept of each", data.Count(p.Shortened, "text", "texts"), p.Name, q.Vocabulary.tokens.MaxLength)
		}
	}
	q.noteLabels()
	q.repeated()
}

// noteLabels tells of labels that are alike, that the training part lacks, and that no part lets one judge.
func (q *Prepared) noteLabels() {
	var counts [3][]int
	for n, p := range []*Subset{q.Train, q.Validation, q.Test} {
		counts[n] = make([]int, len(q.Set.Classes))
		for _, i := range p.Index {
			if c := q.Set.Texts[i].Class; c >= 0 {
				counts[n][c]++
			}
		}
	}
	things := [2]string{"text", "texts"}
	q.Notes = append(q.Notes, data.AlikeLabels(q.Set.Name, q.Set.Classes, counts, things)...)
	q.Notes = append(q.Notes, data.LopsidedLabels(q.Set.Classes, counts, things)...)
}

// repeated tells of texts that stand in two parts, and of texts that have two labels.
func (q *Prepared) repeated() {
	all := []*Subset{q.Train, q.Validation, q.Test}
	var parts [3]data.Contents
	for n, p := range all {
		parts[n] = data.Contents{Name: p.Name, Len: p.Len(), Of: func(i int) (string, int) { return p.Text(i).Text, p.Text(i).Class }}
	}
	repeated, notes := data.Repeats(parts, "to the letter", [2]string{"text", "texts"})
	for n, p := range all {
		p.Repeated = repeated[n]
	}
	q.Notes = append(q.Notes, notes...)
}
