package main

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shops is an ensemble that chooses among three variants and then trains two members of each that is kept.
const shops = `
name: shops
data: {csv: shops.csv, series: shop, time: day, targets: [sales], season: [7], horizon: 7}
model: {cell: lstm, hidden_size: 4, quantiles: [0.1, 0.5, 0.9]}
train: {epochs: 6, min_updates: 0, batch_size: 16, save_steps: 2}
ensemble: {members: 2}
`

// newShops is a place with shops.yaml and its data.
func newShops(t *testing.T) place {
	t.Helper()
	p := newPlace(t)
	var rows strings.Builder
	rows.WriteString("shop,day,sales\n")
	for s := range 3 {
		for d := range 56 {
			fmt.Fprintf(&rows, "%c,%d,%.3f\n", 'a'+s, d+1, float64(s+1)*(10+5*math.Sin(float64(d)*2*math.Pi/7)+float64(d*7919%13)/10))
		}
	}
	for name, text := range map[string]string{"shops.yaml": shops, "shops.csv": rows.String()} {
		if err := os.WriteFile(p.path(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// tree are the files of a run and all below it that two equal runs share, by name: no clock time is in them.
func (p place) tree(run string) map[string]string {
	p.t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(p.path(run), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".lock" || d.Name() == "result.json" {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(p.path(run), path)
		if !strings.Contains(name, "checkpoints") || strings.HasSuffix(name, "last") || strings.HasSuffix(name, "best") {
			files[name] = string(b)
		}
		if strings.HasSuffix(name, "last") || strings.HasSuffix(name, "best") {
			weights := filepath.Join(filepath.Dir(path), strings.TrimSpace(string(b)), "model.safetensors")
			b, err = os.ReadFile(weights)
			files[name+" weights"] = string(b)
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return files
}

// finished are the results of the runs below a directory that have ended: they are never made again.
func (p place) finished(run string) map[string]string {
	found := map[string]string{}
	for _, path := range p.below(run, "result.json") {
		if b, err := os.ReadFile(path); err == nil {
			found[path] = string(b)
		}
	}
	return found
}

// below are the files of that name in the runs below a directory.
func (p place) below(run, name string) []string {
	one, _ := filepath.Glob(p.path(run, "*", name))
	two, _ := filepath.Glob(p.path(run, "*", "*", name))
	return append(one, two...)
}

// steps are the newest checkpoints of the runs below a directory.
func (p place) steps(run string) map[string]int {
	found := map[string]int{}
	for _, path := range p.below(run, "checkpoints") {
		name, _ := filepath.Rel(p.dir, filepath.Dir(path))
		found[name] = p.saved(name)
	}
	return found
}

// killed runs a command that trains several runs below a directory, kills it at random moments and goes on, until it ends
// by itself. No run goes back behind its newest checkpoint, none that has ended is trained again.
func (p place) killed(run string, took time.Duration, kills int, args ...string) (n int) {
	p.t.Helper()
	random := chance(p.t)
	for {
		before, steps := p.finished(run), p.steps(run)
		c := p.start(args...)
		if n < kills {
			time.Sleep(time.Duration(random.Int64N(int64(took)/2 + 1)))
			c.cmd.Process.Signal(syscall.SIGKILL)
		}
		code := c.end(p.t)
		if code > 0 {
			p.t.Fatalf("after %d kills: exit %d: %s", n, code, &c.stderr)
		}
		for path, text := range before {
			if b, err := os.ReadFile(path); err != nil || string(b) != text {
				p.t.Fatalf("after %d kills: %s was made again: %v", n, path, err)
			}
		}
		for name, step := range p.steps(run) {
			if before, ok := steps[name]; ok && step < before {
				p.t.Fatalf("after %d kills: %s went back from step %d to %d", n, name, before, step)
			}
		}
		if code == 0 {
			return n
		}
		n++
	}
}

// SIGKILL at random moments of the training of an ensemble: the resume trains no member again that has ended, goes on with
// the others, and ends with the bytes of the one that was not killed.
func TestEnsembleKills(t *testing.T) {
	p := newShops(t)
	args := func(run string) []string { return []string{"train", "shops.yaml", "--run", run, "--resume", "--quiet"} }
	began := time.Now()
	if c := p.run(args("whole")...); c.code() != 0 {
		t.Fatalf("exit %d: %s", c.code(), &c.stderr)
	}
	took, want := time.Since(began), p.tree("whole")
	total := 0
	for i := range times(1, 20) {
		run := "killed-" + strconv.Itoa(i)
		total += p.killed(run, took, 4, args(run)...)
		p.sameTree(want, run)
	}
	t.Logf("%d kills of %d ensembles (one takes %v)", total, times(1, 20), took.Round(time.Millisecond))
}

func (p place) sameTree(want map[string]string, run string) {
	p.t.Helper()
	got := p.tree(run)
	for name, text := range want {
		if got[name] != text {
			p.t.Errorf("%s: %s differs from the run that was not stopped: %d bytes and %d bytes", run, name, len(text), len(got[name]))
		}
	}
	if len(got) != len(want) {
		p.t.Errorf("%s: %d files, want %d", run, len(got), len(want))
	}
}

// The same for a comparison: its runs go on where they were, also where the newest checkpoint is not the best.
func TestCompareKills(t *testing.T) {
	p := newPlace(t)
	args := func(run string) []string {
		return []string{"compare", "overnight.yaml", "--cells", "elman,gru", "--seeds", "1", "--run", run, "--quiet"}
	}
	began := time.Now()
	if c := p.run(args("whole")...); c.code() != 0 {
		t.Fatalf("exit %d: %s", c.code(), &c.stderr)
	}
	took, total := time.Since(began), 0
	for i := range times(1, 20) {
		run := "killed-" + strconv.Itoa(i)
		total += p.killed(run, took, 3, args(run)...)
		for _, cell := range []string{"elman", "gru"} {
			p.same(cell, "whole/"+cell+"/seed-1", run+"/"+cell+"/seed-1")
		}
	}
	t.Logf("%d kills of %d comparisons (one takes %v)", total, times(1, 20), took.Round(time.Millisecond))
}

// The same for a backtest, which a signal stops with the advice to begin it again.
func TestBacktestKills(t *testing.T) {
	p := newPlace(t)
	args := func(run string) []string {
		return []string{"backtest", "overnight.yaml", "--origins", "2", "--step", "2", "--refit", "each", "--run", run, "--quiet"}
	}
	began := time.Now()
	if c := p.run(args("whole")...); c.code() != 0 {
		t.Fatalf("exit %d: %s", c.code(), &c.stderr)
	}
	took, total := time.Since(began), 0
	for i := range times(1, 20) {
		run := "killed-" + strconv.Itoa(i)
		total += p.killed(run, took, 2, args(run)...)
		for _, origin := range []string{"origin-01", "origin-02"} {
			p.same(origin, "whole/"+origin, run+"/"+origin)
		}
	}
	t.Logf("%d kills of %d backtests (one takes %v)", total, times(1, 20), took.Round(time.Millisecond))
	c := p.start(append(args("stopped"), "--set", "train.epochs=100000", "--set", "train.early_stopping.patience=0")...)
	until(t, "a first checkpoint", func() bool {
		_, err := os.Stat(p.path("stopped", "origin-01", "checkpoints", "last"))
		return err == nil
	})
	c.cmd.Process.Signal(syscall.SIGINT)
	if code := c.end(t); code != 130 || !strings.Contains(c.stderr.String(), "the same backtest command") {
		t.Errorf("exit %d: %s", code, &c.stderr)
	}
}

// A signal stops an ensemble with the command that goes on; another config, changed data and a second process are refused,
// and touch nothing.
func TestEnsembleStops(t *testing.T) {
	p := newShops(t)
	slow := []string{"train", "shops.yaml", "--run", "run", "--set", "train={epochs: 100000, max_updates: 0, save_steps: 2, batch_size: 16}", "--quiet"}
	c := p.start(slow...)
	until(t, "a first checkpoint", func() bool {
		paths, _ := filepath.Glob(p.path("run", "selection", "*", "checkpoints", "last"))
		return len(paths) > 0
	})
	if second := p.run(append(slow, "--resume")...); second.code() != 5 || !strings.Contains(second.stderr.String(), "another process") {
		t.Errorf("a second one: exit %d: %s", second.code(), &second.stderr)
	}
	sent := time.Now()
	c.cmd.Process.Signal(syscall.SIGTERM)
	if code := c.end(t); code != 130 || time.Since(sent) > grace || !strings.Contains(c.stderr.String(), "recur train run/config.yaml --run run --resume") {
		t.Errorf("stopped: exit %d after %v: %s", code, time.Since(sent), &c.stderr)
	}
	before := p.tree("run")
	for want, args := range map[string][]string{
		"begun with another config": {"train", "shops.yaml", "--run", "run", "--resume"},
		"holds an unfinished run":   slow,
		"holds an ensemble":         {"train", "overnight.yaml", "--run", "run", "--resume"},
		"has not ended":             {"forecast", "run"},
	} {
		if c := p.run(args...); c.code() == 0 || !strings.Contains(c.stderr.String(), want) {
			t.Errorf("%q: exit %d: %s; want %q", args, c.code(), &c.stderr, want)
		}
	}
	rows, err := os.ReadFile(p.path("shops.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.path("shops.csv"), append(rows, "c,57,1\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := p.run("train", "run/config.yaml", "--run", "run", "--resume"); c.code() != 5 || !strings.Contains(c.stderr.String(), "the data have changed") {
		t.Errorf("changed data: exit %d: %s", c.code(), &c.stderr)
	}
	p.sameTree(before, "run")
}
