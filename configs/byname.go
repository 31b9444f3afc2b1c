package configs

import (
	"maps"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// names are what a section by name is about: a class and classes, at most so many.
type names struct {
	one, many string
	most      int
}

// byNames reads one of words, the first of which is the default, or a section that gives each of some names a value: kind "" and what value
// makes of each. value tells of its own faults.
func byNames[V any](r *reader, k *Key, n *yaml.Node, words []string, about names, value func(name string, n *yaml.Node) (V, bool)) (kind string, of map[string]V, ok bool) {
	switch {
	case n.Kind == yaml.ScalarNode && among(words, n.Value):
		return n.Value, nil, true
	case n.Kind != yaml.MappingNode:
		r.fault(n, "%s is %s, want %s%s", k.Name, describe(n), k.want(), meantValue(n.Value, words))
		return "", nil, false
	case len(n.Content) == 0 || len(n.Content) > 2*about.most:
		r.fault(n, "%s names %d %s, want some, at most %d; or the word %s", k.Name, len(n.Content)/2, about.many, about.most, words[0])
		return "", nil, false
	}
	of, ok = map[string]V{}, true
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		_, twice := of[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.fault(key, "a key must be plain text, not %s", describe(key))
			ok = false
		case !r.plain(key) || !r.plain(n.Content[i+1]):
			ok = false
		case twice:
			r.fault(key, "the %s %s is given twice in %s; keep one of them", about.one, quoted(key.Value), k.Name)
			ok = false
		default:
			v, read := value(key.Value, n.Content[i+1])
			of[key.Value], ok = v, ok && read
		}
	}
	return "", of, ok
}

// sectionOf is the text that byNames reads.
func sectionOf[V any](kind string, of map[string]V, text func(V) string) string {
	if of == nil {
		return kind
	}
	var items []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		items = append(items, yamlText(name)+": "+text(of[name]))
	}
	return "{" + strings.Join(items, ", ") + "}"
}
