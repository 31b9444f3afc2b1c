package runs

import (
	"path/filepath"
	"slices"

	"recur/configs"
	"recur/internal/record"
)

// Below is a training in a directory below that of a comparison or a backtest.
type Below struct {
	Dir    string // its way from there
	Config *configs.Config
	Hash   string // of its data
}

// TakeAll takes the directory of several trainings before the first of them: nothing in it may be lost without force. files are
// what is written beside them. It fails before anything is changed, but for the directory itself and its record.
func (r RunDir) TakeAll(kind record.Kind, c *configs.Config, files []string, runs []Below, force bool) (unlock func(), err error) {
	if unlock, err = r.Take(kind, c, force); err != nil {
		return nil, err
	}
	if err = r.free(files); err == nil {
		err = r.ClaimAll(files, runs, force)
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// ClaimAll notes the files and the directories of the runs, once all of these may begin.
func (r RunDir) ClaimAll(files []string, runs []Below, force bool) error {
	names := slices.Clone(files)
	for _, one := range runs {
		if err := RunDir(r.Path(one.Dir)).replaceable(one.Config, one.Hash, force); err != nil {
			return err
		}
		names = append(names, directories(one.Dir)...)
	}
	return r.Claims(names...)
}

// directories are those on the way to a directory, and itself, as a record names them: a/ and a/b/ of a/b.
func directories(dir string) (names []string) {
	dir = filepath.ToSlash(dir) + "/"
	for i, c := range dir {
		if c == '/' {
			names = append(names, dir[:i+1])
		}
	}
	return names
}
