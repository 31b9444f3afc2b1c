package checkpoint

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

// maxRank bounds the number of dimensions of a tensor, so that a header can't become much larger in memory.
const maxRank = 64

// header is the parsed JSON of a safetensors file.
type header struct {
	entries  []entry
	metadata map[string]string
}

// entry is one tensor of a header; its bytes are body[begin:end].
type entry struct {
	name, dtype string
	shape       []int
	begin, end  int
}

// readHeader reads the JSON of a safetensors file token by token. encoding/json would keep the last of two equal keys,
// match keys without case, and repair bad UTF-8; here each of these is an error.
func readHeader(b []byte) (*header, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("it is not UTF-8")
	}
	if len(b) == 0 || b[0] != '{' {
		return nil, errors.New(`it does not begin with "{"`)
	}
	h := &header{}
	seen := map[string]bool{}
	s := &scanner{b: b}
	err := s.object(func(key string) error {
		if seen[key] {
			return fmt.Errorf("key %q comes twice", key)
		}
		seen[key] = true
		if key == metadataKey {
			return h.readMetadata(s)
		}
		e := entry{name: key}
		if err := e.read(s); err != nil {
			return fmt.Errorf("tensor %q: %w", key, err)
		}
		h.entries = append(h.entries, e)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range b[s.at:] {
		if c != ' ' {
			return nil, s.errorf("only spaces may follow the JSON")
		}
	}
	return h, nil
}

func (h *header) readMetadata(s *scanner) error {
	h.metadata = map[string]string{}
	return s.object(func(key string) error {
		if _, twice := h.metadata[key]; twice {
			return fmt.Errorf("metadata key %q comes twice", key)
		}
		value, err := s.text()
		h.metadata[key] = value
		return err
	})
}

func (e *entry) read(s *scanner) error {
	var dtype, shape, offsets bool
	err := s.object(func(key string) (err error) {
		var twice bool
		switch key {
		case "dtype":
			twice, dtype = dtype, true
			e.dtype, err = s.text()
		case "shape":
			twice, shape = shape, true
			e.shape, err = s.ints()
		case "data_offsets":
			twice, offsets = offsets, true
			var pair []int
			if pair, err = s.ints(); err == nil {
				if len(pair) != 2 {
					return fmt.Errorf("data_offsets has %d numbers, want 2", len(pair))
				}
				e.begin, e.end = pair[0], pair[1]
			}
		default:
			return fmt.Errorf("unknown key %q", key)
		}
		if twice {
			return fmt.Errorf("key %q comes twice", key)
		}
		return err
	})
	if err == nil && !(dtype && shape && offsets) {
		err = errors.New("it needs dtype, shape and data_offsets")
	}
	return err
}

// scanner reads the few forms of JSON that a header has: objects, strings, and lists of whole numbers.
type scanner struct {
	b  []byte
	at int
}

func (s *scanner) errorf(format string, args ...any) error {
	return fmt.Errorf("byte %d: "+format, append([]any{s.at}, args...)...)
}

// peek skips white space and returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.b) {
		switch c := s.b[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) expect(c byte) error {
	if s.peek() != c {
		return s.errorf("want %q", c)
	}
	s.at++
	return nil
}

// list reads from open to close, calling each before every item, commas between.
func (s *scanner) list(open, close byte, each func() error) error {
	if err := s.expect(open); err != nil {
		return err
	}
	if s.peek() == close {
		s.at++
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.at++
		case close:
			s.at++
			return nil
		default:
			return s.errorf("want %q or %q", ',', close)
		}
	}
}

// object reads {"key": …}; value is called after every colon and must read the value.
func (s *scanner) object(value func(key string) error) error {
	return s.list('{', '}', func() error {
		key, err := s.text()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		return value(key)
	})
}

func (s *scanner) ints() ([]int, error) {
	v := []int{}
	err := s.list('[', ']', func() error {
		if len(v) == maxRank {
			return s.errorf("a list of more than %d numbers", maxRank)
		}
		n, err := s.int()
		v = append(v, n)
		return err
	})
	return v, err
}

// int reads a whole number without sign, fraction, exponent, or leading zeros that fits an int.
func (s *scanner) int() (int, error) {
	s.peek()
	start, n := s.at, 0
	for s.at < len(s.b) && '0' <= s.b[s.at] && s.b[s.at] <= '9' {
		d := int(s.b[s.at] - '0')
		if n > (math.MaxInt-d)/10 {
			return 0, s.errorf("number is too large")
		}
		n = n*10 + d
		s.at++
	}
	if s.at == start || s.b[start] == '0' && s.at > start+1 {
		return 0, s.errorf("want a plain whole number")
	}
	return n, nil
}

// text reads a string.
func (s *scanner) text() (string, error) {
	if err := s.expect('"'); err != nil {
		return "", err
	}
	start := s.at
	for s.at < len(s.b) {
		switch c := s.b[s.at]; {
		case c == '"':
			s.at++
			return string(s.b[start : s.at-1]), nil
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return "", s.errorf("control character in a string")
		}
		s.at++
	}
	return "", s.errorf("string has no end")
}

var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped reads on from the first backslash of a string that began at start.
func (s *scanner) escaped(start int) (string, error) {
	out := append([]byte{}, s.b[start:s.at]...)
	for s.at < len(s.b) {
		c := s.b[s.at]
		s.at++
		switch {
		case c == '"':
			return string(out), nil
		case c < ' ':
			return "", s.errorf("control character in a string")
		case c != '\\':
			out = append(out, c)
			continue
		case s.at == len(s.b):
			return "", s.errorf("string has no end")
		}
		c = s.b[s.at]
		s.at++
		if plain, ok := escapes[c]; ok {
			out = append(out, plain)
			continue
		}
		if c != 'u' {
			return "", s.errorf("unknown escape \\%c", c)
		}
		r, err := s.unicode()
		if err != nil {
			return "", err
		}
		out = utf8.AppendRune(out, r)
	}
	return "", s.errorf("string has no end")
}

// unicode reads the digits after \u, and the second half of a surrogate pair.
func (s *scanner) unicode() (rune, error) {
	r, err := s.hex4()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if s.at+2 > len(s.b) || s.b[s.at] != '\\' || s.b[s.at+1] != 'u' {
		return 0, s.errorf("half a surrogate pair")
	}
	s.at += 2
	second, err := s.hex4()
	if err != nil {
		return 0, err
	}
	if r = utf16.DecodeRune(r, second); r == utf8.RuneError {
		return 0, s.errorf("half a surrogate pair")
	}
	return r, nil
}

func (s *scanner) hex4() (rune, error) {
	if s.at+4 > len(s.b) {
		return 0, s.errorf("\\u wants four hexadecimal digits")
	}
	var r rune
	for _, c := range s.b[s.at : s.at+4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, s.errorf("\\u wants four hexadecimal digits")
		}
		r = r<<4 | rune(c)
	}
	s.at += 4
	return r, nil
}
