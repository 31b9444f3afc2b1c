package configs

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v4"
)

// maxName is the longest name of a run.
const maxName = 100

// maxPrimitiveWindow is the longest window of the primitive implementation: its graph grows with every step.
const maxPrimitiveWindow = 32

// check finds the faults that lie between keys. Keys with a fault of their own are left alone.
func (r *reader) check(c *Config, files bool) {
	r.required(c)
	r.scopes(c)
	r.texts(c)
	r.source(c, files)
	r.columns(c)
	r.split(c)
	r.lengths(c)
	r.network(c)
	r.training(c)
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
		if r.given[name] == nil && !r.broken[name] {
			at := r.keys[byName[name].section()]
			r.fault(at, "missing key %s; "+format, append([]any{name}, args...)...)
		}
	}
	switch {
	case r.broken["data"] || r.broken["task"]:
	case r.keys["data"] == nil:
		missing("data", "say where batches come from: data: {csv: FILE, targets: [COLUMN]}")
	case c.Task == "regress":
		if r.sound("data.synthetic") {
			missing("data.synthetic", "task regress reads synthetic: {kind: adding}")
		}
	case r.given["data.csv"] == nil && c.Data.Synthetic == nil && r.sound("data.csv", "data.synthetic"):
		missing("data.csv", "say where the data come from: csv: FILE, or synthetic: {kind: sine}")
	case r.given["data.csv"] != nil && c.Data.Synthetic == nil && len(c.Data.Targets) == 0 && r.sound("data.targets"):
		if at := r.given["data.targets"]; at != nil {
			r.fault(at, "data.targets is empty, want the columns to forecast")
		} else {
			missing("data.targets", "name the columns to forecast: targets: [COLUMN]")
		}
	}
	if c.Data.Synthetic != nil && r.sound("data.synthetic") && r.keys["data.synthetic"] != nil && r.given["data.synthetic.kind"] == nil && !r.broken["data.synthetic.kind"] {
		r.fault(r.keys["data.synthetic"], "missing key data.synthetic.kind; want one of %s", strings.Join(allKinds, ", "))
	}
}

// scopes notes the keys that have no meaning here: of another task, of CSV files, of another kind of synthetic data.
func (r *reader) scopes(c *Config) {
	for i := range registry {
		k := &registry[i]
		if r.given[k.Name] == nil || k.Name == "data.csv" && c.Task == "forecast" {
			continue
		}
		if k.Task != "" && !r.sound("task") || k.Kinds != nil && (!r.was("data.synthetic.kind")) {
			continue
		}
		if ok, why := k.applies(c); !ok {
			r.fault(r.keyPlace(k.Name), "%s is %s", k.Name, why)
		}
	}
}

// keyPlace is where a key stands.
func (r *reader) keyPlace(name string) *yaml.Node { return r.keys[name] }

// texts checks the texts that have a form.
func (r *reader) texts(c *Config) {
	if n := c.Name; r.was("name") && (notName.MatchString(n) || strings.HasPrefix(n, ".") || strings.HasPrefix(n, "-") || len(n) > maxName) {
		r.fault(r.given["name"], "name is %s, want letters, digits, dots, dashes and underscores, at most %d, the first one not a dot or dash", quoted(n), maxName)
	}
	if r.was("data.frequency") && !validFrequency(c.Data.Frequency) {
		r.fault(r.given["data.frequency"], "data.frequency is %s, want one of %s, a duration such as 15m, or a number above 0%s",
			quoted(c.Data.Frequency), strings.Join(frequencies, ", "), didYouMean(c.Data.Frequency, frequencies))
	}
	if r.was("data.time_format") && !validTimeFormat(c.Data.TimeFormat) {
		r.fault(r.given["data.time_format"], "data.time_format is %s, want a Go layout such as \"2006-01-02 15:04\", or one of %s%s",
			quoted(c.Data.TimeFormat), strings.Join(timeFormats, ", "), didYouMean(c.Data.TimeFormat, timeFormats))
	}
}

var (
	frequencies = []string{"second", "minute", "hour", "day", "week", "month", "quarter", "year"}
	timeFormats = []string{"yyyymmdd", "unix"}
)

func validFrequency(s string) bool {
	if among(frequencies, s) {
		return true
	}
	if d, err := time.ParseDuration(s); err == nil && s != "0" {
		return d > 0
	}
	v, err := strconv.ParseFloat(s, 64)
	return err == nil && v > 0 && !math.IsInf(v, 0)
}

// validTimeFormat reports whether s is a known name or a layout that shows at least a year, a month or an hour: two
// moments that differ in everything must be written differently.
func validTimeFormat(s string) bool {
	a := time.Date(2001, 2, 3, 4, 5, 6, 7e8, time.UTC)
	b := time.Date(2019, 11, 28, 23, 58, 49, 3e8, time.UTC)
	return among(timeFormats, s) || a.Format(s) != b.Format(s)
}

