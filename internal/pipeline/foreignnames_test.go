package pipeline

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/internal/record"
	"recur/internal/runs"
	"recur/task/forecast"
)

// The record names what recur writes, and no more: what the user lays where nothing of recur's is, or is any more, is theirs.
func TestNamesOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	run := trained(t, sine(t), TrainOptions{})
	mine := map[string]string{"calibration.json": "mine"} // this run has no quantiles to calibrate
	put(t, run, mine)
	trained(t, sine(t), TrainOptions{Run: run, Force: true})
	kept(t, "a run", mine, seen(t, run))

	if err := writers["train an ensemble"](sine(t), run, true); err != nil {
		t.Fatal(err)
	}
	more := map[string]string{"metrics.csv": "mine", "checkpoints/best": "mine", "checkpoints/step-000012/model.safetensors": "mine"} // the plain run had them
	put(t, run, more)
	if err := writers["train an ensemble"](sine(t), run, true); err != nil {
		t.Fatal(err)
	}
	kept(t, "an ensemble", mine, seen(t, run))
	kept(t, "an ensemble", more, seen(t, run))
}

// Files of the user's with names that tell kinds of runs apart, in a run whose record does not name them, change nothing of it.
func TestForeignNamesTellNothing(t *testing.T) {
	t.Parallel()
	run := filepath.Join(t.TempDir(), "step-000001") // as a checkpoint is called
	trained(t, sine(t), TrainOptions{Run: run})
	forecast := func() any {
		t.Helper()
		f, err := runForecast(run, forecast.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	want := forecast()
	mine := map[string]string{"ensemble.json": "{}", "calibration.json": "{}", "manifest.json": "{}", "compare.json": "{}", "members/alice/notes.txt": "mine", "selection/list": "mine"}
	put(t, run, mine)
	works := func(what string) {
		t.Helper()
		for name, command := range readers {
			if err := command(run); err != nil {
				t.Errorf("%s: %s: %v", what, name, err)
			}
		}
		kept(t, what, mine, seen(t, run))
	}
	works("a run")
	if d := cmp.Diff(want, forecast()); d != "" {
		t.Errorf("its forecast has changed:\n%s", d)
	}
	trained(t, sine(t, "train.epochs=5"), TrainOptions{Run: run, Resume: true})
	works("a run that went on")
	trained(t, sine(t), TrainOptions{Run: run, Force: true})
	works("a run that was trained anew")
}

// A run that took the place of an ensemble is a run, though files of the user's keep the directories of the members there.
func TestRunInPlaceOfEnsemble(t *testing.T) {
	t.Parallel()
	run := filepath.Join(t.TempDir(), "run")
	if err := writers["train an ensemble"](sine(t), run, false); err != nil {
		t.Fatal(err)
	}
	mine := planted(t, run)
	trained(t, sine(t), TrainOptions{Run: run, Force: true})
	for name, command := range readers {
		if err := command(run); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	trained(t, sine(t, "train.epochs=5"), TrainOptions{Run: run, Resume: true})
	if err := writers["train an ensemble"](sine(t), run, true); err != nil {
		t.Fatal(err)
	}
	if err := readers["forecast"](run); err != nil {
		t.Error(err)
	}
	kept(t, "back again", mine, seen(t, run))
}

// Comparisons and backtests of ensembles are known without a record too, and make room for other work by force.
func TestOlderWorkOfEnsembles(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"compare", "backtest"} {
		run := filepath.Join(t.TempDir(), "run")
		c := sine(t, "ensemble.members=2", "train.epochs=1")
		if err := writers[command](c, run, false); err != nil {
			t.Fatal(err)
		}
		forgotten(t, run)
		own, err := runs.RunDir(run).Known()
		if want := map[string]record.Kind{"compare": record.Comparison, "backtest": record.Backtest}[command]; err != nil || own.Kind != want {
			t.Fatalf("%s: it is known as %v, %v; want a %s", command, own, err, want)
		}
		other := map[string]string{"compare": "backtest", "backtest": "compare"}[command]
		if err := writers[other](sine(t), run, false); err == nil || !strings.Contains(err.Error(), "--force") {
			t.Errorf("%s in its place: %v, want an error that names --force", other, err)
		}
		if err := writers[other](sine(t), run, true); err != nil {
			t.Errorf("%s in its place by force: %v", other, err)
		}
		left := seen(t, run)
		for name := range left {
			if strings.Contains(name, "members") || name == command+".json" {
				t.Errorf("%s by force left %s of the %s", other, name, command)
			}
		}
	}
}

// Inside a run "." is a place like any other: what lies above it is found and named.
func TestRelativePathsInARun(t *testing.T) {
	run := trained(t, sine(t), TrainOptions{})
	if _, err := Plot(run, 1); err != nil {
		t.Fatal(err)
	}
	for dir, up := range map[string]string{"checkpoints": "..", "checkpoints/step-000012": "../..", "plots": ".."} {
		t.Chdir(filepath.Join(run, filepath.FromSlash(dir)))
		err := readers["verify"](".")
		if advice := "name the run: " + filepath.FromSlash(up); ExitCode(err) != ExitCheckpoint || !strings.HasSuffix(err.Error(), advice) {
			t.Errorf("verify in %s: got %v, want the advice %q", dir, err, advice)
		}
		if err := readers["verify"](filepath.FromSlash(up)); err != nil { // as advised
			t.Error(err)
		}
		if dir == "plots" {
			continue
		}
		if paths, err := Plot(".", 1); err != nil || filepath.Dir(paths[0]) != filepath.Join(filepath.FromSlash(up), "plots") {
			t.Errorf("plot in %s: %v, %v", dir, paths, err)
		}
	}
}

// Where pictures of somebody else's are in the way, following the advice of `recur plot` draws all.
func TestPlotAdvice(t *testing.T) {
	t.Parallel()
	run := trained(t, sine(t), TrainOptions{})
	put(t, run, map[string]string{"plots/forecast.svg": "mine", "plots/learning-curves.png": "mine"})
	_, err := Plot(run, 1)
	if !is[*record.Foreign](err) || strings.Contains(err.Error(), "--run") || !strings.Contains(err.Error(), "or all of "+runs.ShellWord(filepath.Join(run, "plots"))) {
		t.Fatalf("got %v, want advice that can be followed", err)
	}
	if err := os.Rename(filepath.Join(run, "plots"), filepath.Join(run, "aside")); err != nil { // as advised
		t.Fatal(err)
	}
	if _, err := Plot(run, 1); err != nil {
		t.Error(err)
	}
	kept(t, "moved away", map[string]string{"forecast.svg": "mine", "learning-curves.png": "mine"}, seen(t, filepath.Join(run, "aside")))
}
