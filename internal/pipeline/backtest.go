package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/evaluate"
	"recur/internal/record"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/task"
	"recur/task/forecast"
	"recur/task/values"
)

// BacktestOptions says from where to forecast.
type BacktestOptions struct {
	Origins int    // how many, the last one data.horizon rows before the end of each series
	Step    int    // rows between two of them
	Refit   string // never: one training, before the first origin; each: one before every origin
	Run     string // directory; "" means runs/NAME-backtest
	Force   bool
	Threads int
	OnJob   func(JobEvent)
	OnNote  func(string)
	Only    Baselines // the simple methods to score beside it; nil: all that suit the data
}

// Backtest is the outcome of `recur backtest`, and its JSON form.
type Backtest struct {
	Schema     int                         `json:"schema"`
	Dir        string                      `json:"dir"`
	Refit      string                      `json:"refit"`
	Origins    []OriginScore               `json:"origins"` // the earliest first
	Windows    int                         `json:"windows"`
	Metrics    evaluate.Metrics            `json:"metrics"`
	Scaled     evaluate.Scaled             `json:"metrics_scaled"`
	ByStep     []evaluate.Metrics          `json:"by_step"`
	ByTarget   map[string]evaluate.Metrics `json:"by_target"`
	Quantiles  *evaluate.QuantileScore     `json:"quantiles,omitempty"`
	Baselines  map[string]evaluate.Metrics `json:"baselines"`
	Series     values.Section              `json:"series,omitempty"` // where there is more than one
	Audit      Audit                       `json:"audit"`
	Seconds    float64                     `json:"seconds"`         // all of it
	Forecasted float64                     `json:"predict_seconds"` // of that, the networks' forecasts
}

// OriginScore is the score of the forecasts from one origin.
type OriginScore struct {
	Origin  int              `json:"origin"` // 1 is the earliest
	Start   string           `json:"start"`  // the time stamp (else the row) of the first value forecast, of the first series
	Windows int              `json:"windows"`
	Metrics evaluate.Metrics `json:"metrics"`
}

