// Package table answers one question: which tasks are there?
package table

import (
	"slices"

	"recur/configs"
	"recur/task"
	"recur/task/classify"
	"recur/task/ctc"
	"recur/task/forecast"
	"recur/task/language"
	"recur/task/regress"
	"recur/task/seq2seq"
)

var tasks = map[string]task.Task{
	"forecast": forecast.Task{},
	"regress":  regress.Task{},
	"classify": classify.Task{},
	"language": language.Task{},
	"ctc":      ctc.Task{},
	"seq2seq":  seq2seq.Task{},
}

// Of is the task of a config.
func Of(c *configs.Config) task.Task { return tasks[c.Task] }

// Methods are the names that simple methods of all tasks may have, in a fixed order: those of series first.
func Methods() (names []string) {
	for _, word := range []string{"forecast", "regress", "classify", "language", "seq2seq", "ctc"} {
		for _, name := range tasks[word].Words().Methods {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
