package seq2seq

import (
	"errors"
	"strings"
	"unicode"

	"recur/baseline"
	"recur/data"
	"recur/evaluate"
	"recur/task/outputs"
)

// The simple methods: what can be said without learning how.
const (
	copied        = "copy"           // the source as it is
	lead          = "lead"           // its first words, so many as suit the training part
	firstSentence = "first_sentence" // its first sentence
	headline      = "headline"       // that without what introduces it, its first words
	mostFrequent  = "most_frequent"  // the target that the training part has most often
)

// simple are the methods that suit the pairs: sentences are for sources that are summed up.
func (d *Data) simple() []string {
	switch {
	case d.q.Train.Len() == 0:
		return nil
	case d.from.set.Numbers():
		return []string{mostFrequent}
	case d.sumsUp():
		return []string{copied, lead, firstSentence, headline, mostFrequent}
	}
	return []string{copied, lead, mostFrequent}
}

// looked is how many training pairs are looked at to choose how a method goes.
const looked = 1000

// longText is how many words a text has at least that is summed up.
const longText = 15

// sumsUp says that sources are long, and targets less than half as long.
func (d *Data) sumsUp() bool {
	source, target, n := 0, 0, min(looked, d.q.Train.Len())
	for i := range n {
		text, _ := d.q.Train.TargetText(i)
		source, target = source+len(words(d.q.Train.SourceText(i))), target+len(words(text))
	}
	return 2*target < source && source >= longText*n
}

func words(text string) []string { return strings.Fields(text) }

// method says a text of a source.
type method struct {
	name string
	say  func(source string) string
}

// Name is that of tables.
func (m method) Name() string { return m.name }

// Predict says a text of every source.
func (m method) Predict(e data.Examples) [][]float64 {
	p := e.(part)
	texts := make([]string, p.Len())
	for i := range texts {
		if !p.Empty(i) {
			texts[i] = p.normal(m.say(p.SourceText(i)))
		}
	}
	return outputs.Rows(texts)
}

// normal is a text in the form in which targets are said.
func (p part) normal(text string) string { return p.Prepared.Targets.Written(text) }

// Method makes the simple method of a name, from the training part alone.
func (d *Data) Method(name string, _ bool) (baseline.Method, error) {
	switch name {
	case copied:
		return method{name, func(source string) string { return source }}, nil
	case lead:
		return method{name, firstWords(d.leads())}, nil
	case firstSentence:
		return method{name, sentence}, nil
	case headline:
		n := d.headlines()
		return method{name, func(source string) string { return firstWords(n)(stripped(source)) }}, nil
	case mostFrequent:
		text := outputs.MostFrequent(d.q.Train.Len(), func(i int) string {
			text, _ := d.q.Train.TargetText(i)
			return text
		})
		return method{name, func(string) string { return text }}, nil
	}
	return nil, errors.New("there is no method " + name)
}

// mostWords is the most words of a lead that are tried.
const mostWords = 40

// fitting is how many first words of what a source becomes are nearest to the targets of the training part.
func (d *Data) fitting(become func(string) string) int {
	p := part{d.q.Train.Pick(spread(d.q.Train.Len(), looked)), d.decode}
	references, best, most := p.references(), 1, -1.0
	for n := 1; n <= mostWords; n++ {
		said := make([]string, p.Len())
		for i := range said {
			said[i] = p.normal(firstWords(n)(become(p.SourceText(i))))
		}
		if score := evaluate.CHRF(said, references).Score; score > most {
			best, most = n, score
		}
	}
	return best
}

// spread are at most so many of n places, at equal distances.
func spread(n, most int) []int {
	most = min(n, most)
	index := make([]int, most)
	for i := range index {
		index[i] = i * n / most
	}
	return index
}

// firstWords cuts a text behind its first n words.
func firstWords(n int) func(string) string {
	return func(text string) string {
		all := words(text)
		return strings.Join(all[:min(n, len(all))], " ")
	}
}

// sentence is the first sentence of a text: up to a mark that ends one before white space and the beginning of another.
func sentence(text string) string {
	runes := []rune(text)
	for i, r := range runes {
		if !strings.ContainsRune(".!?\n。！？", r) {
			continue
		}
		rest := strings.TrimLeftFunc(string(runes[i+1:]), unicode.IsSpace)
		ends := len(rest) == 0 || r == '\n' || i+1 < len(runes) && unicode.IsSpace(runes[i+1]) && !unicode.IsLower([]rune(rest)[0]) || strings.ContainsRune("。！？", r)
		if ends && i > 0 {
			return strings.TrimSpace(string(runes[:i+1]))
		}
	}
	return text
}

// introducing are the words behind which a first sentence says what something is.
var introducing = []string{" is a ", " is an ", " is the ", " are ", " is ", "this package provides ", "this package contains ", "this module provides ", "provides ", "contains "}

// stripped is the first sentence without what introduces it ("X is a") and without the mark that ends it.
func stripped(text string) string {
	s := strings.TrimRight(sentence(text), ".!?。！？ \n")
	lower := strings.ToLower(s)
	for _, by := range introducing {
		at := strings.Index(lower, by)
		if at < 0 || len(lower) != len(s) || len(words(s[:at])) > 5 {
			continue
		}
		return strings.TrimSpace(s[at+len(by):])
	}
	return s
}
