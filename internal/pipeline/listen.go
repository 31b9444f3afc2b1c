package pipeline

import (
	"context"
	"fmt"
	"io"

	"recur/internal/report"
	"recur/task"
	"recur/task/table"
)

// ListenOptions say what to listen to.
type ListenOptions struct {
	task.ListenOptions
	In      io.Reader
	Set     []string // as of PredictOptions
	Threads int
	OnNote  func(string)
}

// Listen hears what is said in sound while it comes. The end of the context is the end of the sound: what was heard up to it is told.
func Listen(ctx context.Context, path string, o ListenOptions, heard func(task.Heard) error) error {
	run, notes, err := open(path, o.Threads)
	if err != nil {
		return err
	}
	report.Tell(o.OnNote, notes)
	if err := run.use(o.Set, "-"); err != nil {
		return err
	}
	t, ok := table.Of(run.Config).(task.Listener)
	if !ok {
		return &Usage{Message: fmt.Sprintf("predict --live listens to sound, which runs of task ctc do, and the task is %s; leave --live out", run.Config.Task)}
	}
	in, out := io.Pipe()
	go func() {
		_, err := io.Copy(out, o.In)
		out.CloseWithError(err)
	}()
	defer context.AfterFunc(ctx, func() { out.Close() })()
	defer in.Close()
	return t.Listen(&run.Run, in, o.ListenOptions, heard)
}
