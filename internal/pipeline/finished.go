package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"

	"recur/checkpoint"
	"recur/configs"
	"recur/internal/record"
	"recur/task"
)

// finished says whether the training has ended and what it left can forecast: beside result.json a checkpoint that verifies, of
// an ensemble an ensemble.json whose runs have one. The error is that of a checkpoint that can't be read for another reason
// than damage: it may be whole, so nothing may be trained in its place.
func (r RunDir) finished() (bool, error) {
	if r.outcome() == nil {
		return false, nil
	}
	runs := []string{"."}
	if len(r.parts()) > 0 || r.hasOwn(ensembleName) {
		e, err := r.ensemble()
		if e == nil || err != nil {
			return false, nil // a resume makes ensemble.json again, and removes nothing
		}
		runs = r.needed(e)
	}
	for _, run := range runs {
		_, _, err := checkpoint.Load(checkpoint.OS(), r.path(run), "best")
		switch {
		case errors.Is(err, checkpoint.ErrNone):
			return false, nil
		case err != nil:
			return false, err
		}
	}
	return true, nil
}

// needed are the directories of the runs of an ensemble that are opened: its members, and what is there of those that chose.
func (r RunDir) needed(e *Ensemble) []string {
	var runs []string
	for _, m := range e.Members {
		runs = append(runs, filepath.FromSlash(m))
	}
	for _, v := range e.Variants {
		if dir := partDir(v.Variant, 0); v.Kept && r.has(dir) {
			runs = append(runs, dir)
		}
	}
	return runs
}

// finishedJob says whether this directory holds a finished run of the same config and data, so that it need not run again.
func (r RunDir) finishedJob(c *configs.Config, hash string) (bool, error) {
	if !r.sameConfig(c) || r.dataHash() != hash {
		return false, nil
	}
	return r.finished()
}

// sameJob is finishedJob where the version of recur has to be the same too.
func (r RunDir) sameJob(c *configs.Config, hash string) (bool, error) {
	if e, err := r.environment(); err != nil || e.Recur != Version {
		return false, nil
	}
	return r.finishedJob(c, hash)
}

// unfinishedJob says whether the directory holds the beginning of the same run, to go on from.
func (r RunDir) unfinishedJob(c *configs.Config, hash string) bool {
	if !r.sameConfig(c) {
		return false
	}
	if c.Ensemble.Members > 0 {
		finished, err := r.finished()
		return !finished && err == nil && len(r.parts()) > 0
	}
	k, _, err := load(string(r), "last")
	return r.outcome() == nil && err == nil && k.DataHash == hash && k.Training != nil
}

// replaceable says whether a training of c may begin in the directory without --force: finished or unfinished work of another
// config, other data or, where it is finished, another version of recur would be lost.
func (r RunDir) replaceable(c *configs.Config, hash string, force bool) error {
	own, err := r.known()
	if err != nil || force {
		return err
	}
	if own.Kind != "" && own.Kind != record.Run {
		return r.occupied(own.Kind)
	}
	k := r.witness()
	if k == nil {
		return nil // without a verified checkpoint it counts as empty
	}
	what := "an unfinished run"
	finished := r.outcome() != nil
	if finished {
		what = "a finished run"
	}
	switch e, _ := r.environment(); {
	case !r.sameConfig(c) && !bytes.Equal(k.Config.Render(), c.Render()):
		what += " of another config"
	case k.DataHash != hash:
		what += " of other data"
	case finished && e.Recur != Version && e.Recur != "":
		what += fmt.Sprintf(" of recur %s, which may have trained otherwise", e.Recur)
	default:
		return nil
	}
	return fmt.Errorf("%s holds %s; use --force to overwrite it or --run DIR for another directory", r, what)
}

// sameConfig says whether the directory's config is c.
func (r RunDir) sameConfig(c *configs.Config) bool {
	have, err := r.read("config.yaml")
	return err == nil && bytes.Equal(upgraded(have), c.Render())
}

// upgraded is a rendered config as this recur would render it: one of an older version of the language is read as the newest.
func upgraded(b []byte) []byte {
	const key = "version: "
	rest, ok := bytes.CutPrefix(b, []byte(key))
	number, rest, found := bytes.Cut(rest, []byte("\n"))
	if v, err := strconv.Atoi(string(number)); !ok || !found || err != nil || v >= configs.Version {
		return b
	}
	return slices.Concat([]byte(key+strconv.Itoa(configs.Version)+"\n"), rest)
}

// wholeConfig says whether config.yaml is there and as recur writes it, with nothing cut off.
func (r RunDir) wholeConfig() bool {
	b, err := r.read("config.yaml")
	if err != nil {
		return false
	}
	c, err := configs.Parse(r.path("config.yaml"), b, nil)
	return err == nil && bytes.Equal(upgraded(b), c.Render())
}

// sameEnsemble says whether the ensemble was begun with c. Where its own config.yaml is missing or damaged, those of its runs
// tell.
func (r RunDir) sameEnsemble(c *configs.Config, variants []task.Variant) bool {
	switch {
	case r.sameConfig(c):
		return true
	case r.wholeConfig():
		return false
	}
	want := map[string]*configs.Config{}
	for _, f := range variants {
		for seed := range uint64(c.Ensemble.Members + 1) {
			m, err := memberConfig(c, f, seed)
			if err != nil {
				return false
			}
			want[partDir(f, seed)] = m
		}
	}
	same := 0
	for _, dir := range r.parts() {
		part := RunDir(r.path(dir))
		switch m := want[dir]; {
		case m != nil && part.sameConfig(m):
			same++
		case part.wholeConfig():
			return false
		}
	}
	return same > 0
}

// goOn is the advice to go on with an ensemble.
func (r RunDir) goOn() string {
	if r.wholeConfig() {
		return "go on with `" + r.resumeCommand() + "`"
	}
	return "go on with `" + r.resumeWith("CONFIG") + "`, where CONFIG is the file that it was begun with (its own config.yaml is missing or damaged)"
}
