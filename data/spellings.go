package data

// Spellings say which rows the words of examples share with words that are spelt alike: word i, of the examples' own numbering,
// has Rows[Ends[i-1]:Ends[i]], none where it is no word.
type Spellings struct{ Rows, Ends []int32 }
