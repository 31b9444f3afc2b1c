package pipeline

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/internal/record"
	"recur/internal/runs"
)

// sine is a network that trains in no time.
func sine(t testing.TB, set ...string) *configs.Config {
	t.Helper()
	c, err := configs.Parse("tiny.yaml", []byte(tiny), set)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// writers are the commands that write into a directory.
var writers = map[string]func(c *configs.Config, dir string, force bool) error{
	"train": func(c *configs.Config, dir string, force bool) error {
		_, err := Train(context.Background(), c, TrainOptions{Run: dir, Force: force})
		return err
	},
	"train --resume": func(c *configs.Config, dir string, force bool) error {
		_, err := Train(context.Background(), c, TrainOptions{Run: dir, Resume: !force, Force: force})
		return err
	},
	"train an ensemble": func(c *configs.Config, dir string, force bool) error {
		c, err := c.With("ensemble.members=2")
		if err == nil {
			_, err = Train(context.Background(), c, TrainOptions{Run: dir, Force: force})
		}
		return err
	},
	"compare": func(c *configs.Config, dir string, force bool) error {
		_, err := Compare(context.Background(), c, CompareOptions{Cells: []string{"elman"}, Seeds: []uint64{1, 2}, Run: dir, Force: force})
		return err
	},
	"backtest": func(c *configs.Config, dir string, force bool) error {
		_, err := RunBacktest(context.Background(), c, BacktestOptions{Origins: 2, Step: 1, Refit: "each", Run: dir, Force: force})
		return err
	},
	"plot": func(_ *configs.Config, dir string, _ bool) error {
		_, err := Plot(dir, 1)
		return err
	},
}

// put writes files of the user's; "->" before a text makes a link to it, and a name that ends in ! a read-only file.
func put(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, strings.TrimSuffix(name, "!"))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if to, link := strings.CutPrefix(text, "->"); link {
			err = os.Symlink(to, path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err == nil && strings.HasSuffix(name, "!") {
			err = os.Chmod(path, 0o444)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// seen is all that lies below a directory: names, kinds, bytes, targets of links.
func seen(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		switch {
		case err != nil:
			return err
		case d.Type()&fs.ModeSymlink != 0:
			all[name], err = os.Readlink(path)
			all[name] = "->" + all[name]
		case d.IsDir():
			all[name] = "directory"
		default:
			var b []byte
			b, err = os.ReadFile(path)
			if d.Name() == ".lock" && strings.Trim(string(b), "0123456789\n") == "" {
				break // who used it last
			}
			all[name] = string(b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// kept fails where something of before is not there as it was.
func kept(t *testing.T, what string, before, after map[string]string) {
	t.Helper()
	for name, text := range before {
		if got, ok := after[name]; !ok || got != text {
			t.Errorf("%s: %s is lost or changed: %.60q was %.60q", what, name, got, text)
		}
	}
}

// Every command that writes refuses a directory that holds what recur did not write, with --force too, and leaves every byte of
// it and of what its links lead to.
func TestForeignDirectories(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"a project":     {"config.yaml": "# mine\n" + tiny, "data.csv": "a,b\n1,2\n", "notes/todo.txt": "buy milk"},
		"another tool":  {"checkpoints/mymodel.pt": "weights", "plots/loss.png": "picture", "metrics.csv": "loss\n1\n", "result.json": `{"mine": 1}`},
		"names of ours": {"checkpoints/step-000004/model.safetensors": "mine", "checkpoints/last": "step-000004\n", "compare.json": "{}", "run/config.yaml": tiny, "elman/seed-1/config.yaml": tiny},
		"links":         {"metrics.csv": "->../outside/precious.csv", "checkpoints": "->../outside", ".lock": "->../outside/precious.csv", "config.yaml.tmp": "->../outside/precious.csv"},
		"a lock":        {".lock": "my own lock"},
		"a record":      {record.Name: `{"files": ["mine"]}`, "mine": "mine"},
		"half a record": {record.Name + ".tmp": "mine"},
		"read-only":     {"metrics.csv!": "mine", "environment.json!": "{}"},
	} {
		for command, write := range writers {
			if command == "plot" {
				continue // its directory is a run
			}
			dir := t.TempDir()
			put(t, dir, map[string]string{"outside/precious.csv": "precious"})
			put(t, filepath.Join(dir, "run"), files)
			before := seen(t, dir)
			for _, force := range []bool{false, true} {
				err := write(sine(t), filepath.Join(dir, "run"), force)
				if ExitCode(err) != ExitFailure || !is[*record.Foreign](err) {
					t.Errorf("%s, %s, force %t: got %v, want a refusal with exit code 1", name, command, force, err)
				}
				if d := cmp.Diff(before, seen(t, dir)); d != "" {
					t.Errorf("%s, %s, force %t: the directory has changed:\n%s", name, command, force, d)
				}
			}
		}
	}
}

// theirs are files of the user's for every directory below a run.
var theirs = map[string]string{
	"notes.txt": "mine", "locked.txt!": "mine", "precious": "->/nowhere/precious", "dir": "->/nowhere", "mymodel.pt": "weights", ".tmp-mine": "mine", "own/checkpoints/last": "mine",
}

// planted puts them there, but not into single checkpoints, and returns what must be there for ever.
func planted(t *testing.T, run string) map[string]string {
	t.Helper()
	mine := map[string]string{}
	for name, what := range seen(t, run) {
		if what != "directory" || strings.HasPrefix(filepath.Base(name), "step-") {
			continue
		}
		put(t, filepath.Join(run, name), theirs)
		for file, text := range theirs {
			mine[filepath.Join(name, strings.TrimSuffix(file, "!"))] = text
		}
	}
	return mine
}

// In a directory that recur wrote, the user's own files stay, whatever is trained again there or removed by --force.
func TestForeignFilesInRuns(t *testing.T) {
	t.Parallel()
	for command, write := range writers {
		run := filepath.Join(t.TempDir(), "run")
		if command == "plot" {
			trained(t, sine(t), TrainOptions{Run: run})
		}
		if err := write(sine(t), run, false); err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		if command != "plot" && command != "compare" && command != "backtest" {
			if _, err := Plot(run, 1); err != nil {
				t.Fatal(err)
			}
		}
		mine := planted(t, run)
		kinds := []bool{true, true}
		if command == "plot" || command == "compare" || command == "backtest" {
			kinds = []bool{false, true} // what is finished is found
		}
		for _, force := range kinds {
			if err := write(sine(t), run, force); err != nil {
				t.Errorf("%s, force %t: %v", command, force, err)
			}
			kept(t, command, mine, seen(t, run))
		}
		other := sine(t, "model.hidden_size=3")
		if err := write(other, run, true); err != nil {
			t.Errorf("%s, another config: %v", command, err)
		}
		kept(t, command+" of another config", mine, seen(t, run))
	}
}

// One kind of work takes the directory of another only by force, and leaves the user's files.
func TestAnotherKindOfWork(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{{"train", "compare"}, {"compare", "train"}, {"backtest", "train an ensemble"}, {"train an ensemble", "backtest"}, {"train an ensemble", "train"}, {"train", "train an ensemble"}} {
		run := filepath.Join(t.TempDir(), "run")
		if err := writers[pair[0]](sine(t), run, false); err != nil {
			t.Fatal(pair, err)
		}
		mine := planted(t, run)
		before := seen(t, run)
		if err := writers[pair[1]](sine(t), run, false); err == nil || !strings.Contains(err.Error(), "--force") {
			t.Errorf("%v: got %v, want an error that names --force", pair, err)
		}
		kept(t, strings.Join(pair[:], ", then ")+" without force", before, seen(t, run))
		if err := writers[pair[1]](sine(t), run, true); err != nil {
			t.Errorf("%v: %v", pair, err)
		}
		kept(t, strings.Join(pair[:], ", then "), mine, seen(t, run))
	}
}

// A resume leaves the user's files, also those in the directory of a checkpoint that would otherwise go.
func TestForeignFilesStayOnResume(t *testing.T) {
	t.Parallel()
	run := trained(t, sine(t), TrainOptions{})
	mine := planted(t, run)
	steps, _ := filepath.Glob(filepath.Join(run, "checkpoints", "step-*"))
	for _, step := range steps {
		name, _ := filepath.Rel(run, step)
		put(t, step, map[string]string{"notes.txt": "mine"})
		mine[filepath.Join(name, "notes.txt")] = "mine"
	}
	fresh := trained(t, sine(t, "train.epochs=9"), TrainOptions{})
	trained(t, sine(t, "train.epochs=9"), TrainOptions{Run: run, Resume: true})
	kept(t, "resume", mine, seen(t, run))
	for _, name := range []string{"metrics.jsonl", "checkpoints/last"} {
		if a, b := readFile(t, filepath.Join(fresh, name)), readFile(t, filepath.Join(run, name)); a != b {
			t.Errorf("%s is %q, want %q", name, b, a)
		}
	}
	before := seen(t, run)
	err := writers["train"](sine(t), run, true)
	if !is[*record.Foreign](err) || !strings.Contains(err.Error(), "notes.txt") {
		t.Errorf("by force: %v, want an error that names the file in the checkpoint", err)
	}
	if d := cmp.Diff(before, seen(t, run)); d != "" {
		t.Errorf("by force: the run has changed:\n%s", d)
	}
}

func readFile(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Where the user has put a link in the place of one of recur's files or directories, neither it nor what it leads to is touched.
func TestLinksInPlaceOfFiles(t *testing.T) {
	t.Parallel()
	for command, write := range writers {
		whole := filepath.Join(t.TempDir(), "run")
		if command == "plot" {
			trained(t, sine(t), TrainOptions{Run: whole})
		}
		if err := write(sine(t), whole, false); err != nil {
			t.Fatal(err)
		}
		for name, what := range seen(t, whole) {
			if name == "." || strings.Contains(name, "step-") || command == "plot" && !strings.HasPrefix(name, "plots") {
				continue
			}
			dir := t.TempDir()
			run := filepath.Join(dir, "run")
			if err := os.CopyFS(run, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			moved := filepath.Join(dir, "moved")
			if err := os.Rename(filepath.Join(run, name), moved); err != nil {
				t.Fatal(err)
			}
			if what != "directory" {
				put(t, dir, map[string]string{"moved": "precious"})
			}
			put(t, run, map[string]string{name: "->" + moved})
			before := seen(t, moved)
			_ = write(sine(t, "model.hidden_size=3"), run, true) // it may refuse, and it may do without
			if d := cmp.Diff(before, seen(t, moved)); d != "" {
				t.Errorf("%s: what a link in the place of %s leads to has changed:\n%s", command, name, d)
			}
			if to, err := os.Readlink(filepath.Join(run, name)); err != nil || to != moved {
				t.Errorf("%s: the link in the place of %s is gone: %v", command, name, err)
			}
		}
	}
}

// The config and the data that are being read are never written over, by whatever name; a config.yaml that says the same as it
// will is no loss.
func TestWhatIsReadIsSpared(t *testing.T) {
	t.Parallel()
	run := trained(t, sine(t), TrainOptions{})
	own, path := filepath.Join(run, "config.yaml"), filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(own, path); err != nil {
		t.Skip(err)
	}
	load := func(path string, set ...string) *configs.Config {
		t.Helper()
		c, err := configs.Load(path, set)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for i, file := range []string{own, path} { // as documented
		more := load(file, "train.epochs="+string(rune('4'+i)))
		trained(t, more, TrainOptions{Run: run, Resume: true})
	}
	trained(t, load(own), TrainOptions{Run: run, Force: true})

	commented := "# why it is so\n" + readFile(t, own)
	put(t, run, map[string]string{"config.yaml": commented})
	var rows strings.Builder
	rows.WriteString("t,y\n")
	for range 30 {
		rows.WriteString("1,2\n2,3\n3,1\n")
	}
	put(t, run, map[string]string{"metrics.csv": rows.String()})
	csv, err := configs.Parse("csv.yaml", []byte("data: {csv: "+filepath.Join(run, "metrics.csv")+", targets: [y], window: 4}\nmodel: {hidden_size: 2}\ntrain: {epochs: 1}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	before := seen(t, run)
	for what, c := range map[string]*configs.Config{"config": load(own), "link": load(path), "data": csv} {
		for command, write := range writers {
			if command == "plot" {
				continue
			}
			err := write(c, run, true)
			if command == "train" && (!is[*record.Foreign](err) || !strings.Contains(err.Error(), "being read")) {
				t.Errorf("%s: %s: got %v, want a refusal", what, command, err)
			}
			if now := seen(t, run); now["config.yaml"] != before["config.yaml"] && what != "data" || now["metrics.csv"] != before["metrics.csv"] && what == "data" {
				t.Fatalf("%s: %s has written over what it reads: %v", what, command, err)
			}
		}
	}
}

// compare and backtest do not train finished work of another config or of other data again without --force.
func TestFinishedWorkNeedsForce(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"train", "train an ensemble", "compare", "backtest"} {
		run := filepath.Join(t.TempDir(), "run")
		if err := writers[command](sine(t), run, false); err != nil {
			t.Fatal(err)
		}
		before := seen(t, run)
		for _, set := range []string{"model.hidden_size=3", "data.synthetic.points=70"} {
			err := writers[command](sine(t, set), run, false)
			if ExitCode(err) != ExitFailure || err == nil || !strings.Contains(err.Error(), "a finished run") || !strings.Contains(err.Error(), "--force") {
				t.Errorf("%s, %s: got %v, want a refusal that names --force", command, set, err)
			}
			if d := cmp.Diff(before, seen(t, run)); d != "" {
				t.Errorf("%s, %s: the directory has changed:\n%s", command, set, d)
			}
			if err := writers[command](sine(t, set), filepath.Join(t.TempDir(), "run"), false); err != nil {
				t.Errorf("%s, %s: another directory: %v", command, set, err)
			}
		}
		if err := writers[command](sine(t, "model.hidden_size=3"), run, true); err != nil {
			t.Errorf("%s: by force: %v", command, err)
		}
	}
}

// A process that is killed before its first file leaves a directory that counts as empty.
func TestKilledBeforeTheFirstFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", `{"sch`, `{"schema":1,"kind":"run","files":[".l`} {
		run := filepath.Join(t.TempDir(), "run")
		put(t, run, map[string]string{".lock": "4711\n", record.Name + ".tmp": text})
		trained(t, sine(t), TrainOptions{Run: run, Resume: true})
		if own, err := record.Read(run); err != nil || !own.Has("config.yaml") {
			t.Errorf("%q: the record is %v, %v", text, own, err)
		}
	}
}

// Every file that a command leaves is in a record, and so recur's own.
func TestEveryFileIsRecorded(t *testing.T) {
	t.Parallel()
	for command, write := range writers {
		run := filepath.Join(t.TempDir(), "run")
		if command == "plot" {
			trained(t, sine(t), TrainOptions{Run: run})
		}
		if err := write(sine(t), run, false); err != nil {
			t.Fatal(err)
		}
		for name, what := range seen(t, run) {
			if what == "directory" || filepath.Base(name) == record.Name {
				continue
			}
			if _, _, owned := runs.RunDir(run).Owns(filepath.Join(run, name)); !owned {
				t.Errorf("%s: %s is in no record", command, name)
			}
		}
	}
}
