package pairs

import (
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/data/text"
	"recur/internal/golden"
)

var update = flag.Bool("update", false, "write the golden files anew")

var half = &configs.Split{Train: .5, Validation: .5}

// prepared opens and prepares a source, with what change says.
func prepared(s Source, change func(*Options)) func() error {
	return func() error {
		o := Options{Split: half, Ordered: true, Scale: "standard"}
		if change != nil {
			change(&o)
		}
		set, err := Open(s)
		if err == nil {
			_, err = Prepare(set, o)
		}
		return err
	}
}

func csv(src string) map[string]string  { return map[string]string{"x.csv": src} }
func two(a, b string) map[string]string { return map[string]string{"x.de": a, "x.en": b} }
func other(s Source, o Other) func() error {
	return func() error { _, err := OpenOther(s, o); return err }
}
func numbers(label string) Source {
	return Source{Numbers: &labelled.Source{CSV: configs.Paths{Path: "x.csv"}, Sequence: "id", Missing: "error"}, Target: label}
}

var bad = []struct {
	name  string
	files map[string]string
	open  func() error
}{
	{"nothing named", nil, prepared(Source{}, nil)},
	{"no file", nil, prepared(columns("x.csv"), nil)},
	{"ending that is unknown", map[string]string{"x.txt": "a\tb\n"}, prepared(columns("x.txt"), nil)},
	{"no such columns", csv("source,ne\na,b\n"), prepared(columns("x.csv"), nil)},
	{"no header", csv("ein kleiner satz steht hier,a small sentence stands here\nx,y\n"), prepared(columns("x.csv"), nil)},
	{"sources that are empty", csv("de,en\n,a\nb,c\n ,d\n,e\n,f\n,g\n"), prepared(columns("x.csv"), nil)},
	{"targets that are empty", csv("de,en\na,\nb,c\n"), prepared(columns("x.csv"), nil)},
	{"both, in JSON lines", map[string]string{"x.jsonl": "{\"de\":\"\",\"en\":\"a\"}\n{\"de\":\"b\",\"en\":\"\"}\n"}, prepared(columns("x.jsonl"), nil)},
	{"JSON that is no text", map[string]string{"x.jsonl": "{\"de\":1,\"en\":\"a\"}\n{\"de\":\"b\",\"en\":null}\n{\"de\":\"b\"}\n[]\n"}, prepared(columns("x.jsonl"), nil)},
	{"nothing but empty rows", csv("de,en\n,\n\n,\n"), prepared(columns("x.csv"), nil)},
	{"CSV in latin-1", csv("de,en\nsch\xf6n,nice\n"), prepared(columns("x.csv"), nil)},
	{"comma in a text", csv("de,en\nja, gut,yes\n"), prepared(columns("x.csv"), nil)},
	{"unequal files", two("a\nb\nc\n", "a\nb\n"), prepared(beside("x.de", "x.en"), nil)},
	{"one line more that is not empty", two("a\n\nb", "a\n"), prepared(beside("x.de", "x.en"), nil)},
	{"lines without a target", two("a\nb\nc\n", "a\n \nc\n"), prepared(beside("x.de", "x.en"), nil)},
	{"lines without a source", two("\nb\n\n", "a\nb\nc\n"), prepared(beside("x.de", "x.en"), nil)},
	{"no file of targets", map[string]string{"x.de": "a\n"}, prepared(beside("x.de", "x.en"), nil)},
	{"one file twice", two("a\n", "b\n"), prepared(beside("x.de", "./x.de"), nil)},
	{"one file of a part", two("a\n", "b\n"), prepared(Source{Parallel: Parallel{Sources: text.Paths{Train: "x.de", Test: "x.en"}, Targets: text.Paths{Train: "x.en"}}}, nil)},
	{"a directory", nil, prepared(beside(".", "x.en"), nil)},
	{"lines in latin-1", two("a\nb\n", "one\nsch\xf6n\n"), prepared(beside("x.de", "x.en"), nil)},
	{"a zero byte", two("a\x00\n", "b\n"), prepared(beside("x.de", "x.en"), nil)},
	{"old line ends", two("a\rb\r", "b\n"), prepared(beside("x.de", "x.en"), nil)},
	{"empty files", two("\n\n", ""), prepared(beside("x.de", "x.en"), nil)},
	{"a text without an end", two(strings.Repeat("a", text.MaxText+1), "b"), prepared(beside("x.de", "x.en"), nil)},
	{"no split", two("a\nb\n", "c\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.Split = nil })},
	{"nothing to train on", two("a\nb\n", "c\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.Split = &configs.Split{Steps: true, Test: 2} })},
	{"unknown unit of targets", two("a\nb\n", "c\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.TargetTokens.Unit = "letters" })},
	{"words of targets that come once", two("a a\nb\n", "c d\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.Tokens.Unit, o.TargetTokens.Unit = text.Word, text.Word })},
	{"targets that are all too long", two("a\nb\n", "one\ntwo\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.TargetTokens.MaxLength = 2 })},
	{"one vocabulary of two kinds", two("a\nb\n", "c\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.Shared, o.TargetTokens.Unit = true, text.Word })},
	{"copies of another kind", two("a\nb\n", "c\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) {
		o.Copy, o.TargetTokens = true, text.Tokens{Unit: text.Word, Segment: "unicode"}
	})},
	{"numbers without a target", csv("id,a,said\nu,1,\nv,2,x\n"), prepared(numbers("said"), nil)},
	{"a target that changes", csv("id,a,said\nu,1,x\nu,2,y\n"), prepared(numbers("said"), nil)},
	{"no column of targets", csv("id,a,sad\nu,1,x\n"), prepared(numbers("said"), nil)},
	{"one vocabulary with numbers", csv("id,a,said\nu,1,x\nv,2,x\n"), prepared(numbers("said"), func(o *Options) { o.Shared = true })},
	{"copies of numbers", csv("id,a,said\nu,1,x\nv,2,x\n"), prepared(numbers("said"), func(o *Options) { o.Copy = true })},
	{"lines to score", two("a\n", "b\n"), other(columns(""), Other{Paths: []string{"x.de"}})},
	{"lines of no text", nil, other(columns(""), Other{Paths: []string{"standard input"}, In: strings.NewReader("a\xff"), Bare: true})},
	{"no lines", nil, other(columns(""), Other{Paths: []string{"standard input"}, In: strings.NewReader(""), Bare: true})},
	{"unknown kind", nil, prepared(Source{Synthetic: &configs.Synthetic{Kind: "prose", Points: 5}}, nil)},
	{"more numerals than there are", nil, prepared(Source{Synthetic: &configs.Synthetic{Kind: "roman", Points: 4000}}, nil)},
	{"no pairs generated", nil, prepared(Source{Synthetic: &configs.Synthetic{Kind: "dates"}}, nil)},
}

// Pairs that can't be read, each with what is said of them: testdata/bad.golden.
func TestBad(t *testing.T) {
	var b strings.Builder
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			write(t, c.files)
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
		{"rows deleted", csv("de,en\nb,c\nd,e\n"), prepared(columns("x.csv"), nil)},
		{"lines deleted of both", two("a\nc\n", "a\nc\n"), prepared(beside("x.de", "x.en"), nil)},
		{"one file with two columns", map[string]string{"x.tsv": "de\ten\na\tb\nc\td\n"}, prepared(columns("x.tsv"), nil)},
		{"a longer limit", two("a\nb\n", "one\ntwo\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.TargetTokens.MaxLength = 3 })},
		{"a lower min_count", two("a a\nb\n", "c d\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) {
			o.Tokens.Unit, o.TargetTokens.Unit, o.TargetTokens.MinCount = text.Word, text.Word, 1
		})},
		{"tokens alike", two("a\nb\n", "c\nd\n"), prepared(beside("x.de", "x.en"), func(o *Options) { o.Shared, o.Copy = true, true })},
		{"the file of the targets", two("a\n", "b\n"), other(columns(""), Other{Paths: []string{"x.de", "x.en"}})},
		{"fewer numerals", nil, prepared(Source{Synthetic: &configs.Synthetic{Kind: "roman", Points: 3999}}, nil)},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(t, c.files)
			if err := c.open(); err != nil {
				t.Error(err)
			}
		})
	}
}
