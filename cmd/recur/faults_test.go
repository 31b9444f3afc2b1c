package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// endless makes overnight go on for long.
var endless = []string{"--set", "train.epochs=100000", "--set", "train.early_stopping={patience: 0}"}

// until waits for something to become true.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// begun starts an endless training and waits for a first checkpoint that is the best.
func (p place) begun(run string, more ...string) *process {
	p.t.Helper()
	c := p.start(slices.Concat([]string{"train", "overnight.yaml", "--run", run, "--quiet"}, endless, more)...)
	until(p.t, "a first best checkpoint", func() bool { _, err := os.Stat(p.path(run, "checkpoints", "best")); return err == nil })
	return c
}

// The second training on one directory is refused and says who has it; once the first one is killed the way is free.
func TestTwoTrainings(t *testing.T) {
	p := newPlace(t)
	first := p.begun("run")
	second := p.run(p.train("run")...)
	want := fmt.Sprintf("another process (%d) is using this run", first.cmd.Process.Pid)
	if second.code() != 5 || !strings.Contains(second.stderr.String(), want) {
		t.Errorf("exit %d: %s; want 5 and %q", second.code(), &second.stderr, want)
	}
	first.cmd.Process.Signal(syscall.SIGKILL)
	first.end(t)
	at := p.saved("run")
	third := p.start(append(p.train("run"), endless...)...)
	until(t, "the third training to go on", func() bool { return p.saved("run") > at })
	third.cmd.Process.Signal(syscall.SIGINT)
	if code := third.end(t); code != 130 {
		t.Errorf("the third one: exit %d: %s", code, &third.stderr)
	}
}

// The second signal ends recur at once, even while it loads its data.
func TestSecondSignal(t *testing.T) {
	p := newPlace(t)
	c := p.begun("run")
	c.cmd.Process.Signal(syscall.SIGSTOP) // so that both arrive before it can do anything
	c.cmd.Process.Signal(syscall.SIGTERM)
	c.cmd.Process.Signal(syscall.SIGINT)
	sent := time.Now()
	c.cmd.Process.Signal(syscall.SIGCONT)
	c.end(t)
	if took := time.Since(sent); took > grace {
		t.Errorf("gone after %v", took)
	}
	if step := p.saved("run"); step < 0 {
		t.Error("the checkpoint is lost")
	}
}

// A command that does not leave in time is made to; one that does is left alone.
func TestGrace(t *testing.T) {
	for _, slow := range []bool{true, false} {
		told, left := make(chan os.Signal, 1), make(chan bool, 1)
		ctx, done := cancelled(context.Background(), told, func() {}, 20*time.Millisecond, func() { left <- true })
		told <- os.Interrupt
		<-ctx.Done()
		if !slow {
			done()
		}
		select {
		case <-left:
			if !slow {
				t.Error("it was made to leave although it was done")
			}
		case <-time.After(200 * time.Millisecond):
			if slow {
				t.Error("it was not made to leave")
			}
		}
		if slow {
			done()
		}
	}
}

// What nohup has switched off stays off.
func TestNohup(t *testing.T) {
	if _, err := exec.LookPath("nohup"); err != nil {
		t.Skip("there is no nohup here")
	}
	p := newPlace(t)
	c := p.command(p.train("run")...)
	c.cmd.Path, _ = exec.LookPath("nohup")
	c.cmd.Args = append([]string{"nohup"}, c.cmd.Args...)
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "a first checkpoint", func() bool { _, err := os.Stat(p.path("run", "checkpoints", "last")); return err == nil })
	c.cmd.Process.Signal(syscall.SIGHUP)
	if code := c.end(t); code != 0 {
		t.Errorf("exit %d: %s", code, &c.stderr)
	}
}

