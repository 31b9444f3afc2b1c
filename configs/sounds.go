package configs

import "strings"

// This file is what tasks have of their own that hear what is said.

// Hears reports that the network tells what is said in a sound, by labels that nothing aligns with its steps.
func (c *Config) Hears() bool { return among(sounds, c.Task) }

// HasFeatures reports that features are given, in files or in rows, in place of sounds to make them of.
func (d *Data) HasFeatures() bool { return among(featuresGiven, d.Features.Kind) }

// LossOfSounds is the loss of labels that nothing aligns with the steps: connectionist temporal classification.
const LossOfSounds = "ctc"

// leastOfSounds is how many updates sounds take by default: a network says nothing at all for the first few hundred.
const leastOfSounds = 2000

// How often a sound, or features, are learnt by default, themselves or changed copies of them.
const (
	readingsOfSounds   = 30
	readingsOfFeatures = 60
)

// frontOfFeatures is the default of model.front where features are given: letters need more steps than digits.
var frontOfFeatures = []Layer{{Conv{Channels: 64, Width: 7, Stride: 3, Dilation: 1, Padding: "same", Norm: "layer", Activation: "relu"}}}

// deriveSounds fills in the defaults that follow from other keys where sounds are heard.
func (c *Config) deriveSounds(given func(string) bool) {
	d, a := &c.Data, &c.Data.Augment
	if !given("data.features.kind") && d.Sequence != "" {
		d.Features.Kind = "files"
	}
	if !given("data.features.deltas") && d.Features.Kind != "logmel" { // features of elsewhere are cepstra, mostly
		d.Features.Deltas = 2
	}
	c.deriveUpdates(given, leastOfSounds)
	defer func() {
		readings := readingsOfSounds
		if d.HasFeatures() {
			readings = readingsOfFeatures
		}
		if !given("train.epochs") { // a copy counts as a reading
			c.Train.Epochs = (readings + a.Copies) / (1 + a.Copies)
		}
	}()
	if !d.HasFeatures() {
		return
	}
	a.Speed, a.Noise = 0, [2]float64{} // which are of sounds
	if !given("data.augment.copies") {
		a.Copies = 7
	}
	if !given("data.augment.time_masks") {
		a.TimeMasks = 3
	}
	if !given("data.augment.time_stretch") {
		a.TimeStretch = 0.15
	}
	if !given("data.augment.jitter") {
		a.Jitter = 0.2
	}
	if !given("model.front") {
		c.Model.Front = append([]Layer(nil), frontOfFeatures...)
	}
}

// requiredOfSounds notes the keys that sounds lack.
func (r *reader) requiredOfSounds(c *Config, missing func(name, format string, args ...any)) {
	if r.unsure("data.csv", "data.synthetic") {
		return
	}
	switch {
	case c.Data.Synthetic != nil:
	case r.given["data.csv"] == nil:
		missing("data.csv", "say where the utterances come from: csv: FILE with audio: COLUMN and transcript: COLUMN, or synthetic: {kind: spoken_digits}")
	default:
		missing("data.transcript", "name the column of what is said: transcript: COLUMN")
		if !r.unsure("data.sequence") && r.given["data.sequence"] == nil {
			missing("data.audio", "name the column of the file of each sound: audio: COLUMN; or, where rows are steps of features, the column that says to which utterance a row belongs: sequence: COLUMN")
		}
	}
}

// soundRules hold what can be said of resolved configs of tasks that hear.
var soundRules = []rule{
	{[]string{"data.audio", "data.sequence", "data.inputs", "data.time"}, "data.audio names files, a row each; data.sequence, data.inputs and data.time are of rows that are steps: they don't go together.", formOfSounds},
	{[]string{"data.features.kind", "data.sequence", "data.synthetic"}, "Features are made of sounds: with data.sequence features.kind is files, and with data.synthetic it is not.", featuresOfForm},
	{[]string{"data.features.count", "data.features.bands"}, "features.count is at most features.bands.", coefficientsOfBands},
	{[]string{"data.augment.noise"}, "augment.noise has the lower number first.", noiseInOrder},
	{[]string{"data.tokens.unit", "data.tokens", "task"}, "With task ctc data.tokens.unit is character or word.", tokensOfSounds},
	{[]string{"data.tokens.max_length", "task"}, "With task ctc data.tokens.max_length is 0: a transcript is not shortened.", wholeTranscripts},
	{[]string{"decode.beam", "decode.language_model"}, "decode.language_model needs a beam of 2 or more.", beamOfModel},
}

func formOfSounds(c *Config) string {
	d := &c.Data
	if !c.Hears() || d.Audio == "" {
		return ""
	}
	const head = "data.audio is %s, so that a row is a sound, and "
	switch {
	case d.Sequence != "":
		return when(true, head+"data.sequence is %s, so that a row is a step; remove one of them", quoted(d.Audio), quoted(d.Sequence))
	case len(d.Inputs) > 0:
		return when(true, head+"data.inputs names columns of numbers; remove it, or name the column of the sequence in data.sequence in place of data.audio", quoted(d.Audio))
	}
	return when(len(d.Time) > 0, head+"data.time is %s, which orders rows that are steps; remove it", quoted(d.Audio), quoted(strings.Join(d.Time, ", ")))
}

func featuresOfForm(c *Config) string {
	d := &c.Data
	switch kind := d.Features.Kind; {
	case !c.Hears():
		return ""
	case d.Sequence != "" && !d.HasFeatures():
		return when(true, "data.features.kind is %s, made of sounds, and with data.sequence the rows are features already; remove it, or set files", kind)
	default:
		return when(d.Synthetic != nil && d.HasFeatures(), "data.features.kind is %s, and generated data are sounds; use logmel, or mfcc", kind)
	}
}

func coefficientsOfBands(c *Config) string {
	f := &c.Data.Features
	return when(c.Hears() && f.Kind == "mfcc" && f.Count > f.Bands, "data.features.count is %d and data.features.bands is %d, of which there are no more coefficients; set count: %d, or more bands", f.Count, f.Bands, f.Bands)
}

func noiseInOrder(c *Config) string {
	n := c.Data.Augment.Noise
	return when(c.Hears() && n[0] > n[1], "data.augment.noise is from %s to %s decibels; write the lower number first: [%s, %s]", number(n[0]), number(n[1]), number(n[1]), number(n[0]))
}

func tokensOfSounds(c *Config) string {
	u := c.Data.Tokens.Unit
	return when(c.Hears() && u != "character" && u != "word", "data.tokens.unit is %s, and with task %s labels are what is heard one by one; use character, or word", u, c.Task)
}

func wholeTranscripts(c *Config) string {
	return when(c.Hears() && c.Data.Tokens.MaxLength > 0, "data.tokens.max_length is %d, and a transcript that is cut says less than is heard; remove it", c.Data.Tokens.MaxLength)
}

func beamOfModel(c *Config) string {
	return when(c.Hears() && c.Decode.LanguageModel != "" && c.Decode.Beam == 1,
		"decode.language_model is given, which chooses among beginnings, and decode.beam is 1; set beam: 8, or remove the model")
}
