package configs

import (
	"fmt"
	"strings"
)

// nearest returns the candidate that a person most likely meant by word, or "" when none is near: at most a third of
// the letters differ. Of equally near ones the first wins.
func nearest(word string, candidates []string) string {
	best, least := "", len([]rune(word))/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	if best == "" && len(word) > 2 { // the beginning of one candidate alone
		for _, c := range candidates {
			if strings.HasPrefix(c, strings.ToLower(word)) {
				if best != "" {
					return ""
				}
				best = c
			}
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap with their neighbour to get from a to b (the optimal
// string alignment distance). Long words are cut: nobody meant a key of 64 letters.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	ra, rb = ra[:min(len(ra), 64)], rb[:min(len(rb), 64)]
	before, last, row := make([]int, len(rb)+1), make([]int, len(rb)+1), make([]int, len(rb)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(ra); i++ {
		row[0] = i
		for j := 1; j <= len(rb); j++ {
			cost := 1
			if ra[i-1] == rb[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && ra[i-1] == rb[j-2] && ra[i-2] == rb[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(rb)]
}

// didYouMean ends a message with the nearest candidate, if any.
func didYouMean(word string, candidates []string) string {
	if n := nearest(word, candidates); n != "" {
		return fmt.Sprintf("; did you mean %q?", n)
	}
	return ""
}

// suggestKey ends the message about an unknown key: a key of the same section with a similar name or one that goes by
// this word in other tools, or else such a key of another section by its full name.
func suggestKey(word, section string) string {
	var here []string
	for _, k := range childrenOf(section) {
		here = append(here, k.last())
		if among(k.Aliases, strings.ToLower(word)) {
			return fmt.Sprintf("; did you mean %q?", k.last())
		}
	}
	for i := range registry { // the very name, in another section
		if k := &registry[i]; k.last() == word {
			return fmt.Sprintf("; did you mean %q?", k.Name)
		}
	}
	if n := nearest(word, here); n != "" {
		return fmt.Sprintf("; did you mean %q?", n)
	}
	var names []string
	for i := range registry {
		k := &registry[i]
		if among(k.Aliases, strings.ToLower(word)) {
			return fmt.Sprintf("; did you mean %q?", k.Name)
		}
		names = append(names, k.last())
	}
	if n := nearest(word, names); n != "" {
		for i := range registry {
			if registry[i].last() == n {
				return fmt.Sprintf("; did you mean %q?", registry[i].Name)
			}
		}
	}
	return ""
}
