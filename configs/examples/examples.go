// Package examples holds ready configs that a user can run, embedded in the binary.
package examples

import (
	"bytes"
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

// File is what the config of an example is called; its name may end in ".yaml" already.
func File(name string) string { return strings.TrimSuffix(name, ".yaml") + ".yaml" }

// Read returns the text of an example; the name may end in ".yaml".
func Read(name string) ([]byte, error) {
	src, err := files.ReadFile(File(name))
	if err != nil {
		return nil, fmt.Errorf("examples: there is no example %q, want one of %s", name, strings.Join(Names(), ", "))
	}
	return src, nil
}

// Own returns an example as it goes into a user's directory: in the repository the schema that its first line names for editors
// lies one folder up; there beside it, where `config schema` is sent to.
func Own(name string) ([]byte, error) {
	src, err := Read(name)
	return bytes.Replace(src, []byte("$schema=../schema.json"), []byte("$schema=schema.json"), 1), err
}

// About says in a line what an example is for: the beginning of the comment above its keys, up to a semicolon or a full stop.
func About(name string) string {
	src, err := Read(name)
	if err != nil {
		return ""
	}
	var words []string
	for _, line := range strings.Split(string(src), "\n")[1:] {
		comment, ok := strings.CutPrefix(line, "#")
		if !ok {
			break
		}
		for _, word := range strings.Fields(comment) {
			if words = append(words, word); strings.HasSuffix(word, ";") || strings.HasSuffix(word, ".") {
				return strings.TrimRight(strings.Join(words, " "), ";.")
			}
		}
	}
	return strings.Join(words, " ")
}
