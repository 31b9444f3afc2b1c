package checkpoint_test

import (
	"testing"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
)

// TestPointers: last names the newest checkpoint also when an older one was saved after it, and best is put right by the
// next save when a kill left it behind.
func TestPointers(t *testing.T) {
	t.Parallel()
	content := small(t)
	f := crashfs.New()
	check := func(when, last, best string) {
		t.Helper()
		for which, want := range map[string]string{"last": last, "best": best} {
			if b, err := f.Content(crashDir + "/" + which); err != nil || string(b) != want+"\n" {
				t.Errorf("%s: %s names %q (%v), want %s", when, which, b, err, want)
			}
		}
	}
	save(t, f, crashDir, content(10), true)
	save(t, f, crashDir, content(20), true)
	check("two best ones", "step-000020", "step-000020")
	if err := f.Write(crashDir+"/best", []byte("step-000010\n")); err != nil {
		t.Fatal(err)
	}
	save(t, f, crashDir, content(30), false)
	check("after a best that was left behind", "step-000030", "step-000020")
	save(t, f, crashDir, content(25), true)
	check("the best of an earlier step", "step-000030", "step-000025")
	for _, which := range []string{"last", "best"} {
		if err := f.Write(crashDir+"/"+which, []byte("step-000020\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := checkpoint.Tidy(f, crashDir); err != nil {
		t.Fatal(err)
	}
	check("tidied", "step-000030", "step-000025")
}
