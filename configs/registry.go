package configs

import (
	"math"
	"slices"
)

// Version is the newest version of the config language that this build reads.
const Version = 3

// Tasks are the tasks this build knows.
var Tasks = []string{"forecast", "regress", "classify", "language", "seq2seq", "ctc"}

// Recipes are the ways of making data ready, with the defaults that go with each; auto is the one of them that suits the task and
// what is read.
var Recipes = []string{"auto", "plain", "global", "text", "sequence"}

// The data sets that are embedded in the binary, read as builtin:NAME, by what reads them.
var (
	Builtins         = []string{"co2", "spares", "sunspots"} // series: data.csv of task forecast
	BuiltinCorpora   = []string{"names", "shakespeare"}      // text: data.corpus
	BuiltinTexts     = []string{"sentiment"}                 // texts with a label: data.csv beside data.text
	BuiltinSequences = []string{"motions"}                   // sequences with a label: data.ts
	BuiltinPairs     []string                                // texts with what is said of them: data.csv of task seq2seq
	BuiltinSounds    []string                                // what is said, with its transcript: data.csv of task ctc
)

// The kinds of synthetic data, and which task reads them.
var (
	weekdays     = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	seriesKinds  = []string{"sine", "noisy_sine", "mackey_glass"} // task forecast
	sineKinds    = []string{"sine", "noisy_sine"}
	exampleKinds = []string{"adding", "gestures"}                                           // tasks of sequences
	pairKinds    = []string{"dates", "reversal", "addition", "sorting", "roman", "phrases"} // task seq2seq
	soundKinds   = []string{"spoken_digits"}                                                // task ctc
	allKinds     = slices.Concat(seriesKinds, exampleKinds, pairKinds, soundKinds)
)

// The tasks by what they read: windows of series, or sequences that have a truth of their own.
var (
	forecasts = []string{"forecast"}
	sequences = []string{"regress", "classify"}
	classes   = []string{"classify"} // those whose truth is a label
	languages = []string{"language"} // those whose truth is the text itself
	pairs     = []string{"seq2seq"}  // those that read a text, or numbers, and say a text
	sounds    = []string{"ctc"}      // those that hear what is said

	seconds = slices.Concat(pairs, sounds)                 // those with a second sequence, which is said
	texts   = slices.Concat(classes, languages, pairs)     // which may read texts
	symbols = slices.Concat(texts, sounds)                 // which have symbols, read or said
	values  = slices.Concat(forecasts, sequences)          // which may read columns of numbers that want a scale
	tables  = slices.Concat(values, seconds)               // which read rows
	rows    = slices.Concat(sequences, seconds)            // of whose sequences a row may be a step
	drawn   = slices.Concat(sequences, languages, seconds) // whose examples are drawn for the parts
)

var inf = math.Inf(1)

// registry is the one place that knows every key. Decoding, rendering, explaining, the JSON Schema and docs/config.md
// all follow from it; a test proves that it and the Config struct name the same keys.
var registry = slices.Concat(topKeys, dataKeys, resampleKeys, sequenceKeys, textKeys, pairKeys, soundKeys,
	modelKeys, coderKeys, frontKeys, trainKeys, ensembleKeys, decodeKeys)

var topKeys = []Key{
	{Name: "version", Type: Whole, Range: between(1, inf), Default: "3",
		Doc: "Version of the config language; a file of an older version is upgraded in memory, a newer one is refused.", Example: "version: 3"},
	{Name: "name", Type: Text, Derived: "the file's name without its extension",
		Doc: "Name of the run; it is written to runs/<name>. Letters, digits, dots, dashes and underscores.", Example: "name: sunspots", Aliases: []string{"run", "experiment"}},
	{Name: "seed", Type: Whole, Range: between(0, math.MaxUint64), Default: "1",
		Doc: "Seed of every random stream of the run: initial weights, shuffling, dropout.", Example: "seed: 7", Aliases: []string{"random_seed", "random_state"}},
	{Name: "task", Type: Text, Enum: Tasks, Default: "forecast",
		Doc: "What is learned: forecast continues a time series; regress maps a whole sequence to one value; classify tells which class a sequence or a text is of; language continues text; seq2seq reads a text and says another, such as its translation; ctc tells what is said in a sound.", Example: "task: regress"},
	{Name: "recipe", Type: Text, Enum: Recipes, Derived: "auto: global with data.series or data.wide; text or sequence with task classify, by what is read; else plain; plain in a file of version 1",
		Doc: "How data are made ready and the defaults that go with it: plain, columns scaled as they are; global, every window normalised by itself so that one network serves many series; text and sequence, the measured defaults for classifying texts and numbers; auto, what suits the task and the data.", Example: "recipe: global"},
}