// A reader of stdout that has gone, or a full one, is told; a training whose progress nobody reads goes on to its end.
func TestClosedOutput(t *testing.T) {
	p := newPlace(t)
	p.whole()
	gone := func() *os.File {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		t.Cleanup(func() { w.Close() })
		return w
	}
	for _, args := range [][]string{{"forecast", "whole"}, {"evaluate", "whole", "--json"}, {"examples"}, {"version"}, {"config", "schema"}} {
		c := p.command(args...)
		c.cmd.Stdout = gone()
		c.cmd.Run()
		if c.code() != 1 || !strings.Contains(c.stderr.String(), "can't write to stdout: whoever read it has closed it") {
			t.Errorf("%q: exit %d: %s", args, c.code(), &c.stderr)
		}
	}
	if full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0); err == nil {
		c := p.command("forecast", "whole")
		c.cmd.Stdout = full
		c.cmd.Run()
		full.Close()
		if c.code() != 1 || !strings.Contains(c.stderr.String(), "the disk is full") {
			t.Errorf("/dev/full: exit %d: %s", c.code(), &c.stderr)
		}
	}
	c := p.command(p.train("unread")...)
	c.cmd.Stderr, c.cmd.Stdout = gone(), gone()
	c.cmd.Run()
	if c.code() != 1 {
		t.Errorf("nobody reads: exit %d, want 1", c.code())
	}
	p.same("a training whose output nobody reads", "whole", "unread")
}

// A stdout that was closed before recur began (>&-) is told too, and so is a full one; one that the user sends to /dev/null
// is none of them. A command whose results are files does without.
func TestOutputClosedAtStart(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells it")
	}
	p := newPlace(t)
	p.whole()
	shell := func(redirect string, args ...string) *process {
		c := p.command()
		c.cmd.Args = append([]string{"sh", "-c", `exec recur "$@" ` + redirect, "sh"}, args...)
		c.cmd.Path, _ = exec.LookPath("sh")
		c.cmd.Stdout = nil
		c.cmd.Run()
		return c
	}
	printing := [][]string{
		{"--help"}, {"help"}, {"help", "train"}, {"exit-codes"}, {"version"}, {"examples"}, {"examples", "sine"}, {"config", "schema"}, {"config", "explain"}, {"config", "validate", "overnight.yaml"},
		{"config", "render", "overnight.yaml"}, {"graph", "overnight.yaml", "-q"}, {"evaluate", "whole"}, {"evaluate", "whole", "--json"}, {"forecast", "whole"}, {"forecast", "whole", "--json"},
		{"checkpoint", "verify", "whole"}, {"checkpoint", "inspect", "whole"}, {"bench", "--hidden", "2", "--steps", "2", "--batch", "1", "--seconds", "0.001"}, {"train", "overnight.yaml", "--dry-run"}, {"train", "--help"}, {"completion", "bash"},
	}
	for _, args := range printing {
		for redirect, want := range map[string]string{">&-": "it was closed when recur began", ">/dev/full": "the disk is full"} {
			if c := shell(redirect, args...); c.code() != 1 || !strings.Contains(c.stderr.String(), "can't write to stdout: "+want) {
				t.Errorf("%q %s: exit %d: %s", args, redirect, c.code(), &c.stderr)
			}
		}
	}
	for _, redirect := range []string{">/dev/null", "<>/dev/null 1<&0 2<&0", ">|out.txt"} {
		if c := shell(redirect, "version"); c.code() != 0 {
			t.Errorf("version %s: exit %d: %s", redirect, c.code(), &c.stderr)
		}
	}
	if c := shell(">&-", p.train("silent")...); c.code() != 0 {
		t.Errorf("a training without a stdout: exit %d: %s", c.code(), &c.stderr)
	}
}

