package configs

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"
)

// maxName is the longest name of a run.
const maxName = 100

// check finds the faults that lie between keys. Keys with a fault of their own are left alone.
func (r *reader) check(c *Config, files bool) {
	r.required(c)
	r.scopes(c)
	r.texts(c)
	r.source(c, files)
	r.columns(c)
	r.split(c)
	r.precision(c)
	unfit := recipeTask(c)+recipeOfClasses(c) != "" // so its defaults are for something else
	for _, rule := range rules {
		if unfit && r.given[rule.keys[0]] == nil {
			continue
		}
		if message := rule.broken(c); message != "" && r.sound(rule.keys...) {
			r.conflict(rule.keys, "%s", message)
		}
	}
}

// sound reports whether none of the keys has a fault of its own.
func (r *reader) sound(names ...string) bool {
	return !slices.ContainsFunc(names, func(n string) bool {
		return r.broken[n] || r.broken[n[:max(0, strings.LastIndexByte(n, '.'))]]
	})
}

// was reports whether the key was given, and given well.
func (r *reader) was(name string) bool { return r.given[name] != nil && r.sound(name) }

// conflict notes a fault between keys. Its place is the first key an override gave, else the first that was given,
// else the section of the first.
func (r *reader) conflict(names []string, format string, args ...any) {
	if !r.sound(names...) {
		return
	}
	var at *yaml.Node
	for _, n := range names {
		if v := r.given[n]; v != nil && (at == nil || r.fromSet[at] == 0 && r.fromSet[v] > 0) {
			at = v
		}
	}
	if at == nil {
		at = r.keys[byName[names[0]].section()]
	}
	r.fault(at, format, args...)
}

// required notes the keys that are missing.
func (r *reader) required(c *Config) {
	missing := func(name, format string, args ...any) {
		if r.given[name] == nil && !r.broken[name] && !r.misspelt[name] && !r.otherwise(c, name) {
			at := r.keys[byName[name].section()]
			r.fault(at, "missing key %s; "+format, append([]any{name}, args...)...)
		}
	}
	switch {
	case r.broken["data"] || r.broken["task"] || r.misspelt["data"]:
	case r.keys["data"] == nil:
		missing("data", "say where batches come from: data: {csv: FILE, targets: [COLUMN]}")
	case c.labelled():
		r.requiredOfSequences(c, missing)
	case c.Continues():
		r.requiredOfText(missing)
	case c.Pairs():
		r.requiredOfPairs(c, missing)
	case c.Hears():
		r.requiredOfSounds(c, missing)
	case r.given["data.csv"] == nil && c.Data.Synthetic == nil && r.sound("data.csv") && !r.misspelt["data.synthetic"]:
		missing("data.csv", "say where the data come from: csv: FILE, or synthetic: {kind: sine}")
	case r.given["data.csv"] != nil && c.Data.Synthetic == nil && len(c.Data.Targets) == 0 && r.sound("data.targets"):
		if at := r.given["data.targets"]; at != nil {
			r.fault(at, "data.targets is empty, want the columns to forecast")
		} else {
			missing("data.targets", "name the columns to forecast: targets: [COLUMN]")
		}
	}
	if at := r.given["data.synthetic"]; at != nil && at.Kind == yaml.MappingNode && r.given["data.synthetic.kind"] == nil && !r.broken["data.synthetic.kind"] && !r.misspelt["data.synthetic.kind"] {
		r.fault(r.keys["data.synthetic"], "missing key data.synthetic.kind; want one of %s", strings.Join(kindsOf(c.Task), ", "))
	}
}

// scopes notes the keys that have no meaning here: of another task, of CSV files, of another kind of synthetic data.
func (r *reader) scopes(c *Config) {
	both := len(r.sources(c)) > 1 // a fault of its own
	for i := range registry {
		k := &registry[i]
		if r.given[k.Name] == nil || k.Source != "" && both {
			continue
		}
		if k.Tasks != nil && !r.sound("task") || k.Kinds != nil && (!r.was("data.synthetic.kind")) {
			continue
		}
		if short := byName[k.section()]; short != nil && short.Short != "" && r.keys[k.Name] == r.keys[short.Name] {
			if ok, _ := short.applies(c); !ok {
				continue // it is the section's
			}
		}
		if ok, why := k.applies(c); !ok {
			if !k.ofTask(c.Task) {
				r.drop(k.Name)
				r.broken[k.Name] = true // it is not asked how it goes with others
			}
			if section := byName[k.section()]; section != nil && r.given[section.Name] != nil && !section.ofTask(c.Task) {
				continue // which says it
			}
			r.fault(r.keys[k.Name], "%s is %s%s", k.Name, why, k.instead(c))
		}
	}
}

