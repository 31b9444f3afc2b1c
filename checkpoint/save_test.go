package checkpoint_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/checkpoint"
	"recur/checkpoint/crashfs"
)

// names lists what is in the directory of checkpoints.
func names(t testing.TB, f checkpoint.FS) []string {
	t.Helper()
	entries, err := f.ReadDir(crashDir)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, e := range entries {
		found = append(found, e.Name())
	}
	return found
}

func load(t testing.TB, f checkpoint.FS, path, which string) (*checkpoint.Checkpoint, []string) {
	t.Helper()
	c, notes, err := checkpoint.Load(f, path, which)
	if err != nil {
		t.Fatal(err)
	}
	return c, notes
}

func TestSaveKeepsTwoAndTheBest(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	for _, test := range []struct {
		step int
		best bool
		want string
	}{
		{10, true, "best last step-000010"},
		{20, false, "best last step-000010 step-000020"},
		{30, false, "best last step-000010 step-000020 step-000030"},
		{40, false, "best last step-000010 step-000030 step-000040"},
		{50, true, "best last step-000040 step-000050"},
		{60, false, "best last step-000050 step-000060"},
		{1234567, false, "best last step-000050 step-000060 step-1234567"},
	} {
		save(t, f, crashDir, content(test.step), test.best)
		if got := strings.Join(names(t, f), " "); got != test.want {
			t.Errorf("after step %d: %s, want %s", test.step, got, test.want)
		}
		if c, notes := load(t, f, "/runs/x", "last"); c.Step != test.step || len(notes) > 0 {
			t.Errorf("after step %d: last is step %d, notes %q", test.step, c.Step, notes)
		}
	}
	if c, _ := load(t, f, "/runs/x", ""); c.Step != 50 || !c.Best || c.Name != "step-000050" {
		t.Errorf("best is step %d, %v, %q", c.Step, c.Best, c.Name)
	}
	if got, _ := f.Content(filepath.Join(crashDir, "best")); string(got) != "step-000050\n" {
		t.Errorf("best holds %q", got)
	}
}

// TestSaveWritesEqualBytes: nothing of the moment goes into a checkpoint.
func TestSaveWritesEqualBytes(t *testing.T) {
	t.Parallel()
	a, b := crashfs.New(), crashfs.New()
	save(t, a, crashDir, sample(t, 20), true)
	save(t, b, crashDir, sample(t, 20), true)
	for _, base := range []string{"manifest.json", "model.safetensors", "data.safetensors", "training.safetensors"} {
		x, errX := a.Content(filepath.Join(crashDir, "step-000020", base))
		y, errY := b.Content(filepath.Join(crashDir, "step-000020", base))
		if errX != nil || errY != nil || !bytes.Equal(x, y) {
			t.Errorf("%s differs (%v, %v)", base, errX, errY)
		}
	}
}

func TestSaveAgain(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	save(t, f, crashDir, content(10), true)
	save(t, f, crashDir, content(10), false) // as when a signal comes right after the end of an epoch
	if c, _ := load(t, f, crashDir, "best"); c.Step != 10 || !c.Best || c.Name != "step-000010" {
		t.Errorf("the same weights are no longer the best: %q, %v", c.Name, c.Best)
	}
	other := content(10)
	other.Weights = []checkpoint.Tensor{checkpoint.FromFloats("head.weight", nil, []float64{1})}
	save(t, f, crashDir, other, false)
	if c, _ := load(t, f, crashDir, "last"); len(c.Weights[0].Data) != 8 {
		t.Error("the newer save of a step is not the one that loads")
	}
	for _, step := range []int{20, 30, 40} {
		save(t, f, crashDir, content(step), true)
	}
	if got := names(t, f); !slices.Equal(got, []string{"best", "last", "step-000030", "step-000040"}) {
		t.Errorf("left over: %q", got)
	}
}

