package text

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"recur/configs"
	"recur/data"
)

// Files name where text is: one list of paths, or one for each part. A path is that of a file, of a directory (all files below
// it that are not hidden, in the order of their names) or a glob.
type Files struct{ Paths, Train, Validation, Test []string }

// Limits. They keep a file that is something else from taking all memory.
const (
	maxCorpus   = 8 << 30  // bytes of all files
	maxDocument = 64 << 20 // bytes of a line, or of a document between blank lines
	maxWord     = 64 << 10 // bytes
	blockSize   = 256 << 10
)

// input is one file.
type input struct {
	path, name string
	part       data.Part
	size       int64 // what check found
	mark       int   // bytes of a byte-order mark
}

// list finds the files of a source.
func (f Files) list(key string) (all []input, err error) {
	for _, l := range []struct {
		paths []string
		part  data.Part
	}{{f.Paths, data.Undivided}, {f.Train, data.Train}, {f.Validation, data.Validation}, {f.Test, data.Test}} {
		for _, path := range l.paths {
			found, err := expand(path, key)
			if err != nil {
				return nil, err
			}
			for _, file := range found {
				all = append(all, input{path: file, name: data.ShortPath(file), part: l.part})
			}
		}
	}
	if len(all) == 0 {
		return nil, data.Errors{data.Fault(key, 0, 0, key, "names no file")}
	}
	return all, twice(all, key)
}

// FilesOf are the files that one path stands for, as in Files. key is what messages call it.
func FilesOf(path, key string) ([]string, error) { return expand(path, key) }

// twice refuses a file that is named two times: it would be in two parts, or count double.
func twice(all []input, key string) error {
	seen := map[string]bool{}
	for _, in := range all {
		path, err := filepath.EvalSymlinks(in.path)
		if err != nil {
			path = in.path
		}
		if seen[path] {
			return data.Errors{data.Fault(in.name, 0, 0, key, "is named twice; name it once")}
		}
		seen[path] = true
	}
	return nil
}

// expand gives the files that a path stands for.
func expand(path, key string) ([]string, error) {
	if data.IsBuiltin(path) {
		_, _, err := data.Builtin(path, key, configs.BuiltinCorpora)
		return []string{path}, wrapped(err)
	}
	name := data.ShortPath(path)
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		found, err := below(path, name, key)
		if err == nil && len(found) == 0 {
			err = data.Errors{data.Fault(name, 0, 0, key, "holds no file")}
		}
		return found, err
	case err == nil && !info.Mode().IsRegular():
		return nil, data.Errors{data.Fault(name, 0, 0, key, "is no file that can be read twice (a pipe or a device); save its text in a file")}
	case err == nil:
		return []string{path}, nil
	case !strings.ContainsAny(path, "*?["):
		return nil, data.Errors{data.Fault(name, 0, 0, key, "can't be read: %v", data.Cause(err))}
	}
	found, err := filepath.Glob(path)
	if err != nil {
		return nil, data.Errors{data.Fault(name, 0, 0, key, "is no pattern of file names: %v", err)}
	}
	found = slices.DeleteFunc(found, func(path string) bool {
		info, err := os.Stat(path)
		return err != nil || !info.Mode().IsRegular()
	})
	if len(found) == 0 {
		return nil, data.Errors{data.Fault(name, 0, 0, key, "no file has a name like this")}
	}
	return found, nil
}

// below are the files of a directory, which may be a link to one, and those below it.
func below(dir, name, key string) (found []string, err error) {
	err = filepath.WalkDir(dir+string(filepath.Separator), func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && filepath.Clean(path) != filepath.Clean(dir) && d.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(d.Name(), "."):
			return nil
		}
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		return nil, data.Errors{data.Fault(name, 0, 0, key, "can't be read: %v", data.Cause(err))}
	}
	return found, nil
}

// opened opens a file, or an embedded one.
func opened(path string) (io.ReadCloser, error) {
	if !data.IsBuiltin(path) {
		return os.Open(path)
	}
	_, src, err := data.Builtin(path, "data.corpus", configs.BuiltinCorpora)
	return io.NopCloser(bytes.NewReader(src)), err
}

// blocks calls give with the normal text of a file, block by block. The block is valid until give returns.
func (r *reading) blocks(in *input, give func(block []byte) error) error {
	f, err := r.file(in.path)
	if err != nil {
		return data.Errors{data.Fault(in.name, 0, 0, r.key, "can't be read: %v", data.Cause(err))}
	}
	defer f.Close()
	counted := &counting{r: f}
	from := r.tokens.normalReader(counted)
	if _, err := io.CopyN(io.Discard, counted, int64(in.mark)); err != nil {
		return r.changed(in)
	}
	block := r.buffer()
	for {
		n, err := io.ReadFull(from, block)
		if fault := give(block[:n]); fault != nil {
			return fault
		}
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			if counted.n != in.size {
				return r.changed(in)
			}
			return nil
		case err != nil:
			return data.Errors{data.Fault(in.name, 0, 0, r.key, "can't be read: %v", data.Cause(err))}
		}
	}
}

// buffer is what files are read into, one at a time.
func (r *reading) buffer() []byte {
	if r.block == nil {
		r.block = make([]byte, blockSize)
	}
	return r.block
}

func (r *reading) changed(in *input) error {
	return data.Errors{data.Fault(in.name, 0, 0, r.key, "has changed while it was read; try again when nothing writes to it")}
}

// counting counts what is read through it.
type counting struct {
	r io.Reader
	n int64
}

// Read is that of io.Reader.
func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// normalReader is normal for what is read.
func (t *Tokens) normalReader(r io.Reader) io.Reader {
	if t.Lowercase {
		r = transform.NewReader(r, runes.Map(unicode.ToLower))
	}
	if t.Normalize == "nfc" {
		r = norm.NFC.Reader(r)
	}
	return r
}
