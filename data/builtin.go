package data

import (
	"slices"
	"strings"

	"recur/datasets"
)

// builtin begins the path of a data set that is embedded in the binary.
const builtin = "builtin:"

// IsBuiltin says that a path is not that of a file but builtin:NAME, an embedded data set.
func IsBuiltin(path string) bool { return strings.HasPrefix(path, builtin) }

// Builtin reads the embedded data set of a path builtin:NAME. file is what its file would be called: NAME.csv for one. key is the
// key of the config that names it, and names the data sets in a form that is read there.
func Builtin(path, key string, names []string) (file string, src []byte, err error) {
	name := strings.TrimPrefix(path, builtin)
	file, src, ok := datasets.File(name)
	if !ok || !slices.Contains(names, name) {
		return "", nil, Fault(path, 0, 0, key, "there is no such data set here; the embedded ones are %s", builtin+strings.Join(names, ", "+builtin))
	}
	return file, src, nil
}
