package configs

import (
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
func (r *reader) hows(k *Key, n *yaml.Node, h *Hows) (ok bool) {
	h.Kind, h.Of, ok = byNames(r, k, n, k.Enum, names{"column", "columns", maxItems}, func(name string, n *yaml.Node) (string, bool) {
		if n.Kind != yaml.ScalarNode || !among(k.Enum, n.Value) {
			r.fault(n, "%s.%s is %s, want one of %s%s", k.Name, name, describe(n), strings.Join(k.Enum, ", "), meantValue(n.Value, k.Enum))
			return "", false
		}
		return n.Value, true
	})
	return ok
}

// yaml is the text that hows reads.
func (h *Hows) yaml() string {
	return sectionOf(h.Kind, h.Of, func(word string) string { return word })
}
