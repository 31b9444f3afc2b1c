package text

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"recur/configs"
	"recur/data"
)

// TokensOf is what a symbol is by a config.
func TokensOf(c *configs.Config) Tokens { return Tokens(c.Data.Tokens) }

// LabelledOf is where the texts of a config are, and what is what in them.
func LabelledOf(c *configs.Config) Labelled {
	d := &c.Data
	return Labelled{CSV: pathsOf(d.CSV), Directory: pathsOf(d.Directory), Text: d.Text, Label: d.Label, Value: !c.HasClasses(),
		MissingValues: d.MissingValues, Limit: d.Limit, Bytes: d.Tokens.Unit == Byte, Dialect: data.DialectOf(c)}
}

func pathsOf(p configs.Paths) Paths { return Paths{p.Path, p.Train, p.Validation, p.Test} }

// PrepareOptionsOf says how the texts of a config are cut and numbered.
func PrepareOptionsOf(c *configs.Config) PrepareOptions {
	o := PrepareOptions{Tokens: TokensOf(c), Ngrams: c.Model.CharacterNgrams, Seed: c.Data.Split.Seed, Scale: c.Data.Scale}
	if split := c.Data.Split; split != (configs.Split{}) {
		o.Split = &split
	}
	return o
}

// OpenLines reads texts without labels, one a line; name is what messages call where they come from. An empty line is a fault.
// encoding is how characters are written, as data.encoding has it; "" is UTF-8.
func OpenLines(name string, in io.Reader, known []string, encoding string) (*Set, error) {
	r := newTexts(Labelled{Dialect: data.Dialect{Encoding: encoding}})
	r.bare, r.key, r.name, r.part = true, "data.text", name, data.Test
	r.set.Name = name
	for _, class := range known {
		r.classOf(class)
	}
	src, err := data.ReadAll(name, in)
	if err != nil {
		return nil, wrapped(err)
	}
	r.sum.Write(src)
	text, _, err := r.s.Dialect.Plain(name, src)
	if err != nil {
		return nil, err
	}
	bad := data.Faults{File: name}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Buffer(nil, maxText+2)
	for n := 1; lines.Scan(); n++ {
		r.add(&bad, Field{Text: lines.Text(), Line: n, Column: 1}, nil)
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		bad.Add(len(r.set.Texts)+1, 1, "data.text", "the line has more than %d bytes, the limit of a text", maxText)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return r.done()
}

// OpenFiles reads texts without labels, a file each: all files below a directory that are not hidden.
func OpenFiles(s Labelled, dir string, known []string) (*Set, error) {
	r := newTexts(s)
	r.bare, r.key, r.name, r.part = true, "data.directory", data.ShortPath(dir), data.Test
	r.set.Name = r.name
	for _, class := range known {
		r.classOf(class)
	}
	files, err := below(dir, r.name, r.key)
	if err != nil {
		return nil, err
	}
	bad := data.Faults{File: r.name}
	for _, path := range files {
		if err := r.unlabelled(&bad, path); err != nil {
			return nil, err
		}
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	r.name = r.set.Name
	return r.done()
}

// Words are the words of a text as simple methods see them: cut and written as the tokens say, at white space where their unit is
// another one. None is unknown.
func (t Tokens) Words(text string) (words []string) {
	if t.Unit != Word {
		t.Segment = "space"
	}
	t.Unit = Word
	cutterOf(t)([]byte(t.normal(text)), true, func(piece []byte) { words = append(words, string(piece)) })
	return words
}

// BytesOfText is what a text takes beside its letters and symbols, as measured: its place in lists and its name.
const BytesOfText = 150

// Memory estimates the bytes that the texts and their symbols take while a network is trained on them.
func (q *Prepared) Memory() int64 {
	n := q.symbols.Bytes()
	if s := q.spelling; s != nil {
		n += int64(4*(len(s.lists.Rows)+len(s.lists.Ends)+len(s.missing)) + 8*len(s.starts))
	}
	for i := range q.Set.Texts {
		n += BytesOfText + int64(len(q.Set.Texts[i].Text))
	}
	return n
}

// MemoryToRead estimates the bytes that reading a file or directory takes at its most, or with "" the sources of a config, the bytes
// that a training keeps of it, and how many texts (lines, files) there are. All are 0 for what can't be looked at.
func MemoryToRead(c *configs.Config, path string) (reading, training, texts int64) {
	if path == "" {
		return MemoryOf(c.Data.Files().All())
	}
	return MemoryOf([]string{path})
}

// MemoryOf is MemoryToRead of files and directories that are read one after the other.
func MemoryOf(paths []string) (reading, training, texts int64) {
	largest := int64(0)
	for _, s := range paths {
		size, n := extent(s)
		texts += n
		training += 3*size + BytesOfText*n // letters, and up to a symbol of two bytes each
		largest = max(largest, size)
	}
	return 2*largest + training, training, texts
}

// extent is the size of a file and about how many lines it has, or that of the files of a directory and how many there are.
func extent(path string) (size, texts int64) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0
	}
	if !info.IsDir() {
		size, line, _ := data.Shape(path)
		if size == 0 {
			return 0, 0
		}
		return size, max(1, int64(float64(size)/max(1, line)))
	}
	_ = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			size, texts = size+info.Size(), texts+1
		}
		return nil
	})
	return size, texts
}
