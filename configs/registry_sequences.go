package configs

// sequenceKeys are keys of data for tasks that read sequences with a truth of their own. Their files come in three forms: CSV
// with a row a step, CSV with a row a sequence, and .ts.
var sequenceKeys = []Key{
	{Name: "data.sequence", Type: Text, Nullable: true, Tasks: sequences, Source: "csv", Input: "numbers", Required: "with data.csv, unless data.steps or data.text is given",
		Doc: "Column that names the sequence of a row, which is one of its steps; with data.steps, where a row is a sequence, the name of that, if there is one.", Example: "sequence: trip", Aliases: []string{"sequence_id", "series"}},
	{Name: "data.steps", Type: Whole, Range: between(1, 1e5), Nullable: true, Tasks: sequences, Source: "csv", Input: "numbers",
		Doc: "Says that a row of the CSV file is a whole sequence, and how many steps its columns are: those of the inputs of the first step come first.", Example: "steps: 150", Aliases: []string{"window", "timesteps"}},
	{Name: "data.inputs", Type: Texts, Default: "[]", Tasks: sequences, Source: "csv", Input: "numbers", Derived: "all columns that no other key names",
		Doc: "Columns that the network reads, in this order.", Example: "inputs: [speed, angle]", Aliases: []string{"covariates", "features"}},
	{Name: "data.text", Type: Text, Nullable: true, Tasks: classes, Source: "csv",
		Doc: "Column of the text, where a row (a line of JSON) is a text with its label.", Example: "text: review", Aliases: []string{"sentence", "document", "body", "texts"}},
	{Name: "data.tokens", Type: Section, Short: "unit", Nullable: true, Tasks: classes, Input: "text",
		Doc: "What a symbol of a text is; a plain word is short for the unit. The vocabulary is that of the training part.", Aliases: []string{"tokenizer", "tokenization", "token", "symbols"}},
	{Name: "data.tokens.unit", Type: Text, Enum: []string{"character", "byte", "word", "bpe"}, Default: "character", Defaults: map[string]string{"text": "word"}, Tasks: classes, Input: "text",
		Doc: "What text is cut into: characters (Unicode code points), bytes, words, or frequent parts of words (byte pair encoding).", Example: "unit: word", Aliases: []string{"level", "kind", "type"}},
	{Name: "data.tokens.segment", Type: Text, Enum: []string{"space", "unicode"}, Nullable: true, Tasks: classes, Input: "text", Derived: "space for words; nothing for other units",
		Doc: "Where words end: space, at white space alone, so that text which is cut already stays as it is; unicode, at the word boundaries of Unicode, with punctuation apart.", Example: "segment: unicode"},
	{Name: "data.tokens.size", Type: Whole, Range: between(0, 8e6), Default: "0", Tasks: classes, Input: "text", Derived: "8000 for bpe, else 0",
		Doc: "The most symbols of the vocabulary, the frequent ones; 0 for no limit.", Example: "size: 20000", Aliases: []string{"vocabulary_size", "vocab_size", "max_tokens", "max_vocabulary", "max_features"}},
	{Name: "data.tokens.min_count", Type: Whole, Range: between(1, 1e9), Default: "1", Tasks: classes, Input: "text", Derived: "2 for words, else 1",
		Doc: "How often the training part must hold a symbol; a rarer one is unknown.", Example: "min_count: 3", Aliases: []string{"min_frequency", "min_freq", "min_df"}},
	{Name: "data.tokens.lowercase", Type: Bool, Default: "false", Tasks: classes, Input: "text", Derived: "true with recipe text, but for bytes; else false",
		Doc: "Make all letters small.", Example: "lowercase: true", Aliases: []string{"lower", "do_lower_case"}},
	{Name: "data.tokens.normalize", Type: Text, Enum: []string{"nfc", "none"}, Default: "nfc", Tasks: classes, Input: "text", Derived: "nfc, but none for bytes",
		Doc: "How letters with marks are written: nfc, each as one code point where Unicode has it; none, as they are.", Example: "normalize: none"},
	{Name: "data.tokens.max_length", Type: Whole, Range: between(0, 1e6), Default: "0", Defaults: map[string]string{"text": "500"}, Tasks: classes, Input: "text",
		Doc: "The most symbols of a text; those behind are left out, which is told; 0 for no limit.", Example: "max_length: 200", Aliases: []string{"max_len", "maxlen", "truncate"}},
	{Name: "data.label", Type: Texts, Nullable: true, Tasks: sequences, Source: "csv", Required: "with data.csv",
		Doc: "Column of the value of a sequence, or a list of columns of several; with task classify the column of its class. It is the same in all rows of a sequence, but with model.head every, where each row has a class.", Example: "label: [wear]", Aliases: []string{"labels", "targets"}},
	{Name: "data.limit", Type: Whole, Range: between(0, 1e9), Default: "0", Tasks: sequences, Source: "file",
		Doc: "Read the first so many sequences (or texts) of every file, or of every folder of data.directory, to try things out; 0 for all.", Example: "limit: 100", Aliases: []string{"max_examples", "max_samples"}},
}
