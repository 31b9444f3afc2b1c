package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// machine runs the binary.
type machine struct {
	binary  string
	seconds float64
}

// shape is a network and its batch.
type shape struct {
	cell                         string
	batch, steps, hidden, inputs int
	layers                       int
}

func (s shape) String() string {
	return fmt.Sprintf("%s %d,%d,%d,%d,%d", s.cell, s.batch, s.steps, s.inputs, s.hidden, s.layers)
}

// call runs the binary and decodes what it prints; it returns the most memory that it had, in MB (0: unknown).
func (m *machine) call(answer any, args ...string) (megabytes float64, err error) {
	cmd := exec.Command(m.binary, args...)
	cmd.Stderr = os.Stderr
	if args[0] == "train" {
		cmd.Stderr = nil // a line for every epoch
	}
	out, err := cmd.Output()
	if err != nil {
		return 0, fmt.Errorf("%s %v: %w", m.binary, args, err)
	}
	return peakMemory(cmd.ProcessState), json.Unmarshal(out, answer)
}

// timing is bench's train_ms.
type timing struct{ Min, Median float64 }

// bench times a training step; threads 0 is all.
func (m *machine) bench(s shape, threads int) (timing, float64, error) {
	var r struct {
		Rows []struct {
			Train timing `json:"train_ms"`
		}
	}
	memory, err := m.call(&r, "bench", "--json", "--seconds", fmt.Sprint(m.seconds), "--threads", fmt.Sprint(threads), "--cell", s.cell,
		"--batch", fmt.Sprint(s.batch), "--steps", fmt.Sprint(s.steps), "--inputs", fmt.Sprint(s.inputs),
		"--hidden", fmt.Sprint(s.hidden), "--layers", fmt.Sprint(s.layers))
	if err == nil && len(r.Rows) != 1 {
		err = fmt.Errorf("bench printed %d rows, want 1", len(r.Rows))
	}
	if err != nil {
		return timing{}, 0, err
	}
	return r.Rows[0].Train, memory, nil
}

const job = `name: scaling
data:
  synthetic: {kind: noisy_sine, points: %d, period: 50}
  split: {train: %[1]d}
  window: %d
  horizon: 1
model: {cell: %s, hidden_size: %d, layers: %d}
train: {epochs: %d, batch_size: %d, early_stopping: {patience: 0}}
`

// result is `train --json`.
type result struct {
	Steps          int
	Seconds        float64
	StepsPerSecond float64 `json:"steps_per_second"`
}

// train learns from so many windows for some epochs.
func (m *machine) train(s shape, windows, epochs int) (r result, megabytes float64, err error) {
	dir, err := os.MkdirTemp("", "scaling")
	if err != nil {
		return r, 0, err
	}
	defer os.RemoveAll(dir)
	config := filepath.Join(dir, "scaling.yaml")
	text := fmt.Sprintf(job, windows+s.steps, s.steps, s.cell, s.hidden, s.layers, epochs, s.batch)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return r, 0, err
	}
	megabytes, err = m.call(&r, "train", config, "--run", filepath.Join(dir, "run"), "--json")
	return r, megabytes, err
}
