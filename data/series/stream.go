package series

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"recur/configs"
	"recur/data"
)

// Stream is a CSV file whose rows are grouped by series, read in blocks of whole series, so that memory holds a few blocks
// and never the file. OpenStream reads all of it: it checks the rows, and finds how time stamps are written and what the
// step of time is, as they are found in a file that is read at once. Blocks reads it again and hands the series over; faults
// of single series, such as a gap, are told by Block.Dataset.
type Stream struct {
	Whole *Dataset // what was read at once instead, nil else: small files, and those whose rows are not grouped by series
	Notes []string // what was found out

	path    string
	block   int // bytes of a block, at least
	size    int64
	changed time.Time
	config  *configs.Config
	learnt  Frequency
	reading reading
	start   int // bytes of the header
	lines   int // of the header

	inserted atomic.Int64 // rows of gaps
}

// Limits of what is read at once and in blocks, in bytes.
const (
	smallFile = 4 << 20
	wholeFile = 256 << 20 // a larger file must be grouped by series
	maxStream = 8 << 30
)

// OpenStream reads the CSV file at path once, with so many threads; learnt is as in OpenLike. Its faults are those of OpenCSV. Where its rows can't be
// read in blocks, a file of up to 256 MiB is read at once, which is noted, and a larger one is a fault.
func OpenStream(c *configs.Config, path string, threads int, learnt Frequency) (*Stream, error) {
	return openStream(c, path, threads, learnt, smallFile, blockSize)
}

func openStream(c *configs.Config, path string, threads int, learnt Frequency, small int64, size int) (*Stream, error) {
	s := &Stream{path: path, config: c, block: size, learnt: learnt}
	info, err := os.Stat(path)
	if len(c.Data.Series) != 1 || c.Data.Missing == "zero" || c.Data.Resample.Step != "" || c.Data.Wide != "" || data.DialectOf(c).Said() || strings.HasPrefix(path, "builtin:") || err != nil || !info.Mode().IsRegular() || info.Size() <= small {
		return s, s.readWhole()
	}
	s.size, s.changed = info.Size(), info.ModTime()
	if s.size > maxStream {
		return nil, data.Fault(data.ShortPath(path), 0, 0, "data.csv", "has %d bytes, more than the limit of %d; cut it into several files", s.size, int64(maxStream))
	}
	why := s.survey(threads, size)
	var told data.Errors
	var read *data.Error
	switch {
	case why == nil:
		return s, nil
	case errors.As(why, &told) || errors.As(why, &read):
		return nil, why
	case s.size > wholeFile:
		return nil, s.refused(why)
	}
	s.Notes = append(s.Notes, fmt.Sprintf("%s is read at once, not in blocks, which takes more memory: %v", data.ShortPath(path), why))
	return s, s.readWhole()
}

// Frequency is the step of time of the file, the zero value where no time column is named.
func (s *Stream) Frequency() Frequency {
	if s.Whole != nil {
		return s.Whole.Frequency
	}
	return s.reading.freq
}

func (s *Stream) readWhole() (err error) {
	s.Whole, err = OpenLike(s.config, s.path, s.learnt)
	return err
}

// refused words why a large file can't be read.
func (s *Stream) refused(why error) error {
	hint := ""
	if errors.Is(why, errGrouped) {
		hint = "; sort the file by series, then by time"
	} else if errors.Is(why, errForms) {
		hint = "; write all of them alike"
	}
	return data.Fault(data.ShortPath(s.path), 0, 0, "data.csv", "%v, and with %d bytes it is too large to be read at once (up to %d)%s", why, s.size, wholeFile, hint)
}

// survey reads the header and looks at every block.
func (s *Stream) survey(threads, size int) error {
	in, err := os.Open(s.path)
	if err != nil {
		return data.Fault(data.ShortPath(s.path), 0, 0, "data.csv", "can't be read: %v", data.Cause(err))
	}
	defer in.Close()
	c, err := s.header(in, size)
	if err != nil {
		return err
	}
	told := len(s.reading.head.set.Notes)
	first, err := c.next()
	if err == io.EOF {
		return errors.New("there is no row below the header")
	}
	if err != nil {
		return err
	}
	rows := s.reading.head.After(first.rows, first.before)
	if err := s.reading.head.findStyle(&rows); err != nil {
		return err
	}
	s.Notes = append(s.Notes, s.reading.head.set.Notes[told:]...)
	if err := s.forms(first); err != nil {
		return err
	}
	noted := len(s.reading.head.set.Notes)
	t := &tally{survey: survey{counts: newStepCounts(s.reading.head.days), bad: data.Faults{File: s.reading.head.set.Name}, others: make([]alternative, len(s.reading.others))}, known: map[uint64]bool{}}
	for k := range t.others {
		t.others[k].reads = true
	}
	err = data.InOrder(threads, c.blocks(first), func(_ int, b block) (*survey, error) { return s.reading.survey(b), nil }, t.add)
	switch {
	case errors.Is(err, errGrouped):
		return fmt.Errorf("%w: series %s in line %d", err, data.Quoted(t.returned.name), t.returned.line)
	case err != nil:
		return err
	case t.ambiguous():
		return errForms
	case len(t.bad.List) > 0:
		return t.bad.Err()
	case s.reading.timed:
		s.reading.freq, err = s.reading.head.frequency(s.reading.form, s.reading.numbers, t.counts)
		s.Notes = append(s.Notes, s.reading.head.set.Notes[noted:]...)
	}
	return err
}

