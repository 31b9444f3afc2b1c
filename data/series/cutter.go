package series

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// Sizes of the blocks in which a file is read, in bytes.
const (
	blockSize = 1 << 20
	maxRow    = 64 << 20 // more without an end is a quote that is never closed
)

// errRow is the error of a row beyond maxRow.
var errRow = errors.New("a row has more than 64 MiB")

// cutter cuts the rows of a CSV file into blocks of whole series: neighbouring rows of one series stay together.
type cutter struct {
	in     io.Reader
	comma  byte
	series int // the field that names the series
	size   int // bytes of a block, at least

	buf  []byte // what has been read and not handed over
	done bool   // nothing is left to read
	line int    // lines of the file before buf

	at, atLine   int    // the first row of buf that has not been looked at, and the lines before it in the file
	end, endLine int    // where the last row that has been looked at ends
	cut, cutLine int    // where the last whole series ends; 0: nowhere yet
	name         []byte // the series of the last row, as written
	any          bool
}

// block is the text of some whole series.
type block struct {
	rows   []byte
	before int // lines of the file before it
}

// next returns the next block; io.EOF after the last one.
func (c *cutter) next() (block, error) {
	for {
		if err := c.fill(); err != nil {
			return block{}, err
		}
		for c.row() {
		}
		switch {
		case c.done && len(c.buf) == 0:
			return block{}, io.EOF
		case c.done:
			return c.take(len(c.buf), 0), nil
		case c.cut > 0:
			return c.take(c.cut, c.cutLine), nil
		case len(c.buf)-c.at > maxRow:
			return block{}, errRow
		}
	}
}

// fill reads on, so that there is a block's size more than has been looked at.
func (c *cutter) fill() error {
	if c.done {
		return nil
	}
	from := len(c.buf)
	grown := make([]byte, from+max(c.size, from)) // twice as much each time, for long series
	copy(grown, c.buf)
	n, err := io.ReadFull(c.in, grown[from:])
	c.buf = grown[:from+n]
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		c.done = true
		return nil
	}
	return err
}

// take hands over the first n bytes. cutLine counts the lines of the file before what is left.
func (c *cutter) take(n, cutLine int) block {
	b := block{rows: c.buf[:n:n], before: c.line}
	c.buf, c.line = c.buf[n:], cutLine
	c.at, c.end, c.cut = max(0, c.at-n), max(0, c.end-n), 0
	return b
}

// row looks at one row; false where its end has not been read. An empty line belongs to the row after it.
func (c *cutter) row() bool {
	text, lines := rowOf(c.buf[c.at:])
	if text == nil {
		return false
	}
	next, nextLine := c.at+len(text), c.atLine+lines
	if blank := len(text) == 1 || len(text) == 2 && text[0] == '\r'; !blank {
		if name := fieldOf(text, c.series, c.comma); !c.any || !sameName(name, c.name) {
			if c.any {
				c.cut, c.cutLine = c.end, c.endLine
			}
			c.name, c.any = append(c.name[:0], name...), true
		}
		c.end, c.endLine = next, nextLine
	}
	c.at, c.atLine = next, nextLine
	return true
}

// rowOf is the first row of src with the line break at its end, and its number of lines; nil where it has no end. A line
// break within quotes is none.
func rowOf(src []byte) (text []byte, lines int) {
	quotes := 0
	for at := 0; ; lines++ {
		n := bytes.IndexByte(src[at:], '\n')
		if n < 0 {
			return nil, 0
		}
		quotes += bytes.Count(src[at:at+n], []byte{'"'})
		if at += n + 1; quotes%2 == 0 {
			return src[:at], lines + 1
		}
	}
}

// fieldOf is a field of a row as it is written; nil where the row has too few.
func fieldOf(row []byte, field int, comma byte) []byte {
	from, quoted := 0, false
	for i, b := range row {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == comma || b == '\n':
			if field == 0 {
				return row[from:i]
			}
			from, field = i+1, field-1
		}
	}
	return nil
}

// sameName says whether two fields as written hold the same name.
func sameName(a, b []byte) bool { return bytes.Equal(a, b) || plainName(a) == plainName(b) }

// plainName is a field without what may stand around it, with the line breaks that a reader of CSV makes of those within.
func plainName(field []byte) string {
	s := strings.ReplaceAll(strings.TrimRight(string(field), "\r"), "\r\n", "\n")
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		s = strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	return strings.TrimSpace(s)
}
