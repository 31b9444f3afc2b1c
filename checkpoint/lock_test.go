package checkpoint_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"recur/checkpoint"
)

// TestMain lets the test program be the other process of TestLockSurvivesKill.
func TestMain(m *testing.M) {
	if dir := os.Getenv("RECUR_TEST_LOCK"); dir != "" {
		_, err := checkpoint.Lock(dir)
		fmt.Println("locked", err == nil)
		time.Sleep(time.Minute)
		return
	}
	os.Exit(m.Run())
}

func TestLock(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "runs", "x")
	unlock, err := checkpoint.Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = checkpoint.Lock(dir)
	var e *checkpoint.Error
	if !errors.Is(err, checkpoint.ErrLocked) || !errors.As(err, &e) || !strings.Contains(err.Error(), fmt.Sprintf("another process (%d) is using this run", os.Getpid())) {
		t.Errorf("locked twice: %v", err)
	}
	unlock()
	unlock, err = checkpoint.Lock(dir)
	if err != nil {
		t.Fatalf("after unlocking: %v", err)
	}
	unlock()
}

func TestLockErrors(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := checkpoint.Lock(file); err == nil || errors.Is(err, checkpoint.ErrLocked) || !strings.Contains(err.Error(), "it is not a directory") {
		t.Errorf("got %v", err)
	}
}

// TestLockSurvivesKill: another process holds the lock; when it is killed the lock is free.
func TestLockSurvivesKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.Command(program)
	other.Env = append(os.Environ(), "RECUR_TEST_LOCK="+dir)
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer other.Process.Kill()
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "locked true\n" {
		t.Fatalf("the other process says %q", line)
	}
	if _, err := checkpoint.Lock(dir); !errors.Is(err, checkpoint.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprint(other.Process.Pid)) {
		t.Errorf("while the other process has it: %v", err)
	}
	if err := other.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	other.Wait()
	unlock, err := checkpoint.Lock(dir)
	if err != nil {
		t.Fatalf("after the kill: %v", err)
	}
	unlock()
}
