package generate

import (
	"cmp"
	"context"
	"slices"

	"recur/data"
	"recur/data/text"
)

// Scored is consecutive symbols of one document, of each how likely it was to come.
type Scored struct {
	Document int // from 0 on; of a text that is one it is 0
	Symbols  []int32
	LogP     []float64
	Ranks    []int // nil unless asked for: 1 is the first guess
}

const (
	// scoredRows is how many documents are read side by side, and scoredSymbols how many symbols they may have in all: what is said of
	// them is held until it is told in order.
	scoredRows    = 32
	scoredSymbols = 1 << 20
	// scoredSteps is how many symbols of each row are read at once, of one row alone scoredStream.
	scoredSteps  = 32
	scoredStream = 4096
)

// Score tells how likely each symbol of a part was to come, the state carried from the beginning of a document on, in the order
// of the text. Each symbol is judged but the context of the part: the first of a text that is one, the end symbol that a document
// begins with. tell may keep nothing of what it is given. It ends at the first error and when ctx is done.
func (m *Model) Score(ctx context.Context, part *text.Part, ranks bool, tell func(Scored) error) error {
	if part.Len() == 0 {
		return nil
	}
	s := &scoring{ctx: ctx, symbols: part.Symbols, ranked: ranks, tell: tell}
	var err error
	if s.readers, err = m.readers(scoredRows); err != nil {
		return err
	}
	if !m.parted() {
		return s.stream(span{0, part.Symbols.Len()}, max(part.Context, 1), 0)
	}
	return s.documents(m.start[0])
}

// scoring is one call of Score.
type scoring struct {
	ctx     context.Context
	symbols *text.Symbols
	ranked  bool
	readers *readers
	tell    func(Scored) error

	from, next []int32
	logp       []float64
	ranks      []int
}

// span is a document: the places of its first symbol, which is read alone, and behind its last.
type span struct{ from, end int }

func (s span) steps() int { return s.end - s.from - 1 }

// stream scores one document by itself. Symbols before judged are read alone.
func (s *scoring) stream(d span, judged, document int) error {
	s.readers.begin(1)
	text := make([]int32, scoredStream+1)
	for at := d.from; at < d.end-1; at += scoredStream {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		n := min(scoredStream, d.end-1-at)
		s.symbols.Copy(text[:n+1], at)
		s.room(n)
		copy(s.from, text)
		copy(s.next, text[1:])
		silent := max(0, min(n, judged-at-1))
		for i := range silent {
			s.next[i] = data.NoLabel
		}
		if err := s.readers.score(1, s.from, s.next, s.logp, s.ranks); err != nil {
			return err
		}
		if silent < n {
			told := Scored{Document: document, Symbols: s.next[silent:], LogP: s.logp[silent:]}
			if s.ranked {
				told.Ranks = s.ranks[silent:]
			}
			if err := s.tell(told); err != nil {
				return err
			}
		}
	}
	return nil
}

// room makes the memory of n symbols.
func (s *scoring) room(n int) {
	s.from, s.next, s.logp = data.Grown(s.from, n), data.Grown(s.next, n), data.Grown(s.logp, n)
	if s.ranked {
		s.ranks = data.Grown(s.ranks, n)
	}
}

// documents scores document by document, some of them side by side.
func (s *scoring) documents(end int32) error {
	var group []span
	first, held, from := 0, 0, 0
	flush := func() error {
		err := s.group(group, first)
		first += len(group)
		group, held = group[:0], 0
		return err
	}
	for at := 1; at < s.symbols.Len(); at++ {
		if s.symbols.At(at) != end {
			continue
		}
		d := span{from, at + 1}
		from = at
		if len(group) == scoredRows || len(group) > 0 && held+d.steps() > scoredSymbols {
			if err := flush(); err != nil {
				return err
			}
		}
		group, held = append(group, d), held+d.steps()
	}
	return flush()
}

// group scores documents side by side, the longest in the first row, so that those that go on are the first rows.
func (s *scoring) group(group []span, first int) error {
	if len(group) == 0 {
		return nil
	}
	if len(group) == 1 {
		return s.stream(group[0], group[0].from+1, first)
	}
	order := make([]int, len(group)) // the document of a row
	told := make([]Scored, len(group))
	for i, d := range group {
		order[i] = i
		told[i] = Scored{Document: first + i, Symbols: make([]int32, d.steps()), LogP: make([]float64, d.steps())}
		s.symbols.Copy(told[i].Symbols, d.from+1)
		if s.ranked {
			told[i].Ranks = make([]int, d.steps())
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(group[b].steps(), group[a].steps()) })
	s.readers.begin(len(group))
	rows := len(group)
	for at := 0; ; at += scoredSteps {
		for rows > 0 && group[order[rows-1]].steps() <= at {
			rows--
		}
		if rows == 0 {
			break
		}
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if err := s.chunk(group, order[:rows], told, at); err != nil {
			return err
		}
	}
	for _, d := range told {
		if err := s.tell(d); err != nil {
			return err
		}
	}
	return nil
}

// chunk scores steps of the documents of some rows, from step at on.
func (s *scoring) chunk(group []span, order []int, told []Scored, at int) error {
	rows := len(order)
	steps := min(scoredSteps, group[order[0]].steps()-at)
	s.room(steps * rows)
	for row, i := range order {
		for t := range steps {
			to := t*rows + row
			if s.from[to], s.next[to] = 0, data.NoLabel; at+t < group[i].steps() {
				s.from[to], s.next[to] = s.symbols.At(group[i].from+at+t), told[i].Symbols[at+t]
			}
		}
	}
	if err := s.readers.score(rows, s.from, s.next, s.logp, s.ranks); err != nil {
		return err
	}
	for row, i := range order {
		for t := range min(steps, group[i].steps()-at) {
			told[i].LogP[at+t] = s.logp[t*rows+row]
			if s.ranked {
				told[i].Ranks[at+t] = s.ranks[t*rows+row]
			}
		}
	}
	return nil
}
