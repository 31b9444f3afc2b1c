package text

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"recur/data"
)

// walker is told of the text of all files in their order: of parts of it in blocks of any size, and of the end of every document
// that has text; without documents, of the end of every file.
type walker struct {
	text func(in *input, b []byte)
	end  func(in *input)
}

// walk reads all files once.
func (r *reading) walk(w walker) error {
	r.empty, r.ended = 0, 0
	for i := range r.inputs {
		in := &r.inputs[i]
		if i > 0 && in.part != r.inputs[i-1].part {
			r.ended = 0
		}
		if r.source.Limit > 0 && r.documents() && r.ended >= r.source.Limit {
			continue
		}
		give := func(b []byte) error { w.text(in, b); return nil }
		done := func() error { w.end(in); return nil }
		switch r.source.Documents {
		case File:
			some := false
			give = func(b []byte) error { some = some || len(b) > 0; w.text(in, b); return nil }
			done = func() error {
				if !some {
					r.empty++
					return nil
				}
				r.ended++
				w.end(in)
				return nil
			}
		case Line, BlankLine:
			l := &liner{r: r, in: in, w: w}
			give, done = l.block, l.done
		}
		if err := r.blocks(in, give); err != nil {
			return err
		}
		if err := done(); err != nil {
			return err
		}
	}
	return nil
}

// liner finds documents in the lines of a file.
type liner struct {
	r    *reading
	in   *input
	w    walker
	line int
	held []byte // the line at hand, as far as it has been read
	doc  []byte // lines between blank ones
}

func (l *liner) block(b []byte) error {
	for {
		at := bytes.IndexByte(b, '\n')
		if at < 0 {
			l.held = append(l.held, b...)
			if len(l.held) > maxDocument {
				return l.long()
			}
			return nil
		}
		line := b[:at]
		if len(l.held) > 0 {
			l.held = append(l.held, line...)
			line = l.held
		}
		if err := l.one(line); err != nil {
			return err
		}
		l.held, b = l.held[:0], b[at+1:]
	}
}

// done ends the file.
func (l *liner) done() error {
	if len(l.held) > 0 {
		if err := l.one(l.held); err != nil {
			return err
		}
	}
	l.give(l.doc)
	return nil
}

// one takes one line.
func (l *liner) one(line []byte) error {
	l.line++
	line = bytes.TrimSuffix(line, []byte("\r"))
	blank := len(line) == 0 || l.r.tokens.Unit != Byte && spaceAhead(line, true) == len(line)
	switch {
	case l.r.source.Documents == Line && blank:
		l.r.empty++
	case l.r.source.Documents == Line:
		l.give(line)
	case blank:
		l.give(l.doc)
		l.doc = l.doc[:0]
	default:
		if len(l.doc) > 0 {
			l.doc = append(l.doc, '\n')
		}
		if l.doc = append(l.doc, line...); len(l.doc) > maxDocument {
			return l.long()
		}
	}
	return nil
}

// give hands a document over.
func (l *liner) give(doc []byte) {
	if limit := l.r.source.Limit; len(doc) == 0 || limit > 0 && l.r.ended >= limit {
		return
	}
	l.w.text(l.in, doc)
	l.w.end(l.in)
	l.r.ended++
}

func (l *liner) long() error {
	what := "the line"
	if l.r.source.Documents == BlankLine {
		what = "the document, which an empty line should end,"
	}
	return data.Errors{data.Fault(l.in.name, l.line+1, 1, "data.documents", "%s has more than %d bytes; set data.documents: none or file", what, maxDocument)}
}

// meter counts the units of a text that comes in parts: bytes, characters, or words between ASCII white space.
type meter struct {
	unit   string
	inside bool // a word
}

