package pipeline

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/internal/runs"
	"recur/task/forecast"
)

// pair is a small ensemble: one network that calibrates and two members.
func pair(t testing.TB, set ...string) *configs.Config {
	t.Helper()
	return panel(t, 1, append([]string{"data.transform=log", "data.window_scale=none"}, set...)...)
}

// cut shortens the weights of every checkpoint of a run.
func cut(t *testing.T, run string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(run, "checkpoints", "step-*", "model.safetensors"))
	if err != nil || len(files) == 0 {
		t.Fatal(run, files, err)
	}
	for _, file := range files {
		if err := os.Truncate(file, 10); err != nil {
			t.Fatal(err)
		}
	}
}

// told counts the runs that a command has found finished and those that it has trained, and keeps its notes.
type told struct {
	reused, trained int
	notes           []string
}

func (o *told) job(e JobEvent) {
	switch {
	case e.Done && e.Reused:
		o.reused++
	case e.Done:
		o.trained++
	}
}

func (o *told) note(s string) { o.notes = append(o.notes, s) }

// check compares the counts; aside is a run whose damaged checkpoints must be kept, "" where there is none.
func (o *told) check(t *testing.T, reused, trained int, aside string) {
	t.Helper()
	if o.reused != reused || o.trained != trained {
		t.Errorf("%d runs found finished and %d trained, want %d and %d", o.reused, o.trained, reused, trained)
	}
	if aside == "" {
		return
	}
	aside = filepath.Join(aside, "checkpoints.damaged-1")
	if _, err := os.Stat(aside); err != nil || !strings.Contains(strings.Join(o.notes, "\n"), aside) {
		t.Errorf("%v; the notes are %q, want one that names %s", err, o.notes, aside)
	}
}

// resumes goes on with an ensemble.
func resumes(t *testing.T, c *configs.Config, run string) *told {
	t.Helper()
	o := &told{}
	trained(t, c, TrainOptions{Run: run, Resume: true, OnJob: o.job, OnNote: o.note})
	return o
}

