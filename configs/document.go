package configs

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"
)

// maxSize is the largest config that is read, in bytes; maxFaults is the most faults that are listed one by one.
const (
	maxSize   = 1 << 18
	maxFaults = 100
)

// reader turns one YAML document and its overrides into a Config and collects the faults on the way.
type reader struct {
	name   string   // of the file, for messages
	lines  []string // of the file
	sets   []string // overrides, as given after --set
	faults []placed
	root   *yaml.Node

	fromSet map[*yaml.Node]int    // nodes that an override put there -> its number, from 1
	given   map[string]*yaml.Node // keys with a value, by dotted name -> the value
	keys    map[string]*yaml.Node // all keys that are there, sections too -> the key itself
	broken  map[string]bool       // keys with a fault of their own: cross-field checks leave them alone

	faultsOf map[string][2]int // keys with a fault of their own -> from which fault on to which
	misspelt map[string]bool   // keys that an unknown one was likely meant to be
	more     int               // faults beyond maxFaults
}

// placed is a fault with the number of its override (0: in the file), for sorting.
type placed struct {
	Fault
	set     int
	dropped bool // as something else is told of the same key
}

// fault notes a fault at node n (nil: the start of the file).
func (r *reader) fault(n *yaml.Node, format string, args ...any) {
	line, column := 1, 1
	if n != nil {
		if i := r.fromSet[n]; i > 0 {
			r.setFault(i, format, args...)
			return
		}
		line, column = n.Line, n.Column
	}
	r.faultAt(line, column, fmt.Sprintf(format, args...))
}

// setFault notes a fault of override number i, from 1.
func (r *reader) setFault(i int, format string, args ...any) {
	f := Fault{File: "--set " + r.sets[i-1], Message: fmt.Sprintf(format, args...)}
	r.note(placed{Fault: f, set: i})
}

// note keeps a fault, or counts it when there are many already.
func (r *reader) note(f placed) {
	if r.full() {
		r.more++
		return
	}
	r.faults = append(r.faults, f)
}

// full reports whether so many faults are listed that further ones are only counted.
func (r *reader) full() bool { return len(r.faults) >= maxFaults }

// faultAt notes a fault at a place of the file.
func (r *reader) faultAt(line, column int, message string) {
	f := Fault{File: r.name, Line: max(line, 1), Column: max(column, 1), Message: message}
	if f.Line <= len(r.lines) {
		f.Source = r.lines[f.Line-1]
	}
	r.note(placed{Fault: f})
}

// drop leaves out the faults of a key's value, as it should not be there at all.
func (r *reader) drop(key string) {
	for i := r.faultsOf[key][0]; i < r.faultsOf[key][1]; i++ {
		r.faults[i].dropped = true
	}
}

// err returns all faults in order of place, overrides last, or nil.
func (r *reader) err() error {
	r.faults = slices.DeleteFunc(r.faults, func(f placed) bool { return f.dropped })
	if len(r.faults) == 0 {
		return nil
	}
	slices.SortStableFunc(r.faults, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.set, b.set), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	e := &Error{}
	for _, p := range r.faults {
		e.Faults = append(e.Faults, p.Fault)
	}
	if r.more > 0 {
		e.Faults = append(e.Faults, Fault{File: r.name, Message: fmt.Sprintf("and %d more faults", r.more)})
	}
	return e
}

// read parses the document. It returns nil after a fault that leaves nothing to look at.
func (r *reader) read(src []byte) *yaml.Node {
	if len(src) > maxSize {
		r.note(placed{Fault: Fault{File: r.name, Message: fmt.Sprintf("the config has %d bytes, want at most %d", len(src), maxSize)}})
		return nil
	}
	r.lines = splitLines(src)
	if !utf8.Valid(src) {
		line, column := invalidUTF8(r.lines)
		r.faultAt(line, column, "the config is not UTF-8 here; save the file as UTF-8")
		return nil
	}
	documents, fault := parse(src)
	if fault != nil {
		r.faultAt(fault.Mark.Line, fault.Mark.Column, "yaml: "+yamlMessage(fault))
		return nil
	}
	if len(documents) > 1 {
		second := documents[1]
		r.fault(second, "a second document starts here; a config is one document: remove the line ---, or split the file")
		return nil
	}
	if len(documents) == 0 || len(documents[0].Content) == 0 || isNull(documents[0].Content[0]) {
		return &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	}
	return documents[0].Content[0]
}

// parse returns the documents of src.
func parse(src []byte) ([]*yaml.Node, *yaml.LoadError) {
	loader, err := yaml.NewLoader(bytes.NewReader(src))
	var documents []*yaml.Node
	for err == nil && len(documents) < 2 {
		var n yaml.Node
		if err = loader.Load(&n); err == nil {
			documents = append(documents, &n)
		}
	}
	if err == nil || errors.Is(err, io.EOF) {
		return documents, nil
	}
	var fault *yaml.LoadError
	if !errors.As(err, &fault) {
		fault = &yaml.LoadError{Message: err.Error()}
	}
	return nil, fault
}

// yamlMessage words a syntax fault of the YAML library, with a hint for the ones people make most.
func yamlMessage(e *yaml.LoadError) string {
	text := e.Message
	if e.ContextMsg != "" {
		text += " (" + e.ContextMsg + fmt.Sprintf(" that starts at line %d)", e.ContextMark.Line)
	}
	switch {
	case strings.Contains(e.Message, "cannot start any token"):
		text += "; indent with spaces, not tabs, and put text with special characters in quotes"
	case strings.Contains(e.Message, "mapping values are not allowed"):
		text += "; put text that holds a colon in quotes, and check the indentation"
	case strings.Contains(e.Message, "unknown anchor"):
		text += "; aliases are not part of the config language"
	}
	return text
}

// splitLines cuts src where YAML does: at LF, CR LF, CR, NEL, LS and PS. A byte-order mark is not part of line 1.
func splitLines(src []byte) []string {
	s := strings.TrimPrefix(string(src), "\ufeff")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	return strings.Split(s, "\n")
}

// invalidUTF8 is the place of the first byte that is not UTF-8.
func invalidUTF8(lines []string) (line, column int) {
	for i, text := range lines {
		for column := 1; len(text) > 0; column++ {
			r, size := utf8.DecodeRuneInString(text)
			if r == utf8.RuneError && size == 1 {
				return i + 1, column
			}
			text = text[size:]
		}
	}
	return 1, 1
}

// isNull reports whether n is an empty value: nothing, ~ or null.
func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// plain refuses what the config language leaves out of YAML: anchors, aliases, merge keys and explicit tags, in n itself
// and, unless n is a section, in all below it.
func (r *reader) plain(n *yaml.Node) bool {
	ok := true
	switch {
	case n.Kind == yaml.AliasNode:
		r.fault(n, "the alias *%s is not part of the config language; write the value out", n.Value)
		return false
	case n.Anchor != "":
		r.fault(n, "the anchor &%s is not part of the config language; remove it", n.Anchor)
		ok = n.Kind == yaml.MappingNode
	case n.Tag == "!!merge":
		r.fault(n, "the merge key << is not part of the config language; write the keys out")
		ok = false
	case n.Style&yaml.TaggedStyle != 0:
		r.fault(n, "the tag %s is not part of the config language; remove it", n.Tag)
		ok = n.Kind == yaml.MappingNode
	}
	if n.Kind == yaml.SequenceNode {
		for _, child := range n.Content {
			ok = r.plain(child) && ok
		}
	}
	return ok
}
