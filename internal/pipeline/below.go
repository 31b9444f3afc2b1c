package pipeline

import (
	"path/filepath"
	"slices"

	"recur/configs"
	"recur/internal/record"
)

// below is a training in a directory below that of a comparison or a backtest.
type below struct {
	dir    string // its way from there
	config *configs.Config
	hash   string // of its data
}

// takeAll takes the directory of several trainings before the first of them: nothing in it may be lost without force. files are
// what is written beside them. It fails before anything is changed, but for the directory itself and its record.
func (r RunDir) takeAll(kind record.Kind, c *configs.Config, files []string, runs []below, force bool) (unlock func(), err error) {
	if unlock, err = r.take(kind, c, force); err != nil {
		return nil, err
	}
	if err = r.free(files); err == nil {
		err = r.claimAll(files, runs, force)
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// claimAll notes the files and the directories of the runs, once all of these may begin.
func (r RunDir) claimAll(files []string, runs []below, force bool) error {
	names := slices.Clone(files)
	for _, one := range runs {
		if err := RunDir(r.path(one.dir)).replaceable(one.config, one.hash, force); err != nil {
			return err
		}
		names = append(names, directories(one.dir)...)
	}
	return r.claims(names...)
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
