package configs

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"
	"golang.org/x/text/unicode/norm"
)

// mapping reads the keys of a section ("" is the top level) into c.
func (r *reader) mapping(c *Config, n *yaml.Node, section string) {
	if n.Kind != yaml.MappingNode {
		if section == "" {
			r.fault(n, "the config is %s, want keys such as data: and model:", describe(n))
			return
		}
		r.broken[section] = true
		r.fault(n, "%s is %s, want a section of keys", section, describe(n))
		return
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode || !r.plain(key) {
			if key.Kind != yaml.ScalarNode {
				r.fault(key, "a key must be plain text, not %s", describe(key))
			}
			continue
		}
		if first := seen[key.Value]; first != nil {
			r.fault(key, "the key %q is given twice%s; keep one of them", key.Value, firstPlace(first))
			continue
		}
		seen[key.Value] = key
		name := key.Value
		if section != "" {
			name = section + "." + key.Value
		}
		k := byName[name]
		if k == nil || k.section() != section {
			r.unknown(key, section)
			continue
		}
		r.keys[name] = key
		if !r.plain(value) {
			r.broken[name] = true
			continue
		}
		r.key(c, k, value)
	}
}

func firstPlace(n *yaml.Node) string {
	if n.Line == 0 {
		return ""
	}
	return fmt.Sprintf(", first in line %d", n.Line)
}

// unknown notes a key that is not in the registry. The key that was meant then does not count as missing.
func (r *reader) unknown(key *yaml.Node, section string) {
	where, hint := "", ""
	if section != "" {
		where = " in " + section
	}
	if r.full() {
		r.more++
		return
	}
	if meant := suggestKey(key.Value, section); meant != "" {
		if r.given[meant] == nil {
			r.misspelt[meant] = true
		}
		hint = fmt.Sprintf("; did you mean %q?", strings.TrimPrefix(strings.TrimPrefix(meant, section), "."))
		if byName[meant].section() != section {
			hint = fmt.Sprintf("; did you mean %q?", meant)
		}
	}
	r.fault(key, "unknown key %s%s%s", quoted(key.Value), where, hint)
}

// key reads one value into c.
func (r *reader) key(c *Config, k *Key, n *yaml.Node) {
	if k.Type == Section {
		if one := k.short(n); one != nil {
			r.given[k.Name], r.keys[one.Name] = n, r.keys[k.Name]
			r.key(c, one, n)
			return
		}
		if isNull(n) { // a section with nothing in it, or all of it commented out
			return
		}
		field(c, k.Name+"."+childrenOf(k.Name)[0].last(), true) // makes data.synthetic
		r.given[k.Name] = n
		r.mapping(c, n, k.Name)
		return
	}
	if isNull(n) {
		if !k.Nullable {
			r.broken[k.Name] = true
			r.fault(r.keys[k.Name], "%s is empty, want %s; give a value or remove the key", k.Name, k.want())
		}
		return
	}
	if k.Auto && n.Kind == yaml.ScalarNode && n.Value == "auto" {
		return
	}
	r.given[k.Name] = n
	f, _ := field(c, k.Name, true)
	before := len(r.faults)
	if !r.value(k, n, f) {
		r.broken[k.Name], r.faultsOf[k.Name] = true, [2]int{before, len(r.faults)}
	}
}

// value reads n into f; it reports false after a fault.
func (r *reader) value(k *Key, n *yaml.Node, f reflect.Value) bool {
	switch f.Kind() {
	case reflect.Slice:
		if k.Type == Layers {
			return r.layers(k, n, f)
		}
		return r.list(k, n, f)
	case reflect.Array:
		return r.pair(k, n, f)
	case reflect.Struct:
		if w, ok := f.Addr().Interface().(*ClassWeight); ok {
			return r.weights(k, n, w)
		}
		if h, ok := f.Addr().Interface().(*Hows); ok {
			return r.hows(k, n, h)
		}
		if p, ok := f.Addr().Interface().(*Parallel); ok {
			return r.parallel(k, n, p)
		}
		return r.paths(k, n, f.Addr().Interface().(*Paths))
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		f = f.Elem()
	}
	return r.scalar(k, k.Name, n, f)
}

