package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
)

// grid is what the parts below time.
var grid = []shape{
	{"elman", 32, 24, 64, 1, 1}, {"lstm", 32, 24, 64, 1, 1}, {"gru", 32, 24, 64, 1, 1},
	{"elman", 64, 50, 128, 1, 1}, {"lstm", 64, 50, 128, 1, 1}, {"gru", 64, 50, 128, 1, 1},
	{"lstm", 50, 50, 128, 65, 2},
}

// neighbour times steps on one thread, on all, and on all while a process keeps one core busy.
func (m *machine) neighbour() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("\n| median ms of a training step | one thread | all threads | all, one core busy | busy ÷ one thread |\n|---|---|---|---|---|\n")
	worst := 0.0
	for _, s := range grid {
		one, _, err := m.bench(s, 1)
		if err != nil {
			return err
		}
		all, _, err := m.bench(s, 0)
		if err != nil {
			return err
		}
		beside, err := m.beside(exec.Command(self, "-spin"), s)
		if err != nil {
			return err
		}
		ratio := beside.Median / one.Median
		worst = max(worst, ratio)
		fmt.Printf("| %v | %.4g | %.4g | %.4g | %.2f |\n", s, one.Median, all.Median, beside.Median, ratio)
	}
	fmt.Printf("\nhighest: %.2f, wanted at most 1.30\n", worst)
	return nil
}

// beside times steps while other runs.
func (m *machine) beside(other *exec.Cmd, s shape) (timing, error) {
	other.Env = append(os.Environ(), "GOMAXPROCS=1")
	if err := other.Start(); err != nil {
		return timing{}, err
	}
	defer func() {
		other.Process.Kill()
		other.Wait()
	}()
	t, _, err := m.bench(s, 0)
	return t, err
}

// agreement compares the steps a second that train reports with what bench times. Both are taken in turn three times and the
// best of each counts, since other work on the machine only ever slows them down.
func (m *machine) agreement() error {
	fmt.Printf("\n| steps a second | train | bench | apart |\n|---|---|---|---|\n")
	worst := 0.0
	for _, s := range grid {
		if s.inputs != 1 { // the synthetic data have one column
			continue
		}
		var reported, timed float64
		for range 3 {
			t, _, err := m.bench(s, 0)
			if err != nil {
				return err
			}
			steps := max(100, int(4*1000*m.seconds/t.Median)) // so that making the graph does not count
			r, _, err := m.train(s, steps*s.batch, 1)
			if err != nil {
				return err
			}
			reported, timed = max(reported, r.StepsPerSecond), max(timed, 1000/t.Median)
		}
		apart := math.Abs(reported-timed) / timed
		worst = max(worst, apart)
		fmt.Printf("| %v | %.0f | %.0f | %.0f%% |\n", s, reported, timed, 100*apart)
	}
	fmt.Printf("\nfarthest apart: %.0f%%, wanted at most 15%%\n", 100*worst)
	return nil
}