// header reads the first line and sets up the cutter behind it.
func (s *Stream) header(in io.Reader, size int) (*cutter, error) {
	c := &cutter{in: in, size: size}
	var text []byte
	for text == nil {
		if err := c.fill(); err != nil {
			return nil, err
		}
		if !data.AsIs(s.path, c.buf) {
			return nil, errors.New("it is no plain CSV: Parquet, JSON lines, packed, not written in UTF-8, or with a first line that says what separates fields")
		}
		text, s.lines = headerOf(c.buf)
		if text == nil && (c.done || len(c.buf) > maxRow) {
			return nil, errRow
		}
	}
	plain, err := data.PlainText(data.ShortPath(s.path), text)
	if err != nil {
		return nil, err
	}
	set := emptySet(data.ShortPath(s.path), s.config)
	if missesAll(plain, namedColumns(set, s.config)) {
		return nil, errHeader
	}
	s.reading.head = newReader(set, &data.CSV{Text: plain}, s.config)
	s.reading.head.expect = s.learnt
	if err := s.reading.head.header(); err != nil {
		if s.size <= wholeFile {
			return nil, errHeader // a line further down may name what this one lacks
		}
		return nil, err
	}
	s.Notes = append(s.Notes, set.Notes...)
	s.reading.timed = len(s.config.Data.Time) > 0
	s.start = len(text)
	c.buf = c.buf[s.start:]
	s.place(c)
	return c, nil
}

// place tells a cutter what the header said.
func (s *Stream) place(c *cutter) {
	c.comma, c.series = byte(s.reading.head.Comma()), s.reading.head.series[0]
	c.line, c.atLine, c.endLine = s.lines, s.lines, s.lines
}

// headerOf is the first row that is not empty with all before it, and its number of lines; nil where it has no end.
func headerOf(src []byte) (text []byte, lines int) {
	for at := 0; ; {
		row, n := rowOf(src[at:])
		if row == nil {
			return nil, 0
		}
		at, lines = at+len(row), lines+n
		if len(row) > 2 || len(row) == 2 && row[0] != '\r' {
			return src[:at], lines
		}
	}
}

// forms finds how the time stamps of the first block are written.
func (s *Stream) forms(first block) error {
	g := &s.reading
	r := g.head.follow(first.rows, first.before)
	if !g.timed || data.Unreadable(&r.Bad, first.rows, first.before) || r.rows() != nil {
		return nil // the survey tells
	}
	f, numbers, err := r.form()
	if err != nil {
		return fmt.Errorf("%w (%v)", errForms, err.(interface{ Unwrap() []error }).Unwrap()[0])
	}
	if err := g.head.workDays(); err != nil {
		return err
	}
	r.find(f, numbers)
	g.head.zoned = r.zoned
	g.form, g.numbers, g.formed = f, numbers, true
	if len(r.fits) > 1 {
		g.others = r.fits[1:]
	}
	return nil
}

// blocks lists all blocks: the first, which has been read, and those after it.
func (c *cutter) blocks(first block) iter.Seq2[block, error] {
	return func(yield func(block, error) bool) {
		for b, err := first, error(nil); err != io.EOF; b, err = c.next() {
			if !yield(b, err) || err != nil {
				return
			}
		}
	}
}

// Block is some whole series of a stream that have not been read yet.
type Block struct {
	stream *Stream
	text   block
}

// Blocks lists the blocks of the file, in its order, each time anew. Where the file was read at once there are none: see Whole.
func (s *Stream) Blocks() iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		s.inserted.Store(0)
		in, err := os.Open(s.path)
		if err != nil {
			yield(Block{}, data.Fault(data.ShortPath(s.path), 0, 0, "data.csv", "can't be read: %v", data.Cause(err)))
			return
		}
		defer in.Close()
		if info, err := in.Stat(); err != nil || info.Size() != s.size || !info.ModTime().Equal(s.changed) {
			yield(Block{}, data.Fault(data.ShortPath(s.path), 0, 0, "data.csv", "has changed while it was read; run the command again"))
			return
		}
		if _, err := in.Seek(int64(s.start), io.SeekStart); err != nil {
			yield(Block{}, err)
			return
		}
		c := &cutter{in: in, size: s.block}
		s.place(c)
		for {
			b, err := c.next()
			if err == io.EOF || !yield(Block{s, b}, err) || err != nil {
				return
			}
		}
	}
}

// Dataset reads the series of a block. It is safe for concurrent use.
func (b Block) Dataset() (*Dataset, error) {
	g := &b.stream.reading
	r := g.head.follow(b.text.rows, b.text.before)
	if err := r.rows(); err != nil {
		return nil, err
	}
	if g.timed {
		moments := r.moments(g.form, g.numbers)
		for i, t := range r.tracks {
			r.ordered(t, moments[i], g.form, g.numbers)
		}
		if err := r.Bad.Err(); err != nil {
			return nil, err
		}
		if err := r.spaced(g.form, g.numbers, g.freq, moments); err != nil {
			return nil, err
		}
		b.stream.inserted.Add(int64(r.inserted))
		r.set.Notes = nil
	}
	return r.set, r.finish()
}

// Filled says what was put into the blocks that have been read.
func (s *Stream) Filled() []string {
	notes := s.reading.head.trimmedNote()
	if n := s.inserted.Load(); n > 0 {
		notes = append(notes, s.reading.head.insertedNote(int(n)))
	}
	return notes
}
