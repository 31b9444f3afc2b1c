package configs

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"
)

// tagsOf lists the dotted `key` tags of a struct type.
func tagsOf(t reflect.Type, section string) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("key")
		if tag == "-" {
			continue
		}
		names = append(names, section+tag)
		ft := f.Type
		if ft.Kind() == reflect.Pointer || ft.Kind() == reflect.Slice {
			ft = ft.Elem()
		}
		if ft.Kind() == reflect.Struct {
			names = append(names, tagsOf(ft, section+tag+".")...)
		}
	}
	return names
}

// The registry and the Config struct name the same keys.
func TestRegistryIsTheStruct(t *testing.T) {
	fields := tagsOf(reflect.TypeFor[Config](), "")
	var keys []string
	for _, k := range Keys() {
		if slices.Contains(keys, k.Name) {
			t.Errorf("key %s is in the registry twice", k.Name)
		}
		keys = append(keys, k.Name)
	}
	for _, f := range fields {
		if !slices.Contains(keys, f) {
			t.Errorf("field %s is not in the registry", f)
		}
	}
	for _, k := range keys {
		if !slices.Contains(fields, k) {
			t.Errorf("key %s has no field", k)
		}
	}
}

// Every key has what docs and editors show, its type is its field's, and its example and defaults are valid values.
func TestRegistryEntries(t *testing.T) {
	kinds := map[Type][]reflect.Kind{
		Section: {reflect.Struct, reflect.Pointer}, Text: {reflect.String}, TextOrNumber: {reflect.String},
		Texts: {reflect.Slice}, Numbers: {reflect.Slice}, RawTexts: {reflect.Slice}, Wholes: {reflect.Slice}, Pair: {reflect.Array}, Layers: {reflect.Slice}, Files: {reflect.Struct}, FileList: {reflect.Struct}, FilePairs: {reflect.Struct}, Weights: {reflect.Struct}, ByColumn: {reflect.Struct},
		Whole: {reflect.Int, reflect.Uint64}, Number: {reflect.Float64, reflect.Pointer}, Bool: {reflect.Bool},
	}
	for _, k := range Keys() {
		c := &Config{Data: Data{Synthetic: &Synthetic{}}}
		f, ok := field(c, k.Name, true)
		if k.item() {
			f, ok = fieldOf(reflect.ValueOf(&Layer{}).Elem(), strings.TrimPrefix(k.Name, "model.front."), true)
		}
		if !ok || !slices.Contains(kinds[k.Type], f.Kind()) {
			t.Errorf("%s: type %s, field %v", k.Name, k.Type, f.Kind())
			continue
		}
		if len(k.Doc) < 15 || !strings.HasSuffix(k.Doc, ".") {
			t.Errorf("%s: its sentence is %q", k.Name, k.Doc)
		}
		if k.Type == Section {
			continue
		}
		values := []string{}
		for _, d := range append([]string{k.Default}, mapValues(k.Defaults)...) {
			if d != "" {
				values = append(values, d)
			}
		}
		if len(values) == 0 && k.Derived == "" && k.Required == "" && !k.Nullable {
			t.Errorf("%s: no default, and not required", k.Name)
		}
		name, example, ok := strings.Cut(k.Example, ": ")
		if !ok || name != k.last() {
			t.Errorf("%s: its example is %q", k.Name, k.Example)
		}
		for _, v := range append(values, example) {
			r := &reader{given: map[string]*yaml.Node{}}
			if !r.value(&k, defaultNode(v), f) {
				t.Errorf("%s: the value %s of its registry entry has a fault: %v", k.Name, v, r.err())
			}
		}
	}
}

func mapValues(m map[string]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// Rules name keys that there are, and no other word for one is itself a key of the same section.
func TestRulesAndAliases(t *testing.T) {
	for _, r := range rules {
		for _, k := range r.keys {
			if byName[k] == nil {
				t.Errorf("rule %q: there is no key %q", r.doc, k)
			}
		}
	}
	for _, k := range Keys() {
		for _, a := range k.Aliases {
			if a != strings.ToLower(a) {
				t.Errorf("%s: alias %q is not lower case, so it is never found", k.Name, a)
			}
		}
	}
}

func TestRange(t *testing.T) {
	for _, test := range []struct {
		r    *Range
		text string
		in   []float64
		out  []float64
	}{
		{nil, "", []float64{-1e300, 0, 1}, []float64{inf, -inf}},
		{between(0, 1), "from 0 to 1", []float64{0, 0.5, 1}, []float64{-1e-9, 1.0000001}},
		{below(0, 1), "at least 0 and below 1", []float64{0, 0.999}, []float64{1, -1}},
		{above(0, 1), "above 0 and at most 1", []float64{1e-300, 1}, []float64{0, 2}},
		{between(1, inf), "at least 1", []float64{1, 1e18}, []float64{0, inf}},
		{&Range{High: 1, LowOpen: true, HighOpen: true}, "above 0 and below 1", []float64{0.5}, []float64{0, 1}},
	} {
		if got := test.r.String(); got != test.text {
			t.Errorf("range: got %q, want %q", got, test.text)
		}
		for _, v := range test.in {
			if !test.r.Contains(v) {
				t.Errorf("range %s: %v is outside", test.text, v)
			}
		}
		for _, v := range test.out {
			if test.r.Contains(v) {
				t.Errorf("range %s: %v is inside", test.text, v)
			}
		}
	}
}

func TestDistanceAndNearest(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"lstm", "lstm", 0}, {"lsmt", "lstm", 1}, {"hiden_size", "hidden_size", 1}, {"gru", "lstm", 4}, {"größe", "grosse", 3}} {
		if got := distance(test.a, test.b); got != test.want {
			t.Errorf("distance(%q, %q): got %d, want %d", test.a, test.b, got, test.want)
		}
		if got := distance(test.b, test.a); got != test.want {
			t.Errorf("distance(%q, %q): got %d, want %d", test.b, test.a, got, test.want)
		}
	}
	for word, want := range map[string]string{"lsmt": "lstm", "LSTM": "lstm", "gro": "gru", "transformer": "", "elm": "elman"} {
		if got := nearest(word, []string{"elman", "lstm", "gru"}); got != want {
			t.Errorf("nearest(%q): got %q, want %q", word, got, want)
		}
	}
}

// The caret stands under the character of the fault, whatever comes before it on the line.
func TestExcerpt(t *testing.T) {
	long := strings.Repeat("a", 100) + "X" + strings.Repeat("b", 100)
	for _, test := range []struct {
		line   string
		column int
		text   string
		blanks string
	}{
		{"  key: 1", 3, "  key: 1", "  "},
		{"\tkey: 1", 2, "\tkey: 1", "\t"},
		{"日本: X", 5, "日本: X", "      "},
		{"a\x1b[31mX", 7, "a.[31mX", "      "},
		{"abc", 4, "abc", "   "},
		{"e\u0301: X", 5, "e\u0301: X", "   "},
		{long, 101, "…" + long[40:160] + "…", strings.Repeat(" ", 61)},
		{long, 1, long[:120] + "…", ""},
	} {
		text, blanks := excerpt(test.line, test.column)
		if text != test.text || blanks != test.blanks {
			t.Errorf("excerpt(%q, %d):\ngot  %q %q\nwant %q %q", test.line, test.column, text, blanks, test.text, test.blanks)
		}
	}
}
