package pipeline

import (
	"fmt"
	"sync/atomic"
	"time"

	"recur/baseline"
	"recur/data"
	"recur/internal/report"
	"recur/task"
	"recur/task/table"
)

// How long the simple methods take in silence, and how often they are heard of then.
const (
	quietFor  = 5 * time.Second
	heardEach = 10 * time.Second
)

// Baselines are the names of the simple methods that are wanted; nil wants all that suit the data.
type Baselines = baseline.Only

// ParseBaselines reads names with commas between them, "all" or "none". The error lists the names.
func ParseBaselines(text string) (Baselines, error) {
	return baseline.ParseOnly(text, BaselineNames())
}

// BaselineNames are those that a simple method may have, of any task.
func BaselineNames() []string { return table.Methods() }

// Simple says which simple methods are set beside a network, and who is told when they take long.
type Simple struct {
	Only   Baselines // nil: all that suit the data
	OnNote func(string)

	judging bool // they must not learn from the validation part, which is scored
}

// predictions fits the methods on the training part of own and predicts a part with each.
func (s Simple) predictions(own task.Data, part data.Examples) ([]task.Named, error) {
	names, dropped, err := wanted(s.Only, own, part)
	if err != nil {
		return nil, err
	}
	report.Tell(s.OnNote, []string{dropped})
	var at atomic.Int64
	done := make(chan struct{})
	defer close(done)
	if s.OnNote != nil {
		go s.report(names, &at, done)
	}
	all := make([]task.Named, 0, len(names))
	for i, name := range names {
		at.Store(int64(i))
		m, err := own.Method(name, s.judging)
		if err != nil {
			return nil, err
		}
		if s.Only == nil && baseline.Repeats(m) {
			continue
		}
		all = append(all, task.Named{Name: name, Said: m.Predict(part)})
	}
	return all, nil
}

// wanted lists the methods that are wanted; one that does not suit the data is refused. dropped says which were left out.
func wanted(only Baselines, own task.Data, part data.Examples) (names []string, dropped string, err error) {
	if names, dropped, err = own.Methods(only, part); err != nil {
		return nil, "", &Usage{Message: "--baselines: " + err.Error()}
	}
	return names, dropped, nil
}

// report tells from time to time which method is at work.
func (s Simple) report(names []string, at *atomic.Int64, done <-chan struct{}) {
	began := time.Now()
	for wait := quietFor; ; wait = heardEach {
		select {
		case <-done:
			return
		case <-time.After(wait):
		}
		i := int(at.Load())
		if i < len(names) {
			s.OnNote(fmt.Sprintf("simple methods: %s, %d of %d, after %.0f s; --baselines says which are wanted", names[i], i+1, len(names), time.Since(began).Seconds()))
		}
	}
}
