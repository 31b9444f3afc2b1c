package text

import (
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
)

// The embedded texts are read without a file, as one text and as a document a line.
func TestBuiltinCorpora(t *testing.T) {
	for _, of := range []struct {
		name, documents  string
		symbols, largest int // of all parts at least; of the vocabulary at most
	}{{"shakespeare", None, 130_000, 70}, {"names", Line, 55_000, 30}} {
		c, err := Open(Source{Corpus: Files{Paths: []string{"builtin:" + of.name}}, Documents: of.documents, Drawn: of.documents == Line, Split: &configs.Split{Train: .8, Validation: .1, Test: .1}})
		if err != nil {
			t.Fatal(err)
		}
		if n := c.Train.Len() + c.Validation.Len() + c.Test.Len(); n < of.symbols || c.Vocabulary.Len() > of.largest {
			t.Errorf("%s: %d symbols, %d in the vocabulary", of.name, n, c.Vocabulary.Len())
		}
		if c.Name != "builtin:"+of.name || len(c.Hash) != 64 || len(c.Notes) > 0 || c.Test.Len() == 0 {
			t.Errorf("%s: name %q, hash %q, notes %q, %d to test on", of.name, c.Name, c.Hash, c.Notes, c.Test.Len())
		}
	}
}

func TestBuiltinTexts(t *testing.T) {
	set, err := OpenLabelled(Labelled{CSV: Paths{Path: "builtin:sentiment"}, Text: "text", Label: []string{"label"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Texts) < 500 || len(set.Classes) != 2 || len(set.Notes) > 0 || set.Called(0) != "the text of line 2 of builtin:sentiment" {
		t.Errorf("%d texts of the classes %q, notes %q, the first is %q", len(set.Texts), set.Classes, set.Notes, set.Called(0))
	}
}

// An embedded data set of another form is refused with those that fit.
func TestBuiltinOfAnotherForm(t *testing.T) {
	_, corpus := Open(Source{Corpus: Files{Paths: []string{"builtin:sentiment"}}, Split: &configs.Split{Train: .8, Test: .2}})
	_, twice := Open(Source{Corpus: Files{Train: []string{"builtin:names"}, Test: []string{"builtin:names"}}})
	_, texts := OpenLabelled(Labelled{CSV: Paths{Path: "builtin:names"}, Text: "text", Label: []string{"label"}})
	for _, of := range []struct {
		err  error
		want string
	}{
		{corpus, "builtin:sentiment: there is no such data set here; the embedded ones are builtin:names, builtin:shakespeare"},
		{twice, "builtin:names: is named twice; name it once"},
		{texts, "builtin:names: there is no such data set here; the embedded ones are builtin:sentiment"},
	} {
		if _, ok := of.err.(data.Errors); !ok || !strings.Contains(of.err.Error(), of.want) {
			t.Errorf("got %T %v, want %s", of.err, of.err, of.want)
		}
	}
}
