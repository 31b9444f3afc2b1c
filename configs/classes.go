package configs

// This file is what tasks have of their own that tell classes apart, and that read texts.

// HasClasses reports that the truth of an example is a label, the name of its class; else it is numbers.
func (c *Config) HasClasses() bool { return among(classes, c.Task) }

// ReadsText reports that the network reads symbols of texts in place of numbers.
func (c *Config) ReadsText() bool {
	return c.HasClasses() && (c.Data.Text != "" || !c.Data.Directory.IsZero()) || c.Continues() || c.Pairs() && !c.pairsOfNumbers()
}

// Calibrates reports that something is fitted on the validation part once the networks are trained: quantiles, or a temperature.
func (c *Config) Calibrates() bool {
	return c.Intervals.Origins > 0 || c.Train.TemperatureScaling || c.Joins()
}

// Joins reports that a simple model may predict with the networks.
func (c *Config) Joins() bool {
	if !c.HasClasses() || c.Model.Head == "every" {
		return false
	}
	return c.Ensemble.Linear == "true" || c.Ensemble.Linear == "auto" && c.Data.HasValidation()
}

// sizeOfBPE is the default of data.tokens.size for byte pair encoding.
const sizeOfBPE = 8000

// deriveTokens fills in the defaults of data.tokens that follow from the unit, and what goes with symbols.
func (c *Config) deriveTokens(given func(string) bool) {
	t := &c.Data.Tokens
	if !given("data.tokens.segment") {
		t.Segment = pick(t.Unit == "word", "space", "")
	}
	if !given("data.tokens.size") && t.Unit == "bpe" {
		t.Size = sizeOfBPE
	}
	if !given("data.tokens.min_count") && t.Unit == "word" && !c.Hears() {
		t.MinCount = 2
	}
	if !given("data.tokens.lowercase") {
		t.Lowercase = c.Recipe == "text" && t.Unit != "byte"
	}
	if !given("data.tokens.normalize") && t.Unit == "byte" {
		t.Normalize = "none"
	}
	if c.Hears() {
		return // what is read are numbers
	}
	if !given("model.embedding_size") && c.Recipe != "text" {
		c.Model.EmbeddingSize = 64
	}
	if !given("model.character_ngrams") && t.Unit != "word" {
		c.Model.CharacterNgrams = 0
	}
	if !given("model.word_dropout") && (t.Unit == "byte" || t.Unit == "bpe") {
		c.Model.WordDropout = 0 // they have no unknown symbol
	}
}

// The rules of classes and of texts.

func recipeOfClasses(c *Config) string {
	switch {
	case (c.Recipe == "text" || c.Recipe == "sequence") && !c.HasClasses():
		return when(true, "recipe is %s, which is for task classify, and the task is %s; use plain, or auto", c.Recipe, c.Task)
	case c.Recipe == "text" && !c.ReadsText():
		return "recipe is text, and what is read are numbers; use sequence, or auto"
	case c.Recipe == "sequence" && c.ReadsText():
		return "recipe is sequence, and what is read are texts; use text, or auto"
	}
	return ""
}

func lossOfClasses(c *Config) string {
	switch cross := c.Train.Loss == "cross_entropy"; {
	case c.Hears():
		return when(c.Train.Loss != "ctc", "train.loss is %s, and the loss of labels that nothing aligns with the steps is ctc; remove it", c.Train.Loss)
	case c.Train.Loss == "ctc":
		return when(true, "train.loss is ctc, which is for task %s, and the task is %s; %s", sounds[0], c.Task, pick(c.chooses(), "remove it", "take mse, or mae"))
	case cross && !c.chooses():
		return when(true, "train.loss is cross_entropy, which is for classes and symbols, and the task is %s; take mse, or mae", c.Task)
	case !cross && c.chooses():
		return when(true, "train.loss is %s, and the loss of %s is cross_entropy; remove it", c.Train.Loss, pick(c.HasClasses(), "classes", "symbols"))
	}
	return ""
}

func outputOfClasses(c *Config) string {
	return when(c.chooses() && c.Model.Output != "identity", "model.output is %s, and the head of %s ends in a softmax; use output: identity", c.Model.Output, pick(c.HasClasses(), "classes", "symbols"))
}

func ngramsOfWords(c *Config) string {
	return when(c.ReadsText() && c.Model.CharacterNgrams > 0 && c.Data.Tokens.Unit != "word",
		"model.character_ngrams is %d, which are parts of words, and data.tokens.unit is %s; set unit: word, or character_ngrams: 0", c.Model.CharacterNgrams, c.Data.Tokens.Unit)
}

func oneLabel(c *Config) string {
	return when(c.HasClasses() && len(c.Data.Label) > 1, "data.label names %d columns, want the one of the class", len(c.Data.Label))
}

func everyStepHasLabel(c *Config) string {
	d := &c.Data
	if c.Model.Head != "every" || !c.HasClasses() {
		return ""
	}
	const want = "model.head is every, and %s; use head: last, or the long form (data.csv with data.sequence), where every row has a label"
	switch {
	case c.ReadsText():
		return when(true, want, "a text has one label")
	case d.Steps > 0:
		return when(true, want, "with data.steps a row is a sequence with one label")
	case !d.TS.IsZero():
		return when(true, want, "a sequence of a .ts file has one label")
	}
	return when(d.Synthetic != nil, want, "a generated sequence has one label")
}

func poolOfEvery(c *Config) string {
	return when(c.Model.Head == "every" && c.Model.Pool != "last" && c.labelled(), "model.pool is %s and model.head is every, which predicts at every step; use pool: last, or head: last", c.Model.Pool)
}

func tokensFit(c *Config) string {
	t := &c.Data.Tokens
	if !c.HasSymbols() {
		return ""
	}
	if message := t.fit("data.tokens"); message != "" {
		return message
	}
	return when(c.Model.WordDropout > 0 && (t.Unit == "byte" || t.Unit == "bpe"), "model.word_dropout is %s, and unit %s has no unknown symbol to put in place of others; use 0", number(c.Model.WordDropout), t.Unit)
}

// fit says which keys of a text's tokens don't go together; key is their section.
func (t *Tokens) fit(key string) string {
	switch {
	case t.Segment != "" && t.Unit != "word":
		return when(true, "%s.segment is %s, which says where words end, and the unit is %s; remove it, or set unit: word", key, t.Segment, t.Unit)
	case t.Unit == "byte" && t.Lowercase:
		return key + ".lowercase is true, and bytes have no case; remove it, or set unit: character"
	case t.Unit == "byte" && (t.MinCount > 1 || t.Size > 0):
		return key + ".unit is byte, whose vocabulary is all 256 bytes; remove size and min_count"
	case t.Unit == "byte" && t.Normalize != "none":
		return when(true, "%s.normalize is %s, and bytes stay as they are; remove it, or set unit: character", key, t.Normalize)
	case t.Unit == "bpe" && t.Size < 260:
		return when(true, "%s.size is %d, and byte pair encoding begins with the 256 bytes; want 260 or more", key, t.Size)
	}
	return ""
}

func temperatureNeeds(c *Config) string {
	return when(c.Train.TemperatureScaling && !c.Data.HasValidation(), "train.temperature_scaling is true, and there is no validation part to fit it on; give data.split.validation")
}
