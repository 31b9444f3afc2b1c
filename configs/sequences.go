package configs

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
)

// This file checks the keys of tasks that read sequences with a truth of their own.

// sequences reports that the data are sequences with as many steps as they have, in place of windows of so many. The adding
// problem calls the steps of its examples data.window.
func (c *Config) sequences() bool { return c.labelled() && !adding(c) || c.Says() }

// ofSeries reports that the task reads windows of series, which data.split cuts in time.
func (c *Config) ofSeries() bool { return among(forecasts, c.Task) }

// labelled reports that the task reads sequences with a truth of their own.
func (c *Config) labelled() bool { return among(sequences, c.Task) }

// steps is how many steps the network reads at a time, and the key that says so; 0 where only the data tell.
func (c *Config) steps() (n int, key string) {
	switch d := &c.Data; {
	case !c.sequences():
		return d.Window, "data.window"
	case d.Synthetic != nil:
		return d.Synthetic.Length, "data.synthetic.length"
	default:
		return d.Steps, "data.steps"
	}
}

// embedded are the data sets of the binary that the task can read by a key.
func (c *Config) embedded(key string) []string {
	switch {
	case c.HasClasses() && key == "data.ts":
		return BuiltinSequences
	case c.HasClasses() && key == "data.csv" && c.ReadsText():
		return BuiltinTexts
	case c.Continues():
		return BuiltinCorpora
	case c.Pairs() && key == "data.csv":
		return BuiltinPairs
	case c.Hears() && key == "data.csv":
		return BuiltinSounds
	}
	return nil
}

// insteadOfBuiltin says what a key takes in place of an embedded data set that it does not.
func (c *Config) insteadOfBuiltin(key, path string) string {
	switch paths := builtinsOf(c.embedded(key)); {
	case len(paths) > 0:
		return listed("or", paths) + ", or a file" + didYouMean(path, paths)
	case c.HasClasses():
		return "a file; embedded for task " + c.Task + " are ts: " + strings.Join(builtinsOf(BuiltinSequences), ", ") + ", and beside text: text csv: " + strings.Join(builtinsOf(BuiltinTexts), ", ")
	case c.Pairs() && key != "data.csv" && len(BuiltinPairs) > 0:
		return "a file; embedded for task " + c.Task + " are csv: " + strings.Join(builtinsOf(BuiltinPairs), ", ")
	}
	what := "sequences"
	if c.Pairs() {
		what = "pairs"
	} else if c.Hears() {
		what = "utterances"
	}
	return "a file of " + what + ", or synthetic: {kind: " + kindsOf(c.Task)[0] + "}: none is embedded for task " + c.Task
}

// kindsOf are the kinds of synthetic data that a task reads.
func kindsOf(task string) []string {
	switch {
	case among(forecasts, task):
		return seriesKinds
	case among(classes, task):
		return []string{"gestures"}
	case among(pairs, task):
		return pairKinds
	case among(sounds, task):
		return soundKinds
	case among(sequences, task):
		return exampleKinds
	}
	return nil
}

// taskOfKind is the first task that reads a kind of synthetic data.
func taskOfKind(kind string) string {
	for _, task := range Tasks {
		if among(kindsOf(task), kind) {
			return task
		}
	}
	return Tasks[0]
}

// requiredOfSequences notes the keys that sequences lack.
func (r *reader) requiredOfSequences(c *Config, missing func(name, format string, args ...any)) {
	d := &c.Data
	if slices.ContainsFunc([]string{"data.csv", "data.ts", "data.directory", "data.synthetic"}, func(name string) bool { return !r.sound(name) || r.misspelt[name] }) {
		return
	}
	switch {
	case d.Synthetic != nil || r.given["data.ts"] != nil || r.given["data.directory"] != nil:
	case r.given["data.csv"] == nil:
		missing("data.csv", "%s", pick(c.HasClasses(), "say where the sequences or texts come from: csv: FILE, ts: FILE, directory: FOLDER, or synthetic: {kind: gestures}",
			"say where the sequences come from: csv: FILE, ts: FILE, or synthetic: {kind: adding}"))
	default:
		if at := r.given["data.label"]; at != nil && len(d.Label) == 0 && r.sound("data.label") {
			r.fault(at, "%s", pick(c.HasClasses(), "data.label is empty, want the column of the class", "data.label is empty, want the column of the value that is to be learnt, or several"))
		} else {
			missing("data.label", "%s", pick(c.HasClasses(), "name the column of the class: label: COLUMN", "name the column of the value that is to be learnt, or several: label: [COLUMN]"))
		}
		if c.HasClasses() && (d.Text != "" || !r.sound("data.text") || r.misspelt["data.text"]) {
			return
		}
		if d.Sequence == "" && d.Steps == 0 && r.sound("data.steps") && !r.misspelt["data.steps"] {
			missing("data.sequence", "%s", pick(c.HasClasses(), "name the column that says to which sequence a row belongs: sequence: COLUMN; or, where a row is a whole sequence, say how many steps it has: steps: N; or, where a row is a text, name its column: text: COLUMN",
				"name the column that says to which sequence a row belongs: sequence: COLUMN; or, where a row is a whole sequence, say how many steps it has: steps: N"))
		}
	}
}

