package task

import (
	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/evaluate"
	"recur/models"
	"recur/train"
)

// Task is one kind of work that a network learns.
type Task interface {
	// Open reads the data of a config and finds out what only they can tell. note is told what is worth a line; it may be nil.
	Open(c *configs.Config, note func(string)) (Source, error)
	// File reads another file for a run that is to be scored on it. own are the data that the run has learnt from, nil where they
	// can't be read as they were; all scores also what the run has seen.
	File(r *Run, path string, own Data, all bool) (*File, error)
	// Reading estimates what it takes to read a file, or with "" the data of a config: bytes at the most while it is read and
	// bytes that a training keeps of it, and its rows. Generated data take nothing.
	Reading(c *configs.Config, path string) (peak, kept, rows int64)
	// Words are how people are told of the task.
	Words() Words
}

// Words are the terms of a task in sentences and tables.
type Words struct {
	Example string   // what is scored one by one: window, sequence
	Metric  string   // the one that methods are ordered by, as Metrics.Value has it; the lower, the better
	Label   string   // that metric in sentences: RMSE
	Columns []string // the metrics of a comparison's table
	Seen    Verb     // what an example does with a part that the run has learnt from: predicts values of
	Unknown string   // what keeps it from being known beside data that can't be read as they were; "" for nothing
	Paired  string   // what tests pair: squared errors
	Fit     string   // ends "the scores say how well it fits, not how well it …"
	Command string   // that uses its runs: recur forecast
	Methods []string // the names that its simple methods may have, but for those of further seasons
}

// Verb is said of one example and of several.
type Verb struct{ One, Many string }

// Of is the form for n examples.
func (v Verb) Of(n int) string {
	if n == 1 {
		return v.One
	}
	return v.Many
}

// Source is what the files of a config hold, before they are cut into parts.
type Source interface {
	// Config is what was asked for, with what was found out.
	Config() *configs.Config
	Facts() Facts
	// Prepare makes the parts of a config that differs from Config in nothing that decides what is read.
	Prepare(c *configs.Config) (Data, error)
	// Variants are the ways of making the data ready that a config leaves open: at least one. The first is the one that is
	// scored where nothing was chosen yet. Notes say why there are not more.
	Variants(c *configs.Config) (all []Variant, notes []string)
	// Choose says which variants are kept, by the networks that were trained for it.
	Choose(c *configs.Config, all []Candidate) (*Choice, error)
}

// Facts are what is told of a source.
type Facts struct {
	Name      string // of the file, for messages
	Hash      string // SHA-256 in hex
	Rows      int
	Series    int    // of the data; 0 where they are no series
	Frequency string // the step in time; "" where there is none
}

// Data are the parts of a source, made ready for a network.
type Data interface {
	Config() *configs.Config
	Source() Source
	Notes() []string
	// Part is train, validation or test; a part without examples is empty, and another name gives nil.
	Part(name string) data.Examples
	// Spec is the network that a config asks for, and Job what a trainer is to learn; c reads the data as Config does.
	Spec(c *configs.Config) models.Spec
	Job(c *configs.Config) *train.Job
	// Adopt scales the data as those were that a checkpoint has learnt from, and says how many of how many series are known to it.
	Adopt(k *checkpoint.Data) (known, all int)
	// Memory is what the parts hold, and what a checkpoint keeps of them, in bytes.
	Memory() (parts, kept int64)
	// SameTruth reports whether the test parts of both ask for the same values, one by one.
	SameTruth(other Data) bool

	// Judge scores what is said of a part.
	Judge(part data.Examples) Judge
	// Report is all that is told of what is said of a part, beside what simple methods say.
	Report(part data.Examples, said [][]float64, methods []Named) (Report, error)
	// Methods lists the simple methods that are wanted and suit the data; one that does not suit them is an error. dropped says
	// which were left out for what they cost, "" where none was.
	Methods(only baseline.Only, part data.Examples) (names []string, dropped string, err error)
	// Method fits the simple method of a name on the training part; judging has it leave the validation part alone.
	Method(name string, judging bool) (baseline.Method, error)
	// Verdict judges what is said of the validation part beside simple methods. Those that would cost more than budget
	// multiply-adds are left out.
	Verdict(said [][]float64, budget float64) (*Verdict, error)
	// Calibrate measures on the validation part how far quantiles of a network of c must move.
	Calibrate(c *configs.Config, said func(part data.Examples) ([][]float64, error)) (*evaluate.Calibration, error)
	// Pictures are those of a run that learnt from the data.
	Pictures(r *Run, in Inputs) ([]Picture, error)
}

// Averaged are data of which means are forecast beside medians.
type Averaged interface {
	Data
	// Past are examples before the test part that KeepMean asks for.
	Past() data.Examples
	// KeepMean measures by how much the means of what is said of them, not calibrated, are off, and adds that to a calibration.
	KeepMean(c *evaluate.Calibration, said [][]float64)
}

// Named is what one method says of every example of a part.
type Named struct {
	Name string
	Said [][]float64
}

// Metrics are the figures of one method, which go into JSON as they are.
type Metrics interface {
	// Value is the figure of a name, NaN where it has no meaning.
	Value(name string) float64
}

// Judge scores what methods say of one part, and tests whether differences are luck.
type Judge interface {
	Metrics(said [][]float64) (Metrics, error)
	// Names are those that Metrics.Value knows.
	Names() []string
	// Losses of every example: what a test pairs.
	Losses(said [][]float64) []float64
	// Test asks whether two methods are equally good, by their losses and by what they say.
	Test(a, b Entry) Outcome
	Witnesses() Witnesses
	// More is the advice that gets a part long enough for a test.
	More() string
}

// Entry is a method in a test; of a network that learnt from several seeds the means over them.
type Entry struct {
	Losses []float64
	Said   [][]float64 // of every example what was said, or what the judge counts of it: see Counting
}

// Counting is a Judge of what has no mean, texts for one: its tests go by what it counts in every example, which has.
type Counting interface {
	Counted(said [][]float64) [][]float64
}

// EntryOf is a method by what it says.
func EntryOf(j Judge, said [][]float64) Entry {
	e := Entry{Losses: j.Losses(said), Said: said}
	if c, ok := j.(Counting); ok {
		e.Said = c.Counted(said)
	}
	return e
}

// Outcome is one paired test.
type Outcome struct {
	evaluate.Outcome
	Independent float64 // as how many series the test counts those of the part
}

// Witnesses are what tests go by.
type Witnesses struct {
	Disjoint int    // origins in time that don't overlap
	Series   int    // with an example
	Long     bool   // long enough for a test along time
	Test     string // its name for people
}

// Report is all that is told of one scoring: its JSON is an object.
type Report interface {
	// Text is for people; steps adds the scores step by step.
	Text(steps bool) string
}

// Sightings counts the examples of another file that the run has seen: a value that they predict lies in its training or
// validation part.
type Sightings struct {
	LeftOut int `json:"seen_left_out"`          // that are not scored
	Scored  int `json:"seen_scored,omitempty"`  // that are scored all the same
	Unknown int `json:"seen_unknown,omitempty"` // that are scored and of which that can't be told
}

// File is another file made ready for a run.
type File struct {
	In   Inputs
	Data Data // what its first network reads
	Part func(Data) data.Examples
	Seen Sightings
}
