package checkpoint

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// keep is how many complete checkpoints stay, besides the best.
const keep = 2

// settle follows a durable save: pointers, and the end of checkpoints that are no longer wanted. They vanish from view
// first, oldest last, then the directory is synced, then their bytes are removed.
func settle(f FS, dir, name string, isBest bool) error {
	pointers := []string{last}
	if isBest {
		pointers = append(pointers, best)
	}
	for _, p := range pointers {
		if err := point(f, dir, p, name); err != nil {
			return err
		}
	}
	unwanted, err := surplus(f, dir, name)
	if err != nil {
		return err
	}
	for _, u := range unwanted {
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

// surplus returns the checkpoints that may go, newest first. Those that stay are the one just saved, the two newest that
// verify, the newest that verifies and was saved as the best, and any that could not be judged: newer than the one just
// saved, unreadable for the moment, or of a newer format. Nothing goes before two complete ones are there.
func surplus(f FS, dir, saved string) ([]string, error) {
	all, err := list(f, dir)
	if err != nil {
		return nil, err
	}
	var unwanted []string
	complete, haveBest := 0, false
	for _, s := range all {
		path := filepath.Join(dir, s.name)
		if complete >= keep && haveBest && s.name != saved {
			if _, err := readManifest(f, path); err == nil || errors.Is(err, errDamaged) {
				unwanted = append(unwanted, s.name)
			}
			continue
		}
		m, _, err := verify(f, path)
		switch {
		case err == nil && (complete < keep || s.name == saved || m.Best && !haveBest):
			complete++
			haveBest = haveBest || m.Best
		case err == nil, errors.Is(err, errDamaged) && complete > 0:
			unwanted = append(unwanted, s.name)
		}
	}
	if complete < keep {
		return nil, nil
	}
	return unwanted, nil
}

// Clear removes every checkpoint of dir and the pointers, for a training that starts anew. A dir that does not exist is
// clear.
func Clear(f FS, dir string) error {
	if _, err := f.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	all, err := list(f, dir)
	if err != nil {
		return err
	}
	for i := len(all) - 1; i >= 0; i-- { // the newest goes last
		if err := hide(f, filepath.Join(dir, all[i].name)); err != nil {
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