// A file that may not grow (here by a limit of the shell; a full disk ends in the same place), a directory that is read
// only, and one that vanishes: a clear sentence, exit code 1, and the checkpoints before it as they were.
func TestUnwritable(t *testing.T) {
	p := newPlace(t)
	whole, _ := p.whole()
	if c := p.run("train", "overnight.yaml", "--run", "full", "--set", "train.epochs=2", "--set", "train.schedule.warmup_epochs=0", "--quiet"); c.code() != 0 {
		t.Fatal(&c.stderr)
	}
	at := p.saved("full")
	c := p.command()
	c.cmd.Args = []string{"sh", "-c", "ulimit -f 4; exec recur train overnight.yaml --run limited --resume"}
	c.cmd.Path, _ = exec.LookPath("sh")
	c.cmd.Run()
	if c.code() != 1 || !strings.Contains(c.stderr.String(), "can't write to the run directory limited") || !strings.Contains(c.stderr.String(), "file too large") {
		t.Errorf("no room: exit %d: %s", c.code(), &c.stderr)
	}
	if p.saved("full") != at {
		t.Error("another run was touched")
	}
	if c := p.run(p.train("limited")...); c.code() != 0 {
		t.Errorf("room again: exit %d: %s", c.code(), &c.stderr)
	}
	p.same("after a full disk", whole, "limited")

	if err := os.WriteFile(p.path("file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if c := p.run("train", "overnight.yaml", "--run", "file/run"); c.code() != 1 || !strings.Contains(c.stderr.String(), "not a directory") {
		t.Errorf("under a file: exit %d: %s", c.code(), &c.stderr)
	}
	if os.Geteuid() != 0 { // root may write anywhere
		os.Mkdir(p.path("locked"), 0o500)
		if c := p.run("train", "overnight.yaml", "--run", "locked/run"); c.code() != 1 || !strings.Contains(c.stderr.String(), "permission denied") {
			t.Errorf("read only: exit %d: %s", c.code(), &c.stderr)
		}
	}
	// Saves by the clock become rare where one takes long, and only a save finds out.
	gone := p.begun("gone", "--set", "train.save_steps=100")
	if err := os.Rename(p.path("gone"), p.path("elsewhere")); err != nil {
		t.Fatal(err)
	}
	if code := gone.end(t); code != 1 || !strings.Contains(gone.stderr.String(), "it has vanished since the training began") {
		t.Errorf("vanished: exit %d: %s", code, &gone.stderr)
	}
	if p.saved("elsewhere") < 0 {
		t.Error("the checkpoints in the directory that was moved can't be read")
	}
}

// A resume that is refused leaves the run as it was.
func TestRefusedResumeTouchesNothing(t *testing.T) {
	p := newPlace(t)
	c := p.begun("run")
	c.cmd.Process.Signal(syscall.SIGKILL)
	c.end(t)
	before := p.contents("run")
	refused := p.run(append(p.train("run"), "--set", "model.hidden_size=5")...)
	if refused.code() != 5 || !strings.Contains(refused.stderr.String(), "model.hidden_size was 4, now it is 5") {
		t.Errorf("exit %d: %s", refused.code(), &refused.stderr)
	}
	for name, content := range p.contents("run") {
		if before[name] != content {
			t.Errorf("%s has changed", name)
		}
	}
}

// verify finds the same bits on any number of cores, from the start and from the checkpoint before, and finds one
// changed bit of a history that otherwise fits.
func TestVerify(t *testing.T) {
	p := newPlace(t)
	p.whole()
	for _, args := range [][]string{{}, {"--from-start"}, {"--from-start", "--steps", "20"}, {"--threads", "3"}, {"--json"}} {
		c := p.run(append([]string{"verify", "whole"}, args...)...)
		if out := c.stdout.String(); c.code() != 0 || !strings.Contains(out, "same") {
			t.Errorf("%q: exit %d: %s%s", args, c.code(), out, &c.stderr)
		}
	}
	if c := p.run("verify", "whole", "--from-start", "--steps", "2"); c.code() != 2 || !strings.Contains(c.stderr.String(), "give more --steps") {
		t.Errorf("two steps: exit %d: %s", c.code(), &c.stderr)
	}
	// Another kernel rounds otherwise: the verdict says so, and where it may come from.
	other := p.command("verify", "whole", "--from-start")
	other.cmd.Env = append(other.cmd.Env, "RECUR_KERNEL=go")
	other.cmd.Run()
	version := p.run("version")
	if bytes.Contains(version.stdout.Bytes(), []byte("kernels: go)")) {
		t.Skip("this machine has no other kernel")
	}
	if other.code() != 1 || !strings.Contains(other.stderr.String(), "different: ") || !strings.Contains(other.stderr.String(), "go now") {
		t.Errorf("another kernel: exit %d: %s%s", other.code(), &other.stdout, &other.stderr)
	}
}
