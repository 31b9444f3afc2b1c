package pairs

import (
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The words of phrases stand in phrasewords.go; here is how both languages put them together. The grammar is small and made up for trying
// things out: it has what makes translation more than looking up words, and nothing else of either language.

// gender is that of a German noun; many stands in its place for all nouns in the plural.
type gender int

const (
	masculine gender = iota
	feminine
	neuter
	many
)

// A grammarCase is the case of a German noun group.
type grammarCase int

const (
	nominative grammarCase = iota
	accusative
	dative
)

// article is how a noun group begins.
type article struct {
	german, english string // the German word, or what stands before its ending
	definite        bool
	singular        bool // it has no plural
}

// articleEndings are those of the definite article, whole words, and of ein, mein and unser, by case and gender.
var articleEndings = map[bool][3][4]string{
	true:  {{"der", "die", "das", "die"}, {"den", "die", "das", "die"}, {"dem", "der", "dem", "den"}},
	false: {{"", "e", "", "e"}, {"en", "e", "", "e"}, {"em", "er", "em", "en"}},
}

// adjectiveEndings are those behind the definite article, and behind the others.
var adjectiveEndings = map[bool][3][4]string{
	true:  {{"e", "e", "e", "en"}, {"en", "e", "e", "en"}, {"en", "en", "en", "en"}},
	false: {{"er", "e", "es", "en"}, {"en", "e", "es", "en"}, {"en", "en", "en", "en"}},
}

// group is a noun with its article and perhaps an adjective, in both languages.
type group struct {
	article   article
	adjective *adjective
	noun      *noun
	plural    bool
}

func (g group) german(c grammarCase) string {
	form, word := g.noun.gender, g.noun.german
	if g.plural {
		form, word = many, g.noun.plural
		if c == dative && !strings.HasSuffix(word, "n") && !strings.HasSuffix(word, "s") {
			word += "n"
		}
	}
	text := g.article.german + articleEndings[g.article.definite][c][form]
	if g.adjective != nil {
		text += " " + g.adjective.german + adjectiveEndings[g.article.definite][c][form]
	}
	return text + " " + word
}

func (g group) english() string {
	text := g.noun.english
	if g.plural {
		text = g.noun.englishPlural
	}
	if g.adjective != nil {
		text = g.adjective.english + " " + text
	}
	if g.article.english == "a" && strings.ContainsRune("aeiou", rune(text[0])) {
		return "an " + text
	}
	return g.article.english + " " + text
}

// A clause is what happens: in German the order of its words depends on where it stands, in English hardly.
type clause struct {
	subject     group
	verb        *verb
	object      *group // nil where the verb has none
	receiver    *group // to whom
	place, time phrase // empty ones are left out
	tense       *tense
}

// finite and rest are the German verb: what comes second, and what comes last.
func (c *clause) finite() (finite, rest string) {
	v, t, n := c.verb, c.tense, number(c.subject.plural)
	if t.german[n] == "" {
		return v.present[n], v.prefix
	}
	if t.past {
		return t.german[n], v.prefix + v.participle
	}
	return t.german[n], v.prefix + v.infinitive
}

func number(plural bool) int {
	if plural {
		return 1
	}
	return 0
}

// middle is what stands between the verb's two parts: time, to whom, where, what.
func (c *clause) middle(time bool) []string {
	var said []string
	if time {
		said = append(said, c.time.german)
	}
	if c.receiver != nil {
		said = append(said, c.receiver.german(dative))
	}
	said = append(said, c.place.german)
	if c.object != nil {
		said = append(said, c.object.german(accusative))
	}
	return said
}

// statement has the verb in the second place, behind the subject; inverted, the verb comes first: in a question, and where something
// else than the subject takes the first place.
func (c *clause) statement() string {
	finite, rest := c.finite()
	return join(c.subject.german(nominative), finite, join(c.middle(true)...), rest)
}

func (c *clause) inverted(time bool) string {
	finite, rest := c.finite()
	return join(finite, c.subject.german(nominative), join(c.middle(time)...), rest)
}

// subordinate has the verb at its end, in one word where it has a prefix.
func (c *clause) subordinate() string {
	finite, rest := c.finite()
	words := join(c.subject.german(nominative), join(c.middle(true)...))
	if c.tense.german[0] == "" {
		return join(words, rest+finite)
	}
	return join(words, rest, finite)
}

// tail is what stands behind the English verb.
func (c *clause) tail() string {
	v := c.verb
	var said []string
	if c.object != nil {
		said = append(said, c.object.english())
	}
	if c.receiver != nil {
		said = append(said, "to "+c.receiver.english())
	}
	return join(v.particle, join(said...), c.place.english, c.time.english)
}

func (c *clause) english() string {
	v, t, n := c.verb, c.tense, number(c.subject.plural)
	said := t.english[n]
	switch {
	case t.past:
		said = v.past
	case said == "":
		said = v.says[n]
	default:
		said += " " + v.says[1]
	}
	return join(c.subject.english(), said, c.tail())
}

// asked is the clause as an English question.
func (c *clause) asked() string {
	v, t, n := c.verb, c.tense, number(c.subject.plural)
	return join(t.asks[n], c.subject.english(), t.toDo, v.says[1], c.tail())
}

// join puts words together, without the empty ones.
func join(words ...string) string {
	kept := words[:0:0]
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// sentence draws one in German and its English translation.
func sentence(r *rand.Rand) (source, target string) {
	c := drawClause(r)
	end := "."
	switch r.IntN(6) {
	case 0, 1:
		source, target = c.statement(), c.english()
	case 2:
		source, target = join(c.time.german, c.inverted(false)), c.english()
	case 3:
		source, target, end = c.inverted(true), c.asked(), "?"
	case 4:
		head := drawn(r, speakers)
		source, target = head.german+", dass "+c.subordinate(), head.english+" that "+c.english()
	case 5:
		head := drawn(r, circumstances)
		if c.tense.past {
			head = drawn(r, pastCircumstances)
		}
		source, target = head.german+", "+c.inverted(true), head.english+", "+c.english()
	}
	return capital(source) + end, capital(target) + end
}

// drawClause draws what happens.
func drawClause(r *rand.Rand) *clause {
	c := &clause{subject: drawGroup(r, people), tense: &tenses[r.IntN(len(tenses))]}
	c.time = drawn(r, times)
	if c.tense.past {
		c.time = drawn(r, pastTimes)
	}
	if r.IntN(2) == 0 {
		c.place = drawPlace(r)
	}
	c.verb = &verbs[r.IntN(len(verbs))]
	switch c.verb.takes {
	case nothing:
		c.place = drawPlace(r)
		return c
	case aThing:
		c.object = another(r, &c.subject, objects)
	case anybody:
		c.object = another(r, &c.subject, drawn(r, []lexicon{people, objects}))
	case aThingToSomebody:
		c.object, c.receiver = another(r, &c.subject, objects), another(r, &c.subject, people)
	}
	return c
}

// another draws a group with another noun than that of the subject.
func another(r *rand.Rand, subject *group, w lexicon) *group {
	for {
		if g := drawGroup(r, w); g.noun != subject.noun {
			return &g
		}
	}
}

func drawGroup(r *rand.Rand, w lexicon) group {
	g := group{noun: &w.nouns[r.IntN(len(w.nouns))], article: drawn(r, articles)}
	g.plural = !g.article.singular && r.IntN(4) == 0
	if r.IntN(2) == 0 {
		g.adjective = drawAdjective(r, w)
	}
	return g
}

// drawPlace draws where: a preposition with the dative, which may be one word with the article.
func drawPlace(r *rand.Rand) phrase {
	before := drawn(r, prepositions)
	g := group{noun: &places.nouns[r.IntN(len(places.nouns))], article: articles[0]}
	if r.IntN(4) == 0 {
		g.adjective = drawAdjective(r, places)
	}
	german := before.german + " " + g.german(dative)
	if rest, ok := strings.CutPrefix(german, "in dem "); ok {
		german = "im " + rest
	}
	return phrase{german, before.english + " " + g.english()}
}

func drawAdjective(r *rand.Rand, w lexicon) *adjective {
	return &w.adjectives[r.IntN(len(w.adjectives))]
}

func drawn[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// capital makes the first letter a capital one.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
