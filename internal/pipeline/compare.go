package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"recur/configs"
	"recur/data"
	"recur/internal/record"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/task"
	"recur/task/table"
)

// CompareOptions says which runs to make.
type CompareOptions struct {
	Cells []string
	Seeds []uint64
	Grid  []Axis
	Run   string // directory; "" means runs/NAME-compare
	Force bool
	// OnJob is told of every run: when it begins, after each epoch, and when it has ended. Calls do not overlap.
	OnJob  func(JobEvent)
	Only   Baselines    // the simple methods to score beside them; nil: all that suit the data
	OnNote func(string) // things worth a line on stderr; calls do not overlap either
}

// note tells one thing at a time: runs train beside each other. An ensemble tells some with jobEvents locked.
func (o CompareOptions) note(text string) {
	compareNotes.Lock()
	defer compareNotes.Unlock()
	report.Tell(o.OnNote, []string{text})
}

var compareNotes sync.Mutex

// Axis is a further key to vary: --grid model.hidden_size=16,64.
type Axis struct {
	Key    string
	Values []string
}

// JobEvent is progress of one of the runs of a comparison.
type JobEvent struct {
	Job, Jobs int
	Label     string // lstm hidden_size=16 seed=2
	Epoch     *Epoch // nil at the beginning and at the end
	Done      bool
	Reused    bool // a finished run of the same config and data was found
	Err       error
}

// job is one run of a comparison.
type job struct {
	row    int
	seed   uint64
	config *configs.Config
	dir    string
	label  string
	result *jobResult
}

// jobResult is what the comparison needs of one run.
type jobResult struct {
	outcome    runs.Outcome
	metrics    task.Metrics
	task.Entry // of the test part
	curve      []runs.MetricsLine
}

// variant is one row of the comparison: a cell and a point of the grid.
type variant struct {
	Cell string
	Set  map[string]string
	name string // in tables: gru layers=1
	dir  string
}

// Compare trains every variant with every seed and writes compare.json, compare.md and the learning curves.
func Compare(ctx context.Context, c *configs.Config, o CompareOptions) (*Comparison, error) {
	dir := o.Run
	if dir == "" {
		dir = filepath.Join("runs", c.Name+"-compare")
	}
	if err := checkAxes(o); err != nil {
		return nil, err
	}
	source, err := Read(c, nil)
	if err != nil {
		return nil, err
	}
	c = source.Config()
	variants := variantsOf(o)
	jobs, err := jobsOf(c, variants, o, dir)
	if err != nil {
		return nil, err
	}
	parts, err := prepareAll(jobs)
	if err != nil {
		return nil, err
	}
	unlock, err := runs.RunDir(dir).TakeAll(record.Comparison, c, compareFiles, runsOf(jobs, parts, dir), o.Force)
	if err != nil {
		return nil, err
	}
	defer unlock()
	for _, p := range parts {
		if _, _, err := wanted(o.Only, p.Data, p.Part("test")); err != nil { // before anything is trained
			return nil, err
		}
	}
	if err := runAll(ctx, jobs, parts, o); err != nil {
		var stop *Interrupted
		if errors.As(err, &stop) {
			return nil, &Interrupted{Run: runs.RunDir(dir), Resume: "the same compare command: finished runs are kept, unfinished ones go on"}
		}
		return nil, err
	}
	cmp, err := summarise(c, variants, jobs, parts, Simple{Only: o.Only, OnNote: o.note})
	if err != nil {
		return nil, err
	}
	cmp.Dir = dir
	return cmp, cmp.save(jobs)
}

// compareFiles are what a comparison writes beside its runs.
var compareFiles = []string{"compare.json", "compare.md", "learning-curves.svg", "learning-curves.png"}

// runsOf are the trainings of the jobs in the directory of a comparison.
func runsOf(jobs []*job, parts prepared, dir string) (all []runs.Below) {
	for _, j := range jobs {
		way, _ := filepath.Rel(dir, j.dir)
		all = append(all, runs.Below{Dir: way, Config: j.config, Hash: parts[task.Key(j.config)].hash()})
	}
	return all
}

