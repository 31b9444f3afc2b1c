package task

import "recur/data"

// Backtester is a task whose examples lie in time: from each of several origins in the past it can be predicted with nothing but
// what was known then.
type Backtester interface {
	// Origins picks the examples of the test part that begin at origins, which lie step rows apart and end with the last example.
	Origins(d Data, origins, step int) Origins
}

// Origins are examples of several origins.
type Origins interface {
	Part() data.Examples
	// Origin is that of example i of Part, the earliest being 0.
	Origin(i int) int
	// Pick picks those examples of Part that keep says from data that are made ready in another way, or cut otherwise.
	Pick(d Data, keep func(i int) bool) data.Examples
	// Start is the time stamp of the first value that example i predicts, else its row.
	Start(i int) string
	// Audit says which rows a network may have learnt from.
	Audit() Section
}

// Section is a part of a report for people; its JSON is an object.
type Section interface{ Text() string }
