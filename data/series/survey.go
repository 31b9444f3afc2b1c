package series

import (
	"errors"
	"hash/fnv"

	"recur/data"
)

// The first reading of a file that is read in blocks: all faults of its rows, how time stamps are written and what the step of
// time is, and whether the rows of every series stand together.

// survey is what one block says, or several together.
type survey struct {
	bad      data.Faults
	broken   bool // the text or the CSV itself is at fault: the rest can't be read
	names    []seen
	returned *returned
	counts   *stepCounts
	misfit   bool          // a time stamp that the form of the first block can't read
	others   []alternative // to the form that is taken
}

// seen is a series of a block.
type seen struct {
	hash uint64
	returned
}

// alternative is another form that read the first block.
type alternative struct{ reads, differs bool }

// reading is what the blocks of a file have in common.
type reading struct {
	head    *reader // its header has been read
	form    data.Form
	numbers bool
	formed  bool        // form or numbers is known: the rows of the first block have no fault
	others  []data.Form // that read the first block too
	freq    Frequency
	timed   bool
}

// survey looks at one block.
func (g *reading) survey(b block) *survey {
	r := g.head.follow(b.rows, b.before)
	s := &survey{counts: newStepCounts(r.days), others: make([]alternative, len(g.others))}
	if data.Unreadable(&r.Bad, b.rows, b.before) {
		s.bad, s.broken = r.Bad, true
		return s
	}
	err := r.rows()
	s.broken = r.Cut
	if s.returned = r.returned; err == nil && g.formed {
		g.stamps(r, s)
	}
	for _, t := range r.tracks {
		h := fnv.New64a()
		h.Write([]byte(t.name))
		s.names = append(s.names, seen{h.Sum64(), returned{t.name, int(t.lines[0]), 1}})
	}
	s.bad = r.Bad
	return s
}

// stamps reads the time stamps of a block and counts their steps.
func (g *reading) stamps(r *reader, s *survey) {
	for i := range s.others {
		s.others[i].reads = true
	}
	for _, t := range r.tracks {
		ms := make([]moment, len(t.stamps))
		for i, stamp := range t.stamps {
			ok := false
			if g.numbers {
				ms[i].number, ok = data.PlainNumber(stamp)
			} else {
				ms[i].time, ok = g.form.Parse(stamp)
			}
			s.misfit = s.misfit || !ok
			for k, other := range g.others {
				if a := &s.others[k]; a.reads {
					at, ok := other.Parse(stamp)
					a.reads, a.differs = ok, a.differs || ok && !at.Equal(ms[i].time)
				}
			}
		}
		if s.misfit {
			return
		}
		if !g.numbers {
			r.place(t, ms, g.form)
		}
		r.ordered(t, ms, g.form, g.numbers)
		s.counts.add(ms, g.numbers)
	}
}

// tally is the survey of all blocks so far.
type tally struct {
	survey
	known map[uint64]bool
}

// Why a file can't be read in blocks.
var (
	errHeader  = errors.New("its first line is not the header")
	errGrouped = errors.New("rows of a series come back after other series")
	errForms   = errors.New("time stamps are not all written as the first ones are")
	errSteps   = errors.New("too many different steps of time")
)

// mostSteps is how many different steps between time stamps are counted.
const mostSteps = 1_000_000

// add takes the survey of the next block. An error says why the file can't be read in blocks.
func (t *tally) add(s *survey) error {
	for _, f := range s.bad.List {
		t.bad.Add(f.Line, f.Column, f.Key, "%s", f.Message)
	}
	t.bad.More += s.bad.More
	if s.broken {
		return t.bad.Err()
	}
	for _, n := range s.names {
		if t.known[n.hash] && t.returned == nil {
			t.returned = &n.returned
		}
		t.known[n.hash] = true
	}
	if t.returned == nil {
		t.returned = s.returned
	}
	t.misfit = t.misfit || s.misfit
	for k, o := range s.others {
		a := &t.others[k]
		a.reads, a.differs = a.reads && o.reads, a.differs || o.differs
	}
	t.counts.merge(s.counts)
	switch { // a part of a series, and a time misread, may have faults that the file has not
	case t.returned != nil:
		return errGrouped
	case t.misfit:
		return errForms
	case len(t.counts.numbers)+len(t.counts.fixed) > mostSteps:
		return errSteps
	}
	return nil
}

// ambiguous says that two forms read all time stamps, and not alike.
func (t *tally) ambiguous() bool {
	for _, o := range t.others {
		if o.reads && o.differs {
			return true
		}
	}
	return false
}
