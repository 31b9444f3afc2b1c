package data

import (
	"bytes"
	"compress/gzip"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// encodings by the values of data.encoding.
var encodings = map[string]encoding.Encoding{
	"cp1252": charmap.Windows1252, "latin1": charmap.ISO8859_1, "utf-16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
}

// gzipped and utf16 tell such files by their first bytes.
func gzipped(src []byte) bool { return bytes.HasPrefix(src, []byte("\x1f\x8b")) }
func utf16(src []byte) bool {
	return bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff"))
}

// unpacked undoes gzip and turns another encoding into UTF-8. UTF-16 is known by its first bytes; other encodings only the config tells.
func unpacked(name string, src []byte, enc string) (out []byte, notes []string, err error) {
	if gzipped(src) {
		if src, err = gunzip(name, src); err != nil {
			return nil, nil, err
		}
	}
	if enc == "" && utf16(src) {
		enc = "utf-16"
		notes = append(notes, name+": the text is UTF-16")
	}
	e := encodings[enc]
	if e == nil {
		return src, notes, nil
	}
	out, err = e.NewDecoder().Bytes(src)
	if err != nil || !utf8.Valid(out) {
		return nil, nil, Errors{Fault(name, 0, 0, "data.encoding", "is no text in %s; leave out data.encoding, or name another", enc)}
	}
	return out, notes, nil
}

// head is the beginning of a file, unpacked.
func head(src []byte) []byte {
	if !gzipped(src) {
		return src[:min(len(src), 512)]
	}
	r, err := gzip.NewReader(bytes.NewReader(src))
	if err != nil {
		return nil
	}
	first := make([]byte, 512)
	n, _ := io.ReadFull(r, first)
	return first[:n]
}

// gunzip unpacks a file within the limit of a file.
func gunzip(name string, src []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(src))
	if err == nil {
		src, err = io.ReadAll(io.LimitReader(r, maxFile+1))
	}
	switch {
	case err != nil:
		return nil, Errors{Fault(name, 0, 0, "data.csv", "is compressed by gzip and can't be unpacked: %v; is it whole?", err)}
	case len(src) > maxFile:
		return nil, Errors{Fault(name, 0, 0, "data.csv", "has more bytes, unpacked, than the limit of %d; cut it into several files", int64(maxFile))}
	}
	return src, nil
}
