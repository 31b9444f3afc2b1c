package evaluate

import "strings"

// porter takes the endings off an English word of a-z and 0-9: Porter's algorithm [1] with the extensions of NLTK 3 (its
// PorterStemmer as it comes), which are those that ROUGE's stems are made with. Words of one or two letters stay.
//
// [1] Porter 1980, An algorithm for suffix stripping.
func porter(word string) string {
	if stem, ok := irregular[word]; ok {
		return stem
	}
	if len(word) <= 2 {
		return word
	}
	word = porterPlural(word)
	word = porterPast(word)
	if stem, ok := strings.CutSuffix(word, "y"); ok && len(stem) > 1 && consonants(stem)[len(stem)-1] {
		word = stem + "i"
	}
	word = porterDouble(word)
	word = firstRule(word, porterStep3, 1)
	word = porterLast(word)
	return porterTidy(word)
}

// irregular are the words that NLTK knows.
var irregular = map[string]string{
	"sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news", "innings": "inning",
	"inning": "inning", "outings": "outing", "outing": "outing", "cannings": "canning", "canning": "canning", "howe": "howe",
	"proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
}

// rule puts another ending in place of one.
type rule struct{ from, to string }

// The rules of steps 2 to 4 but for those that ask for more than a measure.
var (
	porterStep2 = []rule{
		{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"}, {"bli", "ble"}, {"alli", "al"},
		{"entli", "ent"}, {"eli", "e"}, {"ousli", "ous"}, {"ization", "ize"}, {"ation", "ate"}, {"ator", "ate"}, {"alism", "al"},
		{"iveness", "ive"}, {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"}, {"iviti", "ive"}, {"biliti", "ble"}, {"fulli", "ful"},
	}
	porterStep3 = []rule{{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""}}
	porterStep4 = []rule{
		{"al", ""}, {"ance", ""}, {"ence", ""}, {"er", ""}, {"ic", ""}, {"able", ""}, {"ible", ""}, {"ant", ""}, {"ement", ""}, {"ment", ""},
		{"ent", ""}, {"ion", ""}, {"ou", ""}, {"ism", ""}, {"ate", ""}, {"iti", ""}, {"ous", ""}, {"ive", ""}, {"ize", ""},
	}
)

// firstRule applies the first rule whose ending the word has, if the stem before it has that measure; no later rule is tried.
func firstRule(word string, rules []rule, least int) string {
	for _, r := range rules {
		if stem, ok := strings.CutSuffix(word, r.from); ok {
			if measure(stem) < least {
				return word
			}
			return stem + r.to
		}
	}
	return word
}

// porterPlural is step 1a.
func porterPlural(word string) string {
	switch {
	case strings.HasSuffix(word, "ies") && len(word) == 4, strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && !strings.HasSuffix(word, "ies") && !strings.HasSuffix(word, "sses"):
		return word[:len(word)-1]
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "ies"):
		return word[:len(word)-2]
	}
	return word
}

// porterPast is step 1b: -ed and -ing.
func porterPast(word string) string {
	if strings.HasSuffix(word, "ied") {
		if len(word) == 4 {
			return word[:len(word)-1]
		}
		return word[:len(word)-2]
	}
	if stem, ok := strings.CutSuffix(word, "eed"); ok {
		if measure(stem) > 0 {
			return stem + "ee"
		}
		return word
	}
	stem, ok := strings.CutSuffix(word, "ed")
	if !ok || !hasVowel(stem) {
		if stem, ok = strings.CutSuffix(word, "ing"); !ok || !hasVowel(stem) {
			return word
		}
	}
	last := stem[len(stem)-1]
	switch {
	case strings.HasSuffix(stem, "at"), strings.HasSuffix(stem, "bl"), strings.HasSuffix(stem, "iz"):
		return stem + "e"
	case endsDouble(stem):
		if last != 'l' && last != 's' && last != 'z' {
			return stem[:len(stem)-1]
		}
	case measure(stem) == 1 && endsShort(stem):
		return stem + "e"
	}
	return stem
}

// porterDouble is step 2: of two endings one is left.
func porterDouble(word string) string {
	if stem, ok := strings.CutSuffix(word, "alli"); ok && measure(stem) > 0 {
		return porterDouble(stem + "al")
	}
	if changed := firstRule(word, porterStep2, 1); changed != word {
		return changed
	}
	if strings.HasSuffix(word, "logi") && measure(word[:len(word)-3]) > 0 { // the l counts: geo-, theo- are too short
		return word[:len(word)-1]
	}
	return word
}

// porterLast is step 4.
func porterLast(word string) string {
	if stem, ok := strings.CutSuffix(word, "ion"); ok && !strings.HasSuffix(stem, "s") && !strings.HasSuffix(stem, "t") {
		return word
	}
	return firstRule(word, porterStep4, 2)
}

// porterTidy is step 5: a last -e, and -ll.
func porterTidy(word string) string {
	if stem, ok := strings.CutSuffix(word, "e"); ok {
		if m := measure(stem); m > 1 || m == 1 && !endsShort(stem) {
			word = stem
		}
	}
	if strings.HasSuffix(word, "ll") && measure(word[:len(word)-1]) > 1 {
		return word[:len(word)-1]
	}
	return word
}

// consonants says which letters are some: y is one at the beginning and after a vowel.
func consonants(word string) []bool {
	all := make([]bool, len(word))
	for i := range len(word) {
		switch word[i] {
		case 'a', 'e', 'i', 'o', 'u':
		case 'y':
			all[i] = i == 0 || !all[i-1]
		default:
			all[i] = true
		}
	}
	return all
}

// measure is how many consonants follow a vowel: the m of [C](VC)^m[V].
func measure(stem string) (m int) {
	c := consonants(stem)
	for i := 1; i < len(c); i++ {
		if c[i] && !c[i-1] {
			m++
		}
	}
	return m
}

func hasVowel(stem string) bool {
	for _, c := range consonants(stem) {
		if !c {
			return true
		}
	}
	return false
}

// endsDouble: the last two letters are the same consonant.
func endsDouble(word string) bool {
	n := len(word)
	return n >= 2 && word[n-1] == word[n-2] && consonants(word)[n-1]
}

// endsShort: consonant, vowel, consonant other than w, x and y; or all of it is a vowel and a consonant.
func endsShort(word string) bool {
	c, n := consonants(word), len(word)
	if n == 2 {
		return !c[0] && c[1]
	}
	return n >= 3 && c[n-3] && !c[n-2] && c[n-1] && !strings.Contains("wxy", word[n-1:])
}
