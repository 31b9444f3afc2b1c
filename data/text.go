package data

import (
	"bytes"
	"unicode/utf8"
)

// PlainText checks that src is the text of a CSV file, and strips a byte-order mark.
func PlainText(name string, src []byte) ([]byte, error) {
	if what := NoText(src, "CSV"); what != "" {
		return nil, Errors{Fault(name, 0, 0, "data.csv", "the file is %s", what)}
	}
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, Errors{Fault(name, 0, 0, "data.csv", "the file is empty")}
	}
	bad := Faults{File: name}
	if !Unreadable(&bad, src, 0) && bytes.IndexByte(src, '\n') < 0 && bytes.Count(src, []byte("\r")) > 0 {
		bad.Add(1, 1, "data.csv", "lines end in a carriage return alone; save the file with LF or CRLF")
	}
	return src, bad.Err()
}

// PlainLines checks that src is text that is read line by line, and strips a byte-order mark; key is the one of the config that
// names the file.
func PlainLines(name, key string, src []byte) ([]byte, error) {
	fault := func(line, column int, format string, args ...any) ([]byte, error) {
		return nil, Errors{Fault(name, line, column, key, format, args...)}
	}
	if what := NoText(src, "text in UTF-8"); what != "" {
		return fault(0, 0, "the file is %s", what)
	}
	text := bytes.TrimPrefix(src, []byte("\ufeff"))
	mark := len(src) - len(text)
	if at := bytes.IndexByte(text, 0); at >= 0 {
		line, column := place(text, at)
		return fault(line, column, "byte 0x00 at offset %d is zero: this is no text; save the file as text in UTF-8", mark+at)
	}
	if at := FirstInvalid(text); at >= 0 {
		line, column := place(text, at)
		return fault(line, column, "byte 0x%02x at offset %d is not UTF-8; save the file as text in UTF-8", text[at], mark+at)
	}
	if bytes.IndexByte(text, '\n') < 0 && bytes.IndexByte(text, '\r') >= 0 {
		return fault(1, 1, "lines end in a carriage return alone; save the file with LF or CRLF")
	}
	return text, nil
}

// NoText says what a file is that begins like one that is known not to be text in UTF-8, and what to do to have it as the form
// that is wanted; "" where it may be text.
func NoText(src []byte, wanted string) string {
	for _, b := range []struct{ magic, what string }{
		{"\xff\xfe", "UTF-16 text; save it as UTF-8"},
		{"\xfe\xff", "UTF-16 text; save it as UTF-8"},
		{"PK\x03\x04", "a zip archive or an Excel workbook; export it as " + wanted},
		{"\x1f\x8b", "compressed by gzip; unpack it first"},
		{"PAR1", "a Parquet file; export it as " + wanted},
		{"\xd0\xcf\x11\xe0", "an old Excel workbook; export it as " + wanted},
	} {
		if bytes.HasPrefix(src, []byte(b.magic)) {
			return b.what
		}
	}
	return ""
}

// Unreadable reports a byte of src that no text holds, and says whether there was one. before are the lines before src.
func Unreadable(bad *Faults, src []byte, before int) bool {
	if at := bytes.IndexByte(src, 0); at >= 0 {
		line, column := place(src, at)
		bad.Add(before+line, column, "data.csv", "the file holds a zero byte: it is no text; export it as CSV in UTF-8")
		return true
	}
	if at := ended(src); at >= 0 {
		line, column := place(src, at)
		bad.Add(before+line, column, "data.csv", "a line begins with the byte 0x1a, which ends a file of DOS, and has more behind it; take the byte out")
		return true
	}
	if at := FirstInvalid(src); at >= 0 {
		line, column := place(src, at)
		bad.Add(before+line, column, "data.encoding", "byte 0x%02x is not UTF-8; say how the file is written, such as data.encoding: cp1252 (Windows) or latin1, or save it as UTF-8", src[at])
		return true
	}
	return false
}

// ended is the offset of the first skippedLine at the beginning of a line that has more than blanks behind it; -1 where there is none.
func ended(src []byte) int {
	for from := 0; ; {
		at := bytes.IndexByte(src[from:], skippedLine)
		if at < 0 {
			return -1
		}
		at += from
		line, _, _ := bytes.Cut(src[at+1:], []byte("\n"))
		if (at == 0 || src[at-1] == '\n') && len(bytes.TrimSpace(line)) > 0 {
			return at
		}
		from = at + 1
	}
}

// FirstInvalid is the offset of the first byte that is not UTF-8, -1 where all are.
func FirstInvalid(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// place turns an offset into line and column, both from 1; the column counts bytes.
func place(src []byte, at int) (line, column int) {
	before := src[:at]
	return 1 + bytes.Count(before, []byte("\n")), at - bytes.LastIndexByte(before, '\n')
}

// Separator finds the separator that stands most often in the first line, outside quotes; the comma when none does.
// told names it where it is not the comma. Empty lines and those that are left out come before the first one.
func Separator(src []byte) (comma rune, told string) {
	for len(src) > 0 && (src[0] == skippedLine || src[0] == '\n' || src[0] == '\r' && len(src) > 1 && src[1] == '\n') {
		_, src, _ = bytes.Cut(src, []byte("\n"))
	}
	counts := map[byte]int{}
	inside := false
	for _, b := range src {
		if b == '"' {
			inside = !inside
		}
		if b == '\n' && !inside {
			break
		}
		if !inside {
			counts[b]++
		}
	}
	switch {
	case counts[';'] > counts[','] && counts[';'] >= counts['\t']:
		return ';', "semicolons"
	case counts['\t'] > counts[',']:
		return '\t', "tabs"
	}
	return ',', ""
}
