package pipeline

import (
	"fmt"
	"sync/atomic"
	"time"

	"recur/baseline"
	"recur/data/series"
	"recur/evaluate"
)

// How long the simple methods take in silence, and how often they are heard of then.
const (
	quietFor  = 5 * time.Second
	heardEach = 10 * time.Second
)

// Baselines are the names of the simple methods that are wanted; nil wants all that suit the data.
type Baselines = baseline.Only

// ParseBaselines reads names with commas between them, "all" or "none". The error lists the names.
func ParseBaselines(text string) (Baselines, error) { return baseline.ParseOnly(text) }

// Simple says which simple methods are set beside a network, and who is told when they take long.
type Simple struct {
	Only   Baselines // nil: all that suit the data
	OnNote func(string)
}

// predictions fits the methods on the training part of own and predicts a part with each.
func (s Simple) predictions(own *series.Prepared, part *series.Part) ([]named, error) {
	names, err := wanted(s.Only, own, part)
	if err != nil {
		return nil, err
	}
	if s.Only == nil {
		tell(s.OnNote, []string{baseline.LeftOut(own, part)})
	}
	var at atomic.Int64
	done := make(chan struct{})
	defer close(done)
	if s.OnNote != nil {
		go s.report(names, &at, done)
	}
	all := make([]named, len(names))
	for i, name := range names {
		at.Store(int64(i))
		m, err := baseline.Make(name, own)
		if err != nil {
			return nil, err
		}
		all[i] = named{name, m.Predict(part)}
	}
	return all, nil
}

// wanted lists the methods that are wanted; one that does not suit the data is refused.
func wanted(only Baselines, own *series.Prepared, part *series.Part) ([]string, error) {
	names, err := only.Names(own, part)
	if err != nil {
		return nil, &Usage{Message: "--baselines: " + err.Error()}
	}
	return names, nil
}

// scoresOf scores the predictions of every method.
func scoresOf(p *series.Part, all []named) (map[string]evaluate.Metrics, error) {
	scores := map[string]evaluate.Metrics{}
	for _, m := range all {
		s, err := evaluate.Evaluate(p, m.predictions)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name, err)
		}
		scores[m.name] = s.Metrics
	}
	return scores, nil
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
