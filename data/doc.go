// Package data answers one question: where do batches come from?
//
// It holds what all sources share: the examples that fill a Batch and their truths, the rows of CSV files, numbers, scalers,
// and faults with their places. What a file or a generator holds, how it is cut into parts and how it fills a batch is a room
// below this one for each kind of source; series is the one of numbers in time order.
//
// Letters: N examples of a batch, T steps, D inputs of a step, K targets, Hz steps of the horizon. All arrays are row-major.
package data