// checkAxes refuses what would make two runs of the same directory, or is an axis already.
func checkAxes(o CompareOptions) error {
	axes := map[string]bool{}
	for _, a := range o.Grid {
		switch {
		case a.Key == "seed":
			return &Usage{Message: "--grid: seed is an axis already; give the seeds with --seeds"}
		case a.Key == "model.cell":
			return &Usage{Message: "--grid: model.cell is an axis already; give the cells with --cells"}
		case axes[a.Key]:
			return &Usage{Message: fmt.Sprintf("--grid: %s comes twice; give all its values at once", a.Key)}
		}
		axes[a.Key] = true
		if v := repeated(a.Values); v != "" {
			return &Usage{Message: fmt.Sprintf("--grid: %s has the value %s twice", a.Key, v)}
		}
	}
	if v := repeated(o.Cells); v != "" {
		return &Usage{Message: fmt.Sprintf("--cells: %s comes twice", v)}
	}
	if v := repeated(o.Seeds); v != "" {
		return &Usage{Message: fmt.Sprintf("--seeds: %s comes twice", v)}
	}
	dirs := map[string]string{}
	for _, v := range variantsOf(o) {
		if other, ok := dirs[v.dir]; ok {
			return &Usage{Message: fmt.Sprintf("--grid: %q and %q would share the directory %s; compare them one after the other, with --run", other, v.name, v.dir)}
		}
		dirs[v.dir] = v.name
	}
	return nil
}

// repeated prints the first value that a list has twice, "" when there is none.
func repeated[V comparable](values []V) string {
	seen := map[V]bool{}
	for _, v := range values {
		if seen[v] {
			return fmt.Sprint(v)
		}
		seen[v] = true
	}
	return ""
}

// variantsOf is the product of cells and grid axes.
func variantsOf(o CompareOptions) []variant {
	variants := []variant{}
	for _, cell := range o.Cells {
		variants = append(variants, variant{Cell: cell, Set: map[string]string{}, name: cell, dir: cell})
	}
	for _, axis := range o.Grid {
		var next []variant
		for _, v := range variants {
			for _, value := range axis.Values {
				set := map[string]string{axis.Key: value}
				for k, old := range v.Set {
					set[k] = old
				}
				point := lastPart(axis.Key) + "=" + value
				next = append(next, variant{Cell: v.Cell, Set: set, name: v.name + " " + point, dir: v.dir + "-" + runs.Safe(point)})
			}
		}
		variants = next
	}
	return variants
}

