package pipeline

import (
	"bytes"
	"regexp"

	"recur/configs/examples"
	"recur/data"
	"recur/datasets"
)

// ExampleFile is one file of an example.
type ExampleFile struct {
	Name    string // as it is called in the directory of the example
	Content []byte
}

// embedded is how a config names an embedded data set.
var embedded = regexp.MustCompile(`builtin:([\w-]+)`)

// Example gives the files of an example: those of its data, where there are some, and the config, which names them as files beside it.
func Example(name string) (files []ExampleFile, err error) {
	src, err := examples.Own(name)
	if err != nil {
		return nil, &Usage{Message: err.Error()}
	}
	config := embedded.ReplaceAllFunc(src, func(path []byte) []byte {
		file, content, ok := datasets.File(string(bytes.TrimPrefix(path, []byte("builtin:"))))
		if !ok {
			err = data.Fault(name, 0, 0, "", "there is no data set %s", path)
			return path
		}
		files = append(files, ExampleFile{file, content})
		return []byte(file)
	})
	return append(files, ExampleFile{examples.File(name), config}), err
}
