package pairs

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"recur/configs"
	"recur/data"
)

// A kind is pairs that are generated: a source is drawn, and its target is what a rule makes of it.
type kind struct {
	different int // sources that there are; 0: more than anyone asks for
	draw      func(r *rand.Rand) (source, target string)
}

// kinds are what can be generated.
//
//	dates     a date as people write it, and as ISO 8601 has it: see date
//	reversal  1 to 16 letters, and the same from the last to the first
//	addition  two numbers of 1 to 3 digits, and their sum
//	sorting   2 to 12 letters, and the same in the order of the alphabet
//	roman     a number from 1 to 3999 in Roman numerals, and in digits
//	phrases   a small German sentence, and the same in English: see sentence
var kinds = map[string]kind{
	"dates":    {0, date},
	"reversal": {0, reversal},
	"addition": {0, addition},
	"sorting":  {0, sorting},
	"roman":    {mostRoman, roman},
	"phrases":  {0, sentence},
}

// Kinds are the kinds of pairs that Generate knows, in the order of the alphabet.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds)) }

// Generate makes Points pairs of a kind. The same description gives the same pairs, and no source stands twice in them: however they are
// cut into parts, what is tested has not been learnt.
func Generate(s configs.Synthetic) (*Set, error) {
	set := &Set{Name: "synthetic:" + s.Kind, Hash: data.HashOf(&s)}
	k, ok := kinds[s.Kind]
	most := k.different
	switch {
	case !ok:
		return nil, data.Errors{data.Fault(set.Name, 0, 0, "data.synthetic.kind", "kind is %q, want one of %s (data.synthetic.kind)", s.Kind, strings.Join(Kinds(), ", "))}
	case most > 0 && s.Points > most:
		return nil, data.Errors{data.Fault(set.Name, 0, 0, "data.synthetic.points", "points is %d, and there are %d different pairs of kind %s; want at most so many (data.synthetic.points)", s.Points, most, s.Kind)}
	case s.Points < 1 || s.Points > maxGenerated:
		return nil, data.Errors{data.Fault(set.Name, 0, 0, "data.synthetic.points", "points is %d, want between 1 and %d (data.synthetic.points)", s.Points, maxGenerated)}
	}
	r := data.Stream(s.Seed, s.Kind)
	seen := make(map[string]bool, s.Points)
	for len(set.Pairs) < s.Points {
		source, target := k.draw(r)
		if seen[source] {
			continue
		}
		seen[source] = true
		set.Pairs = append(set.Pairs, Pair{Source: source, Target: target, Known: true, File: set.Name})
	}
	return set, nil
}

// maxGenerated is the most pairs that are generated: of addition and dates there are about twice as many.
const maxGenerated = 500_000

// letters draws so many letters.
func letters(r *rand.Rand, n int) []byte {
	word := make([]byte, n)
	for i := range word {
		word[i] = byte('a' + r.IntN(26))
	}
	return word
}

func reversal(r *rand.Rand) (source, target string) {
	word := letters(r, 1+r.IntN(16))
	source = string(word)
	slices.Reverse(word)
	return source, string(word)
}

func sorting(r *rand.Rand) (source, target string) {
	word := letters(r, 2+r.IntN(11))
	source = string(word)
	slices.Sort(word)
	return source, string(word)
}

// addition draws numbers of every length alike.
func addition(r *rand.Rand) (source, target string) {
	number := func() int {
		switch r.IntN(3) {
		case 0:
			return r.IntN(10)
		case 1:
			return 10 + r.IntN(90)
		}
		return 100 + r.IntN(900)
	}
	a, b := number(), number()
	return fmt.Sprintf("%d+%d", a, b), strconv.Itoa(a + b)
}

// mostRoman is the greatest number that Roman numerals are commonly written for.
const mostRoman = 3999

func roman(r *rand.Rand) (source, target string) {
	n := 1 + r.IntN(mostRoman)
	return numeral(n), strconv.Itoa(n)
}

// numeral is a number in Roman numerals.
func numeral(n int) string {
	var b strings.Builder
	for _, sign := range []struct {
		value int
		text  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= sign.value; n -= sign.value {
			b.WriteString(sign.text)
		}
	}
	return b.String()
}
