package predict

import (
	"fmt"
	"math"
	"slices"

	"recur/internal/kernel"
)

// This file is beam search over whatever says what comes next. Letters: k hypotheses of a sentence live at once, V symbols.
//
// Of the 2k likeliest ways in which the living go on, those that end are finished, with the score log p / len^α, and k others live
// on. Finished ones never compete with living ones, whose log p is not divided by anything. A sentence is done when k are finished and the
// best of them beats what the best living one could still become. A beam of 1 is greedy: of the one likeliest way.

// speaker says what comes next in many hypotheses at once. Its rows are at first the beginnings of the sentences.
type speaker[F kernel.Float] interface {
	// step makes row i anew: it is what row moves[i].from was, which has read moves[i].symbol. Rows of a sentence are neighbours. never
	// tells which symbols are not said in a row. hear is called once for each row, by several goroutines at once; what it gets is valid during the call.
	step(moves []move, never func(row int) []int32, hear func(row int, s scores[F]))
}

// move is how a row goes on.
type move struct {
	sentence, from int
	symbol         int32
}

// scores are what is said of a row: of all symbols, or of the likeliest ones that may be said alone.
type scores[F kernel.Float] struct {
	of          []F                   // [V] of each symbol, the greater the likelier; whoever hears may overwrite it; nil where top is given
	top         []kernel.Candidate[F] // the likeliest of those that may be said, in their order
	label, most F                     // the score of the symbol that was asked for, and the greatest of all; where one was
	scale       float64               // the logarithm of a chance is of - scale
	chances     bool                  // of are the chances themselves
	weights     []F                   // of the steps of the source, by attention; nil without it
}

// logp is the logarithm of the chance of what has the score.
func (s *scores[F]) logp(score F) float64 {
	if s.chances {
		return math.Log(float64(score))
	}
	return float64(score) - s.scale
}

// rules are those of a search.
type rules struct {
	width    int     // k
	best     int     // hypotheses of a sentence that are returned, at most k
	penalty  float64 // α
	start    int32   // what a hypothesis reads first
	end      int32   // what ends it
	never    []int32 // symbols that are not said; negative ones are none
	noRepeat int     // no so many symbols come twice in a hypothesis; 0: they may
	vocabulary,
	unknown int32 // what is read in place of a symbol from vocabulary on
	weights bool // attention is kept
}

// ways is how many ways to go on are looked at: of each hypothesis, and of a sentence.
func (r *rules) ways() int {
	if r.width == 1 {
		return 1
	}
	return 2 * r.width
}

// score is log p / len^α, the end symbol counted.
func (r *rules) score(logp float64, length int) float64 {
	if r.penalty == 0 {
		return logp
	}
	return logp / math.Pow(float64(length), r.penalty)
}

// way is one way to go on.
type way struct {
	hypothesis int // among the living of the sentence
	symbol     int32
	logp       float64 // of the whole hypothesis, once it is told; before of the symbol alone
}

// spoken is a symbol of a hypothesis, behind that of parent; -1 is its beginning.
type spoken struct {
	parent, symbol, from int32
	weights              []float32
}

// hypothesis is one that lives or has finished: its last symbol.
type hypothesis struct {
	last        int32 // among what was said of the sentence; -1: nothing yet
	length      int   // symbols, the end not counted
	logp, score float64
}

// sentence is one that is searched.
type sentence struct {
	limit    int // symbols that a hypothesis has at most, the end not counted
	said     []spoken
	living   []hypothesis // the likeliest first
	finished []hypothesis // the best first, at most k
	done     bool
}

// heard is what a row said.
type heard struct {
	ways    []way
	taken   int // of them, by the search of the sentence
	from    int32
	weights []float32
	bad     bool
}

// search is one beam search over several sentences at once.
type search[F kernel.Float] struct {
	rules
	speaker   speaker[F]
	sentences []sentence
	moves     []move
	owners    []int // of each row: its number among the living of its sentence
	heard     []heard
	never     [][]int32   // of each row, what is not said in it
	finders   []finder[F] // of each row
	ways      []way
}