func lastPart(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// jobsOf resolves the config of every run; all bad values of the grid are found here, before anything is trained.
func jobsOf(c *configs.Config, variants []variant, o CompareOptions, dir string) ([]*job, error) {
	var jobs []*job
	for i, v := range variants {
		for _, seed := range o.Seeds {
			set := []string{"model.cell=" + v.Cell, "seed=" + strconv.FormatUint(seed, 10)}
			if c.Ensemble.Combine == "auto" { // what cells have in common would hide what tells them apart
				set = append(set, "ensemble.combine=none")
			}
			for _, axis := range o.Grid {
				set = append(set, axis.Key+"="+v.Set[axis.Key])
			}
			cfg, err := c.With(set...)
			if err != nil {
				return nil, err
			}
			jobs = append(jobs, &job{
				row: i, seed: seed, config: cfg,
				dir:   filepath.Join(dir, v.dir, fmt.Sprintf("seed-%d", seed)),
				label: fmt.Sprintf("%s seed %d", v.name, seed),
			})
		}
	}
	return jobs, nil
}

// prepared holds the data that jobs share: those of each distinct data section.
type prepared map[string]sharedData

// sharedData is a data section made ready. scored is the one whose scalers the losses of test examples are measured in: the first
// section with the same values to predict, so that losses of rows with other scalers can be paired.
type sharedData struct {
	task.Data
	scored task.Data
}

func (d sharedData) hash() string { return d.Source().Facts().Hash }

// judge is that of the losses.
func (d sharedData) judge() task.Judge { return d.scored.Judge(d.scored.Part("test")) }

func prepareAll(jobs []*job) (prepared, error) {
	parts := prepared{}
	var scored []task.Data
	for _, j := range jobs {
		key := task.Key(j.config)
		if _, ok := parts[key]; ok {
			continue
		}
		d, err := Prepare(j.config)
		if err != nil {
			return nil, err
		}
		if d.Part("test").Len() == 0 {
			return nil, &data.Error{File: d.Source().Facts().Name, Key: "data.split", Message: fmt.Sprintf("the test part has no %s, so there is nothing to compare on; change data.split", table.Of(j.config).Words().Example)}
		}
		at := slices.IndexFunc(scored, d.SameTruth)
		if at < 0 {
			at, scored = len(scored), append(scored, d)
		}
		parts[key] = sharedData{d, scored[at]}
	}
	return parts, nil
}

// jobEvents keeps the calls of OnJob apart, also those of the members of ensembles.
var jobEvents sync.Mutex

// runAll trains the jobs, as many at a time as there are cores; each has its share of them. The bits of a run do not
// depend on its number of threads.
func runAll(ctx context.Context, jobs []*job, parts prepared, o CompareOptions) error {
	most := len(jobs)
	for _, j := range jobs {
		fit, err := fitting(j.config, parts[task.Key(j.config)].Data, len(jobs), 0)
		if err != nil {
			return fmt.Errorf("%s: %w", j.label, err)
		}
		most = min(most, fit)
	}
	return parallel(ctx, len(jobs), 0, most, func(ctx context.Context, i, threads int) error {
		j := jobs[i]
		err := j.run(ctx, parts[task.Key(j.config)], o, threads, func(e JobEvent) {
			e.Job, e.Jobs, e.Label = i, len(jobs), j.label
			jobEvents.Lock()
			defer jobEvents.Unlock()
			if o.OnJob != nil {
				o.OnJob(e)
			}
		})
		if err != nil {
			return fmt.Errorf("%s: %w", j.label, err)
		}
		return nil
	})
}

// run trains one job unless the same run is finished already, and scores it on the test part.
func (j *job) run(ctx context.Context, p sharedData, o CompareOptions, threads int, report func(JobEvent)) error {
	dir := runs.RunDir(j.dir)
	event := JobEvent{}
	report(event)
	var err error
	if !o.Force {
		event.Reused, err = dir.SameJob(j.config, p.hash())
	}
	if err == nil && !event.Reused {
		resume := !o.Force && dir.UnfinishedJob(j.config, p.hash())
		_, err = Train(ctx, j.config, TrainOptions{Run: j.dir, Resume: resume, Force: !resume, Threads: threads, Data: p.Data,
			OnNote:  func(note string) { o.note(j.label + ": " + note) },
			OnEpoch: func(e Epoch) { report(JobEvent{Epoch: &e}) }})
	}
	if err == nil {
		err = j.score(p, threads)
	}
	event.Done, event.Err = true, err
	report(event)
	return err
}

func (j *job) score(p sharedData, threads int) error {
	run, _, err := open(j.dir, threads)
	if err != nil {
		return err
	}
	in, err := run.Prepare(p.Source(), p.Data)
	if err != nil {
		return err
	}
	said, err := run.Predict(in, task.PartNamed("test"))
	if err != nil {
		return err
	}
	said = run.Points(said)
	metrics, err := p.Judge(p.Part("test")).Metrics(said)
	if err != nil {
		return err
	}
	o := runs.RunDir(j.dir).Outcome()
	if o == nil {
		return fmt.Errorf("%s: result.json is missing or not readable; run the comparison again", j.dir)
	}
	j.result = &jobResult{outcome: *o, metrics: metrics, Entry: task.EntryOf(p.judge(), said), curve: runs.ReadMetrics(runs.RunDir(j.dir))}
	return nil
}