var dataKeys = []Key{
	{Name: "data", Type: Section, Required: "always", Doc: "Where batches come from."},
	{Name: "data.csv", Type: Files, Nullable: true, Tasks: tables, Source: "csv", Required: "unless data.synthetic, data.ts, data.directory or data.parallel is given",
		Doc: "CSV file with a header line, or Parquet, or JSON lines (.jsonl, .ndjson, also .gz), relative to the config file; or builtin:sunspots, builtin:co2, builtin:spares for the embedded series. With data.text .csv, .tsv (tabs) or .jsonl, or builtin:sentiment for embedded sentences. With tasks seq2seq and ctc a row (or line of JSON) is a pair or an utterance. With all tasks but forecast also a file for each part: {train: FILE, validation: FILE, test: FILE}; a part that is not named is empty, unless data.split is given, which then cuts the training file.", Example: "csv: datasets/sales.csv", Aliases: []string{"file", "path", "filename", "source"}},
	{Name: "data.ts", Type: Files, Nullable: true, Tasks: sequences, Source: "file",
		Doc: "File of labelled sequences in the .ts form of the UEA and UCR archives: any number of dimensions and steps, missing values as ?; or a file for each part, as with data.csv; or, with task classify, builtin:motions for embedded ones.", Example: "ts: {train: Gestures_TRAIN.ts, test: Gestures_TEST.ts}"},
	{Name: "data.directory", Type: Files, Nullable: true, Tasks: classes, Source: "file",
		Doc: "Directory of texts: a folder for each class, in it a file for each text; or a directory for each part, as with data.csv.", Example: "directory: reviews", Aliases: []string{"folder", "dir", "directories"}},
	{Name: "data.synthetic", Type: Section, Nullable: true, Tasks: tables, Required: "unless data.csv, data.ts, data.directory or data.parallel is given", Doc: "Generated data instead of a file."},
	{Name: "data.synthetic.kind", Type: Text, Enum: allKinds, Required: "with data.synthetic",
		Doc: "What is generated: a sine, a sine with noise, the Mackey-Glass series, or sequences with a truth of their own: the adding problem (task regress), or gestures, movements out and back with a pause between two dips (task classify: of three kinds); or, for task seq2seq, dates as people write them (said as 2017-03-09), letters to say in reverse or in order (reversal, sorting), sums of two numbers (addition), numbers in Roman numerals (roman), small German sentences to say in English (phrases); for task ctc, spoken_digits, strings of digits in voices that a program makes.", Example: "kind: sine", Aliases: []string{"type"}},
	{Name: "data.synthetic.points", Type: Whole, Range: between(2, 1e7), Defaults: map[string]string{"sine": "300", "noisy_sine": "1000", "mackey_glass": "6000", "adding": "10000", "gestures": "400",
		"dates": "10000", "reversal": "20000", "addition": "20000", "sorting": "10000", "roman": "3999", "phrases": "20000", "spoken_digits": "1000"},
		Derived: "300 for sine, 1000 for noisy_sine, 6000 for mackey_glass, 400 for gestures, 20000 for reversal, addition and phrases, 3999 for roman, 1000 for spoken_digits, 10000 for others",
		Doc:     "Number of rows of the series; for other tasks than forecast the number of examples, pairs or utterances.", Example: "points: 300", Aliases: []string{"n", "samples", "examples"}},
	{Name: "data.synthetic.period", Type: Number, Range: between(2, 1e9), Default: "100", Kinds: sineKinds,
		Doc: "Points a period of the sine.", Example: "period: 100"},
	{Name: "data.synthetic.noise", Type: Number, Range: between(0, 1e6), Default: "0.1", Kinds: []string{"noisy_sine"},
		Doc: "Standard deviation of the normal noise that is added to the sine of amplitude 1.", Example: "noise: 0.1"},
	{Name: "data.synthetic.tau", Type: Number, Range: between(1, 300), Default: "17", Kinds: []string{"mackey_glass"},
		Doc: "Delay of the Mackey-Glass equation; from about 17 on the series is chaotic.", Example: "tau: 17"},
	{Name: "data.synthetic.length", Type: Whole, Range: between(2, 1e5), Default: "100", Defaults: map[string]string{"gestures": "150"}, Kinds: exampleKinds, Derived: "150 for gestures; data.window where that is given, else 100, for the adding problem",
		Doc: "Steps of one example; for the adding problem equal to data.window.", Example: "length: 100"},
	{Name: "data.synthetic.seed", Type: Whole, Range: between(0, math.MaxUint64), Default: "0",
		Doc: "Seed of the generator; apart from the run's seed, so that runs with different seeds see the same data.", Example: "seed: 0"},
	{Name: "data.time", Type: Texts, Nullable: true, Source: "csv", Input: "numbers",
		Doc: "Column of the time stamps, or a list of columns that make one up (year, month, day, …). With tasks of sequences the one column in whose order the rows of a sequence are read; without it they come in the order of the file.", Example: "time: [year, month]", Aliases: []string{"date", "timestamp", "index", "time_column"}},
	{Name: "data.time_format", Type: Text, Use: Reading, Nullable: true, Source: "csv", Input: "numbers", Derived: "found out from the time stamps",
		Doc: "How time stamps are written: a Go layout such as \"02.01.2006 15:04\", or one of yyyy, yyyymm, yyyymmdd, yyyymmddhh, yyyyww, yyyyq, iso, unix, unix_ms, unix_us, unix_ns, excel, number; quarters and weeks are written 2006Q1 and 2006-W01, hours from 1 to 24 as 24:00. docs/dates.md lists all.", Example: "time_format: yyyymmdd", Aliases: []string{"date_format"}},
	{Name: "data.frequency", Type: TextOrNumber, Nullable: true, Tasks: forecasts, Source: "csv", Derived: "found out from the time stamps",
		Doc: "Distance of two rows: second, minute, hour, day, business day, week, month, month end, business month end, quarter, year, several of them (\"2 weeks\"), a duration such as 15m, or a number for a numeric time column; or rows: every row is the next step, and time stamps go on by the pattern seen.", Example: "frequency: business day", Aliases: []string{"freq", "interval"}},
	{Name: "data.weekmask", Type: Texts, Enum: weekdays, Default: "[]", Tasks: forecasts, Source: "csv", Use: Reading,
		Doc: "Days of the week on which there are rows; those between are no gaps. With data.frequency: business day they are Monday to Friday unless this says otherwise.", Example: "weekmask: [mon, tue, wed, thu, fri, sat]", Aliases: []string{"week_mask", "weekdays", "business_days"}},
	{Name: "data.holidays", Type: RawTexts, Default: "[]", Tasks: forecasts, Source: "csv", Use: Reading,
		Doc: "Days without rows, beside those that data.weekmask leaves out: dates as 2020-12-25, or files that hold one a line, relative to the config file.", Example: "holidays: [2020-12-25, nyse.txt]", Aliases: []string{"holiday", "closed"}},
	{Name: "data.time_zone", Type: Text, Nullable: true, Tasks: forecasts, Source: "csv", Use: Reading, Derived: "found out where offsets or midnights give it away",
		Doc: "Zone whose local time the time stamps tell, by its IANA name: days keep their length when clocks are put forward or back, the hour that comes twice is two steps, and the one that is left out is none.", Example: "time_zone: Europe/Berlin", Aliases: []string{"timezone", "tz", "zone"}},
	{Name: "data.series", Type: Texts, Nullable: true, Tasks: forecasts, Source: "csv",
		Doc: "Column that names the series, when one file holds many below each other, or a list of columns that name them together: store and item, read as STORE/ITEM.", Example: "series: [store, item]", Aliases: []string{"id", "group", "series_id", "sequence"}},
	{Name: "data.wide", Type: Text, Enum: []string{"dates", "series"}, Nullable: true, Tasks: forecasts, Source: "csv",
		Doc: "That the file is wide: with dates a row is a series, named by data.series, and a column a step, named by its time stamp (data.time is then what that is called) or numbered; with series every column but data.time is a series of its name. data.targets is the one name that the values go by.", Example: "wide: dates", Aliases: []string{"wide_format", "pivot"}},
	{Name: "data.targets", Type: Texts, Tasks: forecasts, Required: "with data.csv", Defaults: map[string]string{"forecast": "[value]"}, Derived: "[value] for synthetic data",
		Doc: "Columns to forecast; for synthetic data the one name its values go by.", Example: "targets: [sales]", Aliases: []string{"target", "columns", "y", "label"}},
	{Name: "data.covariates", Type: Texts, Default: "[]", Tasks: forecasts, Source: "csv",
		Doc: "Further columns that the network reads but does not forecast.", Example: "covariates: [price, temperature]", Aliases: []string{"features", "inputs", "exogenous"}},
	{Name: "data.future_covariates", Type: Texts, Default: "[]", Tasks: forecasts, Source: "csv", Recipe: "global",
		Doc: "Further columns whose values are known ahead of time, such as prices or holidays; the file's rows after the last target hold them.", Example: "future_covariates: [holiday]", Aliases: []string{"known_future", "future"}},
	{Name: "data.categorical", Type: Texts, Default: "[]", Tasks: forecasts, Source: "csv", Recipe: "global",
		Doc: "Those of the covariates, past or known ahead, that hold names and not amounts; each name of the training rows becomes model.embedding_size learned numbers, others are zeros, and a missing name is the last one known.", Example: "categorical: [wind_direction]", Aliases: []string{"categories", "categorical_features"}},
	{Name: "data.calendar", Type: Texts, Enum: calendarFeatures, Default: "[]", Tasks: forecasts, Source: "csv", Recipe: "global",
		Doc: "Inputs made from the time stamps, known ahead of time.", Example: "calendar: [month, weekday]", Aliases: []string{"time_features", "date_features"}},
	{Name: "data.missing", Type: Text, Use: Reading, Enum: []string{"error", "interpolate", "forward", "seasonal", "zero"}, Default: "error", Source: "file", Input: "numbers",
		Doc: "What to do where a value is missing: stop, interpolate between its neighbours, carry the last value forward, or (task forecast) take the median of the same place in the season; a filled value is never a target. zero (task forecast) says that what is not there is 0, as where nothing was sold: rows and targets that are missing are zeros, up to the last time stamp of the file, and count as targets; other columns carry their last value forward.", Example: "missing: interpolate", Aliases: []string{"na", "fill"}},
	{Name: "data.missing_mask", Type: Bool, Default: "false", Tasks: forecasts, Source: "csv", Recipe: "global",
		Doc: "Give the network an input beside the targets that is 1 where a value was missing.", Example: "missing_mask: true"},
	{Name: "data.missing_values", Type: RawTexts, Use: Reading, Default: `["", NA]`, Source: "csv",
		Doc: "What counts as missing in the file; NaN and Inf are always errors.", Example: `missing_values: ["", NA, -999]`, Aliases: []string{"na_values"}},
	{Name: "data.decimal", Type: Text, Use: Reading, Enum: []string{".", ","}, Nullable: true, Tasks: values, Source: "csv", Input: "numbers", Derived: "found out from the numbers where it is certain",
		Doc: "What stands before the fraction of a number in the file.", Example: "decimal: \",\"", Aliases: []string{"decimal_mark", "dec"}},
	{Name: "data.thousands", Type: Text, Use: Reading, Enum: []string{".", ",", " ", "'", "_"}, Nullable: true, Tasks: values, Source: "csv", Input: "numbers", Derived: "found out from the numbers where it is certain",
		Doc: "What groups the digits of a number in the file by threes: 1.234.567.", Example: "thousands: \".\"", Aliases: []string{"thousands_separator", "big_mark", "grouping"}},
	{Name: "data.encoding", Type: Text, Use: Reading, Enum: []string{"utf-8", "utf-16", "cp1252", "latin1"}, Nullable: true, Tasks: tables, Source: "csv", Derived: "utf-8, or utf-16 where the file begins with its mark",
		Doc: "How the characters of the file are written.", Example: "encoding: cp1252", Aliases: []string{"charset", "codepage"}},
	{Name: "data.skip_rows", Type: Whole, Use: Reading, Range: between(0, 1e9), Default: "0", Tasks: tables, Source: "csv",
		Doc: "Lines at the start of the file that are left out; lines above the one that names all columns of the config are left out without it.", Example: "skip_rows: 3", Aliases: []string{"skiprows", "skip", "header"}},
	{Name: "data.skip_lines", Type: Wholes, Use: Reading, Range: between(1, 1e9), Nullable: true, Tasks: tables, Source: "csv",
		Doc: "Further lines of the file that are left out, by their numbers from 1 on, such as one of units below the header.", Example: "skip_lines: 2"},
	{Name: "data.skip_footer", Type: Whole, Use: Reading, Range: between(0, 1e6), Default: "0", Tasks: tables, Source: "csv",
		Doc: "Lines at the end of the file that are left out, such as a row of totals.", Example: "skip_footer: 1", Aliases: []string{"skipfooter", "footer"}},
	{Name: "data.comment", Type: Text, Use: Reading, Nullable: true, Tasks: tables, Source: "csv",
		Doc: "What a line begins with that is left out.", Example: "comment: \"#\"", Aliases: []string{"comment_char"}},
	{Name: "data.outliers", Type: Text, Use: Reading, Enum: []string{"keep", "clip", "missing"}, Default: "keep", Tasks: forecasts, Source: "csv",
		Doc: "What to do with values of the targets that are errors of typing by all appearances (a value ×100 or of 1e9 among hundreds; each is told on stderr): keep them, clip them to as far from their neighbours as the other values go, or take them for missing (filled in as data.missing says, carried forward with error). Rows of the test part, and those of evaluate --data, are never changed; with forecast --csv all rows are.", Example: "outliers: clip", Aliases: []string{"outlier"}},
	{Name: "data.split", Type: Section, Derived: "{train: 0.7, validation: 0.15}; with recipe global {validation: data.horizon, test: data.horizon}; with tasks language and seq2seq {train: 0.9, validation: 0.05}",
		Doc: "Parts in time order: shares {train: 0.7, validation: 0.15}, the rest is the test part; whole steps at the end of each series {validation: 18, test: 18}; or whole steps from its start {train: 8640, validation: 2880, test: 2880}, which leave out later rows. Sequences are counted in place of rows; those of files are drawn by data.split.seed, generated ones stay in order.", Example: "split: {validation: 18, test: 18}"},
	{Name: "data.split.train", Type: Number, Range: above(0, 1e9), Derived: "0.7 when data.split is not given, 0.9 with tasks language and seq2seq; none with recipe global",
		Doc: "Share of the rows (of the examples with tasks of sequences) that the network learns from, or from 1 on whole steps at the start of each series.", Example: "train: 0.7"},
	{Name: "data.split.validation", Type: Number, Range: between(0, 1e9), Derived: "0.15 when data.split is not given, 0.05 with tasks language and seq2seq, data.horizon with recipe global; else 0",
		Doc: "Share, or whole steps, of the part that settings, early stopping and the best checkpoint are chosen on; 0 for none.", Example: "validation: 0.15", Aliases: []string{"val", "valid", "dev"}},
	{Name: "data.split.test", Type: Number, Range: between(0, 1e9), Derived: "the rest with shares; data.horizon with recipe global when data.split is not given; else 0",
		Doc: "Whole steps that only evaluation sees; with shares it is the rest and is left out.", Example: "test: 18"},
	{Name: "data.split.seed", Type: Whole, Range: between(0, math.MaxUint64), Default: "0", Tasks: drawn, Source: "file",
		Doc: "Seed of the draw that shares sequences, or documents, out among the parts; apart from the run's seed, so that runs with different seeds are judged on the same sequences.", Example: "seed: 3"},
	{Name: "data.scale", Type: Text, Enum: []string{"standard", "minmax", "none"}, Tasks: slices.Concat(values, pairs), Input: "numbers", Default: "standard", Defaults: map[string]string{"adding": "none", "global": "none"}, Derived: "standard; none for the adding problem and with recipe global",
		Doc: "Scaling of every column, fitted on the training part alone: to mean 0 and deviation 1, to 0…1, or none.", Example: "scale: minmax", Aliases: []string{"scaler", "normalize", "normalise", "standardize"}},
	{Name: "data.transform", Type: Text, Enum: []string{"none", "log", "auto"}, Tasks: forecasts, Recipe: "global", Derived: "auto, or none where ensemble.members is 0, data.window_scale is mean, or model.distribution is one of counts",
		Doc: "What is done to every value first: nothing, its logarithm (of the value and a twentieth of the median size of the series' values where it has values of 0 or less), or auto, what does better on the validation part; series with negative values are never transformed by auto.", Example: "transform: log",
		Worth: "sMAPE with none in place of auto: CIF 2016 +7.7%, NN3 +0.6%, M3 monthly +4.8%; log alone is within 1% of auto there. Not for series with negative values.", Aliases: []string{"log"}},
	{Name: "data.seasonal_profile", Type: Bool, Default: "false", Defaults: map[string]string{"global": "true"}, Derived: "true with recipe global, but where model.distribution is one of counts; else false", Tasks: forecasts, Recipe: "global",
		Doc: "Take from every window the mean course of a season that the rows before its forecast show, and add it to the forecast; without data.season it does nothing.", Example: "seasonal_profile: false",
		Worth: "sMAPE without it: CIF 2016 +6.8%, NN3 +0.8%, M3 monthly +2.3%. Not where the season changes its shape quickly, or where many channels share one clock (ETTh1).", Aliases: []string{"deseasonalize", "deseasonalise"}},
	{Name: "data.window_scale", Type: Text, Enum: []string{"none", "deviation", "mean", "auto"}, Tasks: forecasts, Recipe: "global", Derived: "auto, or deviation where ensemble.members is 0; mean where model.distribution is one of counts",
		Doc: "What every window is divided by: nothing, its own standard deviation (at least a tenth of the series'), 1 and the mean size of its values, which suits counts, or auto, which of nothing and the deviation does better on the validation part.", Example: "window_scale: deviation",
		Worth: "Together with data.transform: auto; see there. none suits series whose level tells how much they vary, once they are logarithms."},
	{Name: "data.pad", Type: Bool, Default: "false", Defaults: map[string]string{"global": "true"}, Tasks: forecasts, Recipe: "global",
		Doc: "Use windows that begin before their series, filled up with zeros after centring, and training windows whose last targets lie beyond the training part, without those.", Example: "pad: false",
		Worth: "sMAPE without it: CIF 2016 +5.7%, NN3 +1.3%, M3 monthly +1.5%: short series lose most of their windows. Switch it off where all series are long."},
	{Name: "data.center", Type: Text, Enum: []string{"auto", "none", "last", "mean", "season"}, Default: "none", Defaults: map[string]string{"global": "season"}, Tasks: forecasts,
		Derived: "auto with data.csv, else none; none with model.head every, and in a file of version 1 or 2; season with recipe global, but none where model.distribution is one of counts",
		Doc:     "What is subtracted from every window and added back to its forecast: nothing, its last value, its mean, or the mean of its last season (of its last two values without one); auto takes of the first three the one that has been nearest to the values after the windows of the training part, and prints it.", Example: "center: last",
		Worth: "sMAPE without centring (none): CIF 2016 +2.7%, NN3 +0.6%, M3 monthly +5.1%; last in place of season: +0.6, +0.3, +0.6%; mean is as good as season. Use last for series that walk at random, none for series around a fixed level.", Aliases: []string{"centre"}},
	{Name: "data.window", Type: Whole, Range: between(1, 1e5), Default: "48", Defaults: map[string]string{"language": "40"}, Derived: "48, or twice the first season where that is longer; 40 with task language; data.synthetic.length for the adding problem, the one kind of sequences that takes this key; with recipe global twice the horizon (three times without a season), at least two seasons, in whole patches",
		Doc: "Steps of the past that the network reads for one forecast; with task language the symbols that gradients flow back through, while the state is carried on (truncated backpropagation).", Example: "window: 48", Aliases: []string{"lookback", "sequence_length", "seq_len", "input_length", "steps", "timesteps", "look_back"}},
	{Name: "data.horizon", Type: Whole, Range: between(1, 1e4), Default: "12", Defaults: map[string]string{"regress": "1"}, Tasks: forecasts,
		Doc: "Steps ahead that one forecast holds, all predicted at once.", Example: "horizon: 12", Aliases: []string{"pred_len", "forecast_length", "steps_ahead", "output_length"}},
	{Name: "data.horizon_column", Type: Text, Nullable: true, Tasks: forecasts, Source: "csv", Recipe: "global",
		Doc: "Column that holds how many steps ahead a series is forecast, at most data.horizon; its validation and test parts shrink in the same ratio.", Example: "horizon_column: h"},
	{Name: "data.season", Type: Wholes, Range: between(2, 1e5), Default: "[]", Nullable: true, Tasks: forecasts,
		Doc: "Steps a season, one number or a list with the most important first; used by the seasonal naive baseline, by MASE, and for the default window.", Example: "season: 12", Aliases: []string{"seasonality", "period"}},
	{Name: "data.find_season", Type: Bool, Default: "false", Tasks: forecasts, Recipe: "global", Derived: "true where data.season is not given",
		Doc: "Find the seasons in the training part, and print them with the evidence for each that was tried: those that are usual for the step of time (day, week and hour; 7 and 365 days; 52 weeks; 12 months; 4 quarters), else any that shows.", Example: "find_season: true"},
}

// calendarFeatures are the words of data.calendar.
var calendarFeatures = []string{"month", "day", "weekday", "hour", "minute"}