// beamSearch finds the hypotheses of sentences of at most limits symbols, the best first. What comes out for a sentence depends on what is
// said of it alone. The error names a sentence of which something was said that is no number.
func beamSearch[F kernel.Float](r rules, s speaker[F], limits []int) ([][]Hypothesis, error) {
	b := &search[F]{rules: r, speaker: s, sentences: make([]sentence, len(limits))}
	b.rules.never = slices.DeleteFunc(slices.Clone(r.never), func(symbol int32) bool { return symbol < 0 })
	for i, limit := range limits {
		b.sentences[i] = sentence{limit: limit, living: []hypothesis{{last: -1}}}
		b.moves, b.owners = append(b.moves, move{i, i, r.start}), append(b.owners, 0)
	}
	for len(b.moves) > 0 {
		if err := b.step(); err != nil {
			return nil, err
		}
	}
	out := make([][]Hypothesis, len(limits))
	for i := range out {
		out[i] = b.told(&b.sentences[i])
	}
	return out, nil
}

// badSentence says of which sentence something was said that is no number.
type badSentence int

func (b badSentence) Error() string { return fmt.Sprintf("sentence %d", int(b)) }

// step moves every living hypothesis of every sentence on by a symbol.
func (b *search[F]) step() error {
	for len(b.heard) < len(b.moves) {
		b.heard, b.finders = append(b.heard, heard{ways: make([]way, 0, b.rules.ways())}), append(b.finders, finder[F]{})
		b.never = append(b.never, nil)
	}
	for row := range b.moves {
		b.never[row] = b.unsaid(row)
	}
	b.speaker.step(b.moves, func(row int) []int32 { return b.never[row] }, b.hear)
	moves := b.moves
	b.moves, b.owners = nil, b.owners[:0]
	for first := 0; first < len(moves); {
		next, i := first, moves[first].sentence
		for next < len(moves) && moves[next].sentence == i {
			if b.heard[next].bad {
				return badSentence(i)
			}
			next++
		}
		b.goOn(i, first, b.heard[first:next])
		first = next
	}
	return nil
}

// unsaid are the symbols that are not said in a row.
func (b *search[F]) unsaid(row int) []int32 {
	if b.noRepeat == 0 {
		return b.rules.never
	}
	of := &b.sentences[b.moves[row].sentence]
	all := append(b.never[row][:0], b.rules.never...)
	return append(all, repeats(of.symbols(of.living[b.owners[row]]), b.noRepeat)...)
}

// hear keeps the likeliest ways in which a row goes on.
func (b *search[F]) hear(row int, s scores[F]) {
	h := &b.heard[row]
	h.ways, h.taken = h.ways[:0], 0
	if s.of == nil {
		for _, c := range s.top {
			h.ways = append(h.ways, way{symbol: c.Column, logp: s.logp(c.Value)})
		}
	} else {
		h.ways = b.likeliest(row, &s, h.ways)
	}
	h.bad = math.IsNaN(s.scale)
	for i := range h.ways {
		w := &h.ways[i]
		w.hypothesis = b.owners[row]
		h.bad = h.bad || math.IsNaN(w.logp)
	}
	h.from, h.weights = int32(greatest(s.weights)), nil
	if b.weights && s.weights != nil {
		h.weights = make([]float32, len(s.weights))
		for i, v := range s.weights {
			h.weights[i] = float32(v)
		}
	}
}

// likeliest finds the likeliest ways in which a row goes on, all of whose scores are known.
func (b *search[F]) likeliest(row int, s *scores[F], into []way) []way {
	least := F(math.Inf(-1))
	if s.chances {
		least = 0
	}
	for _, symbol := range b.never[row] {
		s.of[symbol] = least
	}
	into = b.finders[row].likeliest(s.of, least, b.rules.ways(), into)
	for i := range into {
		into[i].logp = s.logp(s.of[into[i].symbol])
	}
	return into
}

// greatest is the place of the greatest number, of equals the first; -1 where there is none.
func greatest[F kernel.Float](x []F) int {
	at := -1
	for i, v := range x {
		if at < 0 || v > x[at] {
			at = i
		}
	}
	return at
}

