package configs

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Error holds every fault of one config, sorted by place. It is what Load, Parse and With return.
type Error struct{ Faults []Fault }

// Error prints all faults, each with its source line and a caret under the place.
func (e *Error) Error() string {
	texts := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		texts[i] = f.String()
	}
	return strings.Join(texts, "\n")
}

// Fault is one thing that is wrong in a config.
type Fault struct {
	File    string // the file, or the override as it was given: "--set train.epochs=x"
	Line    int    // from 1; 0: no place in a file
	Column  int    // from 1, counted in characters
	Message string
	Source  string // the line of the file, "" when there is none
}

// String is "file:line:column: message" followed by the source line and a caret.
func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.Message
	}
	head := fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Message)
	if strings.TrimSpace(f.Source) == "" {
		return head
	}
	text, caret := excerpt(f.Source, f.Column)
	return head + "\n  " + text + "\n  " + caret + "^"
}

// excerpt returns the part of a source line that is shown and the blanks that put a caret under the column. Tabs stay
// tabs, so that the caret stays under its place; characters that a terminal would obey are shown as a dot.
func excerpt(line string, column int) (text, blanks string) {
	const before, after = 60, 60
	var shown, lead []rune
	runes := []rune(line)
	first, last := 0, len(runes)
	if len(runes) > before+after {
		first = max(0, min(column-1-before, len(runes)-before-after))
		last = min(len(runes), first+before+after)
	}
	for i, r := range runes[first:last] {
		if r != '\t' && !unicode.IsPrint(r) {
			r = '.'
		}
		shown = append(shown, r)
		if first+i < column-1 {
			lead = append(lead, blank(r)...)
		}
	}
	text = string(shown)
	if first > 0 {
		text, lead = "…"+text, append([]rune{' '}, lead...)
	}
	if last < len(runes) {
		text += "…"
	}
	return strings.TrimRightFunc(text, unicode.IsSpace), string(lead)
}

// blank is as wide as r on a terminal.
func blank(r rune) []rune {
	switch {
	case r == '\t':
		return []rune{'\t'}
	case unicode.Is(unicode.Mn, r):
		return nil
	case wide(r):
		return []rune{' ', ' '}
	}
	return []rune{' '}
}

// wide reports whether a terminal draws r over two cells: the East Asian scripts and pictographs.
func wide(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 ||
		r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd
}

// quoted writes text from outside into a message: in quotes, cut to a readable length.
func quoted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// among reports whether list has s.
func among(list []string, s string) bool { return slices.Contains(list, s) }
