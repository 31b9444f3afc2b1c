// Package progress shows how far a training or a comparison is: a bar on a terminal, one plain line an epoch elsewhere.
package progress

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"recur/internal/pipeline"
	"recur/task"
)

const (
	barWidth = 24
	// redraw is the shortest time between two pictures of the bar: a terminal can't show more.
	redraw = 80 * time.Millisecond
)

// display is one line that is written over and over on a terminal.
type display struct {
	w        io.Writer
	terminal bool
	colour   bool
	quiet    bool
	drawn    time.Time
	open     bool // the line holds something
}

func newDisplay(w io.Writer, quiet bool) display {
	d := display{w: w, quiet: quiet}
	if f, ok := w.(*os.File); ok {
		d.terminal = term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
	}
	d.colour = d.terminal && os.Getenv("NO_COLOR") == ""
	return d
}

// paint shows a line in place of the one before; force skips the limit on how often.
func (d *display) paint(line string, force bool) {
	if !force && time.Since(d.drawn) < redraw {
		return
	}
	d.drawn, d.open = time.Now(), true
	fmt.Fprint(d.w, "\r\x1b[K"+d.fit(line))
}

// fit cuts a line to the width of the terminal, so that it stays one line.
func (d *display) fit(line string) string {
	f, ok := d.w.(*os.File)
	if !ok {
		return line
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if r := []rune(line); err == nil && width > 1 && len(r) >= width && !d.colour {
		return string(r[:width-1])
	}
	return line
}

// close ends the line that is open.
func (d *display) close() {
	if d.open {
		fmt.Fprintln(d.w)
		d.open = false
	}
}

func (d *display) bar(done, all int) string {
	full := 0
	if all > 0 {
		full = min(barWidth, barWidth*done/all)
	}
	s := strings.Repeat("━", full)
	rest := strings.Repeat("─", barWidth-full)
	if d.colour {
		return "\x1b[32m" + s + "\x1b[90m" + rest + "\x1b[0m"
	}
	return s + rest
}

// Training shows one training.
type Training struct {
	display
	name   string
	start  time.Time
	newest string // the line of the newest epoch
	told   string // the example that was told last
	began  bool   // its source was told
}

// NewTraining begins the display of a training on w, usually stderr.
func NewTraining(w io.Writer, name string, quiet bool) *Training {
	return &Training{display: newDisplay(w, quiet), name: name, start: time.Now()}
}

// Epoch shows the state after an epoch.
func (t *Training) Epoch(e pipeline.Epoch) {
	switch {
	case t.quiet:
	case t.terminal:
		t.newest = t.line(e)
		t.paint(t.newest, e.Number == e.Epochs)
	default:
		fmt.Fprintln(t.w, plainLine(e))
	}
}

// Shown shows what is said of one example after an epoch: its source and what is wanted once, then a line each time, on a terminal where it has changed.
func (t *Training) Shown(e pipeline.Epoch, d *task.Demonstration) {
	said := "  said    " + d.Said
	if d.Hint != "" {
		said = "  said    (" + d.Hint + ")"
	}
	if t.quiet || t.terminal && said == t.told {
		return
	}
	t.told = said
	if !t.began {
		t.began = true
		said = "  source  " + d.Source + "\n  wanted  " + d.Wanted + "\n" + said
	}
	if !t.terminal {
		fmt.Fprintln(t.w, said)
		return
	}
	fmt.Fprint(t.w, "\r\x1b[K"+said+"\n")
	t.paint(t.newest, true)
}

// Close ends the display.
func (t *Training) Close() { t.close() }

func (t *Training) line(e pipeline.Epoch) string {
	left := time.Duration(e.Seconds / float64(e.Number) * float64(e.Epochs-e.Number) * float64(time.Second))
	return fmt.Sprintf("%s %s %d/%d  %s  %s  %s left", t.name, t.bar(e.Number, e.Epochs), e.Number, e.Epochs, losses(e), speed(e), left.Round(time.Second))
}

func plainLine(e pipeline.Epoch) string {
	best := ""
	if e.Best {
		best = "  best"
	}
	return fmt.Sprintf("epoch %d/%d  %s  rate %.3g  %s%s", e.Number, e.Epochs, losses(e), e.LearningRate, speed(e), best)
}

func losses(e pipeline.Epoch) string {
	s := fmt.Sprintf("loss %.5g", e.TrainLoss)
	if !math.IsNaN(e.ValidationLoss) {
		s += fmt.Sprintf("  validation %.5g", e.ValidationLoss)
	}
	return s
}

func speed(e pipeline.Epoch) string { return fmt.Sprintf("%.0f steps/s", e.StepsPerSecond) }

// Comparison shows the runs of a comparison in one display.
type Comparison struct {
	display
	done    int
	running map[int]string
}

// NewComparison begins the display of a comparison on w, usually stderr.
func NewComparison(w io.Writer, quiet bool) *Comparison {
	return &Comparison{display: newDisplay(w, quiet), running: map[int]string{}}
}

// Job shows what one of the runs does. On a terminal every event changes the bar; elsewhere the end of each run is a line.
func (c *Comparison) Job(e pipeline.JobEvent) {
	if c.quiet {
		return
	}
	switch {
	case e.Done:
		c.done++
		delete(c.running, e.Job)
		if !c.terminal {
			fmt.Fprintf(c.w, "run %d/%d  %s  %s\n", c.done, e.Jobs, e.Label, ending(e))
			return
		}
	case e.Epoch != nil:
		c.running[e.Job] = fmt.Sprintf("%s %d/%d", e.Label, e.Epoch.Number, e.Epoch.Epochs)
	default:
		c.running[e.Job] = e.Label
	}
	if c.terminal {
		c.paint(fmt.Sprintf("%s %d/%d runs  %s", c.bar(c.done, e.Jobs), c.done, e.Jobs, c.now()), e.Done)
	}
}

func ending(e pipeline.JobEvent) string {
	switch {
	case pipeline.ExitCode(e.Err) == pipeline.ExitInterrupted:
		return "interrupted"
	case e.Err != nil:
		return "failed"
	case e.Reused:
		return "found finished"
	}
	return "done"
}

// now lists the running runs in the order of their numbers.
func (c *Comparison) now() string {
	var parts []string
	for job := 0; len(parts) < len(c.running); job++ {
		if s, ok := c.running[job]; ok {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// Close ends the display.
func (c *Comparison) Close() { c.close() }
