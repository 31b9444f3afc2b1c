package text

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
)

// write puts files into a new directory and returns it.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// open opens a corpus of one text.
func open(t testing.TB, text string, change func(*Source)) *Corpus {
	t.Helper()
	s := Source{Corpus: Files{Paths: []string{filepath.Join(write(t, map[string]string{"a.txt": text}), "a.txt")}}, Split: &configs.Split{Train: .8, Validation: .1, Test: .1}}
	change(&s)
	c, err := Open(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told is what parts hold: the context before /, special symbols by their names.
func told(c *Corpus) (parts []string) {
	for _, p := range []*Part{c.Train, c.Validation, c.Test} {
		var b strings.Builder
		for i := range p.Symbols.Len() {
			if i == p.Context && i > 0 {
				b.WriteByte('/')
			}
			text, special := c.Vocabulary.Symbol(p.Symbols.At(i))
			if special {
				text = map[string]string{"<end>": "|", "<unk>": "?"}[text]
			} else if c.Vocabulary.tokens.Unit == Word {
				text += " "
			}
			b.WriteString(text)
		}
		parts = append(parts, b.String())
	}
	return parts
}

func TestCorpusParts(t *testing.T) {
	for _, c := range []struct {
		name, text string
		change     func(*Source)
		want       []string
	}{
		{"shares of characters, rounded down", "abcdefghijk", func(s *Source) {}, []string{"abcdefgh", "abcdefgh/?", "abcdefgh?/??"}},
		{"of characters, not of bytes", "äöüßàáâçéè", func(s *Source) {}, []string{"äöüßàáâç", "äöüßàáâç/?", "äöüßàáâç?/?"}},
		{"steps at the end", "aabbabab", func(s *Source) { s.Split = &configs.Split{Steps: true, Validation: 2, Test: 1} }, []string{"aabba", "aabba/ba", "aabbaba/b"}},
		{"steps from the start", "aabbababab", func(s *Source) { s.Split = &configs.Split{Steps: true, Train: 4, Validation: 2, Test: 1} }, []string{"aabb", "aabb/ab", "aabbab/a"}},
		{"the beginning", "abababababababab", func(s *Source) { s.Limit = 10 }, []string{"abababab", "abababab/a", "ababababa/b"}},
		{"words end where parts do", "a a b b  a a b b\na b", func(s *Source) { s.Tokens.Unit = Word }, []string{"a a b b a a b b ", "a a b b a a b b /a ", "a a b b a a b b a /b "}},
		{"no byte-order mark", "\ufeffababababab", func(s *Source) {}, []string{"abababab", "abababab/a", "ababababa/b"}},
		{"but to bytes", "\ufeffabcdefg", func(s *Source) { s.Tokens.Unit = Byte }, []string{"\xef\xbb\xbfabcde", "\xef\xbb\xbfabcde/f", "\xef\xbb\xbfabcdef/g"}},
		{"lines", "ab\r\n\nb\na\n \nbb\nab", func(s *Source) {
			s.Documents, s.Split = Line, &configs.Split{Steps: true, Validation: 1, Test: 1}
		}, []string{"|ab|b|a|", "|bb|", "|ab|"}},
		{"the first lines", "ab\nb\na\nbb\nab\n", func(s *Source) {
			s.Documents, s.Limit, s.Split = Line, 3, &configs.Split{Steps: true, Validation: 1, Test: 1}
		}, []string{"|ab|", "|b|", "|a|"}},
		{"lines are shortened", "abab\nab\na\n", func(s *Source) {
			s.Documents, s.Tokens.MaxLength, s.Split = Line, 2, &configs.Split{Steps: true, Validation: 1}
		}, []string{"|ab|ab|", "|a|", "|"}},
		{"between empty lines", "\n\na\nb\n\n \t\n\nb\n\na\na\n", func(s *Source) {
			s.Documents, s.Split = BlankLine, &configs.Split{Steps: true, Validation: 1}
		}, []string{"|a\nb|b|", "|a\na|", "|"}},
		{"drawn", "a\nb\nc\nd\ne\nf\n", func(s *Source) {
			s.Documents, s.Drawn, s.Seed, s.Split = Line, true, 2, &configs.Split{Steps: true, Validation: 1, Test: 1}
		}, []string{"|a|c|e|f|", "|?|", "|?|"}},
		{"what is left out", "a\nb\nc\n", func(s *Source) {
			s.Documents, s.Split = Line, &configs.Split{Steps: true, Train: 1, Validation: 1}
		}, []string{"|a|", "|?|", "|"}},
		{"lower case, composed", "A\u0308ä ÄA\u0308ä äÄa", func(s *Source) { s.Tokens.Lowercase = true }, []string{"ää äää ä", "ää äää ä/ä", "ää äää ää/?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := open(t, c.text, c.change)
			if d := cmp.Diff(c.want, told(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCorpusOfSeveralFiles(t *testing.T) {
	dir := write(t, map[string]string{"b/2.txt": "ba", "b/1.txt": "aa", "b/.hidden": "zz", "b/c/3.txt": "ab", "v.txt": "abc", "empty.txt": ""})
	at := func(names ...string) (paths []string) {
		for _, n := range names {
			paths = append(paths, filepath.Join(dir, n))
		}
		return paths
	}
	for _, c := range []struct {
		name      string
		files     Files
		documents string
		split     *configs.Split
		tokens    Tokens
		want      []string
	}{
		{"a directory by name", Files{Train: at("b"), Validation: at("v.txt")}, None, nil, Tokens{}, []string{"aabaab", "ab?", ""}},
		{"a glob", Files{Train: at("b/*.txt"), Test: at("v.txt")}, None, nil, Tokens{}, []string{"aaba", "", "ab?"}},
		{"words end with a file", Files{Train: at("b"), Validation: at("v.txt")}, None, nil, Tokens{Unit: Word, MinCount: 1}, []string{"aa ba ab ", "?", ""}},
		{"a file a document", Files{Paths: at("b/1.txt", "v.txt", "empty.txt", "b/2.txt")}, File, &configs.Split{Steps: true, Validation: 1}, Tokens{}, []string{"|aa|abc|", "|ba|", "|"}},
		{"the training file is cut, no test part named", Files{Train: at("b")}, None, &configs.Split{Train: .5, Validation: .2, Test: .3}, Tokens{}, []string{"aab", "aab/a", "aaba/ab"}},
		{"its lines are", Files{Train: at("b")}, File, &configs.Split{Train: .34, Validation: .33, Test: .33}, Tokens{}, []string{"|aa|", "|?a|", "|a?|"}},
		{"the training file is cut", Files{Train: at("b"), Test: at("v.txt")}, None, &configs.Split{Train: .5, Validation: .2, Test: .3}, Tokens{}, []string{"aab", "aab/aab", "ab?"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Open(Source{Corpus: c.files, Documents: c.documents, Split: c.split, Tokens: c.tokens})
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, told(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Another text is read with the vocabulary of a run: all of it is the test part.
func TestCorpusWithAVocabulary(t *testing.T) {
	run := open(t, "abababababac", func(s *Source) {})
	got := open(t, "abcz", func(s *Source) { s.Split, s.Vocabulary = nil, run.Vocabulary })
	if d := cmp.Diff([]string{"", "", "ab??"}, told(got)); d != "" {
		t.Error(d)
	}
	if got.Test.Unknown != 2 || got.Test.UnknownShare() != .5 || got.Vocabulary != run.Vocabulary {
		t.Errorf("%d unknown, a share of %v", got.Test.Unknown, got.Test.UnknownShare())
	}
	lines := open(t, "a\nb\nb\n", func(s *Source) { s.Documents, s.Split = Line, &configs.Split{Train: .7, Validation: .3} })
	again := open(t, "b\na\n", func(s *Source) { s.Documents, s.Split, s.Vocabulary = Line, nil, lines.Vocabulary })
	if d := cmp.Diff([]string{"|", "|", "|b|a|"}, told(again)); d != "" {
		t.Error(d)
	}
}

func TestCorpusNotes(t *testing.T) {
	c := open(t, "ab\n\nab\nabab\n\t\nb\nab\nb\n", func(s *Source) {
		s.Documents, s.Tokens.MaxLength, s.Split = Line, 3, &configs.Split{Steps: true, Validation: 2, Test: 1}
	})
	want := []string{"a.txt: 2 documents without text left out", "1 document of the train part is longer than data.tokens.max_length: 3 symbols are kept of each",
		"1 of 2 documents of the validation part also stand in a part before it, to the letter: scores on them are partly memory",
		"1 of 1 document of the test part also stand in a part before it, to the letter: scores on them are partly memory"}
	for i := range c.Notes {
		c.Notes[i] = strings.ReplaceAll(c.Notes[i], c.Name, "a.txt")
	}
	if d := cmp.Diff(want, c.Notes); d != "" {
		t.Error(d)
	}
	if c.Validation.Repeated != 1 || c.Test.Repeated != 1 || c.Train.Shortened != 1 || c.Train.Documents != 3 {
		t.Errorf("%+v %+v", c.Validation, c.Test)
	}
	c = open(t, "abab\r\nabab\r\n", func(*Source) {})
	if len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "lines end in CRLF") {
		t.Errorf("notes %q", c.Notes)
	}
}

// What is read in blocks is what is read at once: text of every unit, over the borders of blocks.
func TestCorpusInBlocks(t *testing.T) {
	text := strings.Repeat(sample+strings.Repeat("ä", 1001), 2*blockSize/1001/2)
	for _, tokens := range units {
		c := open(t, text, func(s *Source) { s.Tokens, s.Split = tokens, &configs.Split{Train: 1} })
		v := build(t, tokens, Unknown, text)
		want, _ := v.Encode(text)
		got := make([]int32, c.Train.Symbols.Len())
		c.Train.Symbols.Copy(got, 0)
		if v.Checksum() != c.Vocabulary.Checksum() || !slices.Equal(got, want) {
			t.Errorf("%+v: %d symbols, want %d", tokens, len(got), len(want))
		}
	}
}

// All that is ever allocated for a corpus of bytes or characters is little more than a byte a character.
func TestCorpusMemory(t *testing.T) {
	size := 10 << 20
	text := prose(1 << 20)
	text = strings.Repeat(text, size/len(text))
	path := filepath.Join(write(t, map[string]string{"a.txt": text}), "a.txt")
	size, text = len(text), ""
	for _, c := range []struct {
		tokens    Tokens
		documents string
	}{{Tokens{}, None}, {Tokens{}, Line}, {Tokens{Unit: Word}, None}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Open(Source{Corpus: Files{Paths: []string{path}}, Tokens: c.tokens, Documents: c.documents, Split: &configs.Split{Train: .9, Validation: .1}}); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		const pages = 6 << 20 // pages that are not full, blocks, and the vocabulary
		if took := after.TotalAlloc - before.TotalAlloc; took > uint64(size)*12/10+pages {
			t.Errorf("%+v: %d bytes of text take %d, want at most %d", c, size, took, size*12/10+pages)
		}
	}
}

// A file that is written to while it is read would have its parts mixed up.
func TestCorpusThatChanges(t *testing.T) {
	r, err := newReading(Source{Split: &configs.Split{Train: 1}})
	if err != nil {
		t.Fatal(err)
	}
	r.inputs = []input{{path: "x", name: "x"}}
	text := "one two"
	r.file = func(string) (io.ReadCloser, error) {
		text += "!"
		return io.NopCloser(strings.NewReader(text)), nil
	}
	if _, err := r.read(); err == nil || err.Error() != "x: has changed while it was read; try again when nothing writes to it" {
		t.Errorf("got %v", err)
	}
}

// Documents that are drawn fill their parts to the last, each as likely as the other.
func TestCorpusDraw(t *testing.T) {
	text := strings.Repeat("a\n", 100)
	first := 0
	for seed := range uint64(200) {
		c := open(t, text, func(s *Source) {
			s.Documents, s.Drawn, s.Seed, s.Split = Line, true, seed, &configs.Split{Train: .7, Validation: .2, Test: .1}
		})
		if c.Train.Documents != 70 || c.Validation.Documents != 20 || c.Test.Documents != 10 {
			t.Fatalf("%d, %d, %d documents, want 70, 20, 10", c.Train.Documents, c.Validation.Documents, c.Test.Documents)
		}
	}
	parts := make([]data.Part, 100)
	for seed := range uint64(2000) {
		r := reading{source: Source{Split: &configs.Split{Train: .7, Validation: .3}, Drawn: true, Seed: seed}, inputs: make([]input, 1)}
		divide, training := r.divider(parts)
		if training != 70 {
			t.Fatalf("%d for training, want 70", training)
		}
		if divide() == data.Train {
			first++
		}
	}
	if first < 1300 || first > 1500 { // 1400 ± 20
		t.Errorf("the first document is for training in %d of 2000 draws, want about 1400", first)
	}
}