// instead suggests the key that goes by this word in the task at hand.
func (k *Key) instead(c *Config) string {
	if other := k.other(c); other != "" {
		return fmt.Sprintf("; did you mean %q?", other)
	}
	return ""
}

// other is the name of the key that goes by the word of a key of another task, "" for none.
func (k *Key) other(c *Config) string {
	for _, other := range childrenOf(k.section()) {
		if ok, _ := other.applies(c); ok && !k.ofTask(c.Task) && among(other.Aliases, k.last()) {
			return other.Name
		}
	}
	return ""
}

// otherwise reports that a key was given by a word that is another task's, which is told.
func (r *reader) otherwise(c *Config, name string) bool {
	for _, k := range childrenOf(byName[name].section()) {
		if r.given[k.Name] != nil && k.other(c) == name {
			return true
		}
	}
	return false
}

// texts checks the texts that have a form.
func (r *reader) texts(c *Config) {
	if r.was("name") && !namePattern.MatchString(c.Name) {
		r.fault(r.given["name"], "name is %s, want at most %d letters, digits, dots, dashes and underscores, the first one no dot or dash", quoted(c.Name), maxName)
	}
	r.stamps(c)
}

var namePattern = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)

// builtinPaths lists the embedded data sets as data.csv names them.
func builtinPaths() []string { return builtinsOf(Builtins) }

// builtinsOf are the paths of embedded data sets.
func builtinsOf(names []string) []string {
	paths := make([]string, len(names))
	for i, b := range names {
		paths[i] = "builtin:" + b
	}
	return paths
}

// sources lists the keys of the task that say where the data come from and are given.
func (r *reader) sources(c *Config) (given []string) {
	for _, name := range []string{"data.csv", "data.ts", "data.directory", "data.corpus", "data.parallel", "data.synthetic"} {
		if r.keys[name] != nil && r.given[name] != nil && byName[name].ofTask(c.Task) {
			given = append(given, name)
		}
	}
	return given
}

// source checks where the data come from.
func (r *reader) source(c *Config, files bool) {
	given := r.sources(c)
	for i := 1; i < len(given); i++ {
		r.conflict([]string{given[i], given[i-1]}, "%s and %s are both given; keep one of them", given[i-1], given[i])
	}
	if s := c.Data.Synthetic; s != nil && r.was("data.synthetic.kind") && r.sound("task") && !c.Continues() && !among(kindsOf(c.Task), s.Kind) {
		r.conflict([]string{"data.synthetic.kind", "task"}, "data.synthetic.kind is %s, want %s with task %s; or set task: %s", s.Kind, listed("or", kindsOf(c.Task)), c.Task, taskOfKind(s.Kind))
	}
	for _, of := range []struct {
		key   string
		paths Paths
	}{{"data.csv", c.Data.CSV}, {"data.ts", c.Data.TS}, {"data.directory", c.Data.Directory}, {"data.corpus", c.Data.Corpus}} {
		if !r.was(of.key) {
			continue
		}
		of.paths.each(of.key, func(name string, path *string) { r.file(c, name, *path, files) })
	}
	if r.was("data.parallel") {
		c.Data.Parallel.each("data.parallel", func(name string, path *string) { r.file(c, name, *path, files) })
	}
	if r.was("decode.language_model") && files {
		r.languageModel(c.Decode.LanguageModel)
	}
	if r.sound("data.csv", "data.ts", "data.directory", "data.parallel", "task") && len(given) == 1 {
		r.sequenceFiles(c)
	}
}

// file checks the path of a file, and where disk is set that it is there. Messages show its path from where the config was named.
func (r *reader) file(c *Config, key, path string, disk bool) {
	at := r.given[key]
	if name, ok := strings.CutPrefix(path, "builtin:"); ok {
		if c.ofSeries() && !among(Builtins, name) {
			r.fault(at, "%s is %s, want %s%s", key, quoted(path), strings.Join(builtinPaths(), " or "), didYouMean(path, builtinPaths()))
		}
		return
	}
	if strings.ContainsRune(path, 0) {
		r.fault(at, "%s is %s, want the name of a file", key, quoted(path))
		return
	}
	if !disk || strings.HasPrefix(key, "data.corpus") { // a pattern, or a directory: who reads it looks
		return
	}
	shown := r.shown(at)
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		r.fault(at, "%s: there is no file %s; a path is relative to the config file", key, shown)
	case err != nil:
		r.fault(at, "%s: can't read %s: %v", key, shown, errors.Unwrap(err))
	case strings.HasPrefix(key, "data.directory"):
		if !info.IsDir() {
			r.fault(at, "%s: %s is a file, want a directory with a folder for each class; name a file in data.csv", key, shown)
		}
	case info.IsDir() && c.HasClasses() && strings.HasPrefix(key, "data.csv"):
		r.fault(at, "%s: %s is a directory, want a CSV file; a folder of texts for each class goes in data.directory", key, shown)
	case info.IsDir():
		kind := "CSV"
		if strings.HasPrefix(key, "data.ts") {
			kind = ".ts"
		} else if strings.HasPrefix(key, "data.parallel") {
			kind = "text"
		}
		r.fault(at, "%s: %s is a directory, want a %s file", key, shown, kind)
	}
}

