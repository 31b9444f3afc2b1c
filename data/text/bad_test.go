package text

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
	"recur/internal/golden"
)

var update = flag.Bool("update", false, "write the golden files anew")

// bad is a source that can't be read. The files are written to an empty directory, where it is opened.
type bad struct {
	name  string
	files map[string]string
	open  func() error
}

var half = &configs.Split{Train: .5, Validation: .5}

// corpusOf opens a corpus of x.txt, or of what change says.
func corpusOf(change func(*Source)) func() error {
	return func() error {
		s := Source{Corpus: Files{Paths: []string{"x.txt"}}, Split: half}
		change(&s)
		_, err := Open(s)
		return err
	}
}

// textsOf opens and prepares texts.
func textsOf(change func(*Labelled, *PrepareOptions)) func() error {
	return func() error {
		s, o := Labelled{CSV: Paths{Path: "x.csv"}, Text: "text", Label: []string{"label"}, MissingValues: []string{"NA"}}, PrepareOptions{Split: half, Scale: "standard"}
		change(&s, &o)
		set, err := OpenLabelled(s)
		if err == nil {
			_, err = Prepare(set, o)
		}
		return err
	}
}

func asIs(*Source)                         {}
func asTheyAre(*Labelled, *PrepareOptions) {}
func tokens(t Tokens) func(*Source)        { return func(s *Source) { s.Tokens = t } }
func documents(kind string) func(*Source) {
	return func(s *Source) { s.Documents = kind }
}
func form(name string) func(*Labelled, *PrepareOptions) {
	return func(s *Labelled, _ *PrepareOptions) { s.CSV.Path = name }
}
func folders(dir string) func(*Labelled, *PrepareOptions) {
	return func(s *Labelled, _ *PrepareOptions) { s.CSV, s.Directory = Paths{}, Paths{Path: dir} }
}
func txt(text string) map[string]string { return map[string]string{"x.txt": text} }
func csv(text string) map[string]string { return map[string]string{"x.csv": text} }
func jsonl(text string) map[string]string {
	return map[string]string{"x.jsonl": text}
}

var badCorpora = []bad{
	{"no file", nil, corpusOf(asIs)},
	{"no file named", nil, corpusOf(func(s *Source) { s.Corpus = Files{} })},
	{"glob of nothing", nil, corpusOf(func(s *Source) { s.Corpus.Paths = []string{"*.text"} })},
	{"glob that is none", nil, corpusOf(func(s *Source) { s.Corpus.Paths = []string{"[a"} })},
	{"directory of nothing", map[string]string{"d/.hidden": "x"}, corpusOf(func(s *Source) { s.Corpus.Paths = []string{"d"} })},
	{"device", nil, corpusOf(func(s *Source) { s.Corpus.Paths = []string{os.DevNull} })},
	{"file twice", txt("abc"), corpusOf(func(s *Source) { s.Corpus.Paths = []string{"x.txt", "*.txt"} })},
	{"file of two parts", txt("abc"), corpusOf(func(s *Source) { s.Corpus = Files{Train: []string{"x.txt"}, Test: []string{"./x.txt"}} })},
	{"empty file", txt(""), corpusOf(asIs)},
	{"latin-1", txt("one\ntwo caf\xe9\n"), corpusOf(asIs)},
	{"latin-1 in words", txt("one\n\xe9"), corpusOf(tokens(Tokens{Unit: Word}))},
	{"half a character at the end", txt("one\ntwo \xc3"), corpusOf(asIs)},
	{"invalid behind a block", txt(strings.Repeat("some text\n", blockSize/10) + "ab\xff"), corpusOf(tokens(Tokens{Unit: BPE}))},
	{"character over two blocks", txt(strings.Repeat("a", blockSize-1) + "ä\xff"), corpusOf(asIs)},
	{"zero byte", txt("one\x00two"), corpusOf(asIs)},
	{"UTF-16", txt("\xff\xfeo\x00"), corpusOf(asIs)},
	{"gzip", txt("\x1f\x8b\x08"), corpusOf(asIs)},
	{"zip", txt("PK\x03\x04"), corpusOf(asIs)},
	{"old line ends", txt("one\rtwo\r"), corpusOf(documents(Line))},
	{"blank lines", txt("\n \n\t\n"), corpusOf(documents(Line))},
	{"blank lines between documents", txt("\n \n\t\n"), corpusOf(documents(BlankLine))},
	{"unknown kind of documents", txt("abc"), corpusOf(documents("lines"))},
	{"word without an end", txt("a b\n" + strings.Repeat("x", maxWord+1)), corpusOf(tokens(Tokens{Unit: Word}))},
	{"no word", txt(" \n "), corpusOf(func(s *Source) { s.Tokens.Unit, s.Split = Word, &configs.Split{Train: 1} })},
	{"words that come once", txt("one two three four"), corpusOf(tokens(Tokens{Unit: Word}))},
	{"nothing to train on", txt("abc"), corpusOf(func(s *Source) { s.Split = &configs.Split{Steps: true, Validation: 2, Test: 2} })},
	{"no document to train on", txt("a\nb\n"), corpusOf(func(s *Source) { s.Documents, s.Split = Line, &configs.Split{Steps: true, Validation: 2} })},
	{"no split", txt("abc"), corpusOf(func(s *Source) { s.Split = nil })},
	{"no split of lines", txt("a\nb\n"), corpusOf(func(s *Source) { s.Documents, s.Split = Line, nil })},
	{"no training file", txt("abc"), corpusOf(func(s *Source) { s.Corpus, s.Split = Files{Test: []string{"x.txt"}}, nil })},
	{"no training file of lines", txt("abc"), corpusOf(func(s *Source) { s.Corpus, s.Split, s.Documents = Files{Test: []string{"x.txt"}}, nil, Line })},
	{"unknown unit", txt("abc"), corpusOf(tokens(Tokens{Unit: "letters"}))},
	{"faults of tokens", txt("abc"), corpusOf(tokens(Tokens{Unit: Word, Segment: "spaces", Normalize: "nfkc", Size: -1, MinCount: -2, MaxLength: -3}))},
	{"segment of characters", txt("abc"), corpusOf(tokens(Tokens{Segment: "unicode"}))},
	{"keys that bytes lack", txt("abc"), corpusOf(tokens(Tokens{Unit: Byte, Lowercase: true, Normalize: "nfc", Size: 100}))},
	{"few symbols of bpe", txt("abc"), corpusOf(tokens(Tokens{Unit: BPE, Size: 100}))},
	{"too many symbols", txt("abc"), corpusOf(tokens(Tokens{Size: maxSize + 1}))},
	{"room for special symbols alone", txt("abc"), corpusOf(tokens(Tokens{Size: 1}))},
	{"length without documents", txt("abc"), corpusOf(tokens(Tokens{MaxLength: 5}))},
	{"documents for a run without", txt("abc"), corpusOf(func(s *Source) {
		s.Documents = Line
		s.Vocabulary, _ = Build("x", Tokens{}, Unknown, slices.Values([]string{"abc"}))
	})},
}