// forecasts is the forecast of a run as forecast --json prints it.
func forecasts(t *testing.T, run string) string {
	t.Helper()
	var text bytes.Buffer
	if err := streamForecast(run, forecast.Options{Intervals: []float64{80}}, forecast.NewJSON(&text)); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// refusal is the error of a forecast that must not be made.
func refusal(t *testing.T, run string) string {
	t.Helper()
	_, err := runForecast(run, forecast.Options{})
	if ExitCode(err) != ExitCheckpoint {
		t.Fatalf("got %v, want an error with exit code %d", err, ExitCheckpoint)
	}
	return err.Error()
}

// A member, or a network that chose, whose checkpoints are all damaged is trained again, whether the ensemble says that it
// is finished or not; the others are kept.
func TestDamagedMember(t *testing.T) {
	t.Parallel()
	c := pair(t)
	whole := trained(t, c, TrainOptions{})
	for _, lost := range [][]string{nil, {"result.json", runs.EnsembleName}} {
		for part, split := range map[string]string{"members/log-2": "test", "selection/log": "validation"} {
			run := copied(t, whole)
			want := forecasts(t, run)
			cut(t, filepath.Join(run, part))
			for _, name := range lost {
				if err := os.Remove(filepath.Join(run, name)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := Evaluate(run, EvaluateOptions{Split: split}); lost == nil && (err == nil || !strings.Contains(err.Error(), runs.RunDir(run).ResumeCommand())) {
				t.Errorf("%s: got %v, want the command of a resume", part, err)
			}
			resumes(t, c, run).check(t, 2, 1, filepath.Join(run, part))
			if got := forecasts(t, run); got != want {
				t.Errorf("%s, without %v: the forecast differs:\n%s", part, lost, cmp.Diff(want, got))
			}
			if _, err := Evaluate(run, EvaluateOptions{Split: split}); err != nil {
				t.Errorf("%s, without %v: %v", part, lost, err)
			}
		}
	}
}

// copied is a copy of a run, in a directory of the test.
func copied(t *testing.T, run string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "run")
	if err := os.CopyFS(to, os.DirFS(run)); err != nil {
		t.Fatal(err)
	}
	return to
}

// While a damaged member is being trained again the ensemble does not forecast with what there is of it.
func TestDamagedMemberInterrupted(t *testing.T) {
	t.Parallel()
	c := pair(t)
	run := trained(t, c, TrainOptions{})
	cut(t, filepath.Join(run, "members", "log-1"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err := Train(ctx, c, TrainOptions{Run: run, Resume: true, OnJob: func(e JobEvent) {
		if e.Epoch != nil {
			cancel()
		}
	}})
	if ExitCode(err) != ExitInterrupted {
		t.Fatalf("got %v, want an interruption", err)
	}
	if got := refusal(t, run); !strings.Contains(got, "has not ended") {
		t.Errorf("the forecast of half an ensemble: %s", got)
	}
}

// A checkpoint that can't be read for another reason than damage may be whole: nothing is trained in its place.
func TestUnreadableMember(t *testing.T) {
	t.Parallel()
	c := pair(t)
	run := trained(t, c, TrainOptions{})
	path := filepath.Join(run, "members", "log-1", "checkpoints")
	if err := os.Rename(path, path+".elsewhere"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, path); err != nil { // a loop, which no right makes readable
		t.Skip(err)
	}
	for range 2 { // finished, and then without the files that say so
		if _, err := Train(context.Background(), c, TrainOptions{Run: run, Resume: true}); ExitCode(err) != ExitCheckpoint {
			t.Errorf("got %v, want an error with exit code %d", err, ExitCheckpoint)
		}
		os.Remove(filepath.Join(run, "result.json"))
	}
	if _, err := os.Lstat(path); err != nil {
		t.Errorf("the checkpoints were cleared away: %v", err)
	}
}

// A run of a comparison, and of a backtest that trains before every origin, whose checkpoints are all damaged is trained
// again, to the same scores.
func TestDamagedRunIsTrainedAgain(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), single(t)
	o := CompareOptions{Cells: []string{"gru"}, Seeds: []uint64{1, 2}, Run: filepath.Join(t.TempDir(), "compare")}
	want, err := Compare(ctx, c, o)
	if err != nil {
		t.Fatal(err)
	}
	cut(t, filepath.Join(o.Run, "gru", "seed-1"))
	var again told
	o.OnJob, o.OnNote = again.job, again.note
	got, err := Compare(ctx, c, o)
	if err != nil {
		t.Fatal(err)
	}
	again.check(t, 1, 1, filepath.Join(o.Run, "gru", "seed-1"))
	if d := cmp.Diff(want.Rows[0].Metrics, got.Rows[0].Metrics); d != "" {
		t.Errorf("the comparison differs:\n%s", d)
	}

	b := BacktestOptions{Origins: 2, Step: 2, Refit: "each", Run: filepath.Join(t.TempDir(), "backtest")}
	first, err := RunBacktest(ctx, c, b)
	if err != nil {
		t.Fatal(err)
	}
	cut(t, filepath.Join(b.Run, "origin-02"))
	var notes told
	b.OnNote = notes.note
	second, err := RunBacktest(ctx, c, b)
	if err != nil {
		t.Fatal(err)
	}
	notes.check(t, 0, 0, filepath.Join(b.Run, "origin-02"))
	if d := cmp.Diff(first.Metrics, second.Metrics); d != "" {
		t.Errorf("the backtest differs:\n%s", d)
	}
}

// A comparison of ensembles trains the damaged member again, not the whole ensemble.
func TestDamagedMemberOfComparison(t *testing.T) {
	t.Parallel()
	o := CompareOptions{Cells: []string{"gru"}, Seeds: []uint64{1}, Run: t.TempDir()}
	c := pair(t)
	if _, err := Compare(context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	run := filepath.Join(o.Run, "gru", "seed-1")
	kept := filepath.Join(run, "members", "log-1", "result.json")
	want, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n') // to be told from one that is written again
	if err := os.WriteFile(kept, want, 0o644); err != nil {
		t.Fatal(err)
	}
	cut(t, filepath.Join(run, "members", "log-2"))
	var again told
	o.OnJob, o.OnNote = again.job, again.note
	if _, err := Compare(context.Background(), c, o); err != nil {
		t.Fatal(err)
	}
	again.check(t, 0, 1, "")
	if got, err := os.ReadFile(kept); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the whole member was trained again: %v", err)
	}
	if all := strings.Join(again.notes, "\n"); !strings.Contains(all, "gru seed 1: ") || !strings.Contains(all, "checkpoints.damaged-1") {
		t.Errorf("the notes are %q", all)
	}
}

// An ensemble.json that is missing or damaged is made again by the resume that the forecast advises, without training.
func TestEnsembleFileIsMadeAgain(t *testing.T) {
	t.Parallel()
	c := pair(t)
	run := trained(t, c, TrainOptions{})
	want, path := forecasts(t, run), filepath.Join(run, runs.EnsembleName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"missing": func() error { return os.Remove(path) },
		"damaged": func() error { return os.Truncate(path, 10) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		if advice := refusal(t, run); !strings.Contains(advice, runs.RunDir(run).ResumeCommand()) || strings.Contains(advice, "--force") {
			t.Errorf("%s: the advice is %q, want the command of a resume", name, advice)
		}
		resumes(t, c, run).check(t, 3, 0, "")
		if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %s differs, %v", name, runs.EnsembleName, err)
		}
		if got := forecasts(t, run); got != want {
			t.Errorf("%s: the forecast differs:\n%s", name, cmp.Diff(want, got))
		}
	}
}

// Where an ensemble's config.yaml is missing or damaged, the advice names the file that it was begun with; that one goes on,
// without training, and another one is refused.
func TestEnsembleWithoutConfig(t *testing.T) {
	t.Parallel()
	c := pair(t)
	run := trained(t, c, TrainOptions{})
	want, path := forecasts(t, run), filepath.Join(run, "config.yaml")
	other, err := c.With("seed=9")
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func() error{
		"missing": func() error { return os.Remove(path) },
		"damaged": func() error { return os.WriteFile(path, []byte("data: {cs"), 0o644) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		const command = "recur train CONFIG --run "
		if advice := refusal(t, run); !strings.Contains(advice, command) || strings.Contains(advice, "train "+path) {
			t.Errorf("%s: the advice is %q, want %q", name, advice, command)
		}
		_, err := Train(context.Background(), other, TrainOptions{Run: run, Resume: true})
		if err == nil || !strings.Contains(err.Error(), command) || strings.Contains(err.Error(), "train "+path) {
			t.Errorf("%s: another config: %v, want %q", name, err, command)
		}
		resumes(t, c, run).check(t, 3, 0, "")
		if got := forecasts(t, run); got != want {
			t.Errorf("%s: the forecast differs:\n%s", name, cmp.Diff(want, got))
		}
	}
	for _, dir := range append(runs.RunDir(run).Parts(), ".") {
		if err := os.Remove(filepath.Join(run, dir, "config.yaml")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Train(context.Background(), c, TrainOptions{Run: run, Resume: true}); ExitCode(err) != ExitCheckpoint {
		t.Errorf("where nothing says what it was begun with: %v, want exit code %d", err, ExitCheckpoint)
	}
}

// A run of labelled sequences that was begun when only forecasts could have members is still that of its config.
func TestRunsBeforeMembersOfEveryTask(t *testing.T) {
	t.Parallel()
	c, err := configs.Parse("adding.yaml", []byte("name: adding\ntask: regress\ndata: {synthetic: {kind: adding, length: 6, points: 100}}\nmodel: {hidden_size: 4}\ntrain: {epochs: 1}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := Train(context.Background(), c, TrainOptions{Run: dir}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "config.yaml")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	early := strings.Replace(string(b), "ensemble:\n  members: 0\n", "ensemble:\n", 1)
	if early == string(b) {
		t.Fatal("there are no members in the config")
	}
	if err := os.WriteFile(path, []byte(early), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := runs.RunDir(dir); !r.SameConfig(c) || !r.WholeConfig() {
		t.Error("it counts as another config, or as one that is cut off")
	}
}
