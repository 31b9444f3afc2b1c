package generate

import (
	"context"

	"recur/data"
	"recur/data/text"
	"recur/predict"
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
	// scoredStream is how many symbols of one row alone are read at once.
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

// group scores documents side by side.
func (s *scoring) group(group []span, first int) error {
	if len(group) == 0 {
		return nil
	}
	if len(group) == 1 {
		return s.stream(group[0], group[0].from+1, first)
	}
	texts, told := make([]predict.Beside, len(group)), make([]Scored, len(group))
	for i, d := range group {
		all, n := make([]int32, d.steps()+1), d.steps()
		s.symbols.Copy(all, d.from)
		told[i] = Scored{Document: first + i, Symbols: all[1:], LogP: make([]float64, n)}
		if s.ranked {
			told[i].Ranks = make([]int, n)
		}
		texts[i] = predict.Beside{Symbols: all[:n], Next: told[i].Symbols, LogP: told[i].LogP, Ranks: told[i].Ranks}
	}
	s.readers.begin(len(group))
	err := predict.SideBySide(texts, func(rows int, symbols, next []int32, logp []float64, ranks []int) error {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		return s.readers.score(rows, symbols, next, logp, ranks)
	})
	if err != nil {
		return err
	}
	for _, d := range told {
		if err := s.tell(d); err != nil {
			return err
		}
	}
	return nil
}