var badTexts = []bad{
	{"no file of texts", nil, textsOf(asTheyAre)},
	{"unknown ending", txt("text,label\na,b\n"), textsOf(form("x.txt"))},
	{"empty CSV", csv(""), textsOf(asTheyAre)},
	{"header alone", csv("text,label\n"), textsOf(asTheyAre)},
	{"no column of texts", csv("txt,label\na,b\n"), textsOf(asTheyAre)},
	{"no column of labels", csv("text,lable\na,b\n"), textsOf(asTheyAre)},
	{"first line is a text", csv("a film that is very good indeed,1\nbad,0\n"), textsOf(asTheyAre)},
	{"CSV in latin-1", csv("text,label\ncaf\xe9,b\n"), textsOf(asTheyAre)},
	{"comma in a text", csv("text,label\nwell, fine,b\nbad,c\n"), textsOf(asTheyAre)},
	{"quote that is not closed", csv("text,label\n\"a,b\nc,d\n"), textsOf(asTheyAre)},
	{"quote inside", csv("text,label\n5\" pipe,b\n"), textsOf(asTheyAre)},
	{"empty line", csv("text,label\na,b\n\nc,d\n"), textsOf(asTheyAre)},
	{"rows without text", csv("text,label\n,b\nx,c\n  ,d\n"), textsOf(asTheyAre)},
	{"rows without label", csv("text,label\nx,\ny,NA\nz,c\n"), textsOf(asTheyAre)},
	{"one class", csv("text,label\nx,b\ny,b\n"), textsOf(asTheyAre)},
	{"labels without end", csv("text,label\n" + manyLabels()), textsOf(asTheyAre)},
	{"value that is none", csv("text,label\nx,1\ny,two\n"), textsOf(func(s *Labelled, _ *PrepareOptions) { s.Value = true })},
	{"the same value", csv("text,label\nx,1\ny,1\nx,2\n"), textsOf(func(s *Labelled, o *PrepareOptions) {
		s.Value, o.Ordered, o.Split = true, true, &configs.Split{Train: .6, Validation: .4}
	})},
	{"no split of texts", csv("text,label\nx,1\ny,2\n"), textsOf(func(_ *Labelled, o *PrepareOptions) { o.Split = nil })},
	{"no text to train on", csv("text,label\nx,1\ny,2\n"), textsOf(func(_ *Labelled, o *PrepareOptions) { o.Split = &configs.Split{Steps: true, Test: 2} })},
	{"no training file of texts", csv("text,label\nx,1\ny,2\n"), textsOf(func(s *Labelled, o *PrepareOptions) { s.CSV, o.Split = Paths{Test: "x.csv"}, nil })},
	{"words once in texts", csv("text,label\nx,1\ny,2\n"), textsOf(func(_ *Labelled, o *PrepareOptions) { o.Tokens.Unit, o.Split = Word, &configs.Split{Train: 1} })},
	{"JSON that is cut off", jsonl("{\"text\":\"a\",\"label\":\"b\"}\n{\"text\":\"a\"\n"), textsOf(form("x.jsonl"))},
	{"JSON of another kind", jsonl("[1,2]\nnull\n\"text\"\n"), textsOf(form("x.jsonl"))},
	{"fields of JSON", jsonl("{\"txt\":\"a\",\"label\":\"b\"}\n{\"text\":\"a\"}\n{}\n"), textsOf(form("x.jsonl"))},
	{"values of JSON", jsonl("{\"text\":1,\"label\":\"b\"}\n{\"text\":null,\"label\":\"b\"}\n{\"text\":\"a\",\"label\":[\"b\"]}\n{\"text\":\"a\",\"label\":null}\n{\"text\":\" \",\"label\":1}\n"), textsOf(form("x.jsonl"))},
	{"empty line of JSON", jsonl("{\"text\":\"a\",\"label\":\"b\"}\n\n{\"text\":\"a\",\"label\":\"c\"}\n"), textsOf(form("x.jsonl"))},
	{"no directory", nil, textsOf(folders("x"))},
	{"no folders", map[string]string{"x/1.txt": "a"}, textsOf(folders("x"))},
	{"folders that are parts", map[string]string{"x/train/a/1.txt": "a", "x/test/a/1.txt": "a"}, textsOf(folders("x"))},
	{"one folder", map[string]string{"x/a/1.txt": "a"}, textsOf(folders("x"))},
	{"folders of empty files", map[string]string{"x/a/1.txt": "", "x/b/1.txt": " "}, textsOf(folders("x"))},
	{"file of a folder in latin-1", map[string]string{"x/a/1.txt": "one\ncaf\xe9", "x/b/1.txt": "b"}, textsOf(folders("x"))},
}

