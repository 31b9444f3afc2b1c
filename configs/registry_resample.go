package configs

import "slices"

// hows are the ways in which the values of the rows of a step become one.
var hows = []string{"mean", "sum", "last", "first", "min", "max", "median", "count"}

// resampleKeys are the keys of data.resample.
var resampleKeys = []Key{
	{Name: "data.resample", Type: Section, Short: "step", Digits: "rate", Nullable: true, Tasks: slices.Concat(forecasts, sounds), Source: "csv", Use: Reading,
		Doc: "With task forecast even steps of time that rows are brought to: receipts, sensors whose time stamps jitter, events at any time, finer steps. A plain word is short for step. What a step has no row for follows data.missing. With task ctc the rate that sounds are brought to: a plain whole number is short for rate.", Aliases: []string{"sample_rate", "sampling_rate", "sr", "aggregate", "groupby", "group_by", "downsample", "resampling"}},
	{Name: "data.resample.step", Type: TextOrNumber, Nullable: true, Tasks: forecasts, Source: "csv", Use: Reading,
		Doc: "The step of time: second, minute, hour, day, week (from Monday), month, quarter, year, several of them (\"2 weeks\"), a duration such as 15m, or a number for a numeric time column; with end (\"month end\") it is written by its last day. A row belongs to the step that its time stamp lies in, from its begin up to the next; days and longer steps follow the local calendar.", Example: "step: 1h", Aliases: []string{"frequency", "freq", "rule", "every", "interval", "rate"}},
	{Name: "data.resample.how", Type: ByColumn, Enum: hows, Default: "mean", Tasks: forecasts, Source: "csv", Use: Reading,
		Doc: "What becomes of the values of a step's rows, or a word for columns by name ({sales: sum, price: mean}, the others being mean). Values that are missing are left out; where all are, the step's is missing. count counts those that are there. Columns of data.categorical take the last, but for first.", Example: "how: sum", Aliases: []string{"agg", "aggregate", "function", "method"}},
	{Name: "data.resample.tolerance", Type: TextOrNumber, Nullable: true, Tasks: forecasts, Source: "csv", Use: Reading,
		Doc: "With it a row belongs to the nearest step's time, and one that lies further from it than this (a duration such as 30s, or a number; at most half the step) is an error: for time stamps that jitter around even ones.", Example: "tolerance: 30s", Aliases: []string{"jitter", "slack"}},
	{Name: "data.resample.offset", Type: TextOrNumber, Nullable: true, Tasks: forecasts, Source: "csv", Use: Reading,
		Doc: "How long after the full step steps begin: 6h for days from six to six, 6 days for weeks from Sunday, 7m30s for quarters of an hour from 00:07:30; less than the step, which is no month or longer.", Example: "offset: 6h", Aliases: []string{"phase", "origin"}},
	{Name: "data.resample.closed", Type: Text, Enum: []string{"left", "right"}, Nullable: true, Tasks: forecasts, Source: "csv", Use: Reading, Derived: "left; right where the hours of a day count from 1 to 24",
		Doc: "The end of a step that belongs to it: left, a row at 10:00 is of the hour that begins then; right, time stamps tell ends, the row is of the hour before, and steps below a day are written by their ends, as the time stamps are.", Example: "closed: right"},
	{Name: "data.resample.incomplete", Type: Text, Enum: []string{"keep", "drop"}, Default: "keep", Tasks: forecasts, Source: "csv", Use: Reading,
		Doc: "What to do with the last step of a series where the rows end early in it, as today's sum at noon, measured by how late in a step the others' rows end: keep it, or leave it out; both are told.", Example: "incomplete: drop", Aliases: []string{"partial", "dropna"}},
	{Name: "data.resample.rate", Type: Whole, Range: between(0, 768000), Default: "0", Tasks: sounds, Source: "csv", Sounds: featuresMade,
		Doc: "Hertz that every sound is brought to; 0 where all files have one rate, and another one is an error.", Example: "rate: 8000", Aliases: []string{"sample_rate", "sampling_rate", "sr"}},
}
