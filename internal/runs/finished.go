package runs

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
	if r.Outcome() == nil {
		return false, nil
	}
	runs := []string{"."}
	if len(r.Parts()) > 0 || r.hasOwn(EnsembleName) {
		e, err := r.Ensemble()
		if e == nil || err != nil {
			return false, nil // a resume makes ensemble.json again, and removes nothing
		}
		runs = r.needed(e)
	}
	for _, run := range runs {
		_, _, err := checkpoint.Load(checkpoint.OS(), r.Path(run), "best")
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
		if dir := PartDir(v.Variant, 0); v.Kept && r.Has(dir) {
			runs = append(runs, dir)
		}
	}
	return runs
}

// FinishedJob says whether this directory holds a finished run of the same config and data, so that it need not run again.
func (r RunDir) FinishedJob(c *configs.Config, hash string) (bool, error) {
	if !r.SameConfig(c) || r.dataHash() != hash {
		return false, nil
	}
	return r.finished()
}

// SameJob is finishedJob where the version of recur has to be the same too.
func (r RunDir) SameJob(c *configs.Config, hash string) (bool, error) {
	if e, err := r.environment(); err != nil || e.Recur != Version {
		return false, nil
	}
	return r.FinishedJob(c, hash)
}

// UnfinishedJob says whether the directory holds the beginning of the same run, to go on from.
func (r RunDir) UnfinishedJob(c *configs.Config, hash string) bool {
	if !r.SameConfig(c) {
		return false
	}
	if c.Ensemble.Members > 0 {
		finished, err := r.finished()
		return !finished && err == nil && len(r.Parts()) > 0
	}
	k, _, err := Load(string(r), "last")
	return r.Outcome() == nil && err == nil && k.DataHash == hash && k.Training != nil
}

// replaceable says whether a training of c may begin in the directory without --force: finished or unfinished work of another
// config, other data or, where it is finished, another version of recur would be lost.
func (r RunDir) replaceable(c *configs.Config, hash string, force bool) error {
	own, err := r.Known()
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
	finished := r.Outcome() != nil
	if finished {
		what = "a finished run"
	}
	switch e, _ := r.environment(); {
	case !r.SameConfig(c) && !bytes.Equal(k.Config.Render(), c.Render()):
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

// SameConfig says whether the directory's config is c.
func (r RunDir) SameConfig(c *configs.Config) bool {
	have, err := r.Read("config.yaml")
	return err == nil && bytes.Equal(upgraded(have), c.Render())
}

// upgraded is a rendered config as this recur would render it: one of an older version of the language is read as the newest.
func upgraded(b []byte) []byte {
	b = bytes.Replace(b, []byte("\nensemble:\nintervals:"), []byte("\nensemble:\n  members: 0\nintervals:"), 1) // once only forecasts had members
	const key = "version: "
	rest, ok := bytes.CutPrefix(b, []byte(key))
	number, rest, found := bytes.Cut(rest, []byte("\n"))
	if v, err := strconv.Atoi(string(number)); !ok || !found || err != nil || v >= configs.Version {
		return b
	}
	return slices.Concat([]byte(key+strconv.Itoa(configs.Version)+"\n"), rest)
}

// WholeConfig says whether config.yaml is there and as recur writes it, or wrote it before it knew some of its keys, with nothing cut
// off.
func (r RunDir) WholeConfig() bool {
	b, err := r.Read("config.yaml")
	if err != nil {
		return false
	}
	c, err := configs.Parse(r.Path("config.yaml"), b, nil)
	return err == nil && rendered(upgraded(b), c.Render())
}

// rendered says that the lines of a config are those of its rendered form up to its last one, but for keys that it leaves to their
// defaults.
func rendered(config, whole []byte) bool {
	lines, all := bytes.Split(config, []byte("\n")), bytes.Split(whole, []byte("\n"))
	if len(lines) < 2 || !bytes.Equal(lines[len(lines)-2], all[len(all)-2]) { // the last ones end with a line end
		return false
	}
	for _, line := range all {
		if len(lines) > 0 && bytes.Equal(lines[0], line) {
			lines = lines[1:]
		}
	}
	return len(lines) == 0
}

// sameEnsemble says whether the ensemble was begun with c. Where its own config.yaml is missing or damaged, those of its runs
// tell.
func (r RunDir) sameEnsemble(c *configs.Config, variants []task.Variant) bool {
	switch {
	case r.SameConfig(c):
		return true
	case r.WholeConfig():
		return false
	}
	want := map[string]*configs.Config{}
	for _, f := range variants {
		for seed := range uint64(c.Ensemble.Members + 1) {
			m, err := MemberConfig(c, f, seed)
			if err != nil {
				return false
			}
			want[PartDir(f, seed)] = m
		}
	}
	same := 0
	for _, dir := range r.Parts() {
		part := RunDir(r.Path(dir))
		switch m := want[dir]; {
		case m != nil && part.SameConfig(m):
			same++
		case part.WholeConfig():
			return false
		}
	}
	return same > 0
}

// GoOn is the advice to go on with an ensemble.
func (r RunDir) GoOn() string {
	if r.WholeConfig() {
		return "go on with `" + r.ResumeCommand() + "`"
	}
	return "go on with `" + r.resumeWith("CONFIG") + "`, where CONFIG is the file that it was begun with (its own config.yaml is missing or damaged)"
}
