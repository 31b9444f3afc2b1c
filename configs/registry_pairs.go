package configs

import "slices"

// pairKeys are the keys of data of tasks in which one text is said of another.
var pairKeys = []Key{
	{Name: "data.source", Type: Text, Nullable: true, Tasks: pairs, Source: "csv", Input: "text", Required: "with data.csv, unless data.sequence is given",
		Doc: "Column of the text that is read: the sentence to translate, the text to sum up. Where numbers are read, a row is a step, and data.sequence takes its place.", Example: "source: german", Aliases: []string{"src", "input", "text", "from"}},
	{Name: "data.target", Type: Text, Nullable: true, Tasks: pairs, Source: "csv", Required: "with data.csv",
		Doc: "Column of the text that is to be said of it; where a row is a step of numbers it is the same in all rows of a sequence.", Example: "target: english", Aliases: []string{"tgt", "trg", "output", "summary", "translation", "to", "targets", "label"}},
	{Name: "data.parallel", Type: FilePairs, Nullable: true, Tasks: pairs, Source: "file", Required: "unless data.csv or data.synthetic is given",
		Doc: "Two text files, of which each line of the second is what is to be said of the same line of the first: [SOURCE, TARGET]; or two for each part: {train: [A, B], validation: [C, D], test: [E, F]}, where a part that is not named is empty, unless data.split is given, which then cuts the training files.", Example: "parallel: [train.de, train.en]", Aliases: []string{"files", "bitext", "pairs"}},
	{Name: "data.target_tokens", Type: Section, Short: "unit", Nullable: true, Tasks: pairs,
		Doc: "What a symbol of the targets is; what is not given is as in data.tokens, which is of the sources; where these are numbers, a character.", Aliases: []string{"output_tokens", "tgt_tokens"}},
	{Name: "data.target_tokens.unit", Type: Text, Enum: tokenUnits, Tasks: pairs, Derived: "as data.tokens; character where numbers are read",
		Doc: "What targets are cut into: characters, bytes, words, or frequent parts of words (byte pair encoding).", Example: "unit: character", Aliases: []string{"level", "kind", "type"}},
	{Name: "data.target_tokens.segment", Type: Text, Enum: []string{"space", "unicode"}, Nullable: true, Tasks: pairs, Derived: "as data.tokens where that is of words too, else space for words; nothing for other units",
		Doc: "Where words of targets end: space, at white space alone; unicode, at the word boundaries of Unicode, with punctuation apart.", Example: "segment: unicode"},
	{Name: "data.target_tokens.size", Type: Whole, Range: between(0, 8e6), Tasks: pairs, Derived: "as data.tokens where the unit is the same, else 8000 for bpe and 0 for others",
		Doc: "The most symbols of the vocabulary of targets, the frequent ones; 0 for no limit.", Example: "size: 20000", Aliases: []string{"vocabulary_size", "vocab_size", "max_vocabulary"}},
	{Name: "data.target_tokens.min_count", Type: Whole, Range: between(1, 1e9), Tasks: pairs, Derived: "as data.tokens where the unit is the same, else 2 for words and 1 for others",
		Doc: "How often the targets of the training part must hold a symbol; a rarer one is unknown.", Example: "min_count: 3", Aliases: []string{"min_frequency", "min_freq", "min_df"}},
	{Name: "data.target_tokens.lowercase", Type: Bool, Tasks: pairs, Derived: "as data.tokens, but false for bytes",
		Doc: "Make all letters of targets small.", Example: "lowercase: true", Aliases: []string{"lower", "do_lower_case"}},
	{Name: "data.target_tokens.normalize", Type: Text, Enum: []string{"nfc", "none"}, Tasks: pairs, Derived: "as data.tokens, but none for bytes, and nfc where only the sources are bytes",
		Doc: "How letters with marks are written in targets: nfc, each as one code point where Unicode has it; none, as they are.", Example: "normalize: none"},
	{Name: "data.target_tokens.max_length", Type: Whole, Range: between(0, 1e6), Default: "0", Tasks: pairs,
		Doc: "The most symbols of a target to learn from: pairs with a longer one are left out of training, counted and named; 0 for no limit.", Example: "max_length: 100", Aliases: []string{"max_len", "maxlen", "truncate"}},
	{Name: "data.shared_vocabulary", Type: Bool, Default: "false", Tasks: pairs, Input: "text",
		Doc: "One vocabulary for sources and targets, of both: for texts of one language; with model.tie_embeddings one table too.", Example: "shared_vocabulary: true", Aliases: []string{"share_vocab", "joined_dictionary", "share_vocabulary"}},
}

// tokenUnits are what a text may be cut into.
var tokenUnits = []string{"character", "byte", "word", "bpe"}

var cells = []string{"elman", "lstm", "gru"}

