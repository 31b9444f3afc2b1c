// Package task answers one question: what is to be done with a sequence?
//
// A task is what makes a forecast a forecast and a classifier a classifier. It answers six questions, each task in a room of its
// own below this one, and nothing else in recur asks which task it is:
//
//	keys     which config keys it has: the registry of configs says that
//	open     its data from a config: Task.Open, Source.Prepare
//	network  which network suits the data: Data.Job
//	fill     how examples become a batch: data.Examples, of Data.Part
//	judge    how good predictions are, beside simple methods: Data.Judge, Data.Report, Data.Verdict
//	keep     what a checkpoint holds beside weights: Data.Job, Data.Adopt
//
// This room holds the questions; recur/task/table lists the tasks that answer them.
package task
