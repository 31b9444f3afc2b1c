package configs

import (
	"math"

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
func (r *reader) weights(k *Key, n *yaml.Node, w *ClassWeight) (ok bool) {
	w.Kind, w.Of, ok = byNames(r, k, n, weightWords, names{"class", "classes", mostWeights}, func(name string, n *yaml.Node) (float64, bool) {
		if n.Kind == yaml.ScalarNode {
			if v, err := parseNumber(n); err == nil && v >= 0 && v <= math.MaxFloat32 {
				return v, true
			}
		}
		r.fault(n, "%s.%s is %s, want a number of 0 or more", k.Name, name, describe(n))
		return 0, false
	})
	return ok
}

// yaml is the text that weights reads.
func (w *ClassWeight) yaml() string { return sectionOf(w.Kind, w.Of, number) }
