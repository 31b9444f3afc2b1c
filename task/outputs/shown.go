package outputs

import (
	"fmt"
	"math"
	"strings"
)

// mostShown is how many letters of a text are shown in a line.
const mostShown = 100

// Shown is a text in a line, its beginning where it is long.
func Shown(text string) string {
	line := strings.Join(strings.Fields(text), " ")
	if letters := []rune(line); len(letters) > mostShown {
		return string(letters[:mostShown-1]) + "…"
	}
	return line
}

// Share is a share as a percentage, with a digit behind the point.
func Share(v *float64) string {
	if v == nil || math.IsNaN(*v) {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100**v)
}

// Hundred is a score of 0 to 100.
func Hundred(v *float64) string {
	if v == nil || math.IsNaN(*v) {
		return "–"
	}
	return fmt.Sprintf("%.1f", *v)
}