func manyLabels() string {
	var b strings.Builder
	for i := range maxClasses + 2 {
		fmt.Fprintf(&b, "a,%d\n", i)
	}
	return b.String()
}

// Sources that can't be read, each with what is said of it: testdata/bad.golden.
func TestBad(t *testing.T) {
	var b strings.Builder
	for _, c := range append(badCorpora[:len(badCorpora):len(badCorpora)], badTexts...) {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(write(t, c.files))
			err := c.open()
			if err == nil {
				t.Fatal("it is read")
			}
			var fault *data.Error
			if !errors.As(err, &fault) || fault.Key == "" {
				t.Errorf("%v is no fault of the data with its key", err)
			}
			b.WriteString(golden.Said(c.name, err.Error()))
		})
	}
	golden.Compare(t, filepath.Join("testdata", "bad.golden"), b.String(), *update, func(want, got string) string { return cmp.Diff(want, got) })
}

// Who does what a message says gets on.
func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		open  func() error
	}{
		{"bytes", txt("one\ntwo caf\xe9\n\x00"), corpusOf(tokens(Tokens{Unit: Byte}))},
		{"bytes of UTF-16", txt("\xff\xfeo\x00"), corpusOf(tokens(Tokens{Unit: Byte}))},
		{"a lower min_count", txt("one two three four"), corpusOf(tokens(Tokens{Unit: Word, MinCount: 1}))},
		{"characters", txt(strings.Repeat("x", maxWord+1)), corpusOf(asIs)},
		{"bpe of a long word", txt(strings.Repeat("x", maxWord+1)), corpusOf(tokens(Tokens{Unit: BPE}))},
		{"a file each", map[string]string{"x.txt": "abc", "y.txt": "abd"}, corpusOf(func(s *Source) { s.Corpus, s.Split = Files{Train: []string{"x.txt"}, Test: []string{"y.txt"}}, nil })},
		{"a smaller test part", txt("abc"), corpusOf(func(s *Source) { s.Split = &configs.Split{Steps: true, Validation: 1, Test: 1} })},
		{"quotes", csv("text,label\n\"5\"\" pipe, \"\"x\"\"\",b\nbad,c\n"), textsOf(asTheyAre)},
		{"parts of a directory", map[string]string{"x/train/a/1.txt": "a", "x/train/b/1.txt": "b", "x/test/a/1.txt": "a"}, textsOf(func(s *Labelled, o *PrepareOptions) {
			s.CSV, s.Directory, o.Split = Paths{}, Paths{Train: "x/train", Test: "x/test"}, nil
		})},
		{"bytes of a folder", map[string]string{"x/a/1.txt": "one\ncaf\xe9", "x/b/1.txt": "b"}, textsOf(func(s *Labelled, o *PrepareOptions) {
			s.CSV, s.Directory, s.Bytes, o.Tokens.Unit, o.Split = Paths{}, Paths{Path: "x"}, true, Byte, &configs.Split{Train: 1}
		})},
		{"JSON lines", jsonl("{\"text\": \"…\", \"label\": \"…\"}\n{\"text\":\"a\",\"label\":2}\n"), textsOf(func(s *Labelled, o *PrepareOptions) { s.CSV.Path, o.Split = "x.jsonl", &configs.Split{Train: 1} })},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(write(t, c.files))
			if err := c.open(); err != nil {
				t.Error(err)
			}
		})
	}
}
