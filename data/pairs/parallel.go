package pairs

import (
	"bytes"
	"io"
	"path/filepath"

	"recur/data"
)

// parallel reads two files of which line n of one is said of line n of the other. A line end behind the last line may be missing.
func (r *reading) parallel(sources, targets string) error {
	if sources == "" && targets == "" {
		return nil
	}
	if sources == "" || targets == "" {
		r.begin(sources + targets)
		return r.fault(0, 0, r.key, "is one file, and a part of data.parallel has two; name that of the sources, then that of the targets")
	}
	r.begin(sources)
	if r.other = data.ShortPath(targets); filepath.Clean(r.other) == filepath.Clean(r.name) {
		return r.fault(0, 0, r.key, "is named for the sources and for the targets; name two files")
	}
	source, err := data.ReadNamed(r.name, sources, r.key, "files")
	if err != nil {
		return wrapped(err)
	}
	target, err := data.ReadNamed(r.other, targets, r.key, "files")
	if err != nil {
		return wrapped(err)
	}
	return r.lines(source, target)
}

// lines reads what two files hold.
func (r *reading) lines(sources, targets []byte) error {
	r.sum.Write(sources)
	r.sum.Write(targets)
	source, err := data.PlainLines(r.name, r.key, sources)
	if err != nil {
		return err
	}
	target, err := data.PlainLines(r.other, r.key, targets)
	if err != nil {
		return err
	}
	source, target = level(source, target)
	if n, m := lineCount(source), lineCount(target); n != m {
		return r.fault(0, 0, r.key, "has %s and %s has %d, and line by line a target belongs to its source; find the line that is missing or broken in two, or put both into one file with two columns (data.csv, data.source, data.target)", data.Count(n, "line", "lines"), r.other, m)
	}
	bad := data.Faults{File: r.name}
	for n := 1; len(source) > 0 && !r.full(); n++ {
		var line, said []byte
		line, source = firstLine(source)
		said, target = firstLine(target)
		r.add(&bad, n, pair{source: string(line), target: string(said), sourceAt: 1, targetAt: 1})
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return r.end()
}

// sources reads a file that has a source a line and no targets.
func (r *reading) sources(path string) error {
	r.begin(path)
	src, err := data.ReadNamed(r.name, path, "data.source", "files")
	if err != nil {
		return wrapped(err)
	}
	return r.bareLines(src)
}

// stream reads what stands for such a file.
func (r *reading) stream(name string, in io.Reader) error {
	r.begin(name)
	r.name, r.set.Name = name, name
	src, err := data.ReadAll(name, in)
	if err != nil {
		return wrapped(err)
	}
	return r.bareLines(src)
}

// bareLines reads a source a line. Each line is an example, an empty one too.
func (r *reading) bareLines(src []byte) error {
	r.sum.Write(src)
	plain, err := data.PlainLines(r.name, "data.source", src)
	if err != nil {
		return err
	}
	bad := data.Faults{File: r.name}
	for n := 1; len(plain) > 0; n++ {
		var line []byte
		line, plain = firstLine(plain)
		r.add(&bad, n, pair{source: string(line), sourceAt: 1, bare: true})
	}
	return bad.Err()
}

// firstLine is the first line of a text without its end, LF or CRLF, and what comes behind it.
func firstLine(src []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(src, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

// lineCount is how many lines a text has.
func lineCount(src []byte) int {
	n := bytes.Count(src, []byte("\n"))
	if len(src) > 0 && src[len(src)-1] != '\n' {
		n++
	}
	return n
}

// level takes empty lines from the end of the text that has more lines, as long as it has more.
func level(a, b []byte) ([]byte, []byte) {
	n, m := lineCount(a), lineCount(b)
	return trimmed(a, n-m), trimmed(b, m-n)
}

// trimmed is a text without up to n empty lines at its end.
func trimmed(src []byte, n int) []byte {
	for ; n > 0; n-- {
		body := bytes.TrimSuffix(src, []byte("\n"))
		at := bytes.LastIndexByte(body, '\n') + 1
		if len(bytes.TrimSpace(body[at:])) > 0 {
			break
		}
		src = src[:at]
	}
	return src
}
