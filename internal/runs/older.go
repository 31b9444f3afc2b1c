package runs

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/record"
	"recur/task"
	"recur/train"
)

// A version of recur that kept no record is known by what it left: checkpoints whose every byte verifies, and beside them
// files that say the same as these do. Everything else is somebody else's.

// older is the record that an older version would have left in a directory; nil where nothing verifies.
func (r RunDir) older() *record.Record {
	own := &record.Record{Kind: record.Run}
	for _, dir := range r.below() {
		if !RunDir(r.Path(dir)).vouched() {
			continue
		}
		for d := dir; d != "."; d = filepath.Dir(d) {
			own.Files = append(own.Files, filepath.ToSlash(d)+"/")
		}
		switch kind, _, _ := strings.Cut(filepath.ToSlash(dir), "/"); {
		case kind == "members" || kind == "selection":
		case kind == "run" || strings.HasPrefix(kind, "origin-"):
			own.Kind = record.Backtest
		default:
			own.Kind = record.Comparison
		}
	}
	if own.Kind == record.Run {
		own.Files = append(own.Files, r.ownCheckpoints()...)
	}
	if len(own.Files) == 0 {
		return nil
	}
	own.Files = append(own.Files, r.ownBeside(own)...)
	slices.Sort(own.Files)
	own.Files = slices.Compact(own.Files)
	return own
}

// below are the directories of the runs that an ensemble, a comparison or a backtest is made of, by their names alone.
func (r RunDir) below() []string {
	all := r.Parts()
	for _, pattern := range []string{filepath.Join("*", "seed-*"), "run", "origin-*"} {
		found, _ := filepath.Glob(r.Path(pattern)) // the patterns are well formed
		for _, path := range found {
			if rel, err := filepath.Rel(string(r), path); err == nil && RunDir(path).Has("config.yaml") {
				all = append(all, rel)
			}
		}
	}
	return all
}

// vouched says whether checkpoints of a run verify, or of one of the runs that an ensemble is made of.
func (r RunDir) vouched() bool {
	return r.ownCheckpoints() != nil || slices.ContainsFunc(r.Parts(), func(dir string) bool { return RunDir(r.Path(dir)).ownCheckpoints() != nil })
}

// ownCheckpoints are the checkpoints in a directory that verify, and the pointers to one.
func (r RunDir) ownCheckpoints() []string {
	if info, err := os.Lstat(r.Checkpoints()); err != nil || !info.IsDir() {
		return nil
	}
	all, err := checkpoint.Verify(checkpoint.OS(), r.Checkpoints())
	if err != nil {
		return nil
	}
	var own []string
	for _, s := range all {
		switch {
		case s.Err != nil:
		case s.Names != "":
			own = append(own, "checkpoints/"+s.Name)
		default:
			own = append(own, "checkpoints/"+strings.TrimSuffix(s.Name, ".old")+"/")
		}
	}
	if !slices.ContainsFunc(own, func(n string) bool { return strings.HasSuffix(n, "/") }) {
		return nil
	}
	return append(own, "checkpoints/")
}

// ownBeside are the files beside the checkpoints that say what these do.
func (r RunDir) ownBeside(own *record.Record) []string {
	checks := map[string]func(b []byte) bool{}
	switch own.Kind {
	case record.Comparison:
		checks["compare.json"] = func(b []byte) bool { return r.isComparison(b) }
	case record.Backtest:
		checks["backtest.json"] = isBacktest
	default:
		k := r.witness()
		if k == nil {
			return nil
		}
		checks["config.yaml"] = func(b []byte) bool { return r.isConfig(b, k) }
		checks["environment.json"] = func(b []byte) bool {
			var e Environment
			return json.Unmarshal(b, &e) == nil && e.DataSHA256 == k.DataHash
		}
		checks["result.json"] = func(b []byte) bool { o := ParseOutcome(b); return o != nil && o.Steps >= k.Step }
		checks["metrics.jsonl"] = func(b []byte) bool { return isMetrics(ParseMetrics(b), k) }
		checks["metrics.csv"] = func(b []byte) bool { return isTable(b, k) }
		checks[EnsembleName] = func(b []byte) bool { e, err := ParseEnsemble(b); return err == nil && r.holds(e) }
		checks[calibrationName] = func(b []byte) bool { _, err := ParseCalibration(b); return err == nil }
	}
	var found []string
	for name, is := range checks {
		if info, err := os.Lstat(r.Path(name)); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if b, err := r.Read(name); err == nil && is(b) {
			found = append(found, name)
		}
	}
	return found
}