// sequenceFiles checks what the task makes of the files' names.
func (r *reader) sequenceFiles(c *Config) {
	d := &c.Data
	files, key := d.Files(), d.FilesKey()
	if key == "data.parallel" {
		r.parallelFiles(c)
		return
	}
	if c.ofSeries() {
		if d.CSV.Divided() {
			r.conflict([]string{"data.csv", "task"}, "data.csv names a file for each part, which is for task %s; with task %s it is one file, and data.split cuts it", listed("or", slices.Concat(sequences, seconds)), c.Task)
		}
		return
	}
	seen := map[string]string{}
	files.each(key, func(name string, path *string) {
		switch other := seen[*path]; {
		case strings.HasPrefix(*path, "builtin:") && !among(builtinsOf(c.embedded(key)), *path):
			r.fault(r.given[name], "%s is %s, want %s", name, quoted(*path), c.insteadOfBuiltin(key, *path))
		case other != "":
			r.fault(r.given[name], "%s is the file of %s too, so that a part would be learnt and judged on the same sequences; name another, or write one file for all parts and data.split", name, other)
		case key == "data.csv" && strings.EqualFold(filepath.Ext(*path), ".ts"):
			r.fault(r.given[name], "%s is a .ts file; name it in data.ts", name)
		case key == "data.ts" && strings.EqualFold(filepath.Ext(*path), ".csv"):
			r.fault(r.given[name], "%s is a CSV file; name it in data.csv, with data.label and data.sequence or data.steps", name)
		}
		seen[*path] = name
	})
}

// splitOfFiles checks data.split where parts have files of their own: it cuts the training file for those that have none.
func (r *reader) splitOfFiles(c *Config) {
	const learn, validation, test = "data.split.train", "data.split.validation", "data.split.test"
	files, key, s := c.Data.Files(), c.Data.FilesKey(), c.Data.Split
	named := func(path, part string, given string) {
		if path != "" && r.given[given] != nil {
			r.conflict([]string{given, key}, "%s is given, and %s names a file for the %s part; keep one of them", given, key, part)
		}
	}
	switch {
	case files.Validation != "" && files.Test != "":
		r.conflict([]string{"data.split", key}, "data.split is given, and every part has a file in %s; remove one of them", key)
		return
	case r.given[learn] == nil && r.given[validation] == nil && r.given[test] == nil:
		r.conflict([]string{"data.split", key}, "data.split says nothing of what is cut from the file of %s.train; give shares or whole steps of the parts without a file, or remove it", key)
		return
	}
	named(files.Validation, "validation", validation)
	named(files.Test, "test", test)
	if sum := s.Train + s.Validation; files.Test != "" && !s.Steps && math.Abs(sum-1) > 1e-9 {
		r.conflict([]string{learn, validation}, "data.split: train and validation make up %s, want 1, as the test part has a file of its own", number(math.Round(sum*1e9)/1e9))
	}
}

// columnsOfSequences are the keys that name columns of sequences, with what they name.
func columnsOfSequences(d *Data) []keyColumns {
	return []keyColumns{{"data.sequence", []string{d.Sequence}}, {"data.text", []string{d.Text}}, {"data.time", d.Time}, {"data.inputs", d.Inputs}, {"data.label", d.Label},
		{"data.source", []string{d.Source}}, {"data.target", []string{d.Target}}, {"data.audio", []string{d.Audio}}, {"data.transcript", []string{d.Transcript}}, {"data.speaker", []string{d.Speaker}}}
}

// The rules of sequences.

func oneTime(c *Config) string {
	d := &c.Data
	switch {
	case !c.labelled() && !c.Says() || len(d.Time) == 0:
		return ""
	case d.Steps > 0:
		return when(true, "data.time is %s, which orders the rows of a sequence, and data.steps is %d: a row is a sequence; remove one of them", quoted(strings.Join(d.Time, ", ")), d.Steps)
	}
	return when(len(d.Time) > 1, "data.time names %d columns, want the one in whose order the rows of a sequence are read", len(d.Time))
}

func seasonalOfSeries(c *Config) string {
	m := c.Data.Missing
	return when(!c.ofSeries() && (m == "seasonal" || m == "zero"), "data.missing is %s, which is for task forecast, and the task is %s; use interpolate, or forward", m, c.Task)
}
