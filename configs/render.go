package configs

import (
	"bytes"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"unicode"
)

// Render writes the config as YAML with every default filled in, in the order of the registry. Parse reads it back to an
// equal Config, so it trains the same. Keys that have no meaning here (those of CSV files for synthetic data, …) are
// left out, and so are optional ones that are not set.
func (c *Config) Render() []byte { return c.render(func(*Key) bool { return false }) }

// render is Render without the keys that without says.
func (c *Config) render(without func(*Key) bool) []byte {
	var b bytes.Buffer
	for i := range registry {
		k := &registry[i]
		if applies, _ := k.applies(c); !applies || k.item() || without(k) {
			continue
		}
		indent := strings.Repeat("  ", strings.Count(k.Name, "."))
		if k.Type == Section {
			if c.hasSection(k.Name) {
				fmt.Fprintf(&b, "%s%s:\n", indent, k.last())
			}
			continue
		}
		f, ok := field(c, k.Name, false)
		if !ok || k.unset(c, f) {
			continue
		}
		value := yamlValue(f)
		if k.Name == "data.series" && f.Len() == 1 {
			value = yamlValue(f.Index(0)) // as files of one such column have always been written
		}
		if k.Type == Text && k.Enum != nil && among(k.Enum, f.String()) {
			value = f.String() // true and false are words there
		}
		fmt.Fprintf(&b, "%s%s: %s\n", indent, k.last(), value)
	}
	return b.Bytes()
}

// hasSection reports whether a section that applies is there: all but data.synthetic always are, and data.split where there is something to
// cut.
func (c *Config) hasSection(name string) bool {
	switch name {
	case "data.synthetic":
		return c.Data.Synthetic != nil
	case "data.split":
		return !c.Data.uncut()
	case "data.resample":
		return c.Hears() || c.Data.Resample.Step != ""
	}
	return true
}

// uncut reports that the parts have files of their own, and data.split cuts none of them.
func (d *Data) uncut() bool { return d.Files().Divided() && d.Split == Split{} }

// unset reports whether the key's value f says nothing.
func (k *Key) unset(c *Config, f reflect.Value) bool {
	switch k.Name {
	case "data.resample.how", "data.resample.incomplete":
		return c.Data.Resample.Step == ""
	case "data.split.train":
		return c.Data.Split.Train == 0
	case "data.split.test":
		return !c.Data.Split.Steps || c.Data.Files().Test != ""
	case "data.split.validation":
		return c.Data.uncut() || c.Data.Files().Validation != ""
	case "data.split.seed":
		return c.Data.uncut()
	}
	if k.Type == Layers && k.Defaults[c.Recipe]+k.Defaults[c.Task] != "" {
		return false // an empty list is not the default
	}
	return k.Nullable && (f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0)
}

// yamlValue writes one value.
func yamlValue(f reflect.Value) string {
	switch f.Kind() {
	case reflect.Pointer:
		return yamlValue(f.Elem())
	case reflect.Slice, reflect.Array:
		items := make([]string, f.Len())
		for i := range items {
			items[i] = yamlValue(f.Index(i))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Struct: // an item of a list, without what it leaves out
		switch v := f.Addr().Interface().(type) {
		case *Paths:
			return v.yaml()
		case *Parallel:
			return v.yaml()
		case *ClassWeight:
			return v.yaml()
		case *Hows:
			return v.yaml()
		}
		var keys []string
		for i := range f.NumField() {
			if !f.Field(i).IsZero() {
				keys = append(keys, f.Type().Field(i).Tag.Get("key")+": "+yamlValue(f.Field(i)))
			}
		}
		return "{" + strings.Join(keys, ", ") + "}"
	case reflect.String:
		return yamlText(f.String())
	case reflect.Float64:
		return number(f.Float())
	}
	return fmt.Sprint(f.Interface())
}

// simple is what needs no quotes, words that YAML reads as something else aside.
var (
	simple   = regexp.MustCompile(`^[A-Za-z_/][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*$`)
	reserved = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|y|n|null|nan|inf)$`)
)

// Quote writes a text as YAML: in double quotes where plain YAML might read it as something else.
func Quote(s string) string { return yamlText(s) }

// yamlText writes a text, in double quotes where plain YAML might read it as something else.
func yamlText(s string) string {
	if simple.MatchString(s) && !reserved.MatchString(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == ' ' || unicode.IsPrint(r) && r < 0x10000:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