// TestSaveTakesTheNameOfADamagedOne: a damaged checkpoint gives way to a new one of its step.
func TestSaveTakesTheNameOfADamagedOne(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	for _, step := range []int{10, 20} {
		save(t, f, crashDir, content(step), true)
	}
	flip(t, f, "step-000020/training.safetensors")
	for range 3 {
		save(t, f, crashDir, content(20), true)
	}
	if c, notes := load(t, f, crashDir, "last"); c.Step != 20 || c.Name != "step-000020" || len(notes) > 0 {
		t.Errorf("step %d %q, notes %q", c.Step, c.Name, notes)
	}
}

// TestSaveKeepsTheOneThatVerifies: of step-N and step-N.old only the second is whole. Until a new save is durable it must
// stay.
func TestSaveKeepsTheOneThatVerifies(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	save(t, f, crashDir, content(10), false)
	save(t, f, crashDir, content(10), false)
	if got := names(t, f); !slices.Equal(got, []string{"last", "step-000010", "step-000010.old"}) {
		t.Fatalf("there is %q", got)
	}
	flip(t, f, "step-000010/model.safetensors")
	renames := 0
	f.Inject(func(c crashfs.Call) error {
		if c.Kind == "rename" {
			renames++
		}
		if renames > 1 {
			return crashfs.ErrPower
		}
		return nil
	})
	if name, err := checkpoint.Save(f, crashDir, content(10), false); err == nil || name != "" {
		t.Fatalf("saved %q, %v", name, err)
	}
	f.Inject(nil)
	if c, _ := load(t, f, crashDir, "last"); c.Name != "step-000010.old" {
		t.Errorf("loaded %q", c.Name)
	}
	save(t, f, crashDir, content(10), false)
	if c, _ := load(t, f, crashDir, "last"); c.Name != "step-000010" {
		t.Errorf("loaded %q", c.Name)
	}
}

// TestSaveWhereNothingCanBeRemoved: what is left over is in nobody's way.
func TestSaveWhereNothingCanBeRemoved(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	failSync := true
	f.Inject(func(c crashfs.Call) error {
		if c.Kind == "remove" || c.Kind == "sync" && failSync {
			failSync = false
			return syscall.EIO
		}
		return nil
	})
	for _, step := range []int{10, 10, 10, 20, 30, 30, 30, 40, 50} {
		save(t, f, crashDir, content(step), true)
		if c, notes := load(t, f, crashDir, "best"); c.Step != step || len(notes) > 0 {
			t.Errorf("step %d, notes %q; want %d", c.Step, notes, step)
		}
	}
	f.Inject(nil)
	save(t, f, crashDir, content(60), true)
	if got := names(t, f); !slices.Equal(got, []string{"best", "last", "step-000050", "step-000060"}) {
		t.Errorf("left: %q", got)
	}
}

func flip(t testing.TB, f *crashfs.FS, file string) {
	t.Helper()
	if err := f.Flip(filepath.Join(crashDir, file), 801); err != nil {
		t.Fatal(err)
	}
}

// TestSaveDoesNotCountDamagedOnes: a checkpoint that does not verify is not one of the two that stay.
func TestSaveDoesNotCountDamagedOnes(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	for _, step := range []int{10, 20} {
		save(t, f, crashDir, content(step), true)
	}
	flip(t, f, "step-000020/model.safetensors")
	save(t, f, crashDir, content(30), true)
	if got := names(t, f); !slices.Equal(got, []string{"best", "last", "step-000010", "step-000030"}) {
		t.Errorf("left: %q", got)
	}
}

