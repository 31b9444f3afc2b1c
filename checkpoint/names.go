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
