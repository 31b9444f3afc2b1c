package checkpoint

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Names in the directory of checkpoints. Nothing else there is ever touched.
const (
	temporary = ".tmp-" // prefix of what a save was still writing or removing
	hidden    = temporary + "removed-"
	replaced  = ".old" // suffix of a checkpoint while another of the same step takes its place
	last      = "last"
	best      = "best"
)

var stepPattern = regexp.MustCompile(`^step-([0-9]{6,18})(\.old)?$`)

// named is a checkpoint by its name alone.
type named struct {
	name string
	step int
}

// NameOf is the name of the directory that a checkpoint of that step has: step-000123.
func NameOf(step int) string { return nameOf(step) }

func nameOf(step int) string { return fmt.Sprintf("step-%06d", step) }

// parseName reads step-000123 or step-000123.old. Any other spelling of the same step is no name of a checkpoint, and
// nothing that leads out of a directory is.
func parseName(name string) (named, bool) {
	m := stepPattern.FindStringSubmatch(name)
	if m == nil {
		return named{}, false
	}
	step, err := strconv.Atoi(m[1])
	return named{name, step}, err == nil && name == nameOf(step)+m[2]
}

var leftoverPattern = regexp.MustCompile(`^\.tmp-(?:removed-)?(step-[0-9]{6,18}(?:\.old)?)-[0-9]+$`)

// Of returns the checkpoint (step-000123) or the pointer (last, best) that an entry of a directory of checkpoints belongs to: its
// own name, or one that a save gives it while it writes, replaces or removes it. ok is false for everything else, which no
// function of this package touches.
func Of(entry string) (name string, ok bool) {
	switch entry {
	case last, best:
		return entry, true
	case temporary + last, temporary + best:
		return strings.TrimPrefix(entry, temporary), true
	}
	if m := leftoverPattern.FindStringSubmatch(entry); m != nil {
		entry = m[1]
	}
	n, ok := parseName(entry)
	return nameOf(n.step), ok
}

// Foreign names an entry of the directory of a checkpoint that is none of its files, "" where there is none. A checkpoint
// that holds one is neither removed nor replaced.
func Foreign(f FS, path string) string {
	info, err := f.Lstat(path)
	if err != nil || !info.IsDir() {
		return ""
	}
	entries, _ := f.ReadDir(path) // what can't be listed can't be removed either
	for _, e := range entries {
		if !isPart(e) {
			return e.Name()
		}
	}
	return ""
}

// isPart says whether an entry of the directory of a checkpoint is one of its files.
func isPart(e fs.DirEntry) bool {
	return e.Type().IsRegular() && slices.Contains([]string{modelName, dataName, trainingName, manifestName}, e.Name())
}

// list returns the checkpoints in a directory by their names, the newest first; step-N comes before step-N.old. A
// directory that is not there has none.
func list(f FS, dir string) ([]named, error) {
	entries, err := f.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, failed(dir, "list it", err)
	}
	var all []named
	for _, e := range entries {
		if n, ok := parseName(e.Name()); ok {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b named) int {
		return cmp.Or(cmp.Compare(b.step, a.step), cmp.Compare(a.name, b.name))
	})
	return all, nil
}

// pointer returns the checkpoint that dir/last or dir/best names. It is a hint: when it can't be read there is none.
func pointer(f FS, dir, which string) (named, bool) {
	b, err := readFile(f, filepath.Join(dir, which), 64)
	if err != nil {
		return named{}, false
	}
	return parseName(strings.TrimSuffix(string(b), "\n"))
}
