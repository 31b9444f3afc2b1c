package pairs

import (
	"slices"
	"strings"

	"recur/data"
	"recur/data/text"
)

// Subset is some pairs of a set, as examples. It is safe for concurrent use.
type Subset struct {
	Name     string // train | validation | test
	Prepared *Prepared
	Index    []int // numbers of the pairs

	Repeated int // pairs that stand in a part before this one too, to the letter
}

var _ data.Paired = (*Subset)(nil)

// Len is the number of pairs; a nil subset has none.
func (p *Subset) Len() int {
	if p == nil {
		return 0
	}
	return len(p.Index)
}

// Pick is those of the pairs whose places are in index.
func (p *Subset) Pick(index []int) *Subset {
	picked := &Subset{Name: p.Name, Prepared: p.Prepared}
	for _, i := range index {
		picked.Index = append(picked.Index, p.Index[i])
	}
	return picked
}

// Pair is the one of example i.
func (p *Subset) Pair(i int) *Pair { return &p.Prepared.Set.Pairs[p.Index[i]] }

// Lengths are the steps of each source: its symbols and the end symbol, or its rows of numbers.
func (p *Subset) Lengths() []int {
	lengths := make([]int, p.Len())
	var numbers []int
	if p.Len() > 0 && p.Prepared.sides.numbers != nil {
		numbers = p.Prepared.sides.numbers.Lengths()
	}
	for i, n := range p.indexes() {
		if numbers != nil {
			lengths[i] = numbers[n]
		} else {
			lengths[i] = p.Prepared.sides.source.length(n) + 1
		}
	}
	return lengths
}

// indexes are the numbers of the pairs; none of a nil subset.
func (p *Subset) indexes() []int {
	if p == nil {
		return nil
	}
	return p.Index
}

// SaidLengths are the steps of each target: its symbols and the end symbol; 0 where it is not known.
func (p *Subset) SaidLengths() []int {
	lengths := make([]int, p.Len())
	for i := range lengths {
		lengths[i] = p.saidLength(i)
	}
	return lengths
}

func (p *Subset) saidLength(i int) int {
	if !p.Pair(i).Known {
		return 0
	}
	return p.Prepared.sides.target.length(p.Index[i]) + 1
}

// Called names example i in messages.
func (p *Subset) Called(i int) string { return p.Prepared.Set.Called(p.Index[i]) }

// ID is what the file calls example i; "" where it has no name.
func (p *Subset) ID(i int) string { return p.Pair(i).Name }

// Place is where example i begins.
func (p *Subset) Place(i int) (file string, line int) { return p.Pair(i).File, p.Pair(i).Line }

// Group is 0: pairs belong to nothing.
func (p *Subset) Group(int) int { return 0 }

// Restore leaves what a network says as it is.
func (p *Subset) Restore(_ int, scaled, out []float64) { copy(out, scaled) }

// Content makes two examples the same one.
func (p *Subset) Content(i int) string {
	one, source := p.Pair(i), ""
	if set := p.Prepared.Set; set.numbers != nil {
		source = set.numbers.Sequences[p.Index[i]].Content()
	} else {
		source = one.Source
	}
	return source + "\x00" + one.Target
}

// SourceText is the source of example i as the file has it; "" where it is numbers.
func (p *Subset) SourceText(i int) string { return p.Pair(i).Source }

// Empty says that the source of example i is an empty line, of which nothing is to be said.
func (p *Subset) Empty(i int) bool { return p.Prepared.sides.numbers == nil && p.Pair(i).Source == "" }

// TargetText is the target of example i as the file has it; known says that there is one.
func (p *Subset) TargetText(i int) (target string, known bool) {
	return p.Pair(i).Target, p.Pair(i).Known
}

// SourceTokens are the symbols that are read of the source of example i as the text has them, those that the vocabulary lacks too; the end
// symbol is not among them. Nil where sources are numbers.
func (p *Subset) SourceTokens(i int) []string {
	q := p.Prepared
	if q.sides.numbers != nil {
		return nil
	}
	pieces := q.Sources.Pieces(p.Pair(i).Source)
	return pieces[:min(len(pieces), q.sides.source.length(p.Index[i]))]
}

// TargetTokens are the symbols of the target of example i as the text has them, those that the vocabulary lacks too.
func (p *Subset) TargetTokens(i int) []string { return p.Prepared.Targets.Pieces(p.Pair(i).Target) }

// TargetSymbols are the numbers of the target of example i, without start and end; with copying V+k is the k-th of Words.
func (p *Subset) TargetSymbols(i int) []int32 {
	s, n := &p.Prepared.sides, p.Index[i]
	if s.labels != nil {
		return slices.Clone(s.labels[s.target.starts[n]:s.target.starts[n+1]])
	}
	return s.target.of(nil, n)
}

// Words are the tokens of the source of example i that the vocabulary of targets lacks, each once: symbol V+k stands for the k-th. Nil
// without copying.
func (p *Subset) Words(i int) []string {
	if p.Prepared.sides.words == nil {
		return nil
	}
	return p.Prepared.sides.words[p.Index[i]]
}

// Reference is the target of example i in the form that Text has: as its tokens say, words parted by a space, so that the two can be compared.
func (p *Subset) Reference(i int) string { return p.Prepared.Targets.Written(p.Pair(i).Target) }

// Text is what symbols say of example i: V+k is the k-th of its Words, special symbols stand for nothing but the unknown one. That is
// written <unk>, or where from is given as the token of the source at from[t], if there is one.
func (p *Subset) Text(i int, symbols, from []int32) string {
	q := p.Prepared
	var source []string
	if from != nil {
		source = p.SourceTokens(i)
	}
	var b strings.Builder
	for t, n := range symbols {
		piece, ok := p.piece(i, n)
		if ok && n == q.Targets.Number(text.Unknown) && t < len(from) && from[t] >= 0 && int(from[t]) < len(source) {
			piece = source[from[t]]
		}
		if !ok {
			continue
		}
		if b.Len() > 0 && q.Targets.Tokens().Unit == text.Word {
			b.WriteByte(' ')
		}
		b.WriteString(piece)
	}
	return b.String()
}

// piece is what a symbol of the targets stands for; ok is false for one that stands for nothing.
func (p *Subset) piece(i int, n int32) (piece string, ok bool) {
	v := p.Prepared.Targets
	words := p.Words(i)
	switch k := int(n) - v.Len(); {
	case n < 0 || k >= len(words):
		return "", false
	case k >= 0:
		return words[k], true
	}
	piece, special := v.Symbol(n)
	return piece, !special || n == v.Number(text.Unknown)
}

// UnknownSource is the share of the symbols of sources that the vocabulary lacks, from 0 to 1; -1 where there are no symbols.
func (p *Subset) UnknownSource() float64 {
	if p.Len() == 0 || p.Prepared.Sources == nil {
		return -1
	}
	return p.unknown(&p.Prepared.sides.source, p.Prepared.Sources)
}

// UnknownTarget is that of targets, those that can be copied too.
func (p *Subset) UnknownTarget() float64 {
	if p.Len() == 0 {
		return -1
	}
	return p.unknown(&p.Prepared.sides.target, p.Prepared.Targets)
}

func (p *Subset) unknown(s *side, v *text.Vocabulary) float64 {
	none, n, all := v.Number(text.Unknown), 0, 0
	for _, i := range p.Index {
		for at := s.starts[i]; at < s.starts[i+1]; at++ {
			if all++; s.symbols.At(at) == none {
				n++
			}
		}
	}
	if all == 0 {
		return -1
	}
	return float64(n) / float64(all)
}
