package configs

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// This file is data.parallel: two files, line by line.

// IsZero reports that there are no files at all.
func (p Parallel) IsZero() bool { return p.Source.IsZero() && p.Target.IsZero() }

// each calls f with the place of every path that there is, and with the name it was given by: [0] is the source's.
func (p *Parallel) each(key string, f func(name string, path *string)) {
	for i, side := range []*Paths{&p.Source, &p.Target} {
		side.each(key, func(name string, path *string) { f(fmt.Sprintf("%s[%d]", name, i), path) })
	}
}

// yaml is the text that parallel reads.
func (p *Parallel) yaml() string {
	pair := func(a, b string) string { return "[" + yamlText(a) + ", " + yamlText(b) + "]" }
	if !p.Source.Divided() {
		return pair(p.Source.Path, p.Target.Path)
	}
	var parts []string
	for _, part := range partNames {
		if a, b := *p.Source.part(part), *p.Target.part(part); a != "" {
			parts = append(parts, part+": "+pair(a, b))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// parallel reads two paths, or a section of two for each part.
func (r *reader) parallel(k *Key, n *yaml.Node, p *Parallel) bool {
	*p = Parallel{}
	switch n.Kind {
	case yaml.MappingNode:
		return r.parts(k, n, "[SOURCE, TARGET]", func(part, name string, value *yaml.Node) bool {
			return r.twoPaths(k, name, value, p.Source.part(part), p.Target.part(part))
		})
	case yaml.SequenceNode:
		return r.twoPaths(k, k.Name, n, &p.Source.Path, &p.Target.Path)
	}
	r.fault(n, "%s is %s, want %s", k.Name, describe(n), k.want())
	return false
}

// twoPaths reads the path of the sources and that of the targets.
func (r *reader) twoPaths(k *Key, name string, n *yaml.Node, source, target *string) bool {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		r.fault(n, "%s is %s, want two paths: [SOURCE, TARGET]", name, describe(n))
		return false
	}
	ok := true
	for i, path := range []*string{source, target} {
		one := fmt.Sprintf("%s[%d]", name, i)
		r.given[one] = n.Content[i]
		ok = r.path(k, one, n.Content[i], reflect.ValueOf(path).Elem()) && ok
	}
	return ok
}

// parallelFiles checks what the names of the files of data.parallel say of them.
func (r *reader) parallelFiles(c *Config) {
	seen := map[string]string{}
	c.Data.Parallel.each("data.parallel", func(name string, path *string) {
		ext := strings.ToLower(filepath.Ext(*path))
		switch other := seen[*path]; {
		case strings.HasPrefix(*path, "builtin:"):
			r.fault(r.given[name], "%s is %s, want %s", name, quoted(*path), c.insteadOfBuiltin("data.parallel", *path))
		case other != "":
			r.fault(r.given[name], "%s is the file of %s too; name another: the lines of the second file are what is to be said of those of the first, and no part is judged on what another learns from", name, other)
		case among([]string{".csv", ".tsv", ".jsonl"}, ext):
			r.fault(r.given[name], "%s is a %s file, which holds both texts in columns; name it in data.csv, with data.source and data.target", name, ext)
		}
		seen[*path] = name
	})
}
