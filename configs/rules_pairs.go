package configs

// The rules of a text that is said of another, or of numbers.

// pairRules hold what can be said of resolved configs of tasks with a second sequence.
var pairRules = []rule{
	{[]string{"model.implementation", "task"}, "implementation: primitive is not for tasks seq2seq and ctc.", primitiveOfSecond},
	{[]string{"model.encoder_size", "task"}, "encoder_size above 0 is not for tasks seq2seq and ctc.", encoderSizeOfSecond},
	{[]string{"model.initial_state", "task"}, "With task seq2seq initial_state is zero: the decoder starts with what bridge says.", initialStateOfPairs},
	{[]string{"model.front", "task"}, "Task seq2seq takes no model.front where it reads a text.", frontOfPairs},
	{[]string{"model.attention", "model.encoder.hidden_size", "model.decoder.hidden_size", "model.encoder.bidirectional", "model.hidden_size", "model.bidirectional"},
		"attention: dot wants the states of the encoder, of both its directions, as wide as decoder.hidden_size.", dotWidths},
	{[]string{"model.bridge", "model.encoder.hidden_size", "model.decoder.hidden_size", "model.encoder.cell", "model.decoder.cell", "model.encoder.bidirectional", "model.hidden_size", "model.bidirectional", "model.cell"},
		"bridge: copy wants encoder and decoder of one cell, and states as wide.", bridgeCopies},
	{[]string{"model.copy", "model.attention"}, "copy needs attention.", copyLooks},
	{[]string{"model.bridge", "model.attention"}, "bridge: zero needs attention, else nothing of the source reaches the decoder.", bridgeOfNothing},
	{[]string{"model.copy", "data.tokens", "data.tokens.unit", "data.tokens.segment", "data.tokens.lowercase", "data.tokens.normalize",
		"data.target_tokens", "data.target_tokens.unit", "data.target_tokens.segment", "data.target_tokens.lowercase", "data.target_tokens.normalize", "data.shared_vocabulary"},
		"copy needs sources and targets that are cut alike; of bpe one vocabulary.", copyCuts},
	{[]string{"model.tie_embeddings", "model.output_size", "model.embedding_size"}, "With task seq2seq tie_embeddings wants output_size equal to embedding_size.", tiedWidths},
	{[]string{"data.shared_vocabulary", "data.tokens", "data.tokens.unit", "data.tokens.segment", "data.tokens.size", "data.tokens.min_count", "data.tokens.lowercase", "data.tokens.normalize",
		"data.target_tokens", "data.target_tokens.unit", "data.target_tokens.segment", "data.target_tokens.size", "data.target_tokens.min_count", "data.target_tokens.lowercase", "data.target_tokens.normalize"},
		"shared_vocabulary wants data.target_tokens equal to data.tokens, but for max_length.", sharedCuts},
	{[]string{"data.target_tokens.unit", "data.target_tokens", "data.target_tokens.segment", "data.target_tokens.size", "data.target_tokens.min_count", "data.target_tokens.lowercase", "data.target_tokens.normalize", "data.tokens.unit", "data.tokens"},
		"What says how words or characters of targets are counted and written does not go with unit: byte; segment is for unit: word.", targetTokensFit},
	{[]string{"decode.unknown", "data.sequence", "model.attention", "data.tokens.unit", "data.target_tokens.unit", "data.tokens", "data.target_tokens"},
		"decode.unknown: replace needs attention, and sources and targets that are texts of one unit.", replaceLooks},
}

func primitiveOfSecond(c *Config) string {
	return when(c.Says() && c.Model.Implementation == "primitive",
		"model.implementation is primitive, whose graph grows with every step of windows that are all as long, and with task %s every sequence has a length of its own, and what is said of it another; use fused", c.Task)
}

func encoderSizeOfSecond(c *Config) string {
	return when(c.Says() && c.Model.EncoderSize > 0, "model.encoder_size is %d, a layer for the numbers of windows, and the task is %s; %s", c.Model.EncoderSize, c.Task,
		pick(c.Pairs() && c.ReadsText(), "use 0: symbols have model.embedding_size numbers", "use 0, or a convolution in model.front"))
}

func initialStateOfPairs(c *Config) string {
	return when(c.Pairs() && c.Model.InitialState == "learned",
		"model.initial_state is learned, and with task %s the encoder starts at zero and the decoder with what model.bridge says; remove it", c.Task)
}

func frontOfPairs(c *Config) string {
	return when(c.Pairs() && c.ReadsText() && len(c.Model.Front) > 0, "model.front has convolutions, and with task %s the encoder reads symbols one by one, so that attention and copying point at one of them; remove it", c.Task)
}

// widths words how wide the encoder's states are.
func (e Encoder) widths() string {
	if !e.Bidirectional {
		return when(true, "model.encoder.hidden_size is %d", e.HiddenSize)
	}
	return when(true, "the two directions of model.encoder.hidden_size %d make %d", e.HiddenSize, e.Memory())
}

// equalWidths says which number makes the states of encoder and decoder as wide.
func equalWidths(m *Model) string {
	advice := when(true, "model.decoder.hidden_size: %d", m.Encoder.Memory())
	switch h := m.Decoder.HiddenSize; {
	case !m.Encoder.Bidirectional:
		return when(true, "model.encoder.hidden_size: %d, or ", h) + advice
	case h%2 == 0:
		return when(true, "model.encoder.hidden_size: %d, or ", h/2) + advice
	}
	return advice
}

