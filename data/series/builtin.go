package series

import (
	"slices"
	"strings"

	"recur/data"
	"recur/datasets"
)

// builtin returns the bytes of an embedded CSV file.
func builtin(name string) ([]byte, error) {
	src, err := datasets.Files.ReadFile(name + "/" + name + ".csv")
	if err != nil || strings.Contains(name, "/") {
		return nil, data.Fault("builtin:"+name, 0, 0, "data.csv", "there is no such data set; the embedded ones are %s", "builtin:"+strings.Join(Builtins(), ", builtin:"))
	}
	return src, nil
}

// Builtins lists the names of the embedded data sets.
func Builtins() []string {
	var names []string
	entries, _ := datasets.Files.ReadDir(".")
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}
