package configs

import (
	"maps"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Hows says what becomes of several values of a column: a word of hows for all columns, or for each.
type Hows struct {
	Kind string            `key:"-"` // "" where Of says it
	Of   map[string]string `key:"-"` // by the name of the column; others are mean
}

// For is the word for a column.
func (h Hows) For(column string) string {
	if word, ok := h.Of[column]; ok {
		return word
	}
	if h.Kind == "" {
		return hows[0]
	}
	return h.Kind
}

// hows reads a word, or a section of a word for each column.
func (r *reader) hows(k *Key, n *yaml.Node, h *Hows) bool {
	*h = Hows{}
	switch {
	case n.Kind == yaml.ScalarNode && among(k.Enum, n.Value):
		h.Kind = n.Value
		return true
	case n.Kind != yaml.MappingNode:
		r.fault(n, "%s is %s, want %s%s", k.Name, describe(n), k.want(), meantValue(n.Value, k.Enum))
		return false
	case len(n.Content) == 0 || len(n.Content) > 2*maxItems:
		r.fault(n, "%s names %d columns, want some, at most %d; or the word %s", k.Name, len(n.Content)/2, maxItems, hows[0])
		return false
	}
	h.Of = map[string]string{}
	ok := true
	for i := 0; i+1 < len(n.Content); i += 2 {
		ok = r.how(k, n.Content[i], n.Content[i+1], h.Of) && ok
	}
	return ok
}

// how reads the word of one column.
func (r *reader) how(k *Key, key, value *yaml.Node, of map[string]string) bool {
	_, twice := of[key.Value]
	switch {
	case key.Kind != yaml.ScalarNode:
		r.fault(key, "a key must be plain text, not %s", describe(key))
		return false
	case !r.plain(key) || !r.plain(value):
		return false
	case twice:
		r.fault(key, "the column %s is given twice in %s; keep one of them", quoted(key.Value), k.Name)
		return false
	case value.Kind != yaml.ScalarNode || !among(k.Enum, value.Value):
		r.fault(value, "%s.%s is %s, want one of %s%s", k.Name, key.Value, describe(value), strings.Join(k.Enum, ", "), meantValue(value.Value, k.Enum))
		return false
	}
	of[key.Value] = value.Value
	return true
}

// yaml is the text that hows reads.
func (h *Hows) yaml() string {
	if h.Of == nil {
		return h.Kind
	}
	var items []string
	for _, name := range slices.Sorted(maps.Keys(h.Of)) {
		items = append(items, yamlText(name)+": "+h.Of[name])
	}
	return "{" + strings.Join(items, ", ") + "}"
}
