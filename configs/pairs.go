package configs

// This file is what tasks have of their own that read a text, or numbers, and say a text.

// Pairs reports that the network reads a text, or numbers, and says a text.
func (c *Config) Pairs() bool { return among(pairs, c.Task) }

// Says reports that there is a second sequence, which is said: of another text, or of a sound.
func (c *Config) Says() bool { return among(seconds, c.Task) }

// HasSymbols reports that data.tokens says what a symbol is: of texts that are read, or of transcripts.
func (c *Config) HasSymbols() bool { return c.ReadsText() || c.Hears() }

// pairsOfNumbers reports that what a text is said of are numbers, a row of CSV a step, in place of another text.
func (c *Config) pairsOfNumbers() bool {
	d := &c.Data
	return c.Pairs() && !d.CSV.IsZero() && (d.Sequence != "" || d.Source == "" && len(d.Inputs)+len(d.Time) > 0)
}

// leastOfPairs is how many updates pairs take by default: with fewer the alignment isn't found.
const leastOfPairs = 1000

// small says that symbols are so few and short that narrow vectors hold them.
func (t *Tokens) small() bool { return t.Unit == "character" || t.Unit == "byte" }

// derivePairs fills in the defaults that follow from other keys where one text is said of another.
func (c *Config) derivePairs(given func(string) bool) {
	c.deriveTargets(given)
	m, t := &c.Model, &c.Train
	small := c.Data.Tokens.small()
	if c.pairsOfNumbers() {
		small = c.Data.TargetTokens.small()
	}
	size, drop := 128, 0.2
	if small {
		size, drop = 32, 0.1
	}
	if !given("model.embedding_size") {
		m.EmbeddingSize = size
	}
	for key, p := range map[string]*float64{"model.embedding_dropout": &m.EmbeddingDropout, "model.head_dropout": &m.HeadDropout, "model.memory_dropout": &m.MemoryDropout} {
		if applies, _ := byName[key].applies(c); applies && !given(key) && (key != "model.memory_dropout" || m.Attention != "none") {
			*p = drop
		}
	}
	c.deriveCoders(given)
	if !given("train.batch_size") && small {
		t.BatchSize = 64
	}
	c.deriveUpdates(given, leastOfPairs)
	if !given("train.epochs") {
		switch {
		case c.Data.Synthetic != nil && c.Data.Synthetic.Kind == "addition":
			t.Epochs = 30 // carrying is learnt late: 47% exact after 10 epochs, 97% after 30
		case small:
			t.Epochs = 10
		default:
			t.Epochs = 5
		}
	}
	c.deriveSearch(given)
}

// deriveSearch fills in what goes with what the network can say.
func (c *Config) deriveSearch(given func(string) bool) {
	m := &c.Model
	if !given("decode.no_repeat") && m.Copy && c.Data.TargetTokens.Unit == "word" {
		c.Decode.NoRepeat = 2
	}
	if given("decode.unknown") {
		return
	}
	switch {
	case m.Copy:
		c.Decode.Unknown = "forbid"
	case c.ReadsText() && m.Attention != "none" && c.Data.Tokens.Unit == c.Data.TargetTokens.Unit:
		c.Decode.Unknown = "replace"
	default:
		c.Decode.Unknown = "keep"
	}
}

// deriveUpdates asks for so many updates where the config does not say how long to learn: few examples are then read more often.
func (c *Config) deriveUpdates(given func(string) bool, least int) {
	t := &c.Train
	if !given("train.epochs") && !given("train.min_updates") && (t.MaxUpdates == 0 || t.MaxUpdates >= least) {
		t.MinUpdates = least
	}
}

// deriveTargets fills in data.target_tokens: as data.tokens, where it makes sense.
func (c *Config) deriveTargets(given func(string) bool) {
	from, to := &c.Data.Tokens, &c.Data.TargetTokens
	const key = "data.target_tokens."
	if !given(key + "unit") {
		to.Unit = from.Unit
	}
	same := *from
	if to.Unit != from.Unit {
		same = Tokens{Lowercase: from.Lowercase, Normalize: "nfc", MinCount: 1}
		switch to.Unit {
		case "word":
			same.Segment, same.MinCount = "space", 2
		case "bpe":
			same.Size = sizeOfBPE
		case "byte":
			same.Lowercase, same.Normalize = false, "none"
		}
		if from.Unit != "byte" && to.Unit != "byte" {
			same.Normalize = from.Normalize
		}
	}
	if !given(key + "segment") {
		to.Segment = same.Segment
	}
	if !given(key + "size") {
		to.Size = same.Size
	}
	if !given(key + "min_count") {
		to.MinCount = same.MinCount
	}
	if !given(key + "lowercase") {
		to.Lowercase = same.Lowercase
	}
	if !given(key + "normalize") {
		to.Normalize = same.Normalize
	}
}

