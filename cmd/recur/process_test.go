package main

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"recur/checkpoint"
)

// These tests run recur as a process of its own: TestMain puts this test program under that name into the PATH.

// overnight is a training of about half a second with everything in its state: dropout, a schedule, early stopping, a
// state to roll back to, and a checkpoint after every third of its 144 updates.
const overnight = `
name: overnight
seed: 5
data:
  synthetic: {kind: noisy_sine, points: 150, period: 30}
  window: 12
  horizon: 2
model: {cell: lstm, hidden_size: 4, layers: 2, dropout: 0.2}
train:
  epochs: 24
  batch_size: 16
  learning_rate: 0.01
  schedule: {kind: cosine, warmup_epochs: 2}
  early_stopping: {patience: 20}
  on_nan: rollback
  save_steps: 3
`

// overnightTexts is the like of texts, with averaged weights, a temperature and a simple model that is kept.
const overnightTexts = `
name: overnight
seed: 5
task: classify
data: {csv: builtin:sentiment, text: text, label: label, limit: 136, split: {validation: 20, test: 20}}
model: {hidden_size: 4, embedding_size: 4, character_ngrams: 50, front: [{conv: {channels: 4, width: 3, padding: same, norm: batch}}]}
train:
  epochs: 6
  min_updates: 0
  batch_size: 16
  refit: all
  on_nan: rollback
  save_steps: 3
ensemble: {linear: true}
`

// overnightPairs is the like of texts that are said of others, with averaged weights.
const overnightPairs = `
name: overnight
task: seq2seq
data: {synthetic: {kind: dates, points: 136, seed: 3}, split: {validation: 20, test: 20}}
model: {hidden_size: 6, embedding_size: 4, copy: true}
train:
  epochs: 6
  min_updates: 0
  batch_size: 16
  refit: all
  average: ema
  on_nan: rollback
  save_steps: 3
decode: {beam: 1, max_length: 3}
`

// overnightSounds is the like of sounds with changed copies.
const overnightSounds = `
name: overnight
task: ctc
data: {synthetic: {kind: spoken_digits, points: 64}, split: {validation: 8, test: 8}, augment: {copies: 1, speed: 0.1, noise: [10, 30]}}
model: {hidden_size: 4, front: [{conv: {channels: 4, width: 5, stride: 4, padding: same, norm: layer}}]}
train:
  epochs: 6
  min_updates: 0
  batch_size: 16
  on_nan: rollback
  save_steps: 3
`

const (
	saveSteps  = 3
	epochSteps = 6
)

// long says that the long forms are wanted.
func long() bool { return os.Getenv("RECUR_SOAK") != "" }

// times is how often a test of chance repeats.
func times(short, full int) int {
	if long() {
		return full
	}
	return short
}

// chance is a source of random numbers whose seed is told and can be replayed with RECUR_SEED.
func chance(t *testing.T) *rand.Rand {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv("RECUR_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("RECUR_SEED is %q, want a number", text)
		}
	}
	t.Logf("RECUR_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// place is a directory with overnight.yaml in it.
type place struct {
	t   *testing.T
	dir string
}

func newPlace(t *testing.T) place {
	t.Helper()
	return newPlaceOf(t, overnight)
}

// newPlaceOf has another config in overnight.yaml.
func newPlaceOf(t *testing.T, config string) place {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "overnight.yaml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return place{t, dir}
}

// process is a recur that runs.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	began          time.Time
}

func (p place) command(args ...string) *process {
	c := &process{cmd: exec.Command("recur", args...)}
	c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr = p.dir, &c.stdout, &c.stderr
	c.cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	return c
}

func (p place) start(args ...string) *process {
	p.t.Helper()
	c := p.command(args...)
	c.began = time.Now()
	if err := c.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.cmd.Process.Kill() })
	return c
}

