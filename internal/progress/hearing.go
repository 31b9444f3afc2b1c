package progress

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"recur/task"
)

// Hearing shows what is heard while it comes: on a terminal one line that is written over, elsewhere the last one alone.
type Hearing struct {
	display
	screen *os.File
}

// NewHearing begins the display on w. screen is the file that w writes to, nil where it is none.
func NewHearing(w io.Writer, screen *os.File) *Hearing {
	h := &Hearing{screen: screen}
	if h.w = w; screen != nil {
		h.terminal = newDisplay(screen, false).terminal
	}
	return h
}

// Show shows what has been heard so far, or in all.
func (h *Hearing) Show(of task.Heard) error {
	switch {
	case of.Final && h.open:
		_, err := fmt.Fprint(h.w, "\r\x1b[K"+of.Output+"\n")
		h.open = false
		return err
	case of.Final:
		_, err := fmt.Fprintln(h.w, of.Output)
		return err
	case h.terminal:
		h.open = true
		_, err := fmt.Fprint(h.w, "\r\x1b[K"+h.end(of.Output))
		return err
	}
	return nil
}

// Close leaves the line that is open where listening failed.
func (h *Hearing) Close() { h.close() }

// end is the end of a line that is too long for the terminal: what came last is what is waited for.
func (h *Hearing) end(line string) string {
	width := 80
	if w, _, err := term.GetSize(int(h.screen.Fd())); err == nil && w > 1 {
		width = w
	}
	r := []rune(line)
	return string(r[max(0, len(r)-width+1):])
}
