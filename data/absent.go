package data

import (
	"slices"
	"strings"
)

// Absent says which fields of a file stand for a missing value: data.missing_values, as text or as the same number (-999 is
// -999.0).
type Absent struct {
	texts   map[string]bool
	numbers []float64 // those of the texts that are numbers
}

// AbsentOf takes the spellings, without the blanks around them.
func AbsentOf(spellings []string) Absent {
	a := Absent{texts: map[string]bool{}}
	for _, s := range spellings {
		s = strings.TrimSpace(s)
		a.texts[s] = true
		if v, err := ParseNumber(s); err == nil {
			a.numbers = append(a.numbers, v)
		}
	}
	return a
}

// Is reports whether a field, without the blanks around it, stands for a missing value.
func (a *Absent) Is(text string) bool {
	if a.texts[text] {
		return true
	}
	if len(a.numbers) == 0 {
		return false
	}
	v, err := ParseNumber(text)
	return err == nil && slices.Contains(a.numbers, v)
}