// maxItems is the longest list that is read.
const maxItems = 10000

// list reads a list, or a single value as a list of one.
func (r *reader) list(k *Key, n *yaml.Node, f reflect.Value) bool {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	if n.Kind == yaml.MappingNode {
		r.fault(n, "%s is %s, want %s", k.Name, describe(n), k.want())
		return false
	}
	if len(items) > maxItems {
		r.fault(n, "%s is a list of %d, want at most %d", k.Name, len(items), maxItems)
		return false
	}
	out := reflect.MakeSlice(f.Type(), len(items), len(items))
	seen := make(map[any]bool, len(items))
	ok := true
	for i, item := range items {
		name := k.Name
		if n.Kind == yaml.SequenceNode {
			name = fmt.Sprintf("%s[%d]", k.Name, i)
		}
		if !r.scalar(k, name, item, out.Index(i)) {
			ok = false
			continue
		}
		if v := out.Index(i).Interface(); seen[v] {
			r.fault(item, "%s is %s, which is in the list already", name, describe(item))
			ok = false
		} else {
			seen[v] = true
		}
	}
	if len(items) > 0 {
		f.Set(out)
	}
	return ok
}

// pair reads a list of exactly two numbers.
func (r *reader) pair(k *Key, n *yaml.Node, f reflect.Value) bool {
	if n.Kind != yaml.SequenceNode || len(n.Content) != f.Len() {
		r.fault(n, "%s is %s, want %s", k.Name, describe(n), k.want())
		return false
	}
	ok := true
	for i, item := range n.Content {
		ok = r.scalar(k, fmt.Sprintf("%s[%d]", k.Name, i), item, f.Index(i)) && ok
	}
	return ok
}

// scalar reads one text, number or truth value and checks it against the enumeration and the range of its key.
func (r *reader) scalar(k *Key, name string, n *yaml.Node, f reflect.Value) bool {
	want := k.want()
	if name != k.Name {
		want = k.wantItem()
	}
	if n.Kind != yaml.ScalarNode || isNull(n) {
		r.fault(n, "%s is %s, want %s", name, describe(n), want)
		return false
	}
	switch f.Kind() {
	case reflect.String:
		return r.text(k, name, want, n, f)
	case reflect.Bool:
		if n.Tag != "!!bool" {
			r.fault(n, "%s is %s, want true or false", name, describe(n))
			return false
		}
		f.SetBool(n.Value[0] == 't' || n.Value[0] == 'T')
		return true
	case reflect.Float64:
		v, err := parseNumber(n)
		return r.number(name, want, k.Range, n, v, err) && set(f.SetFloat, v)
	case reflect.Uint64:
		v, err := parseWhole(n, func(s string) (uint64, error) { return strconv.ParseUint(s, 10, 64) })
		return r.number(name, want, k.Range, n, float64(v), err) && set(f.SetUint, v)
	}
	v, err := parseWhole(n, func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) })
	return r.number(name, want, k.Range, n, float64(v), err) && set(f.SetInt, v)
}

func set[T any](setter func(T), v T) bool { setter(v); return true }

// text reads a text or one word of an enumeration.
func (r *reader) text(k *Key, name, want string, n *yaml.Node, f reflect.Value) bool {
	number := n.Tag == "!!int" || n.Tag == "!!float"
	rawOK := k.Type == TextOrNumber || k.Type == RawTexts
	switch {
	case k.Enum != nil && !among(k.Enum, n.Value):
		r.fault(n, "%s is %s, want one of %s%s", name, describe(n), strings.Join(k.Enum, ", "), meantValue(n.Value, k.Enum))
		return false
	case number && !rawOK, n.Tag == "!!bool" && k.Enum == nil:
		r.fault(n, `%s is %s, want text; write "%s" in quotes`, name, describe(n), n.Value)
		return false
	case n.Value == "" && k.Type != RawTexts:
		hint := ""
		if k.Source == "csv" && (k.Type == Text || k.Type == Texts) {
			hint = "; a column without a name goes by its place, column_1 the first"
		}
		r.fault(n, "%s is an empty text, want %s%s", name, want, hint)
		return false
	}
	f.SetString(n.Value)
	if k.Enum == nil && (k.Type == Text || k.Type == Texts) && strings.HasPrefix(k.Name, "data.") { // the name of a column, as data composes it
		f.SetString(norm.NFC.String(n.Value))
	}
	return true
}

