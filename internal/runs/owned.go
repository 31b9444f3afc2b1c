package runs

import (
	"bytes"
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

// The file that checkpoint.Lock keeps in a directory, and the one that stands beside it while the lock is held where the system has
// no locks.
const (
	lockName = ".lock"
	lockHeld = lockName + ".held"
)

// Known is what recur knows to have written into the directory: by its record, or, where an older version left none, by the
// checkpoints that verify. A directory with anything else in it is refused; an empty one, and one that is not there, knows
// nothing yet.
func (r RunDir) Known() (*record.Record, error) {
	own, err := record.Read(string(r))
	if own != nil || err != nil {
		return own, err
	}
	entries, err := os.ReadDir(string(r))
	if errors.Is(err, fs.ErrNotExist) {
		return &record.Record{}, nil
	}
	if err != nil {
		return nil, r.Unwritten(err)
	}
	foreign := slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == lockName && r.locks() || e.Name() == lockHeld || record.Leftover(string(r), e.Name())
	})
	if len(foreign) == 0 {
		return &record.Record{}, nil
	}
	if own := r.older(); own != nil {
		return own, nil
	}
	what := foreign[0].Name()
	if n := len(foreign) - 1; n > 0 {
		what += fmt.Sprintf(" and %d more", n)
	}
	return nil, &record.Foreign{Path: string(r), What: "holds " + what + ", which recur has no record of having written",
		Advice: "name an empty directory, or one that is not there yet, with --run DIR"}
}

// locks says that the file of the lock is one that recur makes, or not there: its content is a number of a process.
func (r RunDir) locks() bool {
	info, err := os.Lstat(r.Path(lockName))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	if !info.Mode().IsRegular() || info.Size() > 20 {
		return false
	}
	b, err := os.ReadFile(r.Path(lockName))
	return err == nil && strings.Trim(string(b), "0123456789\r\n") == ""
}

