package pipeline

import (
	"fmt"

	"recur/internal/report"
	"recur/task"
	"recur/task/forecast"
	"recur/task/table"
)

// Forecast continues the series of a run after their last observation and writes each when it is there.
func Forecast(path string, o forecast.Options, w forecast.Writer) error {
	run, err := continued(path, &o)
	if err != nil {
		return err
	}
	return forecast.Stream(run, o, w)
}

// continued opens a run that is to be continued.
func continued(path string, o *forecast.Options) (*task.Run, error) {
	run, notes, err := open(path, o.Threads)
	if err != nil {
		return nil, err
	}
	report.Tell(o.OnNote, notes)
	if _, ok := table.Of(run.Config).(forecast.Task); !ok {
		return nil, &Usage{Message: fmt.Sprintf("forecast: task %s has nothing to continue; its command is %s", run.Config.Task, table.Of(run.Config).Words().Command)}
	}
	o.Judged = func() (task.Data, *task.Verdict, error) {
		own, err := run.openOwn()
		if err != nil {
			return nil, nil, err
		}
		verdict, err := run.verdict(own)
		return own, verdict, err
	}
	return &run.Run, nil
}