// source checks where the data come from.
func (r *reader) source(c *Config, files bool) {
	csv := c.Data.CSV
	if c.Task == "forecast" && r.was("data.csv") && r.keys["data.synthetic"] != nil && r.given["data.synthetic"] != nil {
		r.conflict([]string{"data.synthetic", "data.csv"}, "data.csv and data.synthetic are both given; keep one of them")
	}
	if s := c.Data.Synthetic; s != nil && r.was("data.synthetic.kind") && r.sound("task") {
		switch {
		case c.Task == "regress" && s.Kind != "adding":
			r.conflict([]string{"data.synthetic.kind", "task"}, "data.synthetic.kind is %s, want adding with task regress", s.Kind)
		case c.Task == "forecast" && s.Kind == "adding":
			r.conflict([]string{"data.synthetic.kind", "task"}, "data.synthetic.kind is adding, which maps a sequence to one value; set task: regress, or use one of %s", strings.Join(seriesKinds, ", "))
		}
	}
	if !r.was("data.csv") {
		return
	}
	if name, ok := strings.CutPrefix(csv, "builtin:"); ok {
		if !among(Builtins, name) {
			r.fault(r.given["data.csv"], "data.csv is %s, want builtin:%s%s", quoted(csv), strings.Join(Builtins, " or builtin:"), didYouMean(name, Builtins))
		}
		return
	}
	if strings.ContainsRune(csv, 0) {
		r.fault(r.given["data.csv"], "data.csv is %s, want the name of a file", quoted(csv))
		return
	}
	if files {
		r.file(csv)
	}
}

// file checks that the CSV file is there.
func (r *reader) file(path string) {
	info, err := os.Stat(path)
	switch at := r.given["data.csv"]; {
	case err != nil && os.IsNotExist(err):
		r.fault(at, "data.csv: there is no file %s; the path is relative to the config file", path)
	case err != nil:
		r.fault(at, "data.csv: %v", err)
	case info.IsDir():
		r.fault(at, "data.csv: %s is a directory, want a CSV file", path)
	}
}

