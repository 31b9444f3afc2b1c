package configs

// textKeys are the keys of data of text.
var textKeys = []Key{
	{Name: "data.corpus", Type: FileList, Nullable: true, Tasks: languages, Source: "file", Required: "with task language",
		Doc: "Text to learn from, UTF-8: a file, a directory (all files below it), a pattern such as books/*.txt, a list of them, or builtin:shakespeare, builtin:names for what is embedded; or one for each part: {train: FILE, validation: FILE, test: FILE}. What no part has a file of data.split cuts, in the order of the text.", Example: "corpus: books/*.txt", Aliases: []string{"csv", "text", "file", "files", "path", "input", "dataset", "lines"}},
	{Name: "data.documents", Type: Text, Enum: []string{"none", "line", "blank_line", "file"}, Default: "none", Tasks: languages, Source: "file",
		Doc: "What separates documents: nothing, all is one text; the end of a line; an empty line; or the end of a file. Every document starts with a new state and ends with a symbol of its own, which is learnt; data.split draws documents by data.split.seed.", Example: "documents: line", Aliases: []string{"document", "separator", "delimiter"}},
	{Name: "data.tokens", Type: Section, Short: "unit", Nullable: true, Tasks: symbols, Input: "text",
		Doc: "What a symbol of a text is (of what is read; with task ctc of transcripts); a plain word is short for the unit. The vocabulary is that of the training part.", Aliases: []string{"tokenizer", "tokenization", "token", "symbols"}},
	{Name: "data.tokens.unit", Type: Text, Enum: tokenUnits, Default: "character", Defaults: map[string]string{"text": "word"}, Tasks: symbols, Input: "text",
		Doc: "What text is cut into: characters (Unicode code points), bytes, words, or frequent parts of words (byte pair encoding).", Example: "unit: word", Aliases: []string{"level", "kind", "type"}},
	{Name: "data.tokens.segment", Type: Text, Enum: []string{"space", "unicode"}, Nullable: true, Tasks: symbols, Input: "text", Derived: "space for words; nothing for other units",
		Doc: "Where words end: space, at white space alone, so that text which is cut already stays as it is; unicode, at the word boundaries of Unicode, with punctuation apart.", Example: "segment: unicode"},
	{Name: "data.tokens.size", Type: Whole, Range: between(0, 8e6), Default: "0", Tasks: symbols, Input: "text", Derived: "8000 for bpe, else 0",
		Doc: "The most symbols of the vocabulary, the frequent ones; 0 for no limit.", Example: "size: 20000", Aliases: []string{"vocabulary_size", "vocab_size", "max_tokens", "max_vocabulary", "max_features"}},
	{Name: "data.tokens.min_count", Type: Whole, Range: between(1, 1e9), Default: "1", Tasks: symbols, Input: "text", Derived: "2 for words, but 1 with task ctc; else 1",
		Doc: "How often the training part must hold a symbol; a rarer one is unknown.", Example: "min_count: 3", Aliases: []string{"min_frequency", "min_freq", "min_df"}},
	{Name: "data.tokens.lowercase", Type: Bool, Default: "false", Tasks: symbols, Input: "text", Derived: "true with recipe text, but for bytes; else false",
		Doc: "Make all letters small.", Example: "lowercase: true", Aliases: []string{"lower", "do_lower_case"}},
	{Name: "data.tokens.normalize", Type: Text, Enum: []string{"nfc", "none"}, Default: "nfc", Tasks: symbols, Input: "text", Derived: "nfc, but none for bytes",
		Doc: "How letters with marks are written: nfc, each as one code point where Unicode has it; none, as they are.", Example: "normalize: none"},
	{Name: "data.tokens.max_length", Type: Whole, Range: between(0, 1e6), Default: "0", Defaults: map[string]string{"text": "500"}, Tasks: symbols, Input: "text",
		Doc: "The most symbols of a text; those behind are left out, which is told; 0 for no limit.", Example: "max_length: 200", Aliases: []string{"max_len", "maxlen", "truncate"}},
}