// Take makes the directory and its record, and keeps others from writing it until unlock. A directory that holds what recur did
// not write is refused; one for another kind of work too, unless its own files may go (force). c says what is being read, where
// something is.
func (r RunDir) Take(kind record.Kind, c *configs.Config, force bool) (unlock func(), err error) {
	if _, err := r.takes(kind, force); err != nil { // before anything is made
		return nil, err
	}
	if c != nil {
		if err := r.spares(c, force); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(string(r), 0o755); err != nil {
		return nil, r.Unwritten(err)
	}
	unlock, err = checkpoint.Lock(string(r))
	if err != nil {
		if !errors.Is(err, checkpoint.ErrLocked) {
			err = r.Unwritten(err)
		}
		return nil, err
	}
	own, err := r.takes(kind, force) // again: another process may have been here
	if err == nil && own.Schema == 0 {
		is := own.Kind // of an older version
		if is == "" {
			is = kind
		}
		err = r.Unwritten(record.Begin(string(r), is, append(own.Files, lockName, record.Temporary)...))
	}
	if err == nil && own.Kind != kind && own.Kind != "" {
		if err = r.clear(checkpoint.OS()); err == nil {
			left := slices.DeleteFunc(own.Files, func(n string) bool { return !r.Has(n) && n != record.Temporary })
			err = r.Unwritten(record.Begin(string(r), kind, left...))
		}
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// takes says whether take may.
func (r RunDir) takes(kind record.Kind, force bool) (*record.Record, error) {
	own, err := r.Known()
	switch {
	case errors.As(err, new(*record.Foreign)) && kind == record.Plots && !r.Has(record.Name): // pictures of others stay beside those of recur
		own = &record.Record{}
	case err != nil:
		return nil, err
	case own.Kind != "" && own.Kind != kind && !force:
		return nil, r.occupied(own.Kind)
	}
	if !r.locks() {
		return nil, &record.Foreign{Path: r.Path(lockName), What: "was not written by recur, which would overwrite it", Advice: "move it to another place, or take another directory with --run DIR"}
	}
	return own, nil
}

// occupied is the error of a directory that is for another kind of work.
func (r RunDir) occupied(by record.Kind) error {
	what := "a " + string(by)
	if by == record.Plots {
		what = "the pictures of a run"
	}
	return fmt.Errorf("%s is the directory of %s; take another one with --run DIR, or use --force, which removes what recur wrote there", r, what)
}

// The files of a run beside its checkpoints.
var (
	runFiles      = []string{"config.yaml", "environment.json", "metrics.jsonl", "metrics.csv", "result.json", "checkpoints/", "checkpoints/last", "checkpoints/best"}
	ensembleFiles = []string{"config.yaml", "environment.json", EnsembleName, "result.json", "selection/", "members/"}
)

// FilesOf are those that a training of c writes, and no others: a name in the record makes recur's what lies there.
func FilesOf(c *configs.Config) []string {
	files := slices.Clone(runFiles)
	switch {
	case c.Ensemble.Members > 0:
		files = slices.Clone(ensembleFiles)
	case c.Calibrates():
		files = append(files, calibrationName)
	}
	if c.Joins() {
		files = append(files, companionName)
	}
	return files
}

// free says whether these files may be written: what is there is recur's. It changes nothing.
func (r RunDir) free(names []string) error {
	own, err := record.Read(string(r))
	if err != nil {
		return err
	}
	return own.Check(string(r), names...)
}

// anew says whether a training that starts anew may write its checkpoints: nothing of somebody else's has their names.
func (r RunDir) anew(f checkpoint.FS) error {
	own, err := record.Read(string(r))
	if err != nil {
		return err
	}
	entries, _ := f.ReadDir(r.Checkpoints())
	for _, e := range entries {
		path := filepath.Join(r.Checkpoints(), e.Name())
		name, ok := checkpoint.Of(e.Name())
		if !ok {
			continue
		}
		if !ownsCheckpoint(own, name) {
			return &record.Foreign{Path: path, What: "was not written by this run, which would write one of that name", Advice: "move it to another place, or take another directory with --run DIR"}
		}
		if name := checkpoint.Foreign(f, path); name != "" {
			return &record.Foreign{Path: filepath.Join(path, name), What: "was not written by recur and lies in a checkpoint that would be removed", Advice: "move it to another place, or take another directory with --run DIR"}
		}
	}
	return nil
}

func ownsCheckpoint(own *record.Record, name string) bool {
	return own.Has("checkpoints/"+name+"/") || own.Has("checkpoints/"+name)
}

// spares refuses to write over the config and the data that are being read. A config.yaml that is as recur writes it may be,
// where another one takes its place: nothing that it says is lost.
func (r RunDir) spares(c *configs.Config, force bool) error {
	what := "config"
	for i, path := range append([]string{c.Path}, c.Data.Files().All()...) {
		if i > 0 {
			what = "data"
		}
		path, name, owned := r.Owns(path)
		if !owned {
			continue
		}
		if what == "config" && filepath.Base(name) == "config.yaml" && (name == "config.yaml" || !force) && RunDir(filepath.Dir(path)).WholeConfig() {
			continue
		}
		return &record.Foreign{Path: filepath.Join(string(r), name), What: "is the " + what + " that is being read, and recur would write over it",
			Advice: "copy it to another place and give that, or take another directory with --run DIR"}
	}
	return nil
}

// Owns says whether a file is one that a record in the directory, or in one below it, names; path is where it really is, and
// name its way from the directory.
func (r RunDir) Owns(file string) (path, name string, owned bool) {
	path, err := filepath.Abs(file)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	top, topErr := filepath.Abs(string(r))
	if topErr == nil {
		top, topErr = filepath.EvalSymlinks(top)
	}
	if file == "" || err != nil || topErr != nil {
		return "", "", false
	}
	name, err = filepath.Rel(top, path)
	if err != nil || !filepath.IsLocal(name) {
		return "", "", false
	}
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if own, _ := record.Read(dir); own != nil {
			below, _ := filepath.Rel(dir, path)
			below = filepath.ToSlash(below)
			parts := strings.Split(below, "/")
			return path, name, own.Has(below) || len(parts) == 3 && ownsCheckpoint(own, parts[1])
		}
		if len(dir) <= len(top) {
			return path, name, false
		}
	}
}

// Claims notes files that are about to be written.
func (r RunDir) Claims(names ...string) error { return r.Unwritten(record.Claim(string(r), names...)) }

// claimStep notes the checkpoint of a step before it is written, and forgets those that are gone.
func (r RunDir) claimStep(f checkpoint.FS, step int) error {
	own, err := record.Read(string(r))
	name := "checkpoints/" + checkpoint.NameOf(step) + "/"
	if err != nil || own.Has(name) {
		return err
	}
	if _, err := f.Lstat(r.Path(name)); err == nil {
		return &record.Foreign{Path: r.Path(name), What: "was not written by this run, which would write one of that name", Advice: "move it to another place"}
	}
	entries, err := f.ReadDir(r.Checkpoints())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	there := map[string]bool{}
	for _, e := range entries {
		of, _ := checkpoint.Of(e.Name())
		there["checkpoints/"+of+"/"] = true
	}
	var gone []string
	if own != nil {
		for _, n := range own.Files {
			if strings.HasPrefix(n, "checkpoints/step-") && !there[n] {
				gone = append(gone, n)
			}
		}
	}
	return record.Change(string(r), []string{name}, gone)
}

// Tidy removes the checkpoints that are not kept, where they are the run's own.
func (r RunDir) Tidy(files checkpoint.FS) error {
	return checkpoint.Tidy(ownFS{files, r}, r.Checkpoints())
}

// ownFS is a file system in which a run's directory of checkpoints holds nothing but what the run's record names, so that a save
// removes nothing else.
type ownFS struct {
	checkpoint.FS
	run RunDir
}

func (f ownFS) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := f.FS.ReadDir(name)
	if err != nil || filepath.Clean(name) != filepath.Clean(f.run.Checkpoints()) {
		return entries, err
	}
	own, err := record.Read(string(f.run))
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		of, ok := checkpoint.Of(e.Name())
		return !ok || !ownsCheckpoint(own, of)
	}), err
}

