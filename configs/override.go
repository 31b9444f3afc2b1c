package configs

import (
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// override puts the value of override number i, from 1, into the document.
func (r *reader) override(root *yaml.Node, i int) {
	name, right, found := strings.Cut(r.sets[i-1], "=")
	name = strings.TrimSpace(name)
	if !found || name == "" {
		r.setFault(i, "want KEY=VALUE, such as --set train.epochs=5")
		return
	}
	value := r.overrideValue(i, right)
	if value == nil {
		return
	}
	parts := strings.Split(name, ".")
	at := root
	for depth, part := range parts[:len(parts)-1] {
		prefix := strings.Join(parts[:depth+1], ".")
		if k := byName[prefix]; k != nil && k.Type != Section && !k.files() {
			r.setFault(i, "%s is not a section, so it has no key %q", prefix, parts[depth+1])
			return
		}
		next := child(at, part)
		if next == nil || isNull(next) {
			next = r.made(i, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"})
			r.put(at, part, next, i)
		}
		if k := byName[prefix]; (next.Kind == yaml.ScalarNode || next.Kind == yaml.SequenceNode) && k != nil && k.files() {
			one := pick(k.Type == FilePairs, "[SOURCE, TARGET]", "FILE")
			r.setFault(i, "%s is %s%s, so it has no key %q; set %s={train: %s, test: %s}", prefix, describe(next), pick(next.Kind == yaml.ScalarNode, ", one file", ""), parts[depth+1], prefix, one, one)
			return
		}
		if k := byName[prefix]; k != nil && k.short(next) != nil { // written out, so that another key fits in
			whole := r.made(i, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: next.Line, Column: next.Column})
			whole.Content = []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!str", Value: k.short(next).last(), Line: next.Line, Column: next.Column}, next}
			r.put(at, part, whole, i)
			next = whole
		}
		if next.Kind != yaml.MappingNode {
			return // a fault of the file, or of the override before, that is reported at its place
		}
		at = next
	}
	r.put(at, parts[len(parts)-1], value, i)
}

// overrideValue parses the right side of override number i. It returns nil after a fault.
func (r *reader) overrideValue(i int, right string) *yaml.Node {
	if len(right) > maxSize {
		r.setFault(i, "the value has %d bytes, want at most %d", len(right), maxSize)
		return nil
	}
	documents, fault := parse([]byte(right))
	switch {
	case fault != nil:
		r.setFault(i, "yaml: %s", yamlMessage(fault))
		return nil
	case len(documents) > 1:
		r.setFault(i, "want one value, got several documents")
		return nil
	case len(documents) == 0 || len(documents[0].Content) == 0:
		return r.made(i, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"})
	}
	return r.made(i, documents[0].Content[0])
}

// made marks n and all below it as put there by override number i.
func (r *reader) made(i int, n *yaml.Node) *yaml.Node {
	r.fromSet[n] = i
	for _, c := range n.Content {
		r.made(i, c)
	}
	return n
}

// child returns the value of a key of a mapping, nil when it is not there.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if k := mapping.Content[i]; k.Kind == yaml.ScalarNode && k.Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// put sets a key of a mapping. The key itself then belongs to override number i.
func (r *reader) put(mapping *yaml.Node, key string, value *yaml.Node, i int) {
	k := r.made(i, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key})
	for j := 0; j+1 < len(mapping.Content); j += 2 {
		if old := mapping.Content[j]; old.Kind == yaml.ScalarNode && old.Value == key {
			mapping.Content[j], mapping.Content[j+1] = k, value
			return
		}
	}
	mapping.Content = append(mapping.Content, k, value)
}