// columns checks that no column has two meanings.
func (r *reader) columns(c *Config) {
	d := &c.Data
	if c.Task != "forecast" {
		return
	}
	if d.Synthetic != nil {
		if len(d.Targets) != 1 {
			r.conflict([]string{"data.targets"}, "data.targets names %d columns, want the one that synthetic data have", len(d.Targets))
		}
		return
	}
	uses := map[string]string{}
	for _, u := range []struct {
		key     string
		columns []string
	}{{"data.time", d.Time}, {"data.series", []string{d.Series}}, {"data.targets", d.Targets}, {"data.covariates", d.Covariates}} {
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
	const train, validation, test = "data.split.train", "data.split.validation", "data.split.test"
	all := []string{train, validation, test}
	if !r.was("data.split") || !r.sound(all...) {
		return
	}
	s := c.Data.Split
	whole := func(v float64) bool { return v == math.Trunc(v) }
	switch {
	case r.given[train] == nil && r.given[validation] == nil && r.given[test] == nil:
		r.fault(r.given["data.split"], "data.split is empty, want shares {train: 0.7, validation: 0.15} or whole steps {validation: 18, test: 18}")
	case r.given[train] != nil && r.given[test] != nil:
		r.conflict([]string{test}, "data.split mixes a share and whole steps: with train the test part is the rest; remove test, or write whole steps {validation: 18, test: 18}")
	case r.given[train] != nil && s.Validation >= 1:
		r.conflict([]string{validation, train}, "data.split.validation is %s, want a share below 1 beside train; or write whole steps without train: {validation: 18, test: 18}", number(s.Validation))
	case r.given[train] != nil && s.Train+s.Validation > 1-1e-9:
		r.conflict([]string{train, validation}, "data.split: train and validation make up %s, want less than 1, as the rest is the test part; for no test part write whole steps {validation: 18, test: 0}", number(math.Round((s.Train+s.Validation)*1e9)/1e9))
	case r.given[train] == nil && !whole(s.Validation):
		r.conflict([]string{validation}, "data.split.validation is %s, want whole steps; for shares write {train: 0.7, validation: 0.15}", number(s.Validation))
	case r.given[train] == nil && !whole(s.Test):
		r.conflict([]string{test}, "data.split.test is %s, want whole steps; for shares write {train: 0.7, validation: 0.15} and the rest is the test part", number(s.Test))
	}
}

// lengths checks windows, horizons and seasons against each other.
func (r *reader) lengths(c *Config) {
	d := &c.Data
	if s := d.Synthetic; s != nil && s.Kind == "adding" {
		if d.Window != s.Length {
			r.conflict([]string{"data.window", "data.synthetic.length"}, "data.window is %d and data.synthetic.length is %d; one example is one window: make them equal", d.Window, s.Length)
		}
		if s.Length > 0 && s.Points > 1e8/s.Length {
			r.conflict([]string{"data.synthetic.points", "data.synthetic.length"}, "data.synthetic: %d examples of %d steps are more than 100000000 values; want fewer", s.Points, s.Length)
		}
		return
	}
	if c.Task != "forecast" {
		return
	}
	if len(d.Season) > 0 && d.Season[0] > d.Window {
		r.conflict([]string{"data.season", "data.window"}, "data.season is %d and data.window is %d; the seasonal naive baseline looks one season back in the window: set window to at least %d", d.Season[0], d.Window, d.Season[0])
	}
	if !d.Split.Steps || !r.sound("data.split", "data.split.validation", "data.split.test") {
		return
	}
	for _, part := range []struct {
		name  string
		steps float64
	}{{"validation", d.Split.Validation}, {"test", d.Split.Test}} {
		if part.steps > 0 && part.steps < float64(d.Horizon) {
			r.conflict([]string{"data.split." + part.name, "data.horizon"}, "data.split.%s is %s and data.horizon is %d; no window has all its targets in the part: make it 0 or at least %d", part.name, number(part.steps), d.Horizon, d.Horizon)
		}
	}
	if s := d.Synthetic; s != nil && r.sound("data.synthetic.points", "data.window", "data.horizon") {
		if rest := float64(s.Points) - d.Split.Validation - d.Split.Test; rest < float64(d.Window+d.Horizon) {
			r.conflict([]string{"data.synthetic.points", "data.window", "data.horizon", "data.split.validation"},
				"data.synthetic.points is %d, of which %s are left for training; one window and its horizon need %d", s.Points, number(max(rest, 0)), d.Window+d.Horizon)
		}
	}
}

// network checks the keys of the model against each other.
func (r *reader) network(c *Config) {
	m := &c.Model
	if m.Bidirectional && m.Head == "every" {
		r.conflict([]string{"model.head", "model.bidirectional"}, "model.head: every can't go with bidirectional: true; at every step but the last the backward direction has read the values to predict; use head: last")
	}
	if m.Head == "every" && c.Task == "regress" {
		r.conflict([]string{"model.head", "task"}, "model.head is every, want last with task regress: a sequence has one value")
	}
	if m.Implementation == "primitive" && c.Data.Window > maxPrimitiveWindow {
		r.conflict([]string{"model.implementation", "data.window"}, "model.implementation is primitive, which takes windows of at most %d steps, and data.window is %d; use fused, or a shorter window", maxPrimitiveWindow, c.Data.Window)
	}
	if m.Init == "identity" && m.Cell != "elman" {
		r.conflict([]string{"model.init", "model.cell"}, "model.init is identity, which is for cell elman, and the cell is %s; use orthogonal", m.Cell)
	}
	if m.ForgetBias != nil && m.Cell != "lstm" {
		r.conflict([]string{"model.forget_bias", "model.cell"}, "model.forget_bias is for cell lstm, and the cell is %s; remove it", m.Cell)
	}
	if m.Dropout > 0 && m.Layers == 1 {
		r.conflict([]string{"model.dropout", "model.layers"}, "model.dropout is %s and model.layers is 1; dropout lies between layers: set layers to 2 or more, or dropout to 0", number(m.Dropout))
	}
}

// training checks the keys of training against each other.
func (r *reader) training(c *Config) {
	t := &c.Train
	if strings.HasPrefix(t.Solver, "gorgonia-") && t.WeightDecay > 0 {
		r.conflict([]string{"train.weight_decay", "train.solver"}, "train.weight_decay is %s, which solver %s does not have; use adamw or sgd, or set it to 0", number(t.WeightDecay), t.Solver)
	}
	s := &t.Schedule
	if s.WarmupEpochs >= float64(t.Epochs) && s.WarmupEpochs > 0 {
		r.conflict([]string{"train.schedule.warmup_epochs", "train.epochs"}, "train.schedule.warmup_epochs is %s and train.epochs is %d; the warm-up must end before training does", number(s.WarmupEpochs), t.Epochs)
	}
	if s.MinRate > t.LearningRate {
		r.conflict([]string{"train.schedule.min_rate", "train.learning_rate"}, "train.schedule.min_rate is %s, above train.learning_rate %s", number(s.MinRate), number(t.LearningRate))
	}
	if c.Data.Split.Validation > 0 || !r.sound("data.split", "data.split.train", "data.split.validation", "data.split.test") {
		return
	}
	none := func(key, why string) {
		r.conflict([]string{key, "data.split.validation", "data.split"}, "%s %s, and there is no validation part; give data.split.validation", key, why)
	}
	if t.EarlyStopping.Patience > 0 {
		none("train.early_stopping.patience", fmt.Sprintf("is %d, which watches the validation loss", t.EarlyStopping.Patience))
	}
	if s.Kind == "plateau" {
		none("train.schedule.kind", "is plateau, which watches the validation loss")
	}
	if t.Refit == "all" {
		none("train.refit", "is all, which joins the validation part to the training part")
	}
}
