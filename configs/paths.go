package configs

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Paths name where data are: one path, or one for each part. A part without a path has no file.
type Paths struct {
	Path string `key:"-"`
	// More are the paths behind Path, where a key takes a list.
	More       []string `key:"-"`
	Train      string   `key:"-"`
	Validation string   `key:"-"`
	Test       string   `key:"-"`
}

// partNames are the words that a part's path goes by.
var partNames = []string{"train", "validation", "test"}

// IsZero reports that there is no path at all.
func (p Paths) IsZero() bool { return p.Path+p.Train+p.Validation+p.Test == "" }

// Divided reports that the parts have files of their own.
func (p Paths) Divided() bool { return p.Path == "" && !p.IsZero() }

// All lists the paths that there are.
func (p Paths) All() []string {
	all := append([]string{p.Path}, p.More...)
	return slices.DeleteFunc(append(all, p.Train, p.Validation, p.Test), func(s string) bool { return s == "" })
}

// part is the place of the path of a part, by its word.
func (p *Paths) part(name string) *string {
	return map[string]*string{"train": &p.Train, "validation": &p.Validation, "test": &p.Test}[name]
}

// each calls f with the place of every path that there is, and with the name of the key that it was given by.
func (p *Paths) each(key string, f func(name string, path *string)) {
	if p.Path != "" {
		f(key, &p.Path)
	}
	for i := range p.More {
		f(fmt.Sprintf("%s[%d]", key, i+1), &p.More[i])
	}
	for _, part := range partNames {
		if path := p.part(part); *path != "" {
			f(key+"."+part, path)
		}
	}
}

// Files are the paths of the data: of data.csv, data.ts, data.directory, data.corpus, or the sources of data.parallel.
func (d *Data) Files() Paths {
	switch {
	case !d.TS.IsZero():
		return d.TS
	case !d.Directory.IsZero():
		return d.Directory
	case !d.Corpus.IsZero():
		return d.Corpus
	case !d.Parallel.IsZero():
		return d.Parallel.Source
	}
	return d.CSV
}

// FilesKey is the key that names the files: data.csv, data.ts, data.directory, data.corpus or data.parallel.
func (d *Data) FilesKey() string {
	switch {
	case !d.TS.IsZero():
		return "data.ts"
	case !d.Directory.IsZero():
		return "data.directory"
	case !d.Corpus.IsZero():
		return "data.corpus"
	case !d.Parallel.IsZero():
		return "data.parallel"
	}
	return "data.csv"
}

// HasValidation reports whether there is a validation part: a share of the data, or a file.
func (d *Data) HasValidation() bool { return d.Split.Validation > 0 || d.Files().Validation != "" }

// absolute makes relative paths absolute: they are relative to the config file.
func (r *reader) absolute(p *Paths) {
	p.each("", func(_ string, path *string) {
		if strings.HasPrefix(*path, "builtin:") || filepath.IsAbs(*path) {
			return
		}
		*path = filepath.Join(filepath.Dir(r.name), *path)
		if abs, err := filepath.Abs(*path); err == nil {
			*path = abs
		}
	})
}

// paths reads a path, or a section of one for each part.
func (r *reader) paths(k *Key, n *yaml.Node, p *Paths) bool {
	switch {
	case n.Kind == yaml.SequenceNode && k.Type == FileList:
		return r.pathList(k, n, p)
	case n.Kind != yaml.MappingNode:
		return r.scalar(k, k.Name, n, reflect.ValueOf(&p.Path).Elem())
	}
	return r.parts(k, n, "FILE", func(part, name string, value *yaml.Node) bool {
		return r.path(k, name, value, reflect.ValueOf(p.part(part)).Elem())
	})
}

// parts reads a section of something for each part, each by read; one is how a message writes it.
func (r *reader) parts(k *Key, n *yaml.Node, one string, read func(part, name string, value *yaml.Node) bool) bool {
	seen, ok := map[string]bool{}, true
	for i := 0; i+1 < len(n.Content); i += 2 {
		ok = r.part(k, n.Content[i], n.Content[i+1], seen, read) && ok
	}
	if !seen["train"] && ok {
		r.fault(n, "missing key train in %s: {train: %s, test: %s}; for one file that data.split cuts write %s: %s", k.Name, one, one, k.last(), one)
		ok = false
	}
	return ok
}

// pathList reads a list of paths.
func (r *reader) pathList(k *Key, n *yaml.Node, p *Paths) bool {
	var all []string
	if !r.list(k, n, reflect.ValueOf(&all).Elem()) {
		return false
	}
	if len(all) == 0 {
		r.fault(n, "%s is an empty list, want %s", k.Name, k.want())
		return false
	}
	for i, item := range n.Content {
		r.given[fmt.Sprintf("%s[%d]", k.Name, i)] = item
	}
	if p.Path = all[0]; len(all) > 1 {
		p.More = all[1:]
	}
	return true
}

// part reads what belongs to one part.
func (r *reader) part(k *Key, key, value *yaml.Node, seen map[string]bool, read func(part, name string, value *yaml.Node) bool) bool {
	switch name := k.Name + "." + key.Value; {
	case key.Kind != yaml.ScalarNode:
		r.fault(key, "a key must be plain text, not %s", describe(key))
	case !r.plain(key) || !r.plain(value):
	case !among(partNames, key.Value):
		r.fault(key, "unknown key %s in %s%s", quoted(key.Value), k.Name, orElse(didYouMean(key.Value, partNames), "; want "+strings.Join(partNames, ", ")))
	case seen[key.Value]:
		r.fault(key, "the key %q is given twice in %s; keep one of them", key.Value, k.Name)
	case isNull(value):
		r.fault(key, "%s is empty, want a path; give one, or remove the key: a part without a file is empty", name)
	default:
		seen[key.Value] = true
		r.given[name] = value
		return read(key.Value, name, value)
	}
	return false
}

// path reads one path of a part.
func (r *reader) path(k *Key, name string, n *yaml.Node, f reflect.Value) bool {
	if n.Kind != yaml.ScalarNode {
		r.fault(n, "%s is %s, want a path", name, describe(n))
		return false
	}
	return r.text(k, name, "a path", n, f)
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// text of the paths as YAML.
func (p *Paths) yaml() string {
	if len(p.More) > 0 {
		return yamlValue(reflect.ValueOf(p.All()))
	}
	if !p.Divided() {
		return yamlText(p.Path)
	}
	var parts []string
	for _, part := range partNames {
		if path := *p.part(part); path != "" {
			parts = append(parts, fmt.Sprintf("%s: %s", part, yamlText(path)))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}
