package evaluate

import "slices"

// Edits counts what turns references into hypotheses.
type Edits struct {
	Sub int `json:"substitutions"` // symbols that stand for others
	Ins int `json:"insertions"`    // symbols that the reference lacks
	Del int `json:"deletions"`     // symbols of the reference that are missing
	Ref int `json:"reference"`     // symbols of the reference
}

// Errors are all edits.
func (e Edits) Errors() int { return e.Sub + e.Ins + e.Del }

// Hits are the symbols of the reference that are right.
func (e Edits) Hits() int { return e.Ref - e.Sub - e.Del }

// Rate is the share of edits: errors over the symbols of the reference. It is above 1 where much is inserted. Without a symbol in
// the reference it is the number of errors, as jiwer has it: 0 where nothing was said.
func (e Edits) Rate() float64 { return float64(e.Errors()) / float64(max(1, e.Ref)) }

// Add gives the edits of both.
func (e Edits) Add(o Edits) Edits {
	return Edits{e.Sub + o.Sub, e.Ins + o.Ins, e.Del + o.Del, e.Ref + o.Ref}
}

// EditKind is what an alignment says of a symbol.
type EditKind byte

const (
	Hit          EditKind = iota // the same in both
	Substitution                 // another one in the hypothesis
	Insertion                    // in the hypothesis alone
	Deletion                     // in the reference alone
)

// Edit is one step of an alignment.
type Edit struct {
	Kind     EditKind
	Hyp, Ref int // places in either; -1 where it has none
}

// EditDistance counts the edits of the shortest way from ref to hyp (Levenshtein's distance, every edit costs 1). Where several ways
// are equally short, what both begin with and what they end with is taken as right; between, from the end on, a deletion goes
// before an insertion, and that before a substitution or a hit, but a substitution before an insertion of the same worth: so
// that the counts are those of jiwer 4 for sentences. It takes time len(hyp)·len(ref), and memory len(ref).
func EditDistance[T comparable](hyp, ref []T) Edits {
	e := Edits{Ref: len(ref)}
	_, hyp, ref = sameEnds(hyp, ref)
	cost, subs := make([]int32, len(ref)+1), make([]int32, len(ref)+1) // edits on the way to each place, and substitutions among them
	for i := range cost {
		cost[i] = int32(i)
	}
	for _, symbol := range hyp {
		corner, cornerSubs := cost[0], subs[0]
		cost[0]++
		for i, r := range ref {
			up, upSubs := cost[i+1], subs[i+1] // without the symbol of the hypothesis
			var kind EditKind
			kind, cost[i+1] = step(cost[i], up, corner, symbol == r)
			switch kind {
			case Deletion:
				subs[i+1] = subs[i]
			case Insertion:
				subs[i+1] = upSubs
			case Substitution:
				subs[i+1] = cornerSubs + 1
			default:
				subs[i+1] = cornerSubs
			}
			corner, cornerSubs = up, upSubs
		}
	}
	e.Sub = int(subs[len(ref)])
	apart := int(cost[len(ref)]) - e.Sub // insertions and deletions; their difference is that of the lengths
	e.Ins = (apart + len(hyp) - len(ref)) / 2
	e.Del = apart - e.Ins
	return e
}

// step says how a place is reached and after how many edits, from those of the three places before it: without the symbol of the
// reference, without that of the hypothesis, without both.
func step(noRef, noHyp, neither int32, same bool) (EditKind, int32) {
	diagonal := neither
	if !same {
		diagonal++
	}
	cost := min(noRef+1, noHyp+1, diagonal)
	switch {
	case cost == noRef+1:
		return Deletion, cost
	case noHyp < neither:
		return Insertion, cost
	case same:
		return Hit, cost
	}
	return Substitution, cost
}

// sameEnds takes off what both begin and end with; front is how much they begin with.
func sameEnds[T comparable](a, b []T) (front int, restA, restB []T) {
	for front < min(len(a), len(b)) && a[front] == b[front] {
		front++
	}
	a, b = a[front:], b[front:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return front, a, b
}

// Align is the way that EditDistance counts, from the first symbol to the last. It takes len(hyp)·len(ref) bytes.
func Align[T comparable](hyp, ref []T) []Edit {
	front, h, r := sameEnds(hyp, ref)
	kinds := alignKinds(h, r)
	var back []Edit
	for i := len(ref); i > front+len(r); i-- { // the tails are equal
		back = append(back, Edit{Hit, len(hyp) - len(ref) + i - 1, i - 1})
	}
	for i, j := len(h), len(r); i > 0 || j > 0; {
		kind := kinds[i][j]
		e := Edit{kind, -1, -1}
		if kind != Insertion {
			j--
			e.Ref = front + j
		}
		if kind != Deletion {
			i--
			e.Hyp = front + i
		}
		back = append(back, e)
	}
	for i := front - 1; i >= 0; i-- {
		back = append(back, Edit{Hit, i, i})
	}
	slices.Reverse(back)
	return back
}

// alignKinds says of each pair of places [len(hyp)+1][len(ref)+1] how it is reached.
func alignKinds[T comparable](hyp, ref []T) [][]EditKind {
	kinds := make([][]EditKind, len(hyp)+1)
	cost := make([]int32, len(ref)+1)
	for i := range kinds {
		kinds[i] = make([]EditKind, len(ref)+1)
		kinds[i][0] = Insertion
		corner := cost[0]
		cost[0] = int32(i)
		for j, r := range ref {
			if i == 0 {
				kinds[0][j+1], cost[j+1] = Deletion, int32(j+1)
				continue
			}
			up := cost[j+1]
			kinds[i][j+1], cost[j+1] = step(cost[j], up, corner, hyp[i-1] == r)
			corner = up
		}
	}
	return kinds
}