// RunBacktest forecasts from several origins in the past, from each with nothing but what was known then, and scores the
// forecasts beside the simple methods.
func RunBacktest(ctx context.Context, c *configs.Config, o BacktestOptions) (*Backtest, error) {
	began := time.Now()
	if c.Task != "forecast" {
		return nil, &Usage{Message: fmt.Sprintf("backtest: the task is %s, want forecast: labelled examples have no origins in time", c.Task)}
	}
	source, err := Read(c, o.OnNote)
	if err != nil {
		return nil, err
	}
	c = source.Config()
	b := &backtesting{c: c, o: o, source: source, dir: o.Run}
	if b.dir == "" {
		b.dir = filepath.Join("runs", c.Name+"-backtest")
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if err := b.plan(); err != nil {
		return nil, err
	}
	known, err := prepareScored(source, b.all)
	if err != nil {
		return nil, err
	}
	b.known = known.(*forecast.Data)
	p := b.known.Prepared
	b.part, b.origin = originsOf(p.Test, o.Origins, o.Step)
	if _, _, err := wanted(o.Only, b.known, b.part); err != nil { // before anything is trained
		return nil, err
	}
	unlock, err := runs.RunDir(b.dir).TakeAll(record.Backtest, b.c, []string{"backtest.json"}, b.runs(), o.Force)
	if err != nil {
		return nil, err
	}
	defer unlock()
	predictions, err := b.predict(ctx)
	var stop *Interrupted
	if errors.As(err, &stop) {
		return nil, &Interrupted{Run: runs.RunDir(b.dir), Resume: "the same backtest command: finished trainings are kept, unfinished ones go on"}
	}
	if err != nil {
		return nil, err
	}
	r, err := b.score(predictions)
	if err != nil {
		return nil, err
	}
	r.Dir, r.Refit, r.Forecasted, r.Seconds = b.dir, o.Refit, b.forecasting.Seconds(), time.Since(began).Seconds()
	return r, runs.RunDir(b.dir).Unwritten(runs.RunDir(b.dir).WriteJSON("backtest.json", r))
}

// backtesting is one backtest.
type backtesting struct {
	c, all      *configs.Config            // as asked for; with all origins in the test part
	trainings   map[string]*configs.Config // one before every origin, by directory; with --refit each
	o           BacktestOptions
	source      task.Source
	dir         string
	known       *forecast.Data
	part        *series.Part // the windows of all origins, of known
	origin      map[int]int  // the origin, from 0, of each window of part
	forecasting time.Duration
}

func (b *backtesting) check() error {
	switch {
	case b.o.Refit != "never" && b.o.Refit != "each":
		return &Usage{Message: fmt.Sprintf("--refit: got %q, want never or each", b.o.Refit)}
	case b.o.Origins < 1 || b.o.Step < 1:
		return &Usage{Message: "--origins and --step: want whole numbers, 1 or more"}
	}
	return nil
}

// plan makes the configs of what is to be trained.
func (b *backtesting) plan() (err error) {
	if b.all, err = b.config(0); err != nil || b.o.Refit != "each" {
		return err
	}
	b.trainings = map[string]*configs.Config{originDir(0): b.all}
	for k := 1; k < b.o.Origins; k++ {
		if b.trainings[originDir(k)], err = b.config(k); err != nil {
			return err
		}
	}
	return nil
}

// runs are the trainings of the backtest.
func (b *backtesting) runs() (all []runs.Below) {
	if b.o.Refit != "each" {
		return []runs.Below{{Dir: "run", Config: b.all, Hash: b.hash()}}
	}
	for _, dir := range report.SortedKeys(b.trainings) {
		all = append(all, runs.Below{Dir: dir, Config: b.trainings[dir], Hash: b.hash()})
	}
	return all
}

// originDir is the directory of the training before an origin.
func originDir(k int) string { return fmt.Sprintf("origin-%02d", k+1) }

// config is that of the training before origin first (0 is the earliest): everything from its first value on is test part.
func (b *backtesting) config(first int) (*configs.Config, error) {
	c := *b.c
	validation := c.Data.Split.Validation
	if !c.Data.Split.Steps && validation > 0 || c.Data.Split.Train > 0 && validation > 0 && validation < float64(c.Data.Horizon) {
		validation = float64(c.Data.Horizon)
		report.Tell(b.o.OnNote, []string{fmt.Sprintf("data.split: a backtest counts in whole steps; its validation part is the %d before the first origin", c.Data.Horizon)})
	}
	test := c.Data.Horizon + (b.o.Origins-1-first)*b.o.Step
	c.Data.Split = configs.Split{Validation: validation, Test: float64(test), Steps: true}
	return c.With()
}

// originsOf picks the windows of the origins, which lie step rows apart and end with the part's last window of each series.
func originsOf(p *series.Part, origins, step int) (*series.Part, map[int]int) {
	last := map[int]int{}
	for i, w := range p.Windows {
		last[w.Series] = max(last[w.Series], p.Target(i))
	}
	origin := map[int]int{}
	picked, i := 0, 0
	part := p.Pick(func(w series.Window) bool {
		back := last[w.Series] - p.Target(i)
		i++
		if back%step != 0 || back/step >= origins {
			return false
		}
		origin[picked] = origins - 1 - back/step
		picked++
		return true
	})
	return part, origin
}

// predict trains what is to be trained and forecasts from every origin: the quantiles of the windows of b.part.
func (b *backtesting) predict(ctx context.Context) ([][]float64, error) {
	if b.o.Refit == "never" {
		run, err := b.train(ctx, b.all, filepath.Join(b.dir, "run"))
		if err != nil {
			return nil, err
		}
		return b.forecast(run, func(series.Window, int) bool { return true })
	}
	out := make([][]float64, b.part.Len())
	for k := range b.o.Origins {
		run, err := b.train(ctx, b.trainings[originDir(k)], filepath.Join(b.dir, originDir(k)))
		if err != nil {
			return nil, err
		}
		one, err := b.forecast(run, func(_ series.Window, i int) bool { return b.origin[i] == k })
		if err != nil {
			return nil, err
		}
		for i := range out {
			if b.origin[i] == k {
				out[i], one = one[0], one[1:]
			}
		}
	}
	return out, nil
}

// train trains one run unless it is there already.
func (b *backtesting) train(ctx context.Context, c *configs.Config, dir string) (*opened, error) {
	run := runs.RunDir(dir)
	finished := false
	if !b.o.Force {
		var err error
		if finished, err = run.SameJob(c, b.hash()); err != nil {
			return nil, err
		}
	}
	if !finished {
		p, err := prepareScored(b.source, c)
		if err != nil {
			return nil, err
		}
		report.Tell(b.o.OnNote, p.Notes())
		resume := !b.o.Force && run.UnfinishedJob(c, b.hash())
		_, err = Train(ctx, c, TrainOptions{Run: dir, Resume: resume, Force: !resume, Threads: b.o.Threads, Data: p, OnJob: b.o.OnJob, OnNote: b.o.OnNote})
		if err != nil {
			return nil, err
		}
	}
	o, notes, err := open(dir, b.o.Threads)
	report.Tell(b.o.OnNote, notes)
	return o, err
}

// forecast predicts the windows of b.part that keep picks, by their window and place.
func (b *backtesting) forecast(run *opened, keep func(w series.Window, i int) bool) ([][]float64, error) {
	wanted := map[series.Window]bool{}
	for i, w := range b.part.Windows {
		wanted[w] = keep(w, i)
	}
	in, err := run.Prepare(b.source, b.known)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	defer func() { b.forecasting += time.Since(began) }()
	picked := map[task.Data]data.Examples{}
	return run.Predict(in, func(d task.Data) data.Examples {
		if picked[d] == nil {
			picked[d] = d.(*forecast.Data).Test.Pick(func(w series.Window) bool { return wanted[w] })
		}
		return picked[d]
	})
}

func (b *backtesting) hash() string { return b.source.Facts().Hash }

// score sets the forecasts beside those of the simple methods, which are fitted before the first origin.
func (b *backtesting) score(predictions [][]float64) (*Backtest, error) {
	methods, err := Simple{Only: b.o.Only, OnNote: b.o.OnNote}.predictions(b.known, b.part)
	if err != nil {
		return nil, err
	}
	all, err := b.known.Report(b.part, predictions, methods)
	if err != nil {
		return nil, err
	}
	s := all.(*values.Report)
	r := &Backtest{Schema: 1, Windows: b.part.Len(), Metrics: s.Metrics, Scaled: s.Scaled, ByStep: s.ByStep, ByTarget: s.ByTarget,
		Quantiles: s.Quantiles, Baselines: s.Baselines, Series: s.Series, Audit: audit(b.known.Prepared)}
	return r, b.byOrigin(r, evaluate.Median(predictions, b.c.Model.Quantiles))
}

// byOrigin scores every origin apart.
func (b *backtesting) byOrigin(r *Backtest, points [][]float64) error {
	for k := range b.o.Origins {
		i := 0
		var own [][]float64
		part := b.part.Pick(func(series.Window) bool {
			i++
			if b.origin[i-1] == k {
				own = append(own, points[i-1])
				return true
			}
			return false
		})
		if part.Len() == 0 {
			continue
		}
		s, err := evaluate.Evaluate(part, own)
		if err != nil {
			return err
		}
		r.Origins = append(r.Origins, OriginScore{Origin: k + 1, Start: labelOf(part, 0), Windows: part.Len(), Metrics: s.Metrics})
	}
	if len(r.Origins) == 0 {
		return &data.Error{File: b.source.Facts().Name, Key: "data.split", Message: "no series is long enough for an origin of the backtest; take fewer --origins, or a smaller --step"}
	}
	return nil
}

// labelOf is the time stamp of the first value that window i predicts, or its row.
func labelOf(p *series.Part, i int) string {
	s, row := &p.Prepared.Set.Series[p.Windows[i].Series], p.Target(i)
	if row < len(s.Labels) {
		return s.Labels[row]
	}
	return fmt.Sprint(row + 1)
}

// Text is the backtest for people.
func (r *Backtest) Text() string {
	t := values.Table("all origins", values.Columns, r.Metrics, r.Baselines)
	origins := report.Table{Header: append([]string{"origin", "from", "windows"}, values.Columns...)}
	for _, o := range r.Origins {
		row := values.Row("", values.Columns, o.Metrics)[1:]
		origins.Rows = append(origins.Rows, slices.Concat([]string{fmt.Sprint(o.Origin), o.Start, fmt.Sprint(o.Windows)}, row))
	}
	steps := report.Table{Header: append([]string{"step"}, values.Columns...)}
	for i, m := range r.ByStep {
		steps.Rows = append(steps.Rows, values.Row(fmt.Sprint(i+1), values.Columns, m))
	}
	s := fmt.Sprintf("%s, %s, refit %s\n\n%s\n%s\n%s", r.Dir, report.Count(len(r.Origins), "origin"), r.Refit, t.Text(), origins.Text(), steps.Text())
	s += values.ZerosNote(r.Metrics)
	if q := values.Intervals(r.Quantiles); len(q.Rows) > 0 {
		s += "\n" + q.Text()
	}
	if r.Series != nil {
		s += "\n" + r.Series.Text()
	}
	return s + "\n" + r.Audit.Text()
}
