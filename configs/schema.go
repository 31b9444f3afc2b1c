package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

//go:generate go test -count=1 -run "^Test(SchemaIs|DocsAre)Current$" . -update

// object is a JSON object that keeps the order of its members, so that editors offer keys in the order of the registry
// and the schema's text does not change from run to run.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// marshal is json.Marshal that leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(b.Bytes()), nil
}

// Schema returns the JSON Schema (draft-07) of the config language, for editors that complete and check YAML. It holds
// all of the registry and those rules between keys that a schema can say.
func Schema() []byte {
	root := append(object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"title", "recur config"},
		{"description", "What to train: the data, the network and the training. recur config explain KEY says more."},
	}, sectionSchema("")...)
	root = append(root, member{"required", []string{"data"}}, member{"allOf", append(scopeSchemas(), ruleSchemas()...)})
	compact, err := marshal(root)
	if err != nil {
		panic("configs: schema: " + err.Error()) // the registry holds only what JSON can say
	}
	var b bytes.Buffer
	if err := json.Indent(&b, compact, "", "  "); err != nil {
		panic("configs: schema: " + err.Error())
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// sectionSchema holds the keys of a section and refuses others.
func sectionSchema(section string) object {
	var properties object
	for _, k := range childrenOf(section) {
		properties = append(properties, member{k.last(), k.schema()})
	}
	kind := any("object")
	if section != "" && section != "data" {
		kind = []string{"object", "null"}
	}
	return object{{"type", kind}, {"additionalProperties", false}, {"properties", properties}}
}

// itemSchema holds the keys of an item of a list of sections.
func itemSchema(section string) object {
	var properties object
	required := []string{}
	for _, k := range childrenOf(section) {
		s := k.schema()
		if k.Type == Section {
			s = append(object{{"description", k.Doc}}, itemSchema(k.Name)...)
		}
		properties = append(properties, member{k.last(), s})
		if k.Required != "" {
			required = append(required, k.last())
		}
	}
	return object{{"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", properties}}
}

// schema is the schema of one key's value.
func (k *Key) schema() object {
	o := object{{"description", k.description()}}
	if k.Type == Section && k.Short != "" {
		short := []object{byName[k.Name+"."+k.Short].valueSchema(), sectionSchema(k.Name)}
		if k.Digits != "" {
			short = append(short, byName[k.Name+"."+k.Digits].valueSchema())
		}
		return append(o, member{"anyOf", short})
	}
	if k.Type == Section {
		return append(o, sectionSchema(k.Name)...)
	}
	if k.Default != "" && k.Default != "[]" {
		o = append(o, member{"default", jsonDefault(k.Default)})
	}
	value := k.valueSchema()
	if !k.Nullable {
		return append(o, value...)
	}
	return append(o, member{"anyOf", []object{{{"type", "null"}}, value}})
}

// description is the key's sentence, with its default where JSON can't hold it.
func (k *Key) description() string {
	if k.Derived != "" {
		return k.Doc + " Default: " + k.Derived + "."
	}
	return k.Doc
}

// valueSchema is the type, range or enumeration of a value that is given.
func (k *Key) valueSchema() object {
	switch k.Type {
	case Texts:
		if k.Enum != nil {
			return listOf(object{{"enum", k.Enum}})
		}
		return listOf(object{{"type", "string"}, {"minLength", 1}})
	case RawTexts:
		return listOf(object{{"type", []string{"string", "number"}}})
	case Numbers:
		return listOf(append(object{{"type", "number"}}, k.Range.schema()...))
	case Wholes:
		return listOf(append(object{{"type", "integer"}}, k.Range.schema()...))
	case Whole:
		r := k.Range.schema()
		if k.Name == "version" {
			r = append(r, member{"maximum", Version})
		}
		return append(object{{"type", "integer"}}, r...)
	case Number:
		number := append(object{{"type", "number"}}, k.Range.schema()...)
		if k.Auto {
			return object{{"anyOf", []object{number, is("auto")}}}
		}
		return number
	case Pair:
		return object{{"type", "array"}, {"items", append(object{{"type", "number"}}, k.Range.schema()...)}, {"minItems", 2}, {"maxItems", 2}}
	case Bool:
		return object{{"type", "boolean"}}
	case TextOrNumber:
		return object{{"type", []string{"string", "number"}}}
	case Files:
		path := object{{"type", "string"}, {"minLength", 1}}
		if names := map[string][]string{"data.csv": slices.Concat(Builtins, BuiltinTexts, BuiltinPairs, BuiltinSounds), "data.ts": BuiltinSequences}[k.Name]; names != nil {
			path = append(path, noBuiltinBut(names)...)
		}
		return object{{"anyOf", []object{path, partsOf(path)}}}
	case FilePairs:
		two := object{{"type", "array"}, {"items", append(object{{"type", "string"}, {"minLength", 1}}, noBuiltinBut(nil)...)}, {"minItems", 2}, {"maxItems", 2}, {"uniqueItems", true}}
		return object{{"anyOf", []object{two, partsOf(two)}}}
	case FileList:
		path := append(object{{"type", "string"}, {"minLength", 1}}, noBuiltinBut(BuiltinCorpora)...)
		list := object{{"type", "array"}, {"items", path}, {"minItems", 1}, {"uniqueItems", true}, {"maxItems", maxItems}}
		return object{{"anyOf", []object{path, list, partsOf(path)}}}
	case Weights:
		of := object{{"type", "object"}, {"minProperties", 1}, {"maxProperties", mostWeights}, {"additionalProperties", object{{"type", "number"}, {"minimum", 0}, {"maximum", math.MaxFloat32}}}}
		return object{{"anyOf", []object{{{"enum", weightWords}}, of}}}
	case ByColumn:
		of := object{{"type", "object"}, {"minProperties", 1}, {"maxProperties", maxItems}, {"additionalProperties", object{{"enum", k.Enum}}}}
		return object{{"anyOf", []object{{{"enum", k.Enum}}, of}}}
	case Layers:
		item := itemSchema(k.Name)
		return object{{"anyOf", []object{item, {{"type", "array"}, {"items", item}, {"maxItems", maxLayers}}}}}
	}
	switch {
	case k.Enum != nil:
		return object{{"enum", enumOf(k.Enum)}}
	case k.Name == "name":
		return object{{"type", "string"}, {"pattern", namePattern.String()}}
	}
	return object{{"type", "string"}, {"minLength", 1}}
}

// partsOf takes a path for each part.
func partsOf(path object) object {
	return object{{"type", "object"}, {"additionalProperties", false}, {"required", []string{"train"}}, {"properties", object{{"train", path}, {"validation", path}, {"test", path}}}}
}

// enumOf are the words of an enumeration; true and false, which YAML takes for truth values, are those too.
func enumOf(words []string) []any {
	values := anys(words)
	for _, w := range words {
		if w == "true" || w == "false" {
			values = append(values, w == "true")
		}
	}
	return values
}

// listOf takes one item, or a list of different ones.
func listOf(item object) object {
	return object{{"anyOf", []object{item, {{"type", "array"}, {"items", item}, {"uniqueItems", true}, {"maxItems", maxItems}}}}}
}

// schema writes the ends of the range.
func (r *Range) schema() object {
	var o object
	if r == nil {
		return o
	}
	end := func(open bool, closedName, openName string, v float64) {
		if math.IsInf(v, 0) {
			return
		}
		name := closedName
		if open {
			name = openName
		}
		o = append(o, member{name, json.RawMessage(number(v))})
	}
	end(r.LowOpen, "minimum", "exclusiveMinimum", r.Low)
	end(r.HighOpen, "maximum", "exclusiveMaximum", r.High)
	return o
}

// jsonDefault turns the YAML of a default into JSON. The registry's defaults are numbers, words and lists of them.
func jsonDefault(text string) any {
	n := defaultNode(text)
	if n.Content != nil {
		list := make([]any, len(n.Content))
		for i, c := range n.Content {
			list[i] = jsonScalar(c.Tag, c.Value)
		}
		return list
	}
	return jsonScalar(n.Tag, n.Value)
}

func jsonScalar(tag, value string) any {
	switch tag {
	case "!!bool":
		return value == "true"
	case "!!int", "!!float":
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			return json.RawMessage(number(v))
		}
		panic(fmt.Sprintf("configs: registry: default %q is no number", value))
	}
	return value
}
