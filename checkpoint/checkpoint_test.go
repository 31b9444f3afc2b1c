package checkpoint_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
)

func TestSaveLoadRoundTrip(t *testing.T) {
	t.Parallel()
	run := t.TempDir()
	dir := filepath.Join(run, "checkpoints")
	want := sample(t, 20)
	if name := save(t, checkpoint.OS(), dir, want, true); name != "step-000020" {
		t.Errorf("name %q", name)
	}
	for _, path := range []string{run, dir, filepath.Join(dir, "step-000020"), filepath.Join(dir, "best"), filepath.Join(dir, "step-000020", "model.safetensors")} {
		got, notes, err := checkpoint.Load(checkpoint.OS(), path, "best")
		if err != nil || len(notes) > 0 {
			t.Fatalf("%s: notes %q, error %v", path, notes, err)
		}
		if diff := cmp.Diff(want, got, equal); diff != "" {
			t.Errorf("%s: -want +got:\n%s", path, diff)
		}
	}
}