func dotWidths(c *Config) string {
	m := &c.Model
	return when(c.Pairs() && m.Attention == "dot" && m.Encoder.Memory() != m.Decoder.HiddenSize,
		"model.attention is dot, the product of states that are as wide, and %s while model.decoder.hidden_size is %d; set %s, or attention: general",
		m.Encoder.widths(), m.Decoder.HiddenSize, equalWidths(m))
}

func bridgeCopies(c *Config) string {
	m := &c.Model
	if !c.Pairs() || m.Bridge != "copy" {
		return ""
	}
	const head = "model.bridge is copy, so that the decoder starts with the encoder's states, and "
	switch e, d := &m.Encoder, &m.Decoder; {
	case e.Cell != d.Cell:
		return when(true, head+"their cells are %s and %s; set model.encoder.cell and model.decoder.cell to the same, or bridge: dense", e.Cell, d.Cell)
	case e.Memory() != d.HiddenSize:
		return when(true, head+"%s while model.decoder.hidden_size is %d; set %s, or bridge: dense", e.widths(), d.HiddenSize, equalWidths(m))
	}
	return ""
}

func copyLooks(c *Config) string {
	return when(c.Pairs() && c.ReadsText() && c.Model.Copy && c.Model.Attention == "none",
		"model.copy is true, which copies what attention looks at, and model.attention is none; set attention: general, or copy: false")
}

func bridgeOfNothing(c *Config) string {
	return when(c.Pairs() && c.Model.Bridge == "zero" && c.Model.Attention == "none",
		"model.bridge is zero and model.attention is none, so that nothing of the source reaches the decoder; set bridge: dense, or attention: general")
}

// cut is what makes symbols of two texts comparable.
func (t Tokens) cut() Tokens {
	return Tokens{Unit: t.Unit, Segment: t.Segment, Lowercase: t.Lowercase, Normalize: t.Normalize}
}

// unlike names the first key of two texts' tokens that differs, and both values.
func unlike(a, b Tokens) (key, first, second string) {
	for _, of := range []struct{ key, a, b string }{
		{"unit", a.Unit, b.Unit}, {"segment", a.Segment, b.Segment},
		{"lowercase", truth(a.Lowercase), truth(b.Lowercase)}, {"normalize", a.Normalize, b.Normalize},
		{"size", number(float64(a.Size)), number(float64(b.Size))}, {"min_count", number(float64(a.MinCount)), number(float64(b.MinCount))},
	} {
		if of.a != of.b {
			return of.key, of.a, of.b
		}
	}
	return "", "", ""
}

func truth(v bool) string { return pick(v, "true", "false") }

func copyCuts(c *Config) string {
	d := &c.Data
	if !c.Pairs() || !c.ReadsText() || !c.Model.Copy {
		return ""
	}
	if key, a, b := unlike(d.Tokens.cut(), d.TargetTokens.cut()); key != "" {
		return when(true, "model.copy is true, which says symbols of the source, and data.tokens.%s is %s while data.target_tokens.%s is %s; make them equal, or set copy: false", key, a, key, b)
	}
	return when(d.Tokens.Unit == "bpe" && !d.SharedVocabulary,
		"model.copy is true, which says symbols of the source, and the parts of words of sources and targets are learnt apart; set data.shared_vocabulary: true, unit: word, or copy: false")
}

func tiedWidths(c *Config) string {
	m := &c.Model
	return when(c.Pairs() && m.TieEmbeddings && m.OutputSize != m.EmbeddingSize,
		"model.tie_embeddings is true, so that the head weighs by the symbols' vectors, and model.output_size is %d while model.embedding_size is %d; make them equal: output_size: %d", m.OutputSize, m.EmbeddingSize, m.EmbeddingSize)
}

func sharedCuts(c *Config) string {
	d := &c.Data
	if !c.Pairs() || !c.ReadsText() || !d.SharedVocabulary {
		return ""
	}
	key, a, b := unlike(d.Tokens, d.TargetTokens)
	return when(key != "", "data.shared_vocabulary is true, one vocabulary for both texts, and data.tokens.%s is %s while data.target_tokens.%s is %s; make them equal, or set shared_vocabulary: false", key, orElse(a, "not set"), key, orElse(b, "not set"))
}

func targetTokensFit(c *Config) string {
	if !c.Pairs() {
		return ""
	}
	return c.Data.TargetTokens.fit("data.target_tokens")
}

func replaceLooks(c *Config) string {
	if !c.Pairs() || c.Decode.Unknown != "replace" {
		return ""
	}
	const head = "decode.unknown is replace, by the symbol of the source that attention is greatest at, and "
	if c.Model.Attention == "none" {
		return head + "model.attention is none; use keep or forbid, or attention: general"
	}
	if !c.ReadsText() {
		return head + "what is read are numbers; use keep, or forbid"
	}
	a, b := c.Data.Tokens.Unit, c.Data.TargetTokens.Unit
	return when(a != b, head+"data.tokens.unit is %s while data.target_tokens.unit is %s; use keep, or forbid", a, b)
}
