package pairs

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"recur/configs"
	"recur/data"
	"recur/data/text"
)

// Options say how a set is cut and numbered.
type Options struct {
	Tokens       text.Tokens // of sources
	TargetTokens text.Tokens // of targets
	Shared       bool        // both have one vocabulary, learnt on both: a symbol has one number
	Copy         bool        // symbols of a source can be copied: batches tell what they are among the targets

	Split   *configs.Split // nil: the parts have files of their own
	Seed    uint64         // of the draw
	Ordered bool           // in the order of the source instead of drawn

	Scale   string // of sources that are numbers: standard | minmax | none
	Float64 bool   // the network's numbers have 64 bits
}

// Fitted is what a training learns from its training part before the network does: a checkpoint keeps it.
type Fitted struct {
	Sources *text.Vocabulary // nil where sources are numbers; ends with the end symbol
	Targets *text.Vocabulary // Sources itself where one vocabulary is shared
	Inputs  data.Scaler      // of sources that are numbers
}

// Prepared is a set cut into parts, its symbols numbered.
type Prepared struct {
	Set *Set
	Fitted
	Train      *Subset
	Validation *Subset // may be empty
	Test       *Subset // may be empty
	Notes      []string

	options Options
	sides   sides
}

// The special symbols of each side. Sources end with the end symbol; targets begin with the start symbol where they are read, and end with
// the end symbol where they are to be said.
const (
	ofSources = text.Padding | text.Unknown | text.End
	ofTargets = text.Padding | text.Unknown | text.Start | text.End
)

// Prepare cuts a set into parts, and learns the vocabularies, or the scaler of numbers, from the training part alone. Of that part pairs
// are left out whose target has more symbols than TargetTokens.MaxLength; longer sources are cut at Tokens.MaxLength. Notes tell of both.
func Prepare(set *Set, o Options) (*Prepared, error) {
	if err := o.resolve(set.Numbers()); err != nil {
		return nil, err
	}
	d := data.Division{Split: o.Split, Seed: o.Seed, Ordered: o.Ordered, Name: set.Name, Things: things}
	parts, err := d.Divide(len(set.Pairs), func(i int) (data.Part, int) { return set.Pairs[i].Part, 0 })
	if err != nil {
		return nil, err
	}
	q := &Prepared{Set: set, options: o, Notes: slices.Clone(set.Notes)}
	q.Train, q.Validation, q.Test = q.subset(1, parts[0]), q.subset(2, parts[1]), q.subset(3, parts[2])
	if err := q.fit(); err != nil {
		return nil, err
	}
	if err := q.encode(); err != nil {
		return nil, err
	}
	if err := q.dropLong(); err != nil {
		return nil, err
	}
	q.noteCut()
	q.repeated()
	return q, nil
}

// things are what pairs are called.
var things = [2]string{"pair", "pairs"}

// PrepareWith prepares another set with what a training fitted: all of it is the test part. Of the options Copy, TargetTokens.MaxLength and
// Float64 are read.
func PrepareWith(set *Set, f Fitted, o Options) (*Prepared, error) {
	q := &Prepared{Set: set, Fitted: f, options: o, Notes: slices.Clone(set.Notes)}
	all := make([]int, len(set.Pairs))
	for i := range all {
		all[i] = i
	}
	q.Train, q.Validation, q.Test = q.subset(1, nil), q.subset(2, nil), q.subset(3, all)
	if err := q.encode(); err != nil {
		return nil, err
	}
	q.noteCut()
	return q, nil
}

// Adopt takes what another training fitted: symbols are numbered anew. It reports false, and changes nothing, where sources are texts in
// one and numbers in the other, or of another number of inputs.
func (q *Prepared) Adopt(f Fitted) (ok bool, err error) {
	if (f.Sources == nil) != q.Set.Numbers() || f.Targets == nil || q.Set.Numbers() && len(f.Inputs.Offset) != len(q.Set.Inputs()) {
		return false, nil
	}
	before := *q
	q.Fitted = f
	if err := q.encode(); err != nil {
		*q = before
		return false, err
	}
	return true, nil
}

func (q *Prepared) subset(part int, index []int) *Subset {
	return &Subset{Name: data.PartNames[part], Prepared: q, Index: index}
}

// resolve puts the defaults into the tokens, and finds what does not go together.
func (o *Options) resolve(numbers bool) (err error) {
	if !numbers {
		if o.Tokens, err = o.Tokens.Resolved(); err != nil {
			return err
		}
	}
	if o.TargetTokens, err = o.TargetTokens.Resolved(); err != nil {
		return ofTarget(err)
	}
	fault := func(key, format string, args ...any) error {
		return data.Errors{data.Fault(key, 0, 0, key, format, args...)}
	}
	source, target := o.Tokens, o.TargetTokens
	source.MaxLength, target.MaxLength = 0, 0
	switch {
	case numbers && o.Shared:
		return fault("data.shared_vocabulary", "the sources are numbers and have no vocabulary to share; remove data.shared_vocabulary")
	case numbers && o.Copy:
		return fault("model.copy", "the sources are numbers, and nothing of them can be copied; remove model.copy")
	case o.Shared && source != target:
		return fault("data.shared_vocabulary", "one vocabulary has one kind of symbols, and data.target_tokens are not data.tokens; remove data.target_tokens, or data.shared_vocabulary")
	case o.Copy && (source.Unit != target.Unit || source.Segment != target.Segment):
		return fault("model.copy", "sources are cut into %ss and targets into %ss, so that nothing of one can be copied to the other; set the unit (and segment) of data.tokens and data.target_tokens alike, or remove model.copy", named(source), named(target))
	}
	return nil
}

