package pipeline

import (
	"recur/task"
	"recur/task/forecast"
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
	tell(o.OnNote, notes)
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