// coderKeys are the keys of model of tasks in which an encoder reads and a decoder says.
var coderKeys = slices.Concat(
	[]Key{{Name: "model.encoder", Type: Section, Tasks: pairs,
		Doc: "The recurrent network that reads; what is not given follows from model."}},
	coder("model.encoder", "The cell that reads.", "model.hidden_size; where it reads in both directions half of it, rounded up"),
	[]Key{
		{Name: "model.encoder.bidirectional", Type: Bool, Tasks: pairs, Derived: "model.bidirectional",
			Doc: "Read the source in both directions.", Example: "bidirectional: false"},
		{Name: "model.decoder", Type: Section, Tasks: pairs,
			Doc: "The recurrent network that says, symbol by symbol; what is not given follows from model."}},
	coder("model.decoder", "The cell that says.", "model.hidden_size"),
	[]Key{
		{Name: "model.attention", Type: Text, Enum: []string{"none", "dot", "general"}, Default: "general", Tasks: pairs,
			Doc: "How the decoder looks at what was read, at every step: none, not at all; dot, by the product of both states; general, by that with a learned matrix between them (Luong).", Example: "attention: dot"},
		{Name: "model.bridge", Type: Text, Enum: []string{"dense", "copy", "zero"}, Default: "dense", Tasks: pairs,
			Doc: "What the decoder starts with: dense, a layer with tanh over the last states of the encoder's top layer; copy, these states as they are, in every layer of the decoder; or zero.", Example: "bridge: zero"},
		{Name: "model.copy", Type: Bool, Default: "false", Tasks: pairs, Input: "text",
			Doc: "Let the decoder copy symbols of the source, also those that its vocabulary lacks: for names and for summaries (a pointer).", Example: "copy: true", Aliases: []string{"pointer", "copy_attention"}},
		{Name: "model.output_size", Type: Whole, Range: between(1, 8192), Tasks: pairs, Derived: "model.embedding_size with tie_embeddings, else model.decoder.hidden_size",
			Doc: "Units between the decoder, with what it looks at, and the head over the vocabulary: the fewer, the less a large vocabulary costs.", Example: "output_size: 128"},
		{Name: "model.memory_dropout", Type: Number, Precision: Drawn, Range: below(0, 1), Tasks: pairs, Derived: "0.1 where data.tokens (data.target_tokens, where numbers are read) are characters or bytes, else 0.2",
			Doc: "Share of the numbers of the encoder's states that training sets to zero at random where the decoder looks at them.", Example: "memory_dropout: 0.2"},
	},
)

// coder are the keys of an encoder or a decoder.
func coder(section, cell, size string) []Key {
	return []Key{
		{Name: section + ".cell", Type: Text, Enum: cells, Tasks: pairs, Derived: "model.cell", Doc: cell, Example: "cell: gru", Aliases: []string{"type", "rnn", "rnn_type", "cell_type"}},
		{Name: section + ".hidden_size", Type: Whole, Range: between(1, 8192), Tasks: pairs, Derived: size,
			Doc: "Units of the hidden state of one layer and direction.", Example: "hidden_size: 64", Aliases: []string{"hidden", "units", "hidden_units", "hidden_dim", "size"}},
		{Name: section + ".layers", Type: Whole, Range: between(1, 16), Tasks: pairs, Derived: "model.layers",
			Doc: "Recurrent layers on top of each other.", Example: "layers: 2", Aliases: []string{"num_layers", "depth"}},
	}
}

// decodeKeys say how what a network says is searched for.
var decodeKeys = []Key{
	{Name: "decode", Type: Section, Tasks: seconds, Doc: "How the likeliest sequence is searched for; --set of predict and evaluate overrides it.", Aliases: []string{"decoding", "generation", "search"}},
	{Name: "decode.beam", Type: Whole, Range: between(1, 1000), Default: "5", Defaults: map[string]string{"ctc": "1"}, Tasks: seconds, Use: Searching,
		Doc: "Beginnings that are kept at every step; 1 takes the likeliest symbol each time (greedy).", Example: "beam: 10", Aliases: []string{"beam_size", "beam_width", "num_beams"}},
	{Name: "decode.length_penalty", Type: Number, Range: between(0, 10), Default: "1", Tasks: pairs, Use: Searching,
		Doc: "α of the score log p / length^α of an output: 0 favours short ones.", Example: "length_penalty: 1.2", Aliases: []string{"alpha", "lenpen"}},
	{Name: "decode.max_length", Type: Whole, Range: between(0, 1e5), Default: "0", Tasks: pairs, Use: Searching,
		Doc: "The most symbols of an output; 0 for half as many again as the source has, and ten (of numbers, twice the longest target that was learnt, and ten).", Example: "max_length: 100", Aliases: []string{"max_len", "max_new_tokens"}},
	{Name: "decode.unknown", Type: Text, Enum: []string{"keep", "replace", "forbid"}, Tasks: pairs, Use: Searching, Derived: "forbid with model.copy; else replace with attention between symbols of one unit; else, and where numbers are read, keep",
		Doc: "What becomes of the unknown symbol in outputs: keep, it stays; replace, by the symbol of the source that attention is greatest at; forbid, it is never said.", Example: "unknown: forbid", Aliases: []string{"replace_unk", "unk"}},
	{Name: "decode.no_repeat", Type: Whole, Range: between(0, 100), Default: "0", Derived: "2 where model.copy says words, else 0", Tasks: pairs, Use: Searching,
		Doc: "No run of so many symbols is said twice in one output; 0 for no such ban.", Example: "no_repeat: 3", Aliases: []string{"no_repeat_ngram_size", "block_ngram_repeat"}},
	{Name: "decode.language_model", Type: Text, Nullable: true, Tasks: sounds, Use: Searching,
		Doc: "What says which labels follow each other: the directory of a run of task language, or an ARPA file, relative to the config file; needs a beam of 2 or more.", Example: "language_model: runs/letters", Aliases: []string{"lm", "kenlm", "arpa"}},
	{Name: "decode.model_weight", Type: Number, Range: between(0, 100), Default: "0.5", Tasks: sounds, Use: Searching,
		Doc: "What the language model's log p counts in the score log p + model_weight · log p of it + label_bonus · labels.", Example: "model_weight: 0.8", Aliases: []string{"lm_weight", "alpha"}},
	{Name: "decode.label_bonus", Type: Number, Range: between(-100, 100), Default: "0", Tasks: sounds, Use: Searching,
		Doc: "What each label adds to the score, against the language model's bent for short outputs.", Example: "label_bonus: 1", Aliases: []string{"word_bonus", "word_score", "insertion_bonus", "beta"}},
}