// shown is a path as it is given, from where the config was named.
func (r *reader) shown(at *yaml.Node) string {
	if filepath.IsAbs(at.Value) {
		return at.Value
	}
	return filepath.Join(filepath.Dir(r.name), at.Value)
}

// languageModel checks that the path of a language model is there.
func (r *reader) languageModel(path string) {
	at := r.given["decode.language_model"]
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		r.fault(at, "decode.language_model: there is neither a run nor a file %s; a path is relative to the config file", r.shown(at))
	} else if err != nil {
		r.fault(at, "decode.language_model: can't read %s: %v", r.shown(at), errors.Unwrap(err))
	}
}

// keyColumns are the columns that a key names.
type keyColumns struct {
	key     string
	columns []string
}

// columns checks that no column has two meanings.
func (r *reader) columns(c *Config) {
	d := &c.Data
	used := []keyColumns{{"data.time", d.Time}, {"data.series", d.Series}, {"data.targets", d.Targets}, {"data.covariates", d.Covariates}, {"data.future_covariates", d.Future}, {"data.horizon_column", []string{d.HorizonColumn}}}
	if c.labelled() || c.Says() {
		used = columnsOfSequences(d)
	} else if d.Synthetic != nil {
		if len(d.Targets) != 1 {
			r.conflict([]string{"data.targets"}, "data.targets names %d columns, want the one that synthetic data have", len(d.Targets))
		}
		return
	}
	uses := map[string]string{}
	for _, u := range used {
		if !r.was(u.key) {
			continue
		}
		for _, column := range u.columns {
			if other := uses[column]; other != "" {
				r.conflict([]string{u.key, other}, "%s names the column %s, which is in %s already", u.key, quoted(column), other)
			} else {
				uses[column] = u.key
			}
		}
	}
}

// split checks that the parts are shares or whole steps, and not both.
func (r *reader) split(c *Config) {
	const learn, validation, test = "data.split.train", "data.split.validation", "data.split.test"
	all := []string{learn, validation, test}
	if !r.was("data.split") || !r.sound(all...) {
		return
	}
	if !c.ofSeries() && c.Data.Files().Divided() {
		r.splitOfFiles(c)
	}
	s := c.Data.Split
	whole := func(v float64) bool { return v == math.Trunc(v) }
	before := len(r.faults)
	defer func() {
		if len(r.faults) > before {
			r.broken["data.split"] = true
		}
	}()
	switch {
	case r.given[learn] == nil && r.given[validation] == nil && r.given[test] == nil && r.given["data.split.seed"] != nil: // of the default
	case r.given[learn] == nil && r.given[validation] == nil && r.given[test] == nil:
		r.fault(r.given["data.split"], "data.split is empty, want shares {train: 0.7, validation: 0.15} or whole steps {validation: 18, test: 18}")
	case r.given[learn] != nil && s.Train >= 1:
		if !whole(s.Train) || !whole(s.Validation) || !whole(s.Test) {
			r.conflict(all, "data.split.train is %s, and from 1 on the parts are whole steps: want whole numbers for train, validation and test", number(s.Train))
		}
	case r.given[learn] != nil && r.given[test] != nil:
		r.conflict([]string{test}, "data.split mixes a share and whole steps: with train the test part is the rest; remove test, or write whole steps {validation: 18, test: 18}")
	case r.given[learn] != nil && s.Validation >= 1:
		r.conflict([]string{validation, learn}, "data.split.validation is %s, want a share below 1 beside train; or write whole steps without train: {validation: 18, test: 18}", number(s.Validation))
	case r.given[learn] != nil && s.Train+s.Validation > 1-1e-9 && c.Data.Files().Test == "" && !(c.Continues() && s.Train+s.Validation < 1+1e-9 && s.Train < 1):
		r.conflict([]string{learn, validation}, "data.split: train and validation make up %s, want less than 1, as the rest is the test part; for no test part write whole steps {validation: 18, test: 0}", number(math.Round((s.Train+s.Validation)*1e9)/1e9))
	case r.given[learn] == nil && !whole(s.Validation):
		r.conflict([]string{validation}, "data.split.validation is %s, want whole steps; for shares write {train: 0.7, validation: 0.15}", number(s.Validation))
	case r.given[learn] == nil && !whole(s.Test):
		r.conflict([]string{test}, "data.split.test is %s, want whole steps; for shares write {train: 0.7, validation: 0.15} and the rest is the test part", number(s.Test))
	}
}