func TestSaveCleansUp(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	save(t, f, crashDir, content(10), true)
	for dir, file := range map[string]string{
		".tmp-step-000011-0": "model.safetensors", ".tmp-step-000020-0": "manifest.json", "notes": "file",
		".tmp-mine": "file", ".tmp-step-000012-0": "file", // no save leaves these
	} {
		if err := f.Mkdir(filepath.Join(crashDir, dir)); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Create(filepath.Join(crashDir, dir, file)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Create(filepath.Join(crashDir, ".tmp-last")); err != nil {
		t.Fatal(err)
	}
	save(t, f, crashDir, content(20), false)
	if got := names(t, f); !slices.Equal(got, []string{".tmp-mine", ".tmp-step-000012-0", "best", "last", "notes", "step-000010", "step-000020"}) {
		t.Errorf("left: %q", got)
	}
}

// TestSaveAfterAFailedSync: the content goes into new files; the old ones are not synced again.
func TestSaveAfterAFailedSync(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	synced := map[string]int{}
	f.Inject(func(c crashfs.Call) error {
		if c.Kind != "sync" {
			return nil
		}
		synced[c.Name]++
		if len(synced) == 2 && synced[c.Name] == 1 {
			return syscall.EIO
		}
		return nil
	})
	save(t, f, crashDir, content(10), true)
	if len(synced) < 5 {
		t.Errorf("synced only %v", synced)
	}
	if c, _ := load(t, f, crashDir, "last"); c.Step != 10 {
		t.Errorf("step %d", c.Step)
	}
}

func TestSaveRefuses(t *testing.T) {
	t.Parallel()
	content := small(t)
	for want, change := range map[string]func(*checkpoint.Checkpoint){
		"it has no config":               func(c *checkpoint.Checkpoint) { c.Config = nil },
		"it has no weights":              func(c *checkpoint.Checkpoint) { c.Weights = nil },
		"step -1 or epoch 0 is negative": func(c *checkpoint.Checkpoint) { c.Step = -1 },
		"the name comes twice":           func(c *checkpoint.Checkpoint) { c.Weights = append(c.Weights, c.Weights...) },
		"has -1 at place 1":              func(c *checkpoint.Checkpoint) { c.Training.Order = []int{0, -1} },
		"cursor 1 ":                      func(c *checkpoint.Checkpoint) { c.Training.Cursor = 1 },
		"is not UTF-8":                   func(c *checkpoint.Checkpoint) { c.Data.Targets = []string{"\xff"} },
		"its tail has 1 values and 0 marks": func(c *checkpoint.Checkpoint) {
			c.Data = checkpoint.Data{Targets: []string{"a"}, Series: []checkpoint.SeriesState{{Tail: []float64{1}}}}
		},
		"naive scale has 2 numbers, want 1": func(c *checkpoint.Checkpoint) {
			c.Data = checkpoint.Data{Targets: []string{"a"}, Series: []checkpoint.SeriesState{{NaiveScale: []float64{1, 2}}}}
		},
	} {
		c, f := content(10), crashfs.New()
		change(c)
		name, err := checkpoint.Save(f, crashDir, c, true)
		var e *checkpoint.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || name != "" {
			t.Errorf("got %q and %v, want %q", name, err, want)
		}
		if _, err := f.Stat(crashDir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: something was written", want)
		}
	}
}

func TestLoadFallsBack(t *testing.T) {
	t.Parallel()
	content := small(t)
	for _, test := range []struct {
		name  string
		spoil func(f *crashfs.FS)
		which string
		step  int
		notes []string
	}{
		{"nothing", func(f *crashfs.FS) {}, "last", 30, nil},
		{"pointers gone", func(f *crashfs.FS) { f.Remove(crashDir + "/last"); f.Remove(crashDir + "/best") }, "best", 20, nil},
		{"pointer to an older one", func(f *crashfs.FS) { f.Write(crashDir+"/last", []byte("step-000020\n")) }, "last", 30, nil},
		{"pointer out of the directory", func(f *crashfs.FS) { f.Write(crashDir+"/last", []byte("../../etc/passwd\n")) }, "last", 30, nil},
		{"newest damaged", func(f *crashfs.FS) { flip(t, f, "step-000030/model.safetensors") }, "last", 20, []string{
			`/runs/x/checkpoints/step-000030 does not verify (its SHA-256 is not the manifest's`, "using step-000020 instead"}},
		{"newest without a manifest", func(f *crashfs.FS) { f.Remove(crashDir + "/step-000030/manifest.json") }, "last", 20, []string{
			"step-000030 does not verify (it is missing); using step-000020 instead"}},
		{"newest gone", func(f *crashfs.FS) { f.Rename(crashDir+"/step-000030", crashDir+"/elsewhere") }, "last", 20, []string{
			"/runs/x/checkpoints/last names step-000030, which is not there; using step-000020 instead"}},
		{"renamed to another step", func(f *crashfs.FS) { f.Rename(crashDir+"/step-000030", crashDir+"/step-000099") }, "last", 20, []string{
			"it is of step 30, its directory says 99"}},
		{"best damaged", func(f *crashfs.FS) { flip(t, f, "step-000020/data.safetensors") }, "best", 10, []string{
			"step-000020 does not verify", "using step-000010 instead"}},
		{"every best damaged", func(f *crashfs.FS) {
			flip(t, f, "step-000010/data.safetensors")
			flip(t, f, "step-000020/data.safetensors")
		}, "best", 30, []string{"that was saved as the best verifies; using the newest that does, step-000030"}},
	} {
		f := crashfs.New()
		for _, step := range []int{20, 30, 10} { // the one just saved always stays
			save(t, f, crashDir, content(step), step < 30)
		}
		f.Write(crashDir+"/last", []byte("step-000030\n"))
		f.Write(crashDir+"/best", []byte("step-000020\n"))
		test.spoil(f)
		c, notes, err := checkpoint.Load(f, "/runs/x", test.which)
		if err != nil || c.Step != test.step || (len(test.notes) == 0) != (len(notes) == 0) {
			t.Errorf("%s: got %v, notes %q, error %v; want step %d", test.name, c, notes, err, test.step)
			continue
		}
		for _, want := range test.notes {
			if !strings.Contains(strings.Join(notes, "\n"), want) {
				t.Errorf("%s: notes %q, want %q", test.name, notes, want)
			}
		}
	}
}

func TestLoadErrors(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	check := func(path, want string, is error) {
		t.Helper()
		_, _, err := checkpoint.Load(f, path, "last")
		var e *checkpoint.Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || is != nil && !errors.Is(err, is) {
			t.Errorf("%s: got %v, want %q and %v", path, err, want, is)
		}
		if is == nil && errors.Is(err, checkpoint.ErrNone) {
			t.Errorf("%s: %v counts as an empty run", path, err)
		}
	}
	check("/runs/x", "checkpoint: /runs/x: it does not exist; name a run directory or a checkpoint in one", checkpoint.ErrNone)
	f.Mkdir("/runs")
	f.Mkdir("/runs/x")
	check("/runs/x", "it holds no checkpoint", checkpoint.ErrNone)
	save(t, f, crashDir, content(10), true)
	check(crashDir+"/step-000010/more", "it does not exist", checkpoint.ErrNone)
	f.Create("/runs/x/config.yaml")
	check("/runs/x/config.yaml", "it is no checkpoint", nil)
	flip(t, f, "step-000010/model.safetensors")
	check("/runs/x", "none of its 1 checkpoints verifies", checkpoint.ErrNone)
	check(crashDir+"/step-000010", "its SHA-256 is not the manifest's", nil)
	if _, _, err := checkpoint.Load(f, "/runs/x", "newest"); err == nil {
		t.Error("which may be anything")
	}
}

// TestLinksAreNotFollowed: a file of a checkpoint that is a link to somewhere else is not read.
func TestLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, save(t, checkpoint.OS(), dir, sample(t, 20), true), "data.safetensors")
	aside := filepath.Join(t.TempDir(), "data.safetensors")
	if err := os.Rename(path, aside); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(aside, path); err != nil {
		t.Skip(err)
	}
	if _, _, err := checkpoint.Load(checkpoint.OS(), dir, "last"); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("got %v", err)
	}
}

