package train_test

import (
	"recur/task"
	"recur/train"
)

func init() { train.JobOf = task.Job }