// clear removes what recur wrote into the directory, and nothing else: a config.yaml stays until another one takes its place,
// since it may be the one that is being read, and so do damaged checkpoints that were set aside.
func (r RunDir) clear(f checkpoint.FS) error {
	own, err := record.Read(string(r))
	if own == nil || err != nil {
		return err
	}
	stays := func(name string) bool {
		return name == lockName || name == record.Temporary || name == "config.yaml" || strings.HasPrefix(name, "checkpoints")
	}
	names := slices.DeleteFunc(slices.Clone(own.Files), stays)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) }) // what lies in a directory before it
	if err := record.Remove(string(r), "result.json"); err != nil {          // a run that loses its checkpoints is not finished any more
		return err
	}
	for _, name := range append(names, "plots/") {
		if strings.HasSuffix(name, "/") {
			if err := r.wipe(name); err != nil {
				return err
			}
		}
	}
	if own.Has("checkpoints/") && own.Check(string(r), "checkpoints/") == nil {
		if err := checkpoint.Clear(ownFS{f, r}, r.Checkpoints()); err != nil {
			return r.Unwritten(err)
		}
	}
	if err := record.Remove(string(r), append(names, "checkpoints/")...); err != nil {
		return err
	}
	return r.forget(own)
}

// forget takes the names of what is gone out of the record: what somebody lays there later is theirs.
func (r RunDir) forget(own *record.Record) error {
	gone := slices.DeleteFunc(slices.Clone(own.Files), func(name string) bool {
		return name == lockName || name == record.Temporary || r.Has(name)
	})
	return r.Unwritten(record.Change(string(r), nil, gone))
}

// wipe removes what recur wrote into a directory below this one that has a record of its own, and the directory where nothing
// else is left.
func (r RunDir) wipe(name string) error {
	below := RunDir(r.Path(name))
	if (&record.Record{}).Check(string(r), name) != nil || !below.Has(record.Name) && below.older() == nil {
		return nil
	}
	own, err := below.Known()
	if err != nil {
		return nil // it is not recur's
	}
	unlock, err := below.Take(own.Kind, nil, true)
	if err != nil {
		return err
	}
	err = below.clear(checkpoint.OS())
	if err == nil {
		err = record.Remove(string(below), "config.yaml")
	}
	unlock() // where a file that is open can't be removed, that of the lock must be closed
	if err != nil {
		return err
	}
	left, err := os.ReadDir(string(below))
	if err != nil || slices.ContainsFunc(left, func(e fs.DirEntry) bool { return e.Name() != lockName && e.Name() != record.Name }) {
		return err // the record stays with what is not recur's, so that recur may use the directory again
	}
	if err := record.Remove(string(below), lockName); err != nil {
		return err
	}
	if err := record.Forget(string(below)); err != nil {
		return err
	}
	return os.Remove(string(below))
}

// Write puts a file into the directory, whole or not at all, a power cut included.
func (r RunDir) Write(name string, content []byte) error {
	var foreign *record.Foreign
	if err := record.Claim(string(r), name, record.Temporary); errors.As(err, &foreign) && r.Equals(name, content) {
		return record.Change(string(r), []string{name}, nil)
	} else if err != nil {
		return err
	}
	tmp := r.Path(record.Temporary)
	err := record.Remove(string(r), record.Temporary)
	if err == nil {
		err = record.WriteNew(tmp, content)
	}
	if err == nil {
		if err = os.Rename(tmp, r.Path(name)); err != nil {
			os.Remove(tmp)
		}
	}
	if err != nil {
		return err
	}
	return checkpoint.OS().SyncDir(string(r))
}

// Equals says that a plain file holds these bytes already, so that nothing is lost by calling it recur's.
func (r RunDir) Equals(name string, content []byte) bool {
	info, err := os.Lstat(r.Path(name))
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(content)) {
		return false
	}
	have, err := os.ReadFile(r.Path(name))
	return err == nil && bytes.Equal(have, content)
}
