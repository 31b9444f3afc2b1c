package configs

import (
	"fmt"
	"slices"
	"strings"
)

// Explain says what a key means: its type, range, default, an example and the rules that tie it to other keys; of a
// section, what is in it. The last part of a name is enough where it is the only one of its kind ("hidden_size").
func Explain(key string) (string, error) {
	k, err := find(key)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n%s\n\n", k.Name, k.kind(), k.Doc)
	facts := [][2]string{{"values", strings.Join(shown(k.Enum), ", ")}, {"range", k.Range.String()}, {"default", k.defaultText()}, {"required", k.Required},
		{"where", k.where()}, {"in use", k.Use.doc()}, {"example", k.Example}, {"worth", k.Worth}}
	for _, f := range facts {
		if f[1] != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", f[0], f[1])
		}
	}
	for i, doc := range k.rules() {
		head := "rule"
		if i > 0 {
			head = ""
		}
		fmt.Fprintf(&b, "  %-9s %s\n", head, doc)
	}
	if k.Type == Section {
		fmt.Fprintln(&b, "\n  keys")
		for _, c := range childrenOf(k.Name) {
			fmt.Fprintf(&b, "    %-16s %s\n", c.last(), c.Doc)
		}
	}
	return b.String(), nil
}

// shown are values as they are written: marks in quotes.
func shown(values []string) (all []string) {
	for _, v := range values {
		if len(v) == 1 && !('a' <= v[0] && v[0] <= 'z') {
			v = fmt.Sprintf("%q", v)
		}
		all = append(all, v)
	}
	return all
}

// find looks a key up by its full name or by a last part that only one key has, or only one of those that lie least deep.
func find(name string) (*Key, error) {
	if k := byName[name]; k != nil {
		return k, nil
	}
	var found []string
	for i := range registry {
		k := &registry[i]
		if k.last() != name && !strings.HasSuffix(k.Name, "."+name) {
			continue
		}
		depth, least := strings.Count(k.Name, "."), 0
		if len(found) > 0 {
			least = strings.Count(found[0], ".")
		}
		switch {
		case len(found) > 0 && depth > least: // model.encoder.cell, where model.cell is meant
		case depth < least:
			found = []string{k.Name}
		default:
			found = append(found, k.Name)
		}
	}
	switch len(found) {
	case 1:
		return byName[found[0]], nil
	case 0:
		section, last := "", name
		if i := strings.LastIndexByte(name, '.'); i >= 0 && byName[name[:i]] != nil {
			section, last = name[:i], name[i+1:]
		}
		hint := ""
		if meant := suggestKey(last, section); meant != "" {
			hint = fmt.Sprintf("; did you mean %q?", meant)
		}
		return nil, fmt.Errorf("configs: explain: there is no key %s%s", quoted(name), hint)
	}
	return nil, fmt.Errorf("configs: explain: %q may be %s; write the full name", name, strings.Join(found, " or "))
}

// kind words the type of the key.
func (k *Key) kind() string {
	if k.Enum != nil {
		return "one word"
	}
	return string(k.Type)
}

// defaultText words the default.
func (k *Key) defaultText() string {
	switch text := k.Default; {
	case k.Derived != "":
		return k.Derived
	case text == "" && k.Required == "" && k.Type != Section && k.otherDefaults() == "":
		return "not set"
	default:
		return text + k.otherDefaults()
	}
}

// otherDefaults are those of tasks and recipes.
func (k *Key) otherDefaults() (text string) {
	for _, of := range []struct {
		what  string
		words []string
	}{{"task", Tasks}, {"recipe", Recipes}} {
		for _, word := range of.words {
			if d := k.Defaults[word]; d != "" {
				text += "; " + d + " with " + of.what + " " + word
			}
		}
	}
	if k.Default == "" {
		text = strings.TrimPrefix(text, "; ")
	}
	return text
}

// where says where the key has a meaning, "" for everywhere.
func (k *Key) where() string {
	files := map[string]string{"csv": "CSV files", "file": "data read from files"}[k.Source]
	switch {
	case k.files():
		files = ""
	case k.Input == "text":
		files = "texts"
	}
	task := ""
	if k.Tasks != nil && len(k.Tasks) < len(Tasks) {
		task = "task " + listed("and", k.Tasks)
	}
	switch {
	case k.Sounds != nil:
		return task + " with data.features.kind " + listed("or", k.Sounds)
	case k.Recipe != "" && files != "":
		return files + " with recipe " + k.Recipe
	case k.Recipe != "":
		return "recipe " + k.Recipe
	case files != "" && task != "":
		return files + " with " + task
	case files != "":
		return files
	case k.Kinds != nil:
		return "kind " + listed("and", k.Kinds)
	}
	return task
}

// rules returns the sentences of the rules that the key is in: those it is shown at, and those that name it.
func (k *Key) rules() []string {
	var docs []string
	for _, r := range rules {
		if r.keys[0] == k.Name || slices.Contains(r.keys, k.Name) && strings.Contains(r.doc, k.last()) {
			docs = append(docs, r.doc)
		}
	}
	return docs
}
