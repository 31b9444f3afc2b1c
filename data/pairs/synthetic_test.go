package pairs

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

func generate(t testing.TB, kind string, n int, seed uint64) *Set {
	t.Helper()
	set, err := Generate(configs.Synthetic{Kind: kind, Points: n, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Generated pairs are those of their seed, no source stands twice, and the rule holds, checked the other way round.
func TestGenerated(t *testing.T) {
	rules := map[string]func(source, target string) bool{
		"dates": func(source, target string) bool { return slices.Contains(readings(source), target) },
		"reversal": func(source, target string) bool {
			n := len(source)
			for i := range source {
				if source[i] != target[n-1-i] {
					return false
				}
			}
			return n == len(target) && n >= 1 && n <= 16
		},
		"addition": func(source, target string) bool {
			a, b, _ := strings.Cut(source, "+")
			x, _ := strconv.Atoi(a)
			y, _ := strconv.Atoi(b)
			return strconv.Itoa(x+y) == target && len(a) <= 3 && len(b) <= 3
		},
		"sorting": func(source, target string) bool {
			for c := 'a'; c <= 'z'; c++ {
				if strings.Count(source, string(c)) != strings.Count(target, string(c)) {
					return false
				}
			}
			return slices.IsSorted([]byte(target)) && len(source) >= 2 && len(source) <= 12
		},
		"roman":   func(source, target string) bool { return strconv.Itoa(arabic(source)) == target },
		"phrases": nounsOfPhrase,
	}
	if d := cmp.Diff(Kinds(), []string{"addition", "dates", "phrases", "reversal", "roman", "sorting"}); d != "" {
		t.Error(d)
	}
	for kind, holds := range rules {
		set := generate(t, kind, 3000, 1)
		seen := map[string]bool{}
		for i := range set.Pairs {
			p := &set.Pairs[i]
			if !holds(p.Source, p.Target) || !p.Known || seen[p.Source] {
				t.Fatalf("%s: pair %d is %q, %q (seen: %v)", kind, i, p.Source, p.Target, seen[p.Source])
			}
			seen[p.Source] = true
		}
		again, other := generate(t, kind, 3000, 1), generate(t, kind, 3000, 2)
		if !cmp.Equal(set.Pairs, again.Pairs) || set.Hash != again.Hash || cmp.Equal(set.Pairs, other.Pairs) || set.Hash == other.Hash {
			t.Errorf("%s: the pairs are not those of the seed", kind)
		}
		if set.Called(4) != "pair 5 of synthetic:"+kind {
			t.Errorf("a pair is called %q", set.Called(4))
		}
	}
}

// readings are the days that a written date can stand for; one form has one.
func readings(source string) (days []string) {
	for _, form := range forms {
		text := source
		if form == "th" {
			form = "2 of January 2006"
			for _, ending := range []string{"st", "nd", "rd", "th"} {
				if number, rest, ok := strings.Cut(strings.ToLower(text), ending+" of "); ok {
					text = number + " of " + rest
				}
			}
			form, text = strings.ToLower(form), strings.ToLower(text)
			form = strings.Replace(form, "january", "January", 1)
		}
		day, err := time.Parse(form, text)
		if err != nil {
			continue
		}
		if day.Year() >= firstYear+years { // two digits, which Go reads from 1969 on
			day = day.AddDate(-100, 0, 0)
		}
		if day.Year() < firstYear {
			day = day.AddDate(100, 0, 0)
		}
		days = append(days, day.Format(time.DateOnly))
	}
	return days
}

// arabic reads Roman numerals from the right.
func arabic(text string) (n int) {
	last := 0
	values := map[byte]int{'I': 1, 'V': 5, 'X': 10, 'L': 50, 'C': 100, 'D': 500, 'M': 1000}
	for i := len(text) - 1; i >= 0; i-- {
		v := values[text[i]]
		if v < last {
			n -= v
		} else {
			n, last = n+v, v
		}
	}
	return n
}

// Every form of a date and every case of letters comes, and no date can be read in two ways.
func TestDatesAreUnambiguous(t *testing.T) {
	set := generate(t, "dates", 5000, 3)
	cases := map[string]int{}
	for i := range set.Pairs {
		source := set.Pairs[i].Source
		found := readings(source)
		slices.Sort(found)
		if found = slices.Compact(found); len(found) != 1 {
			t.Fatalf("%q stands for %q", source, found)
		}
		switch {
		case strings.ContainsAny(source, "abcdefghijklmnopqrstuvwxyz") && source == strings.ToLower(source):
			cases["small"]++
		case strings.ContainsAny(source, "abcdefghijklmnopqrstuvwxyz"):
			cases["both"]++
		case strings.ContainsAny(source, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
			cases["capital"]++
		default:
			cases["none"]++
		}
	}
	for _, name := range []string{"small", "both", "capital", "none"} {
		if cases[name] < 500 {
			t.Errorf("%d dates have letters of case %s", cases[name], name)
		}
	}
	day := time.Date(2009, 10, 5, 0, 0, 0, 0, time.UTC)
	var all []string
	for _, form := range forms {
		all = append(all, written(day, form))
	}
	want := []string{"2009/10/05", "20091005", "10/05/2009", "10/5/09", "05.10.2009", "5.10.09", "05-Oct-09", "5 October 2009", "5 Oct 2009", "October 5, 2009", "Oct 5, 2009", "Monday, October 5, 2009", "Mon 5 Oct 2009", "5th of October 2009"}
	if d := cmp.Diff(want, all); d != "" {
		t.Error(d)
	}
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 23: "23rd", 30: "30th", 31: "31st"} {
		if got := written(time.Date(2009, 10, n, 0, 0, 0, 0, time.UTC), "th"); got != want+" of October 2009" {
			t.Errorf("day %d is written %q", n, got)
		}
	}
}

// All Roman numerals that there are can be generated.
func TestAllNumerals(t *testing.T) {
	if set := generate(t, "roman", mostRoman, 1); len(set.Pairs) != mostRoman {
		t.Errorf("%d pairs", len(set.Pairs))
	}
}
