package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/record"
)

// state is what a path is to a command that takes a RUN.
type state int

const (
	unread        state = iota // it can't be looked at; the command that opens it says why
	missing                    // nothing is there
	configFile                 // a config
	otherFile                  // a file that is no part of a checkpoint
	weightsFile                // a safetensors file that lies alone
	emptyDir                   // a directory with nothing in it
	otherDir                   // a directory that is none of these
	comparisonDir              // of `recur compare`
	backtestDir                // of `recur backtest`
	plotsDir                   // of `recur plot`
	begunRun                   // of one network, without a checkpoint
	plainRun                   // of one network
	begunEnsemble              // whose training has not ended
	EndedEnsemble              // ready to forecast
	checkpointDir              // the checkpoints of a run
	oneCheckpoint              // one of them, or a file of it or a pointer to it
)

// StateOf decides what a path is. Every command that takes a RUN asks here, so that all say the same.
func StateOf(path string) state {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return missing
	case err != nil:
		return unread
	case !info.IsDir():
		return stateOfFile(path, info)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return unread
	}
	run := RunDir(path)
	own, _ := record.Read(path)
	named := slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		name, ok := checkpoint.Of(e.Name())
		return ok && name == e.Name() && strings.HasPrefix(name, "step-")
	})
	name, isCheckpoint := checkpoint.Of(filepath.Base(filepath.Clean(path)))
	switch {
	case own == nil && !run.hasCheckpoints() && (isCheckpoint && strings.HasPrefix(name, "step-") || run.Has("manifest.json")):
		return oneCheckpoint
	case run.hasOwn(EnsembleName):
		return EndedEnsemble
	case len(run.Parts()) > 0:
		return begunEnsemble
	case run.hasCheckpoints():
		return plainRun
	case own.Has("members/"):
		return begunEnsemble
	case own != nil && own.Kind == record.Comparison, run.Has("compare.json"):
		return comparisonDir
	case own != nil && own.Kind == record.Backtest, run.Has("backtest.json"):
		return backtestDir
	case own != nil && own.Kind == record.Plots:
		return plotsDir
	case own != nil, run.Has("config.yaml") && run.Has("environment.json"):
		return begunRun
	case named, filepath.Base(path) == "checkpoints":
		return checkpointDir
	case len(entries) == 0:
		return emptyDir
	}
	for _, below := range run.below() {
		if first, _, _ := strings.Cut(filepath.ToSlash(below), "/"); first == "run" || strings.HasPrefix(first, "origin-") {
			return backtestDir
		}
		return comparisonDir
	}
	return otherDir
}

// hasCheckpoints says whether there is anything of a checkpoint's name in the run, damaged ones included, or something in the
// place of its checkpoints that can't be looked at.
func (r RunDir) hasCheckpoints() bool {
	entries, err := os.ReadDir(r.Checkpoints())
	if err != nil {
		return r.Has("checkpoints")
	}
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		name, ok := checkpoint.Of(e.Name())
		return ok && strings.HasPrefix(name, "step-")
	})
}

func stateOfFile(path string, info fs.FileInfo) state {
	beside := RunDir(filepath.Dir(path))
	switch base := filepath.Base(path); {
	case !info.Mode().IsRegular():
		return otherFile
	case beside.Has("manifest.json") && (base == "manifest.json" || filepath.Ext(base) == ".safetensors"):
		return oneCheckpoint
	case (base == "last" || base == "best") && StateOf(string(beside)) == checkpointDir:
		return oneCheckpoint
	case filepath.Ext(base) == ".safetensors":
		return weightsFile
	case filepath.Ext(base) == ".yaml" || filepath.Ext(base) == ".yml":
		return configFile
	}
	if _, err := configs.Load(path, nil); err == nil {
		return configFile
	}
	return otherFile
}

// The states that commands can work with. unread is among them all: what opens it says why it can't be read.
var (
	Predicting  = []state{unread, plainRun, EndedEnsemble, checkpointDir, oneCheckpoint}
	Drawable    = Predicting
	Retrainable = []state{unread, plainRun}
	Inspectable = []state{unread, plainRun, checkpointDir, oneCheckpoint, weightsFile}
	Startable   = Inspectable
	Verifiable  = []state{unread, plainRun, begunEnsemble, EndedEnsemble, checkpointDir, oneCheckpoint}
)

// InCheckpoint says that a file is one of a checkpoint.
func InCheckpoint(path string) bool { return StateOf(path) == oneCheckpoint }

// Want refuses a path that is not one of the states that a command can work with, and says what it is and what to do.
func Want(path string, accepted []state) error {
	is := StateOf(path)
	if slices.Contains(accepted, is) {
		return nil
	}
	e := &checkpoint.Error{Path: path}
	if slices.Contains([]state{missing, emptyDir, otherDir, begunRun}, is) {
		e.Err = checkpoint.ErrNone
	}
	e.Reason, e.Advice = is.words(path)
	return e
}

// words say what a path is that a command can't work with, and what to do.
func (s state) words(path string) (reason, advice string) {
	run := RunDir(path)
	const name = "name a run directory or a checkpoint in one"
	switch s {
	case missing:
		return "there is no such run directory or checkpoint", "`recur train CONFIG` makes one under runs/"
	case configFile:
		if beside := filepath.Dir(path); slices.Contains([]state{plainRun, begunRun, begunEnsemble, EndedEnsemble}, StateOf(beside)) {
			return "it is the config of a run, not the run", "name the run: " + ShellWord(beside)
		}
		return "it is a config, not a run", fmt.Sprintf("train it with `recur train %s`, then name the run directory that this writes", ShellWord(path))
	case weightsFile:
		return "it is a file of weights alone", name + "; `recur checkpoint inspect` shows what the file holds"
	case emptyDir:
		return "it is an empty directory", fmt.Sprintf("train into it with `recur train CONFIG --run %s`", ShellWord(path))
	case comparisonDir:
		return "it is a comparison, which is made of several runs", run.oneOf("go on with the `recur compare` that began it")
	case backtestDir:
		return "it is a backtest, which is made of runs", run.oneOf("go on with the `recur backtest` that began it")
	case plotsDir:
		return "it holds the pictures of a run, not the run", "name the run: " + ShellWord(filepath.Join(path, ".."))
	case begunRun:
		return "it is a run that has not saved a checkpoint yet", run.GoOn()
	case begunEnsemble:
		return "it is an ensemble whose training has not ended", run.GoOn() + ", or name one of its members"
	case EndedEnsemble:
		return "it is an ensemble, which is made of several runs", run.oneOf(run.GoOn())
	case checkpointDir, oneCheckpoint:
		what := map[state]string{checkpointDir: "it holds the checkpoints of a run, not the run", oneCheckpoint: "it is one checkpoint, not a run"}[s]
		if of := Resolve(path); of != "" {
			return what, "name the run: " + ShellWord(string(of))
		}
		return what, "name a run directory"
	case otherFile:
		return "it is a file, and no part of a checkpoint", name
	}
	return "it is a directory that holds no run and no checkpoint", name
}

// oneOf advises to name one of the runs that a directory is made of, the last of them; where none can be used yet, otherwise.
func (r RunDir) oneOf(otherwise string) string {
	below := r.below()
	for i := len(below) - 1; i >= 0; i-- {
		one := r.Path(below[i])
		if s := StateOf(one); s == plainRun || s == EndedEnsemble {
			return "name one of them, such as " + ShellWord(one)
		}
	}
	return otherwise
}