// witness is the newest checkpoint of a run, or of the first run of an ensemble that has one.
func (r RunDir) witness() *checkpoint.Checkpoint {
	for _, dir := range append([]string{"."}, r.Parts()...) {
		if k, _, err := checkpoint.Load(checkpoint.OS(), r.Path(dir, "checkpoints"), "last"); err == nil {
			return k
		}
	}
	return nil
}

// isConfig says that a config is as a machine writes it, without a comment, and means what the checkpoint was trained with, but
// for the number of epochs, which a resume may raise.
func (r RunDir) isConfig(b []byte, k *checkpoint.Checkpoint) bool {
	c, err := configs.Parse("config.yaml", b, nil)
	if err != nil || bytes.ContainsRune(b, '#') {
		return false
	}
	candidates := []*configs.Config{c}
	for _, dir := range r.Parts() {
		f := task.Variant{Name: filepath.Base(dir), Transform: k.Config.Data.Transform, WindowScale: k.Config.Data.WindowScale}
		seed := uint64(0)
		if strings.HasPrefix(filepath.ToSlash(dir), "members/") {
			at := strings.LastIndex(f.Name, "-")
			seed, _ = strconv.ParseUint(f.Name[at+1:], 10, 64)
		}
		if m, err := MemberConfig(c, f, seed); err == nil {
			candidates = append(candidates, m)
		}
	}
	return slices.ContainsFunc(candidates, func(c *configs.Config) bool {
		same := *c
		same.Train.Epochs = k.Config.Train.Epochs
		return bytes.Equal(same.Render(), k.Config.Render())
	})
}

// isMetrics says that lines are those of the epochs that a checkpoint remembers, as far as both go.
func isMetrics(lines []MetricsLine, k *checkpoint.Checkpoint) bool {
	if k.Training == nil {
		return false
	}
	for i, e := range train.History(k) {
		if i < len(lines) && (lines[i].Epoch != e.Number || lines[i].Step != e.Step || lines[i].TrainLoss != e.TrainLoss) {
			return false
		}
	}
	return true
}

// isTable is isMetrics for metrics.csv.
func isTable(b []byte, k *checkpoint.Checkpoint) bool {
	header, rest, ok := strings.Cut(string(b), "\n")
	if k.Training == nil || !ok || !strings.HasPrefix(header, "epoch,step,train_loss,validation_loss") {
		return false
	}
	rows := strings.Split(rest, "\n")
	for i, e := range train.History(k) {
		if start := strings.Join([]string{strconv.Itoa(e.Number), strconv.Itoa(e.Step), decimal(e.TrainLoss)}, ","); i+1 < len(rows) && !strings.HasPrefix(rows[i], start) {
			return false
		}
	}
	return true
}

// holds says that the members that ensemble.json names are there.
func (r RunDir) holds(e *Ensemble) bool {
	return !slices.ContainsFunc(e.Members, func(m string) bool { return !r.Has(filepath.FromSlash(m)) })
}

// isComparison says that a file is compare.json of the runs in this directory.
func (r RunDir) isComparison(b []byte) bool {
	var c struct {
		Schema int
		Name   string
		Rows   []struct{ Cell string }
	}
	if json.Unmarshal(b, &c) != nil || c.Schema != 1 || len(c.Rows) == 0 || c.Name == "" {
		return false
	}
	for _, row := range c.Rows {
		if found, _ := filepath.Glob(r.Path(Safe(row.Cell)+"*", "seed-*")); len(found) == 0 {
			return false
		}
	}
	return true
}

// isBacktest says that a file is backtest.json.
func isBacktest(b []byte) bool {
	var t struct {
		Schema  int
		Refit   string
		Origins []struct{ Origin int }
	}
	return json.Unmarshal(b, &t) == nil && t.Schema == 1 && t.Refit != "" && len(t.Origins) > 0
}