// repeats are the symbols that would make the last n symbols of a hypothesis ones that it has already.
func repeats(symbols []int32, n int) (all []int32) {
	if len(symbols) < n {
		return nil
	}
	last := symbols[len(symbols)-n+1:]
	for i := 0; i+n <= len(symbols); i++ {
		if slices.Equal(symbols[i:i+n-1], last) {
			all = append(all, symbols[i+n-1])
		}
	}
	return all
}

// symbols are those of a hypothesis.
func (s *sentence) symbols(h hypothesis) []int32 {
	out := make([]int32, h.length)
	for i, at := h.length-1, h.last; i >= 0; i-- {
		out[i], at = s.said[at].symbol, s.said[at].parent
	}
	return out
}

// goOn takes what the rows of sentence i said; first is the first of them.
func (b *search[F]) goOn(i, first int, rows []heard) {
	s := &b.sentences[i]
	b.ways = s.best(rows, b.rules.ways(), b.ways[:0])
	var living []hypothesis
	begin := len(b.moves)
	for _, w := range b.ways {
		h, row := s.living[w.hypothesis], &rows[w.hypothesis]
		switch {
		case w.symbol == b.end:
			h.logp, h.score = w.logp, b.score(w.logp, h.length+1)
			s.finish(h, b.width)
		case len(living) < b.width && h.length < s.limit:
			s.said = append(s.said, spoken{h.last, w.symbol, row.from, row.weights})
			living = append(living, hypothesis{last: int32(len(s.said) - 1), length: h.length + 1, logp: w.logp})
			if w.symbol >= b.vocabulary {
				w.symbol = b.unknown
			}
			b.moves = append(b.moves, move{i, first + w.hypothesis, w.symbol})
			b.owners = append(b.owners, len(living)-1)
		}
	}
	if len(living) == 0 || b.decided(s, living[0]) {
		s.done = true
		b.moves, b.owners = b.moves[:begin], b.owners[:begin]
		return // the living are the longest that there are, should none have finished
	}
	s.living = living
}

// best joins the n likeliest ways of all rows of a sentence, whose own are sorted: the likeliest first, of equals those of the earlier
// row. It appends them to into.
func (s *sentence) best(rows []heard, n int, into []way) []way {
	for len(into) < n {
		at, most := -1, way{}
		for i := range rows {
			if rows[i].taken == len(rows[i].ways) {
				continue
			}
			w := rows[i].ways[rows[i].taken]
			if w.logp += s.living[w.hypothesis].logp; at < 0 || w.logp > most.logp {
				at, most = i, w
			}
		}
		if at < 0 {
			break
		}
		rows[at].taken++
		into = append(into, most)
	}
	return into
}

// finish puts a hypothesis among the best k that have finished; of equals the one that did so first comes first.
func (s *sentence) finish(h hypothesis, k int) {
	at, _ := slices.BinarySearchFunc(s.finished, h, func(a, b hypothesis) int {
		if a.score >= b.score {
			return -1
		}
		return 1
	})
	if s.finished = slices.Insert(s.finished, at, h); len(s.finished) > k {
		s.finished = s.finished[:k]
	}
}

// decided says that k have finished, and that the best of them beats whatever the best living one may become.
func (b *search[F]) decided(s *sentence, living hypothesis) bool {
	return len(s.finished) == b.width && s.finished[0].score >= b.score(living.logp, s.limit+1)
}

// told are the best hypotheses of a sentence: the longest living ones where none has finished.
func (b *search[F]) told(s *sentence) []Hypothesis {
	all := s.finished
	if len(all) == 0 {
		all = s.living
		for i := range all {
			all[i].score = b.score(all[i].logp, max(1, all[i].length))
		}
	}
	out := make([]Hypothesis, min(b.best, len(all)))
	for i := range out {
		h := all[i]
		out[i] = Hypothesis{Symbols: s.symbols(h), From: make([]int32, h.length), Score: h.score, LogP: h.logp}
		if b.weights {
			out[i].Attention = make([][]float32, h.length)
		}
		for j, at := h.length-1, h.last; j >= 0; j-- {
			out[i].From[j] = s.said[at].from
			if b.weights {
				out[i].Attention[j] = s.said[at].weights
			}
			at = s.said[at].parent
		}
	}
	return out
}