// end waits for the process and returns its exit code, or -1 where a signal ended it.
func (c *process) end(t *testing.T) int {
	t.Helper()
	hung := time.AfterFunc(2*time.Minute, func() { c.cmd.Process.Kill() }) // none of these runs takes more than seconds
	err := c.cmd.Wait()
	if !hung.Stop() {
		t.Fatalf("%v did not end within two minutes: %s", c.cmd.Args, &c.stderr)
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return c.cmd.ProcessState.ExitCode()
}

func (p place) run(args ...string) *process {
	p.t.Helper()
	c := p.start(args...)
	c.end(p.t)
	return c
}

func (c *process) code() int { return c.cmd.ProcessState.ExitCode() }

// train is the command line that begins or goes on with a run.
func (p place) train(run string) []string {
	return []string{"train", "overnight.yaml", "--run", run, "--resume"}
}

func (p place) path(names ...string) string {
	return filepath.Join(append([]string{p.dir}, names...)...)
}

// saved loads the newest checkpoint; step -1: there is none yet.
func (p place) saved(run string) (step int) {
	p.t.Helper()
	k, notes, err := checkpoint.Load(checkpoint.OS(), p.path(run), "last")
	if errors.Is(err, checkpoint.ErrNone) || errors.Is(err, os.ErrNotExist) {
		return -1
	}
	if err != nil || len(notes) > 0 {
		p.t.Fatalf("%s: %v, %q", run, err, notes)
	}
	return k.Step
}

// contents are the bytes that two equal runs share.
func (p place) contents(run string) map[string]string {
	p.t.Helper()
	files := map[string]string{}
	read := func(name string) string {
		b, err := os.ReadFile(p.path(run, name))
		if err != nil {
			p.t.Fatal(err)
		}
		files[name] = string(b)
		return strings.TrimSpace(string(b))
	}
	for _, name := range []string{"config.yaml", "metrics.jsonl", "metrics.csv"} {
		read(name)
	}
	for _, name := range []string{"calibration.json", "companion.safetensors"} {
		if _, err := os.Stat(p.path(run, name)); err == nil {
			read(name)
		}
	}
	newest, best := read("checkpoints/last"), read("checkpoints/best")
	for _, name := range []string{"model", "data", "training"} {
		read("checkpoints/" + newest + "/" + name + ".safetensors")
	}
	read("checkpoints/" + best + "/model.safetensors")
	return files
}

// same fails unless a run holds the same bytes as another.
func (p place) same(what, want, got string) {
	p.t.Helper()
	a, b := p.contents(want), p.contents(got)
	for name, content := range a {
		if b[name] != content {
			p.t.Fatalf("%s: %s differs from the run that was not stopped: %d bytes %.60q and %d bytes %.60q", what, name, len(content), content, len(b[name]), b[name])
		}
	}
	if len(a) != len(b) {
		p.t.Fatalf("%s: %d files, want %d", what, len(b), len(a))
	}
}

// known is the newest step that must be on the disk, from the epochs that a process has told: every save before the end
// of the newest of them was complete when it was told.
func known(stderr string) int {
	at := strings.LastIndex(stderr, "epoch ")
	for at >= 0 {
		number, rest, ok := strings.Cut(stderr[at+len("epoch "):], "/")
		epoch, err := strconv.Atoi(number)
		if ok && err == nil && strings.Contains(rest, "\n") {
			return (epoch*epochSteps - 1) / saveSteps * saveSteps
		}
		at = strings.LastIndex(stderr[:at], "epoch ")
	}
	return -1
}

// whole trains without a stop and returns the run and how long it took.
func (p place) whole() (run string, took time.Duration) {
	p.t.Helper()
	began := time.Now()
	if c := p.run(p.train("whole")...); c.code() != 0 {
		p.t.Fatalf("exit %d: %s", c.code(), &c.stderr)
	}
	return "whole", time.Since(began)
}

// SIGKILL at random moments, and a resume, again and again: never an unreadable run, never more than one save interval
// lost, and at the end the bits of the run that was not killed. The long form kills 1,000 times.
func TestKills(t *testing.T) {
	for name, of := range map[string]struct {
		config string
		kills  int // of the short form
	}{"values": {overnight, 10}, "texts": {overnightTexts, 10}, "pairs": {overnightPairs, 3}, "sounds": {overnightSounds, 3}} {
		t.Run(name, func(t *testing.T) { kill(t, newPlaceOf(t, of.config), times(of.kills, 1000)) })
	}
}

func kill(t *testing.T, p place, kills int) {
	random := chance(t)
	whole, took := p.whole()
	runs, lost := 0, 0
	for n := 0; n < kills; runs++ {
		run := "killed-" + strconv.Itoa(runs)
		newest := -1
		for left := 1 + random.IntN(6); ; {
			c := p.start(p.train(run)...)
			if left == 0 {
				if code := c.end(t); code != 0 {
					t.Fatalf("%s after %d kills: exit %d: %s", run, n, code, &c.stderr)
				}
				break
			}
			time.Sleep(time.Duration(random.Int64N(int64(took))))
			c.cmd.Process.Signal(syscall.SIGKILL)
			if c.end(t) == 0 {
				break // it was faster
			}
			n, left = n+1, left-1
			step := p.saved(run)
			if must := max(newest, known(c.stderr.String())); step < must {
				lost++
				t.Errorf("kill %d: the newest checkpoint is of step %d, want %d or later", n, step, must)
			}
			newest = step
			if _, err := os.Stat(p.path(run, "result.json")); err == nil {
				break // it was killed after its end
			}
		}
		p.same(run, whole, run)
		if err := os.RemoveAll(p.path(run)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills of %d runs (one takes %v): %d lost a durable save", kills, runs, took.Round(time.Millisecond), lost)
}

// SIGTERM, SIGINT or SIGHUP at random moments: the state of that moment is saved, the process is gone within five
// seconds with the command line that goes on, and that ends with the same bits. The long form sends 200.
func TestSignals(t *testing.T) {
	random, n := chance(t), times(6, 200)
	p := newPlace(t)
	whole, took := p.whole()
	var slowest time.Duration
	early, counted := 0, 0
	for i := 0; counted < n && i < 20*n; i++ { // on a machine that is too busy few signals arrive in time
		run := "stopped-" + strconv.Itoa(i)
		s := []syscall.Signal{syscall.SIGTERM, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP}[random.IntN(4)]
		c := p.start(p.train(run)...)
		time.Sleep(time.Duration(random.Int64N(int64(took))))
		sent := time.Now()
		c.cmd.Process.Signal(s)
		code := c.end(t)
		if _, err := os.Stat(p.path(run, "result.json")); code == 0 || err == nil {
			continue // it had finished
		}
		elapsed := time.Since(sent)
		slowest = max(slowest, elapsed)
		if code == -1 {
			if p.saved(run) >= 0 {
				t.Fatalf("%v ended %s although it had begun", s, run)
			}
			early++ // before recur listens there is nothing to save
			continue
		}
		counted++
		text := c.stderr.String()
		if code != 130 || elapsed > grace || !strings.Contains(text, "recur train "+run+"/config.yaml --run "+run+" --resume") {
			t.Fatalf("%v: exit %d after %v: %s", s, code, elapsed, text)
		}
		if p.saved(run) < max(0, known(text)) {
			t.Fatalf("%v: step %d is saved, and %d was before", s, p.saved(run), known(text))
		}
		if c := p.run("train", run+"/config.yaml", "--run", run, "--resume", "--quiet"); c.code() != 0 {
			t.Fatalf("resumed: exit %d: %s", c.code(), &c.stderr)
		}
		p.same(run, whole, run)
		if err := os.RemoveAll(p.path(run)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d signals, the slowest end after %v; %d more came before recur listened", counted, slowest.Round(time.Millisecond), early)
}

// SIGKILL at random moments while --force replaces a run: it never needs help by hand, what lies there of the user's stays, and in the
// end the run is that of an empty directory.
func TestForceKills(t *testing.T) {
	random, kills := chance(t), times(6, 200)
	p := newPlace(t)
	whole, took := p.whole()
	if c := p.run("train", "overnight.yaml", "--run", "run", "--set", "model.hidden_size=3", "--quiet"); c.code() != 0 {
		t.Fatal(&c.stderr)
	}
	mine := []string{p.path("run", "mine.txt"), p.path("run", "checkpoints", "mine.pt")}
	for _, path := range mine {
		if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range kills {
		c := p.start("train", "overnight.yaml", "--run", "run", "--force", "--quiet")
		time.Sleep(time.Duration(random.Int64N(int64(took) / 2)))
		c.cmd.Process.Signal(syscall.SIGKILL)
		if code := c.end(t); code > 0 {
			t.Fatalf("exit %d: %s", code, &c.stderr)
		}
	}
	if c := p.run("train", "overnight.yaml", "--run", "run", "--force", "--quiet"); c.code() != 0 {
		t.Fatal(&c.stderr)
	}
	p.same("after kills", whole, "run")
	for _, path := range mine {
		if b, err := os.ReadFile(path); err != nil || string(b) != "mine" {
			t.Errorf("%s holds %q: %v", path, b, err)
		}
	}
}