// advance goes over b as far as its first most units, with what belongs to the last of them.
func (m *meter) advance(b []byte, most int64) (used int, n int64) {
	if m.unit == Byte {
		used = int(min(most, int64(len(b))))
		return used, int64(used)
	}
	if m.unit != Word && most >= int64(len(b)) {
		for _, c := range b {
			if utf8.RuneStart(c) {
				n++
			}
		}
		return len(b), n
	}
	for i, c := range b {
		starts := utf8.RuneStart(c)
		if m.unit == Word {
			blank := c == ' ' || c >= '\t' && c <= '\r'
			starts = !blank && !m.inside
			if starts && n == most {
				return i, n
			}
			m.inside = !blank
		}
		if starts {
			if n == most {
				return i, n
			}
			n++
		}
	}
	return len(b), n
}

// measure counts and hashes text.
type measure struct {
	meter
	n    int64
	hash uint64
}

// FNV-1a, 64 bits: enough to find what stands twice among some millions, and of no harm where it errs.
const (
	hashStart = 14695981039346656037
	hashPrime = 1099511628211
)

func (m *measure) count(b []byte) {
	_, n := m.advance(b, 1<<62)
	m.n += n
}

func (m *measure) add(b []byte) {
	for _, c := range b {
		m.hash = (m.hash ^ uint64(c)) * hashPrime
	}
}

func (m *measure) take() (hash uint64) {
	hash, m.hash = m.hash, hashStart
	return hash
}

// taker is where the text of a part goes.
type taker interface {
	add(b []byte) // more text
	end()         // of a document, or of a file where there are none
	follow(before taker)
}

// distribute walks through the corpus and gives each part its text.
func (r *reading) distribute(parts [3]taker) error {
	if r.documents() {
		return r.deal(parts)
	}
	m, pos, at := meter{unit: r.tokens.Unit}, int64(0), 0 // parts[at] has text up to pos of the units that are cut
	return r.walk(walker{
		text: func(in *input, b []byte) {
			if in.part > data.Train {
				parts[r.partOf(in.part)].add(b)
				return
			}
			for at < 3 {
				used, n := m.advance(b, r.ends[at]-pos)
				parts[at].add(b[:used])
				if pos, b = pos+n, b[used:]; len(b) == 0 {
					return
				}
				parts[at].end()
				if at++; at < 3 {
					parts[at].follow(parts[at-1])
				}
			}
		},
		end: func(in *input) {
			m.inside = false
			if in.part > data.Train {
				parts[r.partOf(in.part)].end()
			} else if at < 3 {
				parts[at].end()
			}
		},
	})
}

// deal gives each part its documents.
func (r *reading) deal(parts [3]taker) error {
	document := 0
	return r.walk(walker{
		text: func(in *input, b []byte) {
			if p := r.partOf(r.drawn[document]); p >= 0 {
				parts[p].add(b)
			}
		},
		end: func(in *input) {
			if p := r.partOf(r.drawn[document]); p >= 0 {
				parts[p].end()
			}
			document++
		},
	})
}

// partOf is the index of a part; what a vocabulary of a run scores is the test part, and what nothing wants is -1.
func (r *reading) partOf(p data.Part) int {
	if p == data.Undivided {
		if r.source.Vocabulary != nil && r.source.Split == nil {
			return 2
		}
		return -1
	}
	return int(p) - 1
}

// repeated counts the documents of a part that stand in one before it.
func (r *reading) repeated(c *Corpus) {
	if !r.documents() {
		return
	}
	var counts [3]int
	for i := range r.hashes {
		if p := r.partOf(r.drawn[i]); p >= 0 {
			counts[p]++
		}
	}
	var by [3][]uint64
	for p := range by {
		by[p] = make([]uint64, 0, counts[p])
	}
	for i, h := range r.hashes {
		if p := r.partOf(r.drawn[i]); p >= 0 {
			by[p] = append(by[p], h)
		}
	}
	r.hashes = nil
	slices.Sort(by[0])
	for _, h := range by[1] {
		if _, found := slices.BinarySearch(by[0], h); found {
			c.Validation.Repeated++
		}
	}
	slices.Sort(by[1])
	for _, h := range by[2] {
		_, found := slices.BinarySearch(by[0], h)
		if !found {
			_, found = slices.BinarySearch(by[1], h)
		}
		if found {
			c.Test.Repeated++
		}
	}
}