// A file of the user's in the directory of a checkpoint stays where it is, whatever becomes of the checkpoint.
func TestForeignFilesStay(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	save(t, f, crashDir, content(10), true)
	mine := crashDir + "/step-000010/notes.txt"
	if _, err := f.Create(mine); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(mine, []byte("mine")); err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		if b, err := f.Content(mine); err != nil || string(b) != "mine" {
			t.Errorf("%s: the file holds %q: %v", when, b, err)
		}
	}
	for _, step := range []int{20, 30, 40} {
		save(t, f, crashDir, content(step), true)
	}
	check("after newer ones")
	save(t, f, crashDir, content(10), true) // the same bytes: nothing is to be written
	check("saved again")
	other := content(10)
	other.Epoch++
	if _, err := checkpoint.Save(f, crashDir, other, true); err == nil || !strings.Contains(err.Error(), "notes.txt") {
		t.Errorf("replaced by another: %v, want an error that names the file", err)
	}
	check("replaced")
	if err := checkpoint.Clear(f, crashDir); err != nil {
		t.Fatal(err)
	}
	check("cleared")
	if _, err := f.Content(crashDir + "/step-000010/model.safetensors"); err == nil {
		t.Error("the weights are still there")
	}
}

func TestClear(t *testing.T) {
	t.Parallel()
	content, f := small(t), crashfs.New()
	if err := checkpoint.Clear(f, crashDir); err != nil {
		t.Fatal(err)
	}
	for _, step := range []int{10, 20, 30} {
		save(t, f, crashDir, content(step), true)
	}
	if err := checkpoint.Clear(f, crashDir); err != nil {
		t.Fatal(err)
	}
	if got := names(t, f); len(got) > 0 {
		t.Errorf("left: %q", got)
	}
	if _, _, err := checkpoint.Load(f, "/runs/x", "last"); !errors.Is(err, checkpoint.ErrNone) {
		t.Errorf("got %v, want ErrNone", err)
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	f := crashfs.New()
	for _, step := range []int{10, 20, 30} {
		save(t, f, crashDir, sample(t, step), step == 10)
	}
	flip(t, f, "step-000020/training.safetensors")
	f.Write(crashDir+"/best", []byte("nonsense"))
	found, err := checkpoint.Verify(f, "/runs/x")
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Name, Names string
		Step        int
		Best, OK    bool
	}
	var got []row
	for _, s := range found {
		got = append(got, row{s.Name, s.Names, s.Step, s.Best, s.Err == nil})
	}
	want := []row{
		{"step-000030", "", 30, false, true},
		{"step-000020", "", 0, false, false},
		{"step-000010", "", 10, true, true},
		{"last", "step-000030", 30, false, true},
		{"best", "", 0, false, false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if found[0].Bytes < 3000 {
		t.Errorf("%d bytes", found[0].Bytes)
	}
}

func TestInspect(t *testing.T) {
	t.Parallel()
	f := crashfs.New()
	save(t, f, crashDir, sample(t, 20), true)
	for _, path := range []string{"/runs/x", crashDir, crashDir + "/step-000020", crashDir + "/best"} {
		info, err := checkpoint.Inspect(f, path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Version != 1 || info.Step != 20 || info.Epoch != 2 || !info.Best || info.DataHash != "9f86d081" || len(info.Files) != 3 {
			t.Errorf("%s: %+v", path, info)
		}
	}
	info, err := checkpoint.Inspect(f, crashDir+"/step-000020/model.safetensors")
	if err != nil {
		t.Fatal(err)
	}
	if len(info.Files) != 1 || len(info.Files[0].Tensors) != 6 || info.Files[0].Metadata["format"] != "pt" {
		t.Fatalf("%+v", info)
	}
	want := checkpoint.TensorInfo{Name: "head.weight", DType: "F32", Shape: []int{2, 2}, Bytes: 16, CRC32C: info.Files[0].Tensors[4].CRC32C}
	if diff := cmp.Diff(want, info.Files[0].Tensors[4]); diff != "" {
		t.Error(diff)
	}
}
