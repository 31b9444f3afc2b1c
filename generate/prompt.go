package generate

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"recur/data"
	"recur/data/text"
)

// Misuse is the error of what a run can't be asked for: a prompt that holds what the vocabulary lacks, lines of words.
type Misuse struct{ Message string }

func (e *Misuse) Error() string { return e.Message }

// told is how many symbols that are missing a message names.
const told = 10

// prompt gives the symbols that are read before the first one is drawn: where the text is documents the beginning of one, then
// the prompt; without a prompt the beginning.
func (m *Model) prompt(prompt string, ignore bool) ([]int32, error) {
	unit := m.Unit()
	if unit != text.Byte {
		if at := data.FirstInvalid([]byte(prompt)); at >= 0 {
			return nil, &Misuse{fmt.Sprintf("the prompt is not UTF-8: byte 0x%02x at offset %d; save it as text in UTF-8", prompt[at], at)}
		}
	}
	symbols, missing := m.vocabulary.Encode(prompt)
	if len(missing) > 0 && !ignore {
		return nil, &Misuse{m.missing(missing)}
	}
	if len(symbols) == 0 {
		return m.start, nil
	}
	if m.parted() {
		symbols = append([]int32{m.start[0]}, symbols...)
	}
	return symbols, nil
}

// missing names what the vocabulary lacks.
func (m *Model) missing(pieces []string) string {
	named := make([]string, min(told, len(pieces)))
	for i := range named {
		named[i] = fmt.Sprintf("%q", pieces[i])
	}
	list := strings.Join(named, ", ")
	if more := len(pieces) - len(named); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	then := "leaves them out"
	if m.vocabulary.Number(text.Unknown) >= 0 {
		then = "reads them as unknown"
	}
	are := m.Unit() + "s that the network has not learnt"
	if len(pieces) == 1 {
		are = "a " + m.Unit() + " that the network has not learnt"
	}
	return fmt.Sprintf("the prompt holds %s, %s; take them out of the prompt, or give --ignore-unknown, which %s", list, are, then)
}

// partial is how many bytes at the end of b may begin a character that goes on behind it.
func partial(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if last := b[len(b)-n:]; utf8.RuneStart(last[0]) {
			if utf8.FullRune(last) {
				return 0
			}
			return n
		}
	}
	return 0
}
