package data

import (
	"strconv"
	"strings"
)

// Suggest returns `; did you mean "x"?` for the candidate nearest to name, "" where none is near.
func Suggest(name string, candidates []string) string {
	best, least := "", len(name)/3+2
	for _, c := range candidates {
		d := distance(strings.ToLower(name), strings.ToLower(c))
		if d < least && d < max(len(c), 2) {
			best, least = c, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + strconv.Quote(best) + "?"
}

// distance counts the insertions, deletions and replacements between two strings.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		before := row[0]
		row[0] = i + 1
		for j, s := range y {
			change := before
			if r != s {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

// Listed quotes names for a message and counts those beyond a limit.
func Listed(names []string) string {
	const most = 20
	quotedNames := make([]string, 0, len(names))
	for _, n := range names[:min(most, len(names))] {
		quotedNames = append(quotedNames, Quoted(n))
	}
	text := strings.Join(quotedNames, ", ")
	if len(names) > most {
		text += " and " + strconv.Itoa(len(names)-most) + " more"
	}
	return text
}