// number checks a number that was parsed with err against the range of its key (nil: any).
func (r *reader) number(name, want string, in *Range, n *yaml.Node, v float64, err error) bool {
	switch {
	case err != nil:
		r.fault(n, "%s is %s, want %s%s", name, describe(n), want, hint(err))
	case !in.Contains(v):
		r.fault(n, "%s is %s, %swant %s", name, n.Value, rounds(n.Value, in, v), want)
	default:
		return true
	}
	return false
}

// rounds says that a number written just below the open end of its range is that end as a float64.
func rounds(text string, in *Range, v float64) string {
	if strings.HasPrefix(strings.TrimLeft(text, "+0"), ".") && !strings.ContainsAny(text, "eE") && in != nil && in.HighOpen && v == in.High {
		return "which rounds to " + number(v) + ", "
	}
	return ""
}

// hint carries the next step of a parse error into its message.
func hint(err error) string {
	if h := new(hintError); errors.As(err, h) {
		return "; " + string(*h)
	}
	return ""
}

type hintError string

func (h hintError) Error() string { return string(h) }

var (
	wholePattern  = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)$`)
	numberPattern = regexp.MustCompile(`^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)

// parseWhole reads a whole number in plain digits. YAML's hexadecimal, octal and underscored forms are refused: 010
// means 8 to some readers and 10 to others.
func parseWhole[T any](n *yaml.Node, parse func(string) (T, error)) (v T, err error) {
	switch {
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && wholePattern.MatchString(n.Value):
		return v, hintError("remove the quotes")
	case n.Tag == "!!int" && !wholePattern.MatchString(n.Value):
		return v, hintError("write it in plain digits without a leading 0")
	case n.Tag != "!!int":
		return v, errors.New("not a whole number")
	}
	s := n.Value
	if s[0] == '+' {
		s = s[1:]
	}
	if s == "-0" {
		s = "0"
	}
	if v, err = parse(s); err != nil {
		return v, errors.New("outside the range of the type")
	}
	return v, nil
}

// parseNumber reads a finite number.
func parseNumber(n *yaml.Node) (float64, error) {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && numberPattern.MatchString(n.Value) {
		return 0, hintError("remove the quotes")
	}
	if n.Tag != "!!int" && n.Tag != "!!float" && !numberPattern.MatchString(n.Value) {
		return 0, errors.New("not a number")
	}
	if !numberPattern.MatchString(n.Value) {
		return 0, hintError("write a finite number in plain digits")
	}
	v, err := strconv.ParseFloat(n.Value, 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, hintError("it is too large for a float64")
	}
	if digits, _, _ := strings.Cut(strings.ToLower(n.Value), "e"); v == 0 && strings.ContainsAny(digits, "123456789") {
		return 0, hintError("it is too small for a float64")
	}
	return v + 0, nil
}

// describe words a node for a message: its value with what it is, when that is not plain to see.
func describe(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a section of keys"
	case n.Kind == yaml.SequenceNode:
		return fmt.Sprintf("a list of %d", len(n.Content))
	case n.Kind == yaml.AliasNode:
		return "an alias"
	case isNull(n):
		return "empty"
	case n.Tag == "!!int" || n.Tag == "!!float" || n.Tag == "!!bool":
		return n.Value
	}
	return quoted(n.Value)
}
