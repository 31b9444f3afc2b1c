package configs

// sequenceKeys are keys of data for tasks that read sequences with a truth of their own. Their files come in three forms: CSV
// with a row a step, CSV with a row a sequence, and .ts.
var sequenceKeys = []Key{
	{Name: "data.sequence", Type: Text, Nullable: true, Tasks: rows, Source: "csv", Input: "numbers", Required: "with data.csv, unless data.steps, data.text, data.source or data.audio is given",
		Doc: "Column that names the sequence of a row, which is one of its steps; with data.steps, where a row is a sequence, the name of that, if there is one.", Example: "sequence: trip", Aliases: []string{"sequence_id", "series"}},
	{Name: "data.steps", Type: Whole, Range: between(1, 1e5), Nullable: true, Tasks: sequences, Source: "csv", Input: "numbers",
		Doc: "Says that a row of the CSV file is a whole sequence, and how many steps its columns are: those of the inputs of the first step come first.", Example: "steps: 150", Aliases: []string{"window", "timesteps"}},
	{Name: "data.inputs", Type: Texts, Default: "[]", Tasks: rows, Source: "csv", Input: "numbers", Derived: "all columns that no other key names",
		Doc: "Columns that the network reads, in this order.", Example: "inputs: [speed, angle]", Aliases: []string{"covariates", "features"}},
	{Name: "data.text", Type: Text, Nullable: true, Tasks: classes, Source: "csv",
		Doc: "Column of the text, where a row (a line of JSON) is a text with its label.", Example: "text: review", Aliases: []string{"sentence", "document", "body", "texts"}},
	{Name: "data.label", Type: Texts, Nullable: true, Tasks: sequences, Source: "csv", Required: "with data.csv",
		Doc: "Column of the value of a sequence, or a list of columns of several; with task classify the column of its class. It is the same in all rows of a sequence, but with model.head every, where each row has a class.", Example: "label: [wear]", Aliases: []string{"labels", "targets"}},
	{Name: "data.limit", Type: Whole, Range: between(0, 1e9), Default: "0", Tasks: drawn, Source: "file",
		Doc: "Read the first so many sequences (texts, pairs, utterances) of every file, or of every folder of data.directory, to try things out; of a text that goes on the first so many documents, or without them characters (bytes, words); 0 for all.", Example: "limit: 100", Aliases: []string{"max_examples", "max_samples"}},
}
