// Package examples holds ready configs that a user can run, embedded in the binary.
package examples

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed *.yaml
var files embed.FS

// Names returns the names of the examples in alphabetical order, without ".yaml".
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // an embedded directory always reads
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}
	return names
}

// Read returns the text of an example; the name may end in ".yaml".
func Read(name string) ([]byte, error) {
	src, err := files.ReadFile(strings.TrimSuffix(name, ".yaml") + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("examples: there is no example %q, want one of %s", name, strings.Join(Names(), ", "))
	}
	return src, nil
}
