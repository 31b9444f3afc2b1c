// Command scaling measures, with the binary that a user runs, what speed alone does not show: how the time and the memory of
// training grow with the steps of a window, the rows of a batch and the number of windows (a factor of 100 each, drawn as
// cost.svg); what a busy process on one core costs; and that the steps a second of `recur train` are those of `recur bench`.
//
//	go run ./bench/scaling -binary bin/recur -out docs/img
//
// It takes about three minutes. Other work on the machine spoils the figures.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	var m machine
	spin := flag.Bool("spin", false, "be the busy process")
	only := flag.String("only", "", "growth, neighbour or agreement; all of them without it")
	out := flag.String("out", ".", "folder for cost.svg")
	flag.StringVar(&m.binary, "binary", "bin/recur", "the recur to measure")
	flag.Float64Var(&m.seconds, "seconds", 1, "how long to time each measurement")
	flag.Parse()
	if *spin {
		for { // until it is killed
		}
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{{"growth", func() error { return m.growth(*out) }}, {"neighbour", m.neighbour}, {"agreement", m.agreement}} {
		if *only != "" && *only != part.name {
			continue
		}
		if err := part.run(); err != nil {
			fmt.Fprintln(os.Stderr, "scaling:", err)
			os.Exit(1)
		}
	}
}