// codersFollow are the keys that follow from others of model where one text is said of another.
var codersFollow = []string{"model.encoder.cell", "model.encoder.hidden_size", "model.encoder.layers", "model.encoder.bidirectional",
	"model.decoder.cell", "model.decoder.hidden_size", "model.decoder.layers", "model.output_size", "model.forget_bias"}

// deriveCoders fills in the encoder and the decoder.
func (c *Config) deriveCoders(given func(string) bool) {
	m := &c.Model
	e, d := &m.Encoder, &m.Decoder
	if !given("model.encoder.bidirectional") {
		e.Bidirectional = m.Bidirectional
	}
	if !given("model.encoder.cell") {
		e.Cell = m.Cell
	}
	if !given("model.encoder.hidden_size") {
		e.HiddenSize = m.HiddenSize
		if e.Bidirectional {
			e.HiddenSize = (m.HiddenSize + 1) / 2
		}
	}
	if !given("model.encoder.layers") {
		e.Layers = m.Layers
	}
	if !given("model.decoder.cell") {
		d.Cell = m.Cell
	}
	if !given("model.decoder.hidden_size") {
		d.HiddenSize = m.HiddenSize
	}
	if !given("model.decoder.layers") {
		d.Layers = m.Layers
	}
	if !given("model.output_size") {
		m.OutputSize = d.HiddenSize
		if m.TieEmbeddings {
			m.OutputSize = m.EmbeddingSize
		}
	}
	if !given("model.forget_bias") {
		m.ForgetBias = nil
		if e.Cell == "lstm" || d.Cell == "lstm" {
			one := 1.0
			m.ForgetBias = &one
		}
	}
}

// followers reports of a key of c that its value is the one that follows from other keys of model, so that it may follow again once
// these are replaced.
func (c *Config) followers() func(k *Key) bool {
	if !c.Pairs() {
		return func(*Key) bool { return false }
	}
	d := c.clone()
	d.deriveCoders(func(string) bool { return false })
	return func(k *Key) bool {
		if !among(codersFollow, k.Name) {
			return false
		}
		mine, _ := field(c, k.Name, false)
		theirs, _ := field(d, k.Name, false)
		if k.Name == "model.forget_bias" {
			return c.Model.ForgetBias != nil && d.Model.ForgetBias != nil && *c.Model.ForgetBias == *d.Model.ForgetBias
		}
		return mine.Interface() == theirs.Interface()
	}
}

// Memory is how many numbers the encoder says of a step: those of both directions, where there are two.
func (e Encoder) Memory() int {
	if e.Bidirectional {
		return 2 * e.HiddenSize
	}
	return e.HiddenSize
}

// requiredOfPairs notes the keys that pairs lack.
func (r *reader) requiredOfPairs(c *Config, missing func(name, format string, args ...any)) {
	if r.unsure("data.csv", "data.parallel", "data.synthetic") {
		return
	}
	switch {
	case c.Data.Synthetic != nil || r.given["data.parallel"] != nil:
	case r.given["data.csv"] == nil:
		missing("data.csv", "say where the pairs come from: csv: FILE with source: COLUMN and target: COLUMN, parallel: [SOURCE FILE, TARGET FILE], or synthetic: {kind: dates}")
	default:
		if numbers := c.pairsOfNumbers(); numbers && c.Data.Sequence == "" && !r.unsure("data.sequence", "data.source") {
			missing("data.sequence", "name the column that says to which sequence of numbers a row belongs: sequence: COLUMN")
		} else if !numbers && !r.unsure("data.sequence") {
			missing("data.source", "name the column of the text that is read: source: COLUMN; or, where rows are steps of numbers, the column that says to which sequence a row belongs: sequence: COLUMN")
		}
		missing("data.target", "name the column of the text that is to be said of it: target: COLUMN")
	}
}

// unsure reports that one of the keys has a fault of its own, or was likely meant by an unknown one.
func (r *reader) unsure(names ...string) bool {
	for _, name := range names {
		if !r.sound(name) || r.misspelt[name] {
			return true
		}
	}
	return false
}
