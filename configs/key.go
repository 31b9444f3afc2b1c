package configs

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// Key is one key of the config language: everything that reading, rendering, explaining and documenting need to know.
type Key struct {
	Name      string            // dotted, as on the command line: "train.early_stopping.patience"
	Type      Type              // what its value is
	Enum      []string          // the values it may take; nil: not an enumeration
	Range     *Range            // for numbers; nil: any
	Precision Precision         // what a number is turned into before it is used
	Default   string            // as YAML; "" where there is none
	Defaults  map[string]string // defaults for a task, a recipe or a kind of synthetic data, where they differ from Default
	Derived   string            // how the default follows from other keys; "" where it does not
	Required  string            // when it must be given: "always" or a condition; "" never
	Nullable  bool              // an empty value counts as not given
	Auto      bool              // the word auto counts as not given
	Tasks     []string          // the tasks it has a meaning for; nil every task
	Source    string            // "csv": only for data read from CSV, "file": from any file; "" for all
	Input     string            // "text": only where texts are read, "numbers": where none are; "" for both
	Short     string            // of a section: the key that a plain value in its place stands for; "" for none
	Digits    string            // of a section with Short: the key that a whole number in its place stands for; "" for Short
	Recipe    string            // the only recipe it has a meaning for; "" every recipe
	Kinds     []string          // the kinds of synthetic data it has a meaning for; nil every kind
	Sounds    []string          // the kinds of data.features it has a meaning for; nil every kind
	Use       Use               // whether it may be set anew where a trained run is used; "" not
	Doc       string            // one sentence
	Example   string            // a line of YAML, without the section
	Worth     string            // what it gains, measured as docs/benchmarks.md says, and when not to use it; "" where nothing was measured
	Aliases   []string          // words other tools use for it, for did-you-mean
}

// Type names what a value looks like.
type Type string

// The types of values.
const (
	Section      Type = "section"
	Text         Type = "text"
	TextOrNumber Type = "text or number" // kept as it is written
	Texts        Type = "list of texts"  // one text counts as a list of one
	RawTexts     Type = "list of texts or numbers"
	Whole        Type = "whole number"
	Wholes       Type = "list of whole numbers" // one number counts as a list of one
	Number       Type = "number"
	Numbers      Type = "list of numbers" // one number counts as a list of one
	Pair         Type = "list of two numbers"
	Bool         Type = "true or false"
	Layers       Type = "list of layers" // their keys are those of the section of this name
	Files        Type = "path, or one for each part"
	FileList     Type = "path, a list of them, or one for each part"
	FilePairs    Type = "list of two paths, or one for each part"
	Weights      Type = "word, or a number for each class"
	ByColumn     Type = "word, or one for each column"
)

// Use says where a key may be set anew when a run is used that was trained without: what it changes is then not what was learnt.
type Use string

// The uses.
const (
	Searching Use = "searching" // how an answer is searched for
	Reading   Use = "reading"   // how another file than that of the training is read
	Weighing  Use = "weighing"  // what counts of that which the training has found
)

// Range is an interval of numbers; infinite ends are open.
type Range struct {
	Low, High         float64
	LowOpen, HighOpen bool
}

func between(low, high float64) *Range { return &Range{Low: low, High: high} }
func below(low, high float64) *Range   { return &Range{Low: low, High: high, HighOpen: true} }
func above(low, high float64) *Range   { return &Range{Low: low, High: high, LowOpen: true} }

// Contains reports whether v lies in the range. A nil range contains every finite number.
func (r *Range) Contains(v float64) bool {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	if r == nil {
		return true
	}
	return (v > r.Low || v == r.Low && !r.LowOpen) && (v < r.High || v == r.High && !r.HighOpen)
}

// String words the range: "from 0 to 1", "at least 0 and below 1".
func (r *Range) String() string {
	if r == nil {
		return ""
	}
	low := "at least " + number(r.Low)
	if r.LowOpen {
		low = "above " + number(r.Low)
	}
	switch {
	case math.IsInf(r.High, 1):
		return low
	case r.HighOpen:
		return low + " and below " + number(r.High)
	case r.LowOpen:
		return low + " and at most " + number(r.High)
	}
	return "from " + number(r.Low) + " to " + number(r.High)
}

