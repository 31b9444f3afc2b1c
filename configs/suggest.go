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

// otherWords are values as other tools call them.
var otherWords = map[string]string{
	"rnn": "elman", "simple_rnn": "elman", "simplernn": "elman", "vanilla": "elman",
	"glorot": "xavier", "glorot_uniform": "xavier", "irnn": "identity", "linear": "identity", "logistic": "sigmoid",
	"mean_squared_error": "mse", "l2": "mse", "l1": "mae", "mean_absolute_error": "mae", "smooth_l1": "huber",
	"zscore": "standard", "z-score": "standard", "standardize": "standard", "min_max": "minmax", "min-max": "minmax",
	"ffill": "forward", "linear_interpolation": "interpolate", "single": "float32", "double": "float64",
	"reduce_on_plateau": "plateau", "sgdr": "cosine_restarts", "warm_restarts": "cosine_restarts", "onecycle": "one_cycle", "exponential": "step", "regression": "regress", "forecasting": "forecast",
	"classification": "classify", "classifier": "classify", "tagging": "classify", "crossentropy": "cross_entropy", "cross-entropy": "cross_entropy",
	"avg": "mean", "average": "mean", "total": "sum", "med": "median", "minimum": "min", "maximum": "max", "size": "count",
	"words": "word", "characters": "character", "bytes": "byte", "chars": "character",
}

// meantValue ends the message about an unknown word of an enumeration.
func meantValue(word string, enum []string) string {
	if other := otherWords[strings.ToLower(word)]; among(enum, other) {
		return fmt.Sprintf("; did you mean %q?", other)
	}
	return didYouMean(word, enum)
}

// suggestKey returns the full name of the key that was meant by an unknown word in a section, or "": a key of the same
// section that goes by this word in other tools or has a similar name, or else such a key of another section.
func suggestKey(word, section string) string {
	word = strings.ToLower(word)
	keys := childrenOf(section)
	for i := range registry {
		if registry[i].section() != section && !registry[i].item() {
			keys = append(keys, &registry[i])
		}
	}
	here := len(childrenOf(section))
	for _, match := range []func([]*Key) string{
		func(keys []*Key) string { return first(keys, func(k *Key) bool { return k.last() == word }) },
		func(keys []*Key) string { return first(keys, func(k *Key) bool { return among(k.Aliases, word) }) },
		func(keys []*Key) string {
			var names []string
			for _, k := range keys {
				names = append(append(names, k.last()), k.Aliases...)
			}
			n := nearest(word, names)
			return first(keys, func(k *Key) bool { return k.last() == n || among(k.Aliases, n) })
		},
	} {
		if name := match(keys[:here]); name != "" {
			return name
		}
		if name := match(keys[here:]); name != "" {
			return name
		}
	}
	return ""
}

// first returns the name of the first key that fits.
func first(keys []*Key, fits func(*Key) bool) string {
	for _, k := range keys {
		if fits(k) {
			return k.Name
		}
	}
	return ""
}