// named is what the symbols of tokens are called.
func named(t text.Tokens) string {
	if t.Segment == "unicode" {
		return "Unicode " + t.Unit
	}
	return t.Unit
}

// ofTarget names data.target_tokens where an error names data.tokens.
func ofTarget(err error) error {
	var faults data.Errors
	if !errors.As(err, &faults) {
		return err
	}
	renamed := make(data.Errors, len(faults))
	for i, f := range faults {
		one := *f
		for _, s := range []*string{&one.File, &one.Key, &one.Message} {
			*s = strings.ReplaceAll(*s, "data.tokens", "data.target_tokens")
		}
		renamed[i] = &one
	}
	return renamed
}

// fit learns the vocabularies, or the scaler, from the training part.
func (q *Prepared) fit() (err error) {
	o := &q.options
	of := func(sources, targets bool) func(yield func(string) bool) {
		return func(yield func(string) bool) {
			for _, i := range q.Train.Index {
				p := &q.Set.Pairs[i]
				if sources && !yield(p.Source) || targets && !yield(p.Target) {
					return
				}
			}
		}
	}
	switch {
	case q.Set.Numbers():
		q.fitNumbers()
	case o.Shared:
		q.Sources, err = text.Build(q.Set.Name, o.Tokens, ofTargets, of(true, true))
		q.Targets = q.Sources
		return err
	default:
		if q.Sources, err = text.Build(q.Set.Name, o.Tokens, ofSources, of(true, false)); err != nil {
			return err
		}
	}
	q.Targets, err = text.Build(q.Set.Name, o.TargetTokens, ofTargets, of(false, true))
	return ofTarget(err)
}

// longer says that pair i has a target of more symbols than is learnt from.
func (q *Prepared) longer(i int) bool {
	most := q.options.TargetTokens.MaxLength
	return most > 0 && q.sides.target.length(i) > most
}

// dropLong leaves pairs out of the training part whose target is too long: to cut it would teach the network to end early.
func (q *Prepared) dropLong() error {
	var long lines
	files := map[string]bool{}
	q.Train.Index = slices.DeleteFunc(slices.Clone(q.Train.Index), func(i int) bool {
		if q.longer(i) {
			long.add(q.Set.Pairs[i].Line)
			files[q.Set.Pairs[i].File] = true
			return true
		}
		return false
	})
	most := q.options.TargetTokens.MaxLength
	if q.Train.Len() == 0 {
		return data.Errors{data.Fault(q.Set.Name, 0, 0, "data.target_tokens.max_length", "the training part has %s, and every target has more than %d symbols: such pairs are not learnt from; set data.target_tokens.max_length higher", data.Count(long.n, things[0], things[1]), most)}
	}
	if long.n > 0 {
		where := ""
		if len(files) == 1 && long.first[0] > 0 {
			where = ": " + long.String()
		}
		q.note("%s: %s of the training part whose target has more than %d symbols (data.target_tokens.max_length) %s left out%s", q.Set.Name, data.Count(long.n, "pair", "pairs"), most, map[bool]string{true: "is", false: "are"}[long.n == 1], where)
	}
	return nil
}

func (q *Prepared) note(format string, args ...any) {
	q.Notes = append(q.Notes, fmt.Sprintf(format, args...))
}

// noteCut tells of sources that are read in part.
func (q *Prepared) noteCut() {
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		n := 0
		for _, i := range p.Index {
			if q.sides.cut[i] {
				n++
			}
		}
		if n > 0 {
			q.note("%s of the %s part %s more than %d symbols (data.tokens.max_length): so many are read of each", data.Count(n, "source", "sources"), p.Name, map[bool]string{true: "has", false: "have"}[n == 1], q.Sources.Tokens().MaxLength)
		}
	}
}

// repeated tells of pairs that stand in two parts.
func (q *Prepared) repeated() {
	var parts [3]data.Contents
	all := []*Subset{q.Train, q.Validation, q.Test}
	for n, p := range all {
		parts[n] = data.Contents{Name: p.Name, Len: p.Len(), Of: func(i int) (string, int) { return p.Content(i), 0 }}
	}
	repeated, notes := data.Repeats(parts, "to the letter", things)
	for n, p := range all {
		p.Repeated = repeated[n]
	}
	q.Notes = append(q.Notes, notes...)
}

// Both are the training and the validation pairs as one part, in the order of the source, but for those that are too long to learn from.
func (q *Prepared) Both() *Subset {
	index := slices.DeleteFunc(slices.Concat(q.Train.Index, q.Validation.Index), q.longer)
	slices.Sort(index)
	return &Subset{Name: q.Train.Name + "+" + q.Validation.Name, Prepared: q, Index: index}
}

// Part is a part by its name: train, validation or test; nil for another one.
func (q *Prepared) Part(name string) *Subset {
	for _, p := range []*Subset{q.Train, q.Validation, q.Test} {
		if p.Name == name {
			return p
		}
	}
	return nil
}
