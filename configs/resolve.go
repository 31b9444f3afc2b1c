package configs

import (
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	yaml "go.yaml.in/yaml/v4"
)

// resolve gives every key that was not given its default, and makes the paths absolute.
func (r *reader) resolve(c *Config) {
	if !among(Tasks, c.Task) {
		c.Task = Tasks[0]
	}
	if r.given["recipe"] == nil || r.broken["recipe"] || c.Recipe == "auto" {
		c.Recipe = recipeOf(c)
	}
	older := r.given["version"] != nil && c.Version < 3 // which knows no center: auto
	if r.given["version"] != nil && c.Version < Version {
		c.Version = Version // upgraded: what the older version lacks has the value that changes nothing
	}
	for i := range registry {
		k := &registry[i]
		if k.Type == Section || k.Name == "recipe" || r.given[k.Name] != nil && !r.broken[k.Name] {
			continue
		}
		setDefault(c, k)
	}
	given := func(name string) bool { return r.given[name] != nil && !r.broken[name] }
	if !given("name") {
		c.Name = nameOf(r.name)
	}
	c.derive(given)
	if older && !given("data.center") && c.Recipe == "plain" {
		c.Data.Center = "none"
	}
	r.absolute(&c.Data.CSV)
	r.absolute(&c.Data.TS)
	r.absolute(&c.Data.Directory)
	r.absolute(&c.Data.Corpus)
	r.absolute(&c.Data.Parallel.Source)
	r.absolute(&c.Data.Parallel.Target)
	model := Paths{Path: c.Decode.LanguageModel}
	r.absolute(&model)
	c.Decode.LanguageModel = model.Path
}

// derive fills in the defaults that follow from other keys.
func (c *Config) derive(given func(string) bool) {
	d := &c.Data
	if s := d.Synthetic; s != nil && s.Kind == "adding" {
		if given("data.window") && !given("data.synthetic.length") {
			s.Length = d.Window
		}
		if !given("data.window") {
			d.Window = s.Length
		}
	} else if c.sequences() {
		d.Window = 0 // the data have it
		if s != nil {
			d.Window = s.Length
		}
	} else if c.Recipe == "plain" && !given("data.window") && len(d.Season) > 0 {
		d.Window = max(d.Window, min(2*d.Season[0], int(byName["data.window"].Range.High)))
	}
	if d.Synthetic == nil && !given("data.targets") {
		d.Targets = nil
	}
	if !given("data.center") && c.Recipe == "plain" && c.Task == "forecast" && d.Synthetic == nil && c.Model.Head != "every" {
		d.Center = "auto"
	}
	if !given("data.split") || given("data.split.seed") && !given("data.split.train") && !given("data.split.validation") && !given("data.split.test") {
		d.Split = Split{Train: 0.7, Validation: 0.15, Seed: d.Split.Seed}
		if c.Continues() || c.Pairs() {
			d.Split = Split{Train: 0.9, Validation: 0.05, Seed: d.Split.Seed}
		}
		if c.Recipe == "global" {
			d.Split = Split{Validation: float64(d.Horizon), Test: float64(d.Horizon)}
		}
	}
	d.Split.Steps = d.Split.Train == 0 || d.Split.Train >= 1
	if d.Files().Divided() && !given("data.split") {
		d.Split = Split{}
	}
	if !d.HasValidation() && !given("train.early_stopping.patience") {
		c.Train.EarlyStopping.Patience = 0
	}
	if !d.HasValidation() && !given("train.temperature_scaling") {
		c.Train.TemperatureScaling = false
	}
	if c.Model.Likelihood() && c.Task == "forecast" && !given("model.quantiles") {
		c.Model.Quantiles = slices.Clone(usualQuantiles)
	}
	if len(c.Model.Quantiles) > 0 && !given("train.loss") {
		c.Train.Loss = pick(c.Model.Likelihood(), "nll", "pinball")
	}
	if len(c.Model.Quantiles) > 0 && d.HasValidation() && !given("intervals.origins") {
		c.Intervals.Origins = d.Horizon
	}
	if c.Ensemble.Members > 0 && d.HasValidation() && !given("train.refit") && !c.HasClasses() && !c.Says() {
		c.Train.Refit = "all"
	}
	if c.Recipe == "global" {
		c.deriveGlobal(given)
	}
	if c.HasSymbols() {
		c.deriveTokens(given)
	}
	switch {
	case c.Continues():
		c.deriveText(given)
	case c.Pairs():
		c.derivePairs(given)
	case c.Hears():
		c.deriveSounds(given)
	}
	if (c.Recipe == "text" || c.Recipe == "sequence") && !given("model.pool") && c.Model.Head == "last" {
		c.Model.Pool = "mean_max"
	}
	if !given("train.schedule.warmup_epochs") {
		c.Train.Schedule.WarmupEpochs = c.warmup()
	}
}

// setDefault writes the default of one key into c.
func setDefault(c *Config, k *Key) {
	kind := ""
	if c.Data.Synthetic != nil {
		kind = c.Data.Synthetic.Kind
	}
	f, ok := field(c, k.Name, false)
	if !ok {
		return
	}
	f.SetZero()
	text := k.defaultFor(c.Task, c.Recipe, kind)
	if applies, _ := k.applies(c); text == "" || !applies && (strings.HasPrefix(k.Name, "data.synthetic.") || k.ofSaid() && !k.ofTask(c.Task)) {
		return
	}
	(&reader{}).value(k, defaultNode(text), f)
}

var defaultNodes sync.Map // text -> *yaml.Node

// defaultNode parses a default of the registry.
func defaultNode(text string) *yaml.Node {
	if n, ok := defaultNodes.Load(text); ok {
		return n.(*yaml.Node)
	}
	documents, fault := parse([]byte(text))
	if fault != nil {
		panic("configs: registry: default " + text + ": " + fault.Error())
	}
	n := documents[0].Content[0]
	defaultNodes.Store(text, n)
	return n
}

var notName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// NameOf is the default name of a run whose config lies at path.
func NameOf(path string) string { return nameOf(path) }

// nameOf is the default name of a run: the file's name without its extension, with a dash for what a name may not hold.
func nameOf(path string) string {
	base := filepath.Base(path)
	base = strings.TrimSuffix(base, filepath.Ext(base))
	base = strings.Trim(notName.ReplaceAllString(base, "-"), ".-")
	if len(base) > maxName {
		base = base[:maxName]
	}
	if base == "" {
		return "run"
	}
	return base
}

// clone returns a deep copy.
func (c *Config) clone() *Config {
	out := *c
	if s := c.Data.Synthetic; s != nil {
		copied := *s
		out.Data.Synthetic = &copied
	}
	if b := c.Model.ForgetBias; b != nil {
		copied := *b
		out.Model.ForgetBias = &copied
	}
	out.Data.Resample.How.Of = maps.Clone(c.Data.Resample.How.Of)
	out.Train.ClassWeight.Of = maps.Clone(c.Train.ClassWeight.Of)
	for _, list := range []any{&out.Data.Time, &out.Data.Targets, &out.Data.Covariates, &out.Data.MissingValues, &out.Data.Season,
		&out.Data.Future, &out.Data.Categorical, &out.Data.Calendar, &out.Data.Inputs, &out.Data.Label, &out.Model.Quantiles, &out.Model.Front} {
		v := reflect.ValueOf(list).Elem()
		if !v.IsNil() {
			v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v))
		}
	}
	return &out
}
