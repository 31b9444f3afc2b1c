package pairs

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// nounsOfPhrase says that a sentence and its translation name the same things, as many of each as there are.
func nounsOfPhrase(source, target string) bool {
	german, english := strings.Fields(strings.Trim(source, ".?")), strings.Fields(strings.Trim(target, ".?"))
	named := 0
	for _, w := range []lexicon{people, objects, places} {
		for _, n := range w.nouns {
			for i, word := range german {
				switch word = strings.Trim(word, ","); {
				case word == n.german && n.german != n.plural, n.german == n.plural && word == n.german && slices.Contains(english, n.english):
					named++
					if !slices.ContainsFunc(english, func(w string) bool { return strings.Trim(w, ",") == n.english }) {
						return false
					}
				case n.plural != "" && (word == n.plural || word == n.plural+"n"):
					named++
					if i == 0 || !slices.ContainsFunc(english, func(w string) bool { return strings.Trim(w, ",") == n.englishPlural }) {
						return false
					}
				}
			}
		}
	}
	return named > 0
}

// nounNamed finds a noun.
func nounNamed(t *testing.T, w lexicon, german string) *noun {
	t.Helper()
	i := slices.IndexFunc(w.nouns, func(n noun) bool { return n.german == german })
	if i < 0 {
		t.Fatalf("there is no noun %s", german)
	}
	return &w.nouns[i]
}

func verbNamed(t *testing.T, infinitive string) *verb {
	t.Helper()
	i := slices.IndexFunc(verbs, func(v verb) bool { return v.prefix+v.infinitive == infinitive })
	if i < 0 {
		t.Fatalf("there is no verb %s", infinitive)
	}
	return &verbs[i]
}

// Articles and adjectives follow case, gender and number.
func TestNounGroups(t *testing.T) {
	red, small := &adjective{"rot", "red"}, &adjective{"klein", "small"}
	the, a, our := articles[0], articles[1], articles[3]
	hat, lamp, book := nounNamed(t, objects, "Hut"), nounNamed(t, objects, "Lampe"), nounNamed(t, objects, "Buch")
	for _, c := range []struct {
		group   group
		german  string // the three cases
		english string
	}{
		{group{the, red, hat, false}, "der rote Hut|den roten Hut|dem roten Hut", "the red hat"},
		{group{a, red, hat, false}, "ein roter Hut|einen roten Hut|einem roten Hut", "a red hat"},
		{group{the, red, lamp, false}, "die rote Lampe|die rote Lampe|der roten Lampe", "the red lamp"},
		{group{a, red, lamp, false}, "eine rote Lampe|eine rote Lampe|einer roten Lampe", "a red lamp"},
		{group{the, red, book, false}, "das rote Buch|das rote Buch|dem roten Buch", "the red book"},
		{group{our, red, book, false}, "unser rotes Buch|unser rotes Buch|unserem roten Buch", "our red book"},
		{group{the, small, book, true}, "die kleinen Bücher|die kleinen Bücher|den kleinen Büchern", "the small books"},
		{group{our, nil, lamp, true}, "unsere Lampen|unsere Lampen|unseren Lampen", "our lamps"},
		{group{a, nil, nounNamed(t, objects, "Apfel"), false}, "ein Apfel|einen Apfel|einem Apfel", "an apple"},
		{group{a, &adjective{"alt", "old"}, lamp, false}, "eine alte Lampe|eine alte Lampe|einer alten Lampe", "an old lamp"},
	} {
		got := c.group.german(nominative) + "|" + c.group.german(accusative) + "|" + c.group.german(dative)
		if got != c.german || c.group.english() != c.english {
			t.Errorf("got %s, %s; want %s, %s", got, c.group.english(), c.german, c.english)
		}
	}
}

// The verb stands where each kind of clause has it, and in English where it always does.
func TestClauses(t *testing.T) {
	the := articles[0]
	guests := group{the, nil, nounNamed(t, people, "Gast"), true}
	letter, child := group{the, nil, nounNamed(t, objects, "Brief"), false}, group{the, nil, nounNamed(t, people, "Kind"), false}
	for _, c := range []struct {
		verb                                             string
		tense                                            int
		receiver                                         *group
		statement, first, subordinate, english, question string
	}{
		{"abholen", 0, nil, "die Gäste holen heute den Brief ab", "holen die Gäste den Brief ab", "die Gäste heute den Brief abholen", "the guests pick up the letter today", "do the guests pick up the letter today"},
		{"abholen", 1, nil, "die Gäste haben heute den Brief abgeholt", "haben die Gäste den Brief abgeholt", "die Gäste heute den Brief abgeholt haben", "the guests picked up the letter today", "did the guests pick up the letter today"},
		{"kaufen", 2, nil, "die Gäste wollen heute den Brief kaufen", "wollen die Gäste den Brief kaufen", "die Gäste heute den Brief kaufen wollen", "the guests want to buy the letter today", "do the guests want to buy the letter today"},
		{"geben", 3, &child, "die Gäste können heute dem Kind den Brief geben", "können die Gäste dem Kind den Brief geben", "die Gäste heute dem Kind den Brief geben können", "the guests can give the letter to the child today", "can the guests give the letter to the child today"},
	} {
		it := clause{subject: guests, verb: verbNamed(t, c.verb), object: &letter, receiver: c.receiver, tense: &tenses[c.tense], time: times[0]}
		for _, pair := range [][2]string{{it.statement(), c.statement}, {it.inverted(false), c.first}, {it.subordinate(), c.subordinate}, {it.english(), c.english}, {it.asked(), c.question}} {
			if pair[0] != pair[1] {
				t.Errorf("%s: got %q, want %q", c.verb, pair[0], pair[1])
			}
		}
	}
}

// There are far more sentences than anyone asks for, and no German one has two translations.
func TestManyPhrases(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	seen := map[string]string{}
	const n = 50_000
	for range n {
		source, target := sentence(r)
		if before, ok := seen[source]; ok && before != target {
			t.Fatalf("%q is %q and %q", source, before, target)
		}
		seen[source] = target
	}
	if len(seen) < n*9/10 {
		t.Errorf("%d sentences of %d differ", len(seen), n)
	}
}
