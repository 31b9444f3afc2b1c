package text

import (
	"bytes"
	"hash"
	"io"
	"unicode/utf8"

	"recur/data"
)

// checker looks at every byte of the files once: are they text, how long are they, what is their hash.
type checker struct {
	in     *input
	key    string
	tokens Tokens
	fixed  bool // the tokens are those of a run
	lines  bool // documents are lines or stand between them
	sum    hash.Hash

	line, begin int64 // the line at hand, from 1, and the offset of its first byte
	at          int64 // the offset of the block at hand
	word        int64 // bytes since the last white space
	cr, crlf    bool
	newline     bool
	last        byte
}

// check reads one file.
func (r *reading) check(in *input) error {
	f, err := r.file(in.path)
	if err != nil {
		return data.Errors{data.Fault(in.name, 0, 0, r.key, "can't be read: %v", data.Cause(err))}
	}
	defer f.Close()
	return r.checkFrom(in, f)
}

func (r *reading) checkFrom(in *input, from io.Reader) error {
	c := &checker{in: in, key: r.key, tokens: r.tokens, fixed: r.source.Vocabulary != nil, lines: r.source.Documents == Line || r.source.Documents == BlankLine, sum: r.sum, line: 1}
	block, held := r.buffer(), 0
	for {
		n, err := io.ReadFull(from, block[held:])
		r.sum.Write(block[held : held+n])
		end := err != nil
		if end && err != io.EOF && err != io.ErrUnexpectedEOF {
			return data.Errors{data.Fault(in.name, 0, 0, r.key, "can't be read: %v", data.Cause(err))}
		}
		used, fault := c.block(block[:held+n], end)
		if fault != nil {
			return data.Errors{fault}
		}
		if end {
			break
		}
		held = copy(block, block[used:held+n])
	}
	in.size = c.at
	r.lines += int(c.line)
	if c.lines && c.cr && !c.newline {
		return data.Errors{data.Fault(in.name, 1, 1, r.key, "lines end in a carriage return alone; save the file with LF or CRLF")}
	}
	if c.crlf && !c.lines && r.tokens.Unit != Word {
		r.note("%s: lines end in CRLF, and the carriage return is a symbol of its own; save the file with LF to be rid of it", in.name)
	}
	return nil
}

// block checks a block and returns how many bytes of it are whole characters.
func (c *checker) block(b []byte, end bool) (used int, fault *data.Error) {
	if c.at == 0 {
		if fault := c.magic(b); fault != nil {
			return 0, fault
		}
	}
	used = len(b)
	if c.tokens.Unit != Byte {
		if !end {
			used -= partial(b)
		}
		if at := firstBad(b[:used]); at >= 0 {
			c.walk(b[:at])
			what := "is not UTF-8"
			if b[at] == 0 {
				what = "is zero: this is no text"
			}
			advice := "save the file as text in UTF-8"
			if !c.fixed {
				advice += ", or set data.tokens: byte, which reads any bytes"
			}
			return 0, c.fault("byte 0x%02x at offset %d %s; %s", b[at], c.at, what, advice)
		}
	}
	c.walk(b[:used])
	if c.word > maxWord && c.tokens.Unit == Word {
		advice := "set data.tokens: character, bpe or byte"
		if c.fixed {
			advice = "the run reads words: part them by white space"
		}
		return 0, c.fault("a word of more than %d bytes has no end here; %s", maxWord, advice)
	}
	return used, nil
}

// magic refuses files that are known to be something else, and finds a byte-order mark.
func (c *checker) magic(b []byte) *data.Error {
	if c.tokens.Unit == Byte {
		return nil
	}
	if what := data.NoText(b, "text in UTF-8"); what != "" {
		return data.Fault(c.in.name, 0, 0, c.key, "the file is %s", what)
	}
	if bytes.HasPrefix(b, []byte("\ufeff")) {
		c.in.mark = len("\ufeff")
	}
	return nil
}

// partial is how many bytes at the end of b may begin a character that goes on behind it.
func partial(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if last := b[len(b)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return n
			}
			break
		}
	}
	return 0
}

// firstBad is the offset of the first byte that is zero or not UTF-8, -1 where there is none.
func firstBad(b []byte) int {
	zero := bytes.IndexByte(b, 0)
	if zero >= 0 {
		b = b[:zero]
	}
	if at := data.FirstInvalid(b); at >= 0 {
		return at
	}
	return zero
}

// walk goes over bytes that are fine.
func (c *checker) walk(b []byte) {
	for i, x := range b {
		switch {
		case x == '\n':
			c.line++
			c.begin, c.word = c.at+int64(i)+1, 0
			c.newline = true
			c.crlf = c.crlf || c.last == '\r'
		case x == '\r':
			c.cr, c.word = true, 0
		case x == ' ' || x == '\t':
			c.word = 0
		default:
			c.word++
		}
		c.last = x
	}
	c.at += int64(len(b))
}

func (c *checker) fault(format string, args ...any) *data.Error {
	return data.Fault(c.in.name, int(c.line), int(c.at-c.begin)+1, c.key, format, args...)
}
