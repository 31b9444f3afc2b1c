// Package pipeline is the corridor: each of recur's jobs (train, evaluate, compare, forecast, plot) is one short page that
// calls the rooms in order. Newcomers read this package first.
//
//	config --configs.Load--> Config
//	Config --series.Open, series.Prepare--> Prepared (windows of the train, validation and test part)
//	Config, Prepared --train.Run--> checkpoints (models builds the graph, graph its ops)
//	checkpoint --predict.Open--> Model --Part--> predictions --evaluate.Evaluate--> scores
package pipeline
