package train_test

import (
	"recur/task/forecast"
	"recur/train"
)

func init() { train.JobOf = forecast.Job }
