package configs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Load reads a config file. Each of set overrides one key, as in "train.epochs=5", with YAML on its right side.
// Relative paths, in the file and in set, are relative to the file; they are made absolute, and data.csv must be there.
// The error is an *Error with every fault of the file.
func Load(path string, set []string) (*Config, error) {
	src, err := readFile(path)
	if err != nil {
		return nil, &Error{Faults: []Fault{{File: path, Message: err.Error()}}}
	}
	c, err := parseConfig(path, src, set, true)
	if err != nil {
		return nil, err
	}
	c.Path = path
	return c, nil
}

// readFile reads at most a byte more than a config may have.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("there is no such file")
	case err != nil:
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("this is a directory, want a config file")
	}
	src, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("can't read the config: %w", err)
	}
	return src, nil
}

// Parse reads a config from memory. The name stands in messages, and relative paths are relative to its directory. Whether
// data.csv is there is not looked at: a checkpoint's config must read where its data are gone.
// The error is an *Error with every fault.
func Parse(name string, src []byte, set []string) (*Config, error) {
	return parseConfig(name, src, set, false)
}

// parseConfig is Parse; files says to look whether the files are there.
func parseConfig(name string, src []byte, set []string, files bool) (*Config, error) {
	r := &reader{
		name: name, sets: set,
		fromSet: map[*yaml.Node]int{}, given: map[string]*yaml.Node{}, keys: map[string]*yaml.Node{}, broken: map[string]bool{}, misspelt: map[string]bool{}, faultsOf: map[string][2]int{},
	}
	root := r.read(src)
	if root == nil {
		return nil, r.err()
	}
	c := &Config{}
	if root.Kind == yaml.MappingNode {
		for i := range set {
			r.override(root, i+1)
		}
	}
	r.plain(root)
	if root.Kind == yaml.MappingNode && r.newer(root) {
		return nil, r.err()
	}
	r.mapping(c, root, "")
	if root.Kind == yaml.MappingNode {
		r.resolve(c)
		r.check(c, files)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// newer notes a config of a version that this build does not know. Nothing else in it is looked at: its other keys may
// well be right.
func (r *reader) newer(root *yaml.Node) bool {
	n := child(root, "version")
	if n == nil || n.Kind != yaml.ScalarNode {
		return false
	}
	v, err := parseNumber(n)
	if err != nil || v <= Version {
		return false
	}
	r.fault(n, "version is %s, and this recur reads versions up to %d; a newer recur reads this config", n.Value, Version)
	return true
}

// With returns a copy of c with keys replaced, each as in "model.cell=gru" with YAML on the right side. A resolved config
// has no defaults left to follow: where one key goes with another (data.window with data.synthetic.length), replace both.
// Two exceptions: forget_bias, which only LSTM has, is dropped when another cell is set; and what is said of the encoder and the decoder
// follows from model again where it has followed before.
func (c *Config) With(set ...string) (*Config, error) {
	base := c.clone()
	for _, s := range set {
		key, value, _ := strings.Cut(s, "=")
		if strings.TrimSpace(key) == "model.cell" && strings.TrimSpace(value) != "lstm" {
			base.Model.ForgetBias = nil
		}
	}
	name := c.Path
	if name == "" {
		name = c.Name + ".yaml"
	}
	out, err := Parse(name, base.render(base.followers()), set)
	if err != nil {
		return nil, err
	}
	out.Path = c.Path
	return out, nil
}

// Default returns the config of a task with every default and no data: set the source, and for a CSV file the targets.
// For task regress the source is the adding problem, for task classify gestures, for seq2seq and ctc the first kind of generated data. It panics when the task is not one of Tasks.
func Default(task string) *Config {
	if !among(Tasks, task) {
		panic("configs: default: there is no task " + task)
	}
	c := &Config{Task: task}
	switch {
	case c.HasClasses():
		c.Data.Synthetic = &Synthetic{Kind: "gestures"}
	case c.labelled():
		c.Data.Synthetic = &Synthetic{Kind: "adding"}
	case c.Says():
		c.Data.Synthetic = &Synthetic{Kind: kindsOf(task)[0]}
	}
	c.Recipe = recipeOf(c)
	for i := range registry {
		if k := &registry[i]; k.Type != Section && k.Name != "task" && k.Name != "recipe" && k.Name != "data.synthetic.kind" {
			setDefault(c, k)
		}
	}
	c.Name = task
	c.derive(func(string) bool { return false })
	return c
}
