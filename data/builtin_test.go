package data_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
	"recur/datasets"
)

// Every embedded data set can be named in a config, by the key that reads its form.
func TestBuiltin(t *testing.T) {
	var named, embedded []string
	for _, of := range []struct {
		key, ending string
		names       []string
	}{
		{"data.csv", ".csv", configs.Builtins}, {"data.corpus", ".txt", configs.BuiltinCorpora},
		{"data.csv", ".csv", configs.BuiltinTexts}, {"data.ts", ".ts", configs.BuiltinSequences},
	} {
		named = append(named, of.names...)
		for _, name := range of.names {
			file, src, err := data.Builtin("builtin:"+name, of.key, of.names)
			if err != nil || path.Ext(file) != of.ending || len(src) == 0 {
				t.Errorf("%s of %s: got %s of %d bytes, %v", name, of.key, file, len(src), err)
			}
		}
	}
	entries, err := datasets.Files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		embedded = append(embedded, e.Name())
	}
	if slices.Sort(named); !slices.Equal(named, embedded) {
		t.Errorf("configs name %v, embedded are %v", named, embedded)
	}
}

// One that is not there, or is of another form, is told with those that are.
func TestNoBuiltin(t *testing.T) {
	for _, path := range []string{"builtin:verse", "builtin:co2", "builtin:", "builtin:../co2", "builtin:names/names.txt"} {
		_, _, err := data.Builtin(path, "data.corpus", configs.BuiltinCorpora)
		if want := path + ": there is no such data set here; the embedded ones are builtin:names, builtin:shakespeare"; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if data.IsBuiltin("names") || !data.IsBuiltin("builtin:names") {
		t.Error("a path of a file is taken for an embedded data set, or the other way round")
	}
}
