package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
)

// Load reads a checkpoint. path is a run directory, its directory of checkpoints, one checkpoint, or a pointer (last,
// best). which is "last", the newest, or "best" (also ""), the newest that was saved as the best; it does not matter where
// path is one checkpoint. Every byte is verified. Where a checkpoint does not verify, the next older one is taken and the
// notes, sentences for the user, say so. A checkpoint of a newer format is refused (ErrNewer) and never passed over. Where
// nothing verifies the error is ErrNone.
func Load(f FS, path, which string) (*Checkpoint, []string, error) {
	if which == "" {
		which = best
	}
	if which != best && which != last {
		return nil, nil, fmt.Errorf("checkpoint: load: which is %q, want %q or %q", which, best, last)
	}
	at, err := locate(f, path)
	if err != nil {
		return nil, nil, err
	}
	if at.one != "" {
		c, err := read(f, at.one)
		return c, nil, err
	}
	if at.which != "" {
		which = at.which
	}
	// A training may remove a checkpoint while it is being read here: then look again.
	for range 3 {
		before, err := list(f, at.dir)
		if err != nil {
			return nil, nil, err
		}
		c, notes, err := pick(f, at.dir, which, before)
		after, listErr := list(f, at.dir)
		if len(notes) == 0 && err == nil || listErr != nil || slices.Equal(before, after) {
			return c, notes, err
		}
	}
	return nil, nil, &Error{Path: at.dir, Reason: "it keeps changing while it is read", Advice: "try again"}
}

// location is where the checkpoints of a path are: in dir, or one alone.
type location struct {
	dir   string
	which string // "" or what the pointer in path says
	one   string
}

// locate finds out what path is.
func locate(f FS, path string) (location, error) {
	path = filepath.Clean(path)
	info, err := f.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return location{}, &Error{Path: path, Reason: "it does not exist", Advice: "name a run directory or a checkpoint in one", Err: errors.Join(ErrNone, err)}
	case err != nil:
		return location{}, failed(path, "look at it", err)
	}
	base := filepath.Base(path)
	if !info.IsDir() {
		switch base {
		case last, best:
			return location{dir: filepath.Dir(path), which: base}, nil
		case manifestName, modelName, dataName, trainingName:
			return location{one: filepath.Dir(path)}, nil
		}
		return location{}, &Error{Path: path, Reason: "it is no checkpoint", Advice: "name a run directory or a checkpoint in one"}
	}
	inner := filepath.Join(path, "checkpoints")
	if own, err := list(f, inner); err == nil && len(own) > 0 { // a run, whatever else its name or its files say
		return location{dir: inner}, nil
	}
	if _, isStep := parseName(base); isStep {
		return location{one: path}, nil
	}
	_, errOne := f.Lstat(filepath.Join(path, manifestName))
	_, errRun := f.Stat(inner)
	switch {
	case errOne == nil:
		return location{one: path}, nil
	case !errors.Is(errOne, fs.ErrNotExist):
		return location{}, failed(path, "look into it", errOne)
	case errRun == nil:
		return location{dir: inner}, nil
	case !errors.Is(errRun, fs.ErrNotExist):
		return location{}, failed(path, "look into it", errRun)
	}
	return location{dir: path}, nil
}

// pick reads the first of all, newest first, that verifies and is wanted.
func pick(f FS, dir, which string, all []named) (*Checkpoint, []string, error) {
	var faults []error
	var bad []string
	for _, n := range all {
		path := filepath.Join(dir, n.name)
		if which == best {
			if m, err := readManifest(f, path); err == nil && !m.Best {
				continue
			}
		}
		c, err := read(f, path)
		if errors.Is(err, ErrNewer) {
			return nil, nil, err
		}
		if err == nil && which == best && !c.Best {
			continue // it could be read only the second time
		}
		if err == nil {
			return c, fellBack(f, dir, which, c, bad), nil
		}
		faults = append(faults, err)
		bad = append(bad, fmt.Sprintf("%s does not verify (%s)", path, describe(err)))
	}
	if which == best {
		c, notes, err := pick(f, dir, last, all)
		if err == nil {
			notes = append(notes, fmt.Sprintf("no checkpoint in %s that was saved as the best verifies; using the newest that does, %s", dir, c.Name))
		}
		return c, notes, err
	}
	return nil, nil, nothing(dir, faults)
}

// fellBack returns the notes about a checkpoint that was taken although there are, or were, newer ones.
func fellBack(f FS, dir, which string, c *Checkpoint, bad []string) []string {
	var notes []string
	for _, b := range bad {
		notes = append(notes, b+"; using "+c.Name+" instead")
	}
	if p, ok := pointer(f, dir, which); ok && p.step > c.Step && len(bad) == 0 {
		notes = append(notes, fmt.Sprintf("%s names %s, which is not there; using %s instead", filepath.Join(dir, which), p.name, c.Name))
	}
	return notes
}

// nothing is the error of a directory in which nothing verifies. Only when nothing is there or all of it is damaged does
// it count as empty: what could not be read for another reason may be whole.
func nothing(dir string, faults []error) error {
	if len(faults) == 0 {
		return &Error{Path: dir, Reason: "it holds no checkpoint", Advice: "train first, or name another run", Err: ErrNone}
	}
	why := ErrNone
	reasons := make([]string, len(faults))
	for i, err := range faults {
		var e *Error
		errors.As(err, &e)
		reasons[i] = fmt.Sprintf("%s: %s", e.Path, e.Reason)
		if !errors.Is(err, errDamaged) {
			why = err
		}
	}
	return &Error{
		Path:   dir,
		Reason: fmt.Sprintf("none of its %d checkpoints verifies (%s)", len(faults), strings.Join(reasons, "; ")),
		Advice: "restore one from a backup or train again",
		Err:    why,
	}
}
