package evaluate

import (
	"strings"
	"unicode"
)

// tokens13a cuts a text as mteval-v13a.pl of NIST does, in the form of sacrebleu 2.6.0 [2]. The regular expressions there are four
// passes over bytes here, in a tenth of the time; a test holds them side by side. Bytes above ASCII are neither marks nor
// digits, so that characters stay whole.
//
// [2] Post 2018, A call for clarity in reporting BLEU scores.
func tokens13a(text string) []string {
	text = strings.ReplaceAll(text, "<skipped>", "")
	text = strings.ReplaceAll(text, "-\n", "")
	text = strings.ReplaceAll(text, "\n", " ")
	if strings.Contains(text, "&") { // one after the other: &amp;lt; becomes <
		text = strings.ReplaceAll(text, "&quot;", `"`)
		text = strings.ReplaceAll(text, "&amp;", "&")
		text = strings.ReplaceAll(text, "&lt;", "<")
		text = strings.ReplaceAll(text, "&gt;", ">")
	}
	all := make([]byte, 0, 2*len(text)+2)
	for _, c := range []byte(" " + text + " ") {
		if isMark(c) {
			all = append(all, ' ', c, ' ')
		} else {
			all = append(all, c)
		}
	}
	all = parted(all, func(a, b byte) bool { return !isDigit(a) && isPoint(b) }, "", " ", " ")
	all = parted(all, func(a, b byte) bool { return isPoint(a) && !isDigit(b) }, " ", " ", "")
	all = parted(all, func(a, b byte) bool { return isDigit(a) && b == '-' }, "", " ", " ")
	return spaced(string(all))
}

// parted puts something before, between and after two bytes that match; what has matched is not looked at again.
func parted(text []byte, match func(a, b byte) bool, before, between, after string) []byte {
	all := make([]byte, 0, 2*len(text))
	for i := 0; i < len(text); i++ {
		if i+1 == len(text) || !match(text[i], text[i+1]) {
			all = append(all, text[i])
			continue
		}
		all = append(append(all, before...), text[i])
		all = append(append(all, between...), text[i+1])
		all = append(all, after...)
		i++
	}
	return all
}

// isMark holds the blank and the marks of ASCII but for ' , - and .
func isMark(c byte) bool {
	return c >= ' ' && c <= '~' && !isDigit(c) && c != '\'' && c != ',' && c != '-' && c != '.' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isPoint(c byte) bool { return c == '.' || c == ',' }

// spaced cuts at white space as Python does.
func spaced(text string) []string { return strings.FieldsFunc(text, isSpace) }

// isSpace holds Python's white space, which has four separators of ASCII more than Unicode's.
func isSpace(r rune) bool { return unicode.IsSpace(r) || '\x1c' <= r && r <= '\x1f' }
