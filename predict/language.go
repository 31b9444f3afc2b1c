package predict

import (
	"fmt"
	"math"
	"slices"
)

// languageRows is how many states of a text a language model keeps, with what they say. One that is gone is read again from the longest beginning of it that is kept.
const languageRows = 256

// textLanguage is a network of text as a Language.
type textLanguage struct {
	symbols    []int32
	start, end int32
	kept       *Reader // a state in each row
	one        *Reader // of one row
	owners     []*readText
	logp       [][]float64 // of each row [V]
	clock      int
}

// readText is a text that was read: parent with a symbol more.
type readText struct {
	parent    *readText
	symbol    int32
	row, used int // where its state is kept, and when it was last asked for; -1: nowhere
}

// Language says what a network of text holds of labels, of which symbols names the symbols: label i is symbols[i-1]. A text begins behind the symbol
// start and ends with the symbol end; -1: it says nothing of ends. It is not safe for concurrent use, nor beside a Reader of the same Model at
// work. The error says why the network can't read a text as it comes.
func (m *Model) Language(symbols []int32, start, end int32) (Language, error) {
	l := &textLanguage{symbols: symbols, start: start, end: end, owners: make([]*readText, languageRows), logp: make([][]float64, languageRows)}
	var err error
	if l.kept, err = m.Reader(languageRows); err != nil {
		return nil, err
	}
	if l.one, err = m.Reader(1); err != nil {
		return nil, err
	}
	v := l.kept.Vocabulary()
	for _, s := range append(slices.Clone(symbols), start, max(end, 0)) {
		if s < 0 || int(s) >= v {
			return nil, fmt.Errorf("predict: language: symbol %d, want 0 to %d; use the vocabulary that the language model was trained with", s, v-1)
		}
	}
	return l, nil
}

func (l *textLanguage) Begin() any { return &readText{symbol: l.start, row: -1} }

func (l *textLanguage) Next(state any, label int32) (float64, any) {
	text, symbol := state.(*readText), l.symbols[label-1]
	return l.says(text, symbol), &readText{parent: text, symbol: symbol, row: -1}
}

func (l *textLanguage) End(state any) float64 {
	if l.end < 0 {
		return 0
	}
	return l.says(state.(*readText), l.end)
}

// says is the logarithm of the chance of a symbol behind a text; NaN where the network says no number.
func (l *textLanguage) says(text *readText, symbol int32) float64 {
	var unread []*readText
	at := text
	for ; at != nil && at.row < 0; at = at.parent {
		unread = append(unread, at)
	}
	if at != nil {
		l.use(at)
	}
	for _, next := range slices.Backward(unread) {
		if l.read(next) != nil {
			return math.NaN()
		}
	}
	return l.logp[text.row][symbol]
}

func (l *textLanguage) use(text *readText) {
	l.clock++
	text.used = l.clock
}

// read makes the state of a text whose parent's is kept.
func (l *textLanguage) read(text *readText) error {
	if text.parent == nil {
		l.one.Begin(0)
	} else {
		l.one.Copy(0, l.kept, text.parent.row)
	}
	row := l.free()
	if l.logp[row] == nil {
		l.logp[row] = make([]float64, l.kept.Vocabulary())
	}
	if err := l.one.Step([]int32{text.symbol}, l.logp[row]); err != nil {
		return err
	}
	l.kept.Copy(row, l.one, 0)
	l.owners[row], text.row = text, row
	l.use(text)
	return nil
}

// free is a row that keeps nothing, or what was asked for the longest time ago, which is then forgotten.
func (l *textLanguage) free() int {
	row := 0
	for i, owner := range l.owners {
		if owner == nil {
			return i
		}
		if owner.used < l.owners[row].used {
			row = i
		}
	}
	l.owners[row].row, l.owners[row] = -1, nil
	return row
}
