package forecast

import (
	"iter"
	"runtime"
	"slices"
	"sync"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/internal/report"
	"recur/predict"
	"recur/task"
)

// portionSeries is how many series are forecast at a time: enough to fill the kernels, little enough that memory stays small.
const portionSeries = 512

// lastRows are the last rows of some series, by task.Key: for each of the networks' ways of normalising.
type lastRows map[string]checkpoint.Data

// loader gets the last rows of one portion of the series; several goroutines load portions at once.
type loader func() (lastRows, error)

// portions are all series to be continued, some at a time.
type portions struct {
	all    iter.Seq2[loader, error]
	one    bool           // there is not more than one
	stream *series.Stream // nil: all rows are in memory
}

// portionSize is portionSeries, or fewer where each has many paths.
func (f *forecasting) portionSize() int {
	if f.samples() == 0 || f.o.Total {
		return portionSeries
	}
	return min(portionSeries, max(1, pathValues/(f.samples()*f.steps())))
}

// key is the task.Key of network i.
func (f *forecasting) key(i int) string {
	if f.keys == nil {
		for _, n := range f.run.Networks {
			f.keys = append(f.keys, task.Key(n.K.Config))
		}
	}
	return f.keys[i]
}

// portions finds the series to be continued: those of the training, or those of a CSV file.
func (f *forecasting) portions() (*portions, error) {
	if f.o.CSV == "" {
		rows := f.own(nil)
		f.notes.countLast(rows[f.key(0)], f.run.Config)
		report.Tell(f.o.OnNote, f.notes.all())
		return f.cut(rows), nil
	}
	stream, err := series.OpenStream(f.run.Config, f.o.CSV, f.threads(), learnt(f.run))
	if err != nil {
		return nil, err
	}
	report.Tell(f.o.OnNote, stream.Notes)
	fitted := f.fitted()
	if stream.Whole != nil {
		report.Tell(f.o.OnNote, stream.Whole.Notes)
		rows, err := f.describe(stream.Whole, fitted)
		report.Tell(f.o.OnNote, f.notes.all())
		return f.cut(rows), err
	}
	p := &portions{stream: stream, all: func(yield func(loader, error) bool) {
		for b, err := range stream.Blocks() {
			load := func() (lastRows, error) {
				set, err := b.Dataset()
				if err != nil {
					return nil, err
				}
				return f.describe(set, fitted)
			}
			if !yield(load, err) {
				return
			}
		}
	}}
	err = f.check(p)
	report.Tell(f.o.OnNote, f.notes.all())
	return p, err
}

// check looks for faults of the series, such as a gap, before any of them is forecast and written.
func (f *forecasting) check(p *portions) error {
	return data.InOrder(f.threads(), p.all, func(_ int, load loader) (lastRows, error) { return load() }, func(lastRows) error { return nil })
}

// own are the last rows of some series of the training, nil for all.
func (f *forecasting) own(series []int) lastRows {
	rows := lastRows{}
	for i, n := range f.run.Networks {
		d := n.K.Data
		if series != nil {
			d.Series = nil
			for _, s := range series {
				d.Series = append(d.Series, n.K.Data.Series[s])
			}
		}
		rows[f.key(i)] = d
	}
	return rows
}

// cut makes portions of rows in memory.
func (f *forecasting) cut(rows lastRows) *portions {
	first := rows[f.key(0)]
	n, size := len(first.Series), f.portionSize()
	if k := len(first.Predicted()); len(first.Targets) < k {
		size = max(1, size/k) * k // the targets of one series stay together
	}
	return &portions{one: n <= size, all: func(yield func(loader, error) bool) {
		for from := 0; from < n; from += size {
			portion := lastRows{}
			for key, d := range rows {
				d.Series = d.Series[from:min(n, from+size)]
				portion[key] = d
			}
			if !yield(func() (lastRows, error) { return portion, nil }, nil) {
				return
			}
		}
	}}
}

// fitted is what each way of normalising was fitted to.
func (f *forecasting) fitted() map[string]series.Fitted {
	all := map[string]series.Fitted{}
	for i, n := range f.run.Networks {
		if _, ok := all[f.key(i)]; !ok {
			all[f.key(i)] = n.K.Data.Fitted()
		}
	}
	return all
}

// describe finds the last rows of a dataset.
func (f *forecasting) describe(set *series.Dataset, fitted map[string]series.Fitted) (lastRows, error) {
	rows := lastRows{}
	for i, n := range f.run.Networks {
		key := f.key(i)
		if _, ok := rows[key]; ok {
			continue
		}
		p, err := series.PrepareRows(set, n.K.Config, fitted[key])
		if err != nil {
			return nil, err
		}
		rows[key] = checkpoint.Describe(p)
		if len(rows) == 1 {
			f.notes.count(set, p)
			f.notes.countLast(rows[key], f.run.Config)
		}
		f.notes.add(p.Notes[len(set.Notes):])
	}
	return rows, nil
}

// notes are what blocks of a file that are read side by side have to say, each once.
type notes struct {
	mutex sync.Mutex
	said  []string
	tally series.Tally
	last  lastValues
}

// count adds a block to what is told of all of them.
func (n *notes) count(set *series.Dataset, p *series.Prepared) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.tally.Add(set, p.Horizon)
	n.tally.AddNames(p)
}

// countLast looks at the last values of some series.
func (n *notes) countLast(d checkpoint.Data, c *configs.Config) {
	var found lastValues
	found.add(&d, c.Data.Season)
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.last.join(found)
}

func (n *notes) add(more []string) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	for _, note := range more {
		if !slices.Contains(n.said, note) {
			n.said = append(n.said, note)
		}
	}
}

// all are the notes in an order that does not depend on goroutines.
func (n *notes) all() []string {
	slices.Sort(n.said)
	said := append(n.said, n.tally.Notes()...)
	if off := n.last.note(); off != "" {
		said = append(said, off)
	}
	return said
}

func (f *forecasting) threads() int {
	if f.o.Threads > 0 {
		return f.o.Threads
	}
	return runtime.GOMAXPROCS(0)
}

// models are the networks of the run, which share its threads.
func (f *forecasting) models() (all []*predict.Model) {
	for _, n := range f.run.Networks {
		all = append(all, n.M)
	}
	return all
}

// workers are the networks of each goroutine that forecasts: those of the run with all threads where there is one portion or
// a simple method, else copies with one thread each. What they say does not depend on it.
func (f *forecasting) workers(p *portions) ([][]*predict.Model, error) {
	if p.one || f.simple != nil || f.threads() == 1 {
		return [][]*predict.Model{f.models()}, nil
	}
	workers := make([][]*predict.Model, f.threads())
	for w := range workers {
		for _, n := range f.run.Networks {
			m, err := predict.Open(n.K, 1)
			if err != nil {
				return nil, err
			}
			workers[w] = append(workers[w], m)
		}
	}
	return workers, nil
}
