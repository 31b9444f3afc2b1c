package generate

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"recur/data/text"
)

// writer makes text of symbols as they come. It holds back what may be the beginning of a character or of the stop text.
type writer struct {
	vocabulary *text.Vocabulary
	stop       []byte // nil: none
	gap        bool   // a word that comes now stands behind another one
	held       []byte
	text       []byte
	emit       func(piece string) error // may be nil
}

// newWriter writes behind a prompt.
func newWriter(v *text.Vocabulary, prompt, stop string, emit func(string) error) *writer {
	last, _ := utf8.DecodeLastRuneInString(prompt)
	return &writer{vocabulary: v, stop: []byte(stop), gap: prompt != "" && !unicode.IsSpace(last), emit: emit}
}

// add writes a symbol, and says that the stop text has come: it is not written itself.
func (w *writer) add(symbol int32) (stopped bool, err error) {
	piece, special := w.vocabulary.Symbol(symbol)
	if special {
		return false, nil
	}
	if w.vocabulary.Tokens().Unit == text.Word {
		if w.gap {
			w.held = append(w.held, ' ')
		}
		w.gap = true
	}
	w.held = append(w.held, piece...)
	if len(w.stop) > 0 {
		if at := bytes.Index(w.held, w.stop); at >= 0 {
			err := w.write(at) // what stands before it can't go on any more
			w.held = nil
			return true, err
		}
	}
	return false, w.write(len(w.held) - max(partial(w.held), w.begun()))
}

// begun is how much of the stop text stands at the end of what is held.
func (w *writer) begun() int {
	for n := min(len(w.stop)-1, len(w.held)); n > 0; n-- {
		if bytes.HasSuffix(w.held, w.stop[:n]) {
			return n
		}
	}
	return 0
}

// end writes what is held, but for a part of a character.
func (w *writer) end() error {
	err := w.write(len(w.held) - partial(w.held))
	w.held = nil
	return err
}

func (w *writer) write(n int) error {
	if n == 0 {
		return nil
	}
	w.text = append(w.text, w.held[:n]...)
	piece := string(w.held[:n])
	w.held = w.held[:copy(w.held, w.held[n:])]
	if w.emit == nil {
		return nil
	}
	return w.emit(piece)
}
