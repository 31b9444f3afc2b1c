package configs

import (
	"maps"
	"math"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// ClassWeight is what an example of each class counts in training.
type ClassWeight struct {
	Kind string             `key:"-"` // none | balanced; "" where Of says it
	Of   map[string]float64 `key:"-"` // by the name of the class; others count 1
}

// weightWords are the words of train.class_weight.
var weightWords = []string{"none", "balanced"}

// mostWeights is the most classes that have a weight of their own.
const mostWeights = 10_000

// weights reads a word, or a section of a number for each class.
func (r *reader) weights(k *Key, n *yaml.Node, w *ClassWeight) bool {
	*w = ClassWeight{}
	switch {
	case n.Kind == yaml.ScalarNode && among(weightWords, n.Value):
		w.Kind = n.Value
		return true
	case n.Kind != yaml.MappingNode:
		r.fault(n, "%s is %s, want %s%s", k.Name, describe(n), k.want(), meantValue(n.Value, weightWords))
		return false
	case len(n.Content) == 0 || len(n.Content) > 2*mostWeights:
		r.fault(n, "%s has the weights of %d classes, want some, at most %d; or the word none", k.Name, len(n.Content)/2, mostWeights)
		return false
	}
	w.Of = map[string]float64{}
	ok := true
	for i := 0; i+1 < len(n.Content); i += 2 {
		ok = r.weight(k, n.Content[i], n.Content[i+1], w.Of) && ok
	}
	return ok
}

// weight reads the weight of one class.
func (r *reader) weight(k *Key, key, value *yaml.Node, of map[string]float64) bool {
	_, twice := of[key.Value]
	switch {
	case key.Kind != yaml.ScalarNode:
		r.fault(key, "a key must be plain text, not %s", describe(key))
		return false
	case !r.plain(key) || !r.plain(value):
		return false
	case twice:
		r.fault(key, "the class %s is given twice in %s; keep one of them", quoted(key.Value), k.Name)
		return false
	case value.Kind != yaml.ScalarNode:
		r.fault(value, "%s.%s is %s, want a number of 0 or more", k.Name, key.Value, describe(value))
		return false
	}
	v, err := parseNumber(value)
	if err != nil || v < 0 || v > math.MaxFloat32 {
		r.fault(value, "%s.%s is %s, want a number of 0 or more", k.Name, key.Value, describe(value))
		return false
	}
	of[key.Value] = v
	return true
}

// yaml is the text that weights reads.
func (w *ClassWeight) yaml() string {
	if w.Of == nil {
		return w.Kind
	}
	var items []string
	for _, name := range slices.Sorted(maps.Keys(w.Of)) {
		items = append(items, yamlText(name)+": "+number(w.Of[name]))
	}
	return "{" + strings.Join(items, ", ") + "}"
}
