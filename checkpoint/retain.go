package checkpoint

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// keep is how many complete checkpoints stay, besides the best.
const keep = 2

// Tidy does what follows a save, after a kill may have come between: it puts the pointers right and removes what is left
// over. One process does so at a time: see Lock.
func Tidy(f FS, dir string) error {
	clean(f, dir, false)
	return settle(f, dir, "")
}

// settle follows a durable save: pointers, and the end of checkpoints that are no longer wanted. These vanish from view
// first, oldest last, then the directory is synced, then their bytes are removed. The pointers name the newest complete
// checkpoint, which need not be the one just saved, and the newest one saved as the best, also where a kill after an
// earlier save left them behind.
func settle(f FS, dir, name string) error {
	s, err := take(f, dir, name)
	if err != nil {
		return err
	}
	for _, p := range []struct{ which, name string }{{last, s.newest}, {best, s.best}} {
		if now, ok := pointer(f, dir, p.which); p.name == "" || ok && now.name == p.name {
			continue
		}
		if err := point(f, dir, p.which, p.name); err != nil {
			return err
		}
	}
	for _, u := range s.unwanted {
		if Foreign(f, filepath.Join(dir, u)) != "" {
			continue
		}
		if err := hide(f, filepath.Join(dir, u)); err != nil {
			return err
		}
	}
	if err := syncDir(f, dir); err != nil {
		return err
	}
	clean(f, dir, true)
	return nil
}

// point writes a pointer; the caller syncs the directory.
func point(f FS, dir, pointer, name string) error {
	temp := filepath.Join(dir, temporary+pointer)
	if err := writeFile(f, temp, []byte(name+"\n")); err != nil {
		_ = removeAll(f, temp)
		return err
	}
	if err := f.Rename(temp, filepath.Join(dir, pointer)); err != nil {
		return failed(filepath.Join(dir, pointer), "give it its name", err)
	}
	return nil
}

// stock is what a directory holds.
type stock struct {
	newest, best string   // of those that verify
	unwanted     []string // may go, newest first
}

// take takes stock. What stays are the one just saved, the two newest that verify, the newest that verifies and was saved
// as the best, and any that could not be judged: newer than the one just saved, unreadable for the moment, or of a newer
// format. Nothing goes before two complete ones are there.
func take(f FS, dir, saved string) (stock, error) {
	all, err := list(f, dir)
	if err != nil {
		return stock{}, err
	}
	var s stock
	complete := 0
	for _, n := range all {
		path := filepath.Join(dir, n.name)
		if complete >= keep && s.best != "" && n.name != saved {
			if _, err := readManifest(f, path); err == nil || errors.Is(err, errDamaged) {
				s.unwanted = append(s.unwanted, n.name)
			}
			continue
		}
		m, _, err := verify(f, path)
		switch {
		case err == nil && (complete < keep || n.name == saved || m.Best && s.best == ""):
			complete++
			if s.newest == "" {
				s.newest = n.name
			}
			if m.Best && s.best == "" {
				s.best = n.name
			}
		case err == nil, errors.Is(err, errDamaged) && complete > 0:
			s.unwanted = append(s.unwanted, n.name)
		}
	}
	if complete < keep {
		s.unwanted = nil
	}
	return s, nil
}

// Clear removes every checkpoint of dir and the pointers, for a training that starts anew. A dir that does not exist is
// clear. What is no part of a checkpoint stays where it is.
func Clear(f FS, dir string) error {
	if _, err := f.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	all, err := list(f, dir)
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0; i-- { // the newest goes last
		path := filepath.Join(dir, all[i].name)
		if Foreign(f, path) != "" {
			if err := removeAll(f, path); err != nil {
				return err
			}
			continue
		}
		if err := hide(f, path); err != nil {
			return err
		}
	}
	for _, p := range []string{last, best} {
		if err := removeAll(f, filepath.Join(dir, p)); err != nil {
			return err
		}
	}
	if err := syncDir(f, dir); err != nil {
		return err
	}
	clean(f, dir, true)
	return nil
}
