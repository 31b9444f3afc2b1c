package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"recur/internal/pipeline"
)

// grace is how long a command that was told to stop may take to save.
const grace = 5 * time.Second

// untilSignal returns a context that the first SIGINT, SIGTERM or SIGHUP cancels, for a command that has something to
// save. A second signal ends the process at once, and so does the end of the grace. A signal that whoever started recur
// has switched off (nohup does so with SIGHUP) stays off.
func untilSignal(ctx context.Context, stderr io.Writer) (context.Context, func()) {
	var wanted []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	told := make(chan os.Signal, 1)
	if len(wanted) > 0 {
		signal.Notify(told, wanted...)
	}
	leave := func() {
		fmt.Fprintf(stderr, "recur: the step or the save that runs takes longer than %v: leaving without it; what was saved before is as it was\n", grace)
		os.Exit(pipeline.ExitInterrupted)
	}
	return cancelled(ctx, told, func() { signal.Stop(told) }, grace, leave)
}

// cancelled cancels the context at the first signal, calls off, and calls leave when the returned function was not called
// within wait after that.
func cancelled(ctx context.Context, told <-chan os.Signal, off func(), wait time.Duration, leave func()) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		select {
		case <-told:
		case <-done:
			return
		}
		off()
		cancel()
		select {
		case <-time.After(wait):
			leave()
		case <-done:
		}
	}()
	return ctx, func() {
		close(done)
		off()
		cancel()
	}
}

// closedWriter stands for a stdout that was closed when recur began.
type closedWriter struct{}

func (closedWriter) Write([]byte) (int, error) {
	return 0, errors.New("it was closed when recur began; send it to a file, to a pipe or to >/dev/null")
}

// watched is a writer that remembers its first error: printing is not checked call by call.
type watched struct {
	w   io.Writer
	err error
}

func (w *watched) Write(b []byte) (int, error) {
	n, err := w.w.Write(b)
	if err != nil && w.err == nil {
		w.err = err
	}
	return n, err
}