// number writes v as people do: no exponent where digits do. It reads back to the same bits.
func number(v float64) string {
	switch a := math.Abs(v); {
	case v == math.MaxUint64:
		return strconv.FormatUint(math.MaxUint64, 10)
	case a == 0 || a >= 1e-4 && a < 1e15:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strings.Replace(strconv.FormatFloat(v, 'g', -1, 64), "e-0", "e-", 1)
}

// item says that the key belongs to an item of a list of sections, not to the config itself.
func (k *Key) item() bool { return strings.HasPrefix(k.Name, "model.front.") }

// files says that its value is paths.
func (k *Key) files() bool { return k.Type == Files || k.Type == FileList || k.Type == FilePairs }

// short is the key that a plain value in the place of a section stands for, nil where there is none.
func (k *Key) short(n *yaml.Node) *Key {
	switch {
	case k.Short == "" || n.Kind != yaml.ScalarNode || isNull(n):
		return nil
	case k.Digits != "" && n.Tag == "!!int":
		return byName[k.Name+"."+k.Digits]
	}
	return byName[k.Name+"."+k.Short]
}

// last is the last part of a dotted name, section the parts before it.
func (k *Key) last() string    { return k.Name[strings.LastIndexByte(k.Name, '.')+1:] }
func (k *Key) section() string { return k.Name[:max(0, strings.LastIndexByte(k.Name, '.'))] }

// wantItem is want for one item of a list.
func (k *Key) wantItem() string {
	switch k.Type {
	case Texts:
		return "text"
	case RawTexts:
		return "a text or a number"
	case Wholes:
		return strings.TrimSpace("a whole number " + k.Range.String())
	case Pair, Numbers:
		return strings.TrimSpace("a number " + k.Range.String())
	}
	return k.want()
}

// want says what the key's value must be: "a whole number from 1 to 16", "one of elman, lstm, gru".
func (k *Key) want() string {
	switch {
	case k.Enum != nil && k.Type == Texts:
		return "a list of " + strings.Join(k.Enum, ", ")
	case k.Type == ByColumn:
		return "one of " + strings.Join(k.Enum, ", ") + ", or one for each column: {COLUMN: " + k.Enum[0] + "}"
	case k.Enum != nil:
		return "one of " + strings.Join(k.Enum, ", ")
	case k.Type == Bool:
		return "true or false"
	case k.Type == Section:
		return "a section of keys"
	case k.Type == FileList:
		return "a path, a list of paths, or one for each part: {train: FILE, validation: FILE, test: FILE}"
	case k.Type == FilePairs:
		return "two paths, [SOURCE, TARGET], or two for each part: {train: [A, B], validation: [C, D], test: [E, F]}"
	case k.Type == Files:
		return "a path, or one for each part: {train: FILE, validation: FILE, test: FILE}"
	case k.Type == Weights:
		return "none, balanced, or a number for each class: {NAME: 2}"
	case k.Type == Layers:
		return "a list of layers such as [{conv: {channels: 64, width: 5}}]"
	case k.Type == Text:
		return "text"
	case k.Type == Texts:
		return "text or a list of texts"
	case k.Type == RawTexts:
		return "a list of texts or numbers"
	case k.Type == Wholes:
		return strings.TrimSpace("a whole number or a list of them, each " + k.Range.String())
	case k.Type == Numbers:
		return strings.TrimSpace("a number or a list of them, each " + k.Range.String())
	case k.Type == Pair:
		return strings.TrimSpace("a list of two numbers, each " + k.Range.String())
	}
	return strings.TrimSpace(fmt.Sprintf("%sa %s %s", pick(k.Auto, "auto, or ", ""), k.Type, k.Range))
}

// listed writes words as people do: "a, b and c".
func listed(last string, words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}

// ofSaid reports that the key is for tasks alone that have a second sequence: with others it is not just unused but empty.
func (k *Key) ofSaid() bool {
	return k.Tasks != nil && !slices.ContainsFunc(k.Tasks, func(task string) bool { return !slices.Contains(seconds, task) })
}

// ofTask reports whether the key has a meaning in a task.
func (k *Key) ofTask(task string) bool { return k.Tasks == nil || slices.Contains(k.Tasks, task) }

// applies reports whether the key has a meaning in c; why says where it has one ("task forecast").
func (k *Key) applies(c *Config) (ok bool, why string) {
	switch {
	case !k.ofTask(c.Task):
		return false, fmt.Sprintf("only for task %s, and the task is %s", listed("and", k.Tasks), c.Task)
	case k.Recipe != "" && k.Recipe != c.Recipe:
		return false, fmt.Sprintf("only for recipe %s, and the recipe is %s", k.Recipe, c.Recipe)
	case k.Source == "csv" && !c.Data.TS.IsZero() && c.labelled():
		return false, "only for data read from a CSV file, and data.ts is given"
	case k.Source == "csv" && !c.Data.Directory.IsZero() && c.labelled():
		return false, "only for data read from a CSV file, and data.directory is given"
	case k.Source == "csv" && !c.Data.Parallel.IsZero() && c.Pairs():
		return false, "only for data read from a CSV file, and data.parallel is given"
	case k.Source != "" && c.Data.Synthetic != nil:
		return false, fmt.Sprintf("only for data read from a %s, and data.synthetic is given", pick(k.Source == "csv" || c.Task == "forecast", "CSV file", "file"))
	case k.Kinds != nil && c.Data.Synthetic != nil && !slices.Contains(k.Kinds, c.Data.Synthetic.Kind):
		return false, fmt.Sprintf("only for kind %s, and the kind is %s", listed("and", k.Kinds), c.Data.Synthetic.Kind)
	case k.Sounds != nil && !slices.Contains(k.Sounds, c.Data.Features.Kind):
		return false, fmt.Sprintf("only for data.features.kind %s, and the kind is %s", listed("and", k.Sounds), c.Data.Features.Kind)
	}
	return k.fits(c)
}

// fits is applies for what is read: numbers or texts.
func (k *Key) fits(c *Config) (ok bool, why string) {
	switch text := c.ReadsText(); {
	case k.Input == "text" && c.pairsOfNumbers():
		return false, k.ofReadText()
	case k.Input == "text" && !c.HasSymbols():
		return false, "only for texts, and there is neither data.text nor data.directory"
	case k.Input == "numbers" && text && c.Pairs():
		return false, "only for numbers, and what is read are texts; remove it, or, where rows are steps of numbers, name the column of their sequence in data.sequence in place of data.source"
	case k.Input == "numbers" && text:
		return false, "only for numbers, and the inputs are texts"
	case k.Name == "data.window" && c.sequences():
		return false, "for the windows of a series, and a sequence has the steps that the data say; remove it"
	case k.Name == "model.embedding_size" && !text && !c.Pairs() && c.Recipe != "global":
		return false, fmt.Sprintf("only for texts and recipe global, and the inputs are numbers and the recipe is %s", c.Recipe)
	}
	return true, ""
}

// ofReadText says why a key of texts that are read has no meaning where a text is said of numbers.
func (k *Key) ofReadText() string {
	switch {
	case k.Name == "data.source":
		return "only for texts that are read, and data.sequence says that rows are steps of numbers; remove one of them"
	case strings.HasPrefix(k.Name, "data.tokens"):
		return "only for texts that are read, and what is read are numbers; what a symbol of the targets is goes in data.target_tokens"
	}
	return "only for texts that are read, and what is read are numbers; remove it"
}

// defaultFor returns the default of the key as YAML in a config with this task, recipe and kind of synthetic data.
func (k *Key) defaultFor(task, recipe, kind string) string {
	if d, ok := k.Defaults[kind]; ok && kind != "" {
		return d
	}
	if d, ok := k.Defaults[recipe]; ok {
		return d
	}
	if d, ok := k.Defaults[task]; ok {
		return d
	}
	return k.Default
}

// Keys returns the registry: every key of the config language, sections before their keys, in the order in which they
// are rendered and documented.
func Keys() []Key { return slices.Clone(registry) }

// byName finds the keys of the registry.
var byName = func() map[string]*Key {
	m := make(map[string]*Key, len(registry))
	for i := range registry {
		m[registry[i].Name] = &registry[i]
	}
	return m
}()

// childrenOf returns the keys of a section ("" is the top level) in registry order.
func childrenOf(section string) []*Key {
	var keys []*Key
	for i := range registry {
		if registry[i].section() == section {
			keys = append(keys, &registry[i])
		}
	}
	return keys
}
