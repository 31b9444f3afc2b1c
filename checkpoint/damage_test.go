package checkpoint_test

import (
	"errors"
	"path/filepath"
	"testing"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
)

// TestFlipsAndTruncations inverts bits of every file of a checkpoint, and cuts every file at every length. Each must be
// found, by an Error that names the file, and must count as damage. The short form inverts one bit of every byte; with
// RECUR_SOAK it is every bit, and the checkpoint has 64 KiB.
func TestFlipsAndTruncations(t *testing.T) {
	t.Parallel()
	f := crashfs.New()
	c, stride := sample(t, 20), 9 // 9: another bit of each byte in turn
	if soak(t, 1) > 1 {
		c.Weights = append(c.Weights, checkpoint.FromFloats("head.more", nil, ramp[float64](7100, 0)))
		stride = 1
	}
	name := save(t, f, crashDir, c, true)
	path := filepath.Join(crashDir, name)
	total, flips := 0, 0
	for _, base := range []string{"manifest.json", "model.safetensors", "data.safetensors", "training.safetensors"} {
		file := filepath.Join(path, base)
		content, err := f.Content(file)
		if err != nil {
			t.Fatal(err)
		}
		total += len(content)
		for bit := 0; bit < 8*len(content); bit += stride {
			flips++
			if err := f.Flip(file, bit); err != nil {
				t.Fatal(err)
			}
			mustBeDamaged(t, f, path, file, "bit", bit)
			if err := f.Flip(file, bit); err != nil {
				t.Fatal(err)
			}
		}
		for size := range len(content) {
			if err := f.Write(file, content[:size]); err != nil {
				t.Fatal(err)
			}
			mustBeDamaged(t, f, path, file, "size", size)
		}
		if err := f.Write(file, append(content, 0)); err != nil {
			t.Fatal(err)
		}
		mustBeDamaged(t, f, path, file, "size", len(content)+1)
		if err := f.Write(file, content); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := checkpoint.Load(f, path, "last"); err != nil {
		t.Fatalf("undamaged again: %v", err)
	}
	t.Logf("%d bytes: %d flips and %d truncations found", total, flips, total)
}

func mustBeDamaged(t *testing.T, f checkpoint.FS, path, file, what string, at int) {
	t.Helper()
	_, _, err := checkpoint.Load(f, path, "last")
	var e *checkpoint.Error
	if !errors.As(err, &e) || e.Path != file || e.Advice == "" {
		t.Fatalf("%s, %s %d: got %v, want an error about this file", file, what, at, err)
	}
	if at%97 != 0 {
		return
	}
	if _, _, err := checkpoint.Load(f, crashDir, "last"); !errors.Is(err, checkpoint.ErrNone) {
		t.Fatalf("%s, %s %d: got %v, want ErrNone", file, what, at, err)
	}
}
