// Package pipeline is the corridor: each of recur's jobs (train, evaluate, predict, compare, verify, plot) is one short page that
// calls the rooms in order, whatever the task. Newcomers read this package first.
//
//	config --configs.Load--> Config
//	Config --task.Task.Open--> Source --Prepare--> Data (the examples of the train, validation and test part)
//	Data --Job--> train.Job --train.Run--> checkpoints (models builds the graph, graph its ops)
//	checkpoint --predict.Open--> task.Run --Predict--> predictions --Data.Report--> scores
package pipeline
