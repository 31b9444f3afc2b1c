// Package task answers one question: what is to be done with a sequence?
//
// A task is what makes a forecast a forecast and a classifier a classifier: how its data are read, which network suits them,
// how they fill a batch, how predictions are judged, and what must be kept so that a network can be used without its data.
// Every task answers these questions in a file of its own; nothing else in recur asks which task it is.
package task
