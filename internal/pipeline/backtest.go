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
	"recur/evaluate"
	"recur/internal/record"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/task"
	"recur/task/table"
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

	Predictions string // file that every forecast is written to, .csv or .parquet; "": none
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
	Series     task.Section                `json:"series,omitempty"` // where there is more than one
	Audit      task.Section                `json:"audit"`
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
	if err := freeFor(o.Predictions); err != nil {
		return nil, err
	}
	of, ok := table.Of(c).(task.Backtester)
	if !ok {
		return nil, &Usage{Message: fmt.Sprintf("backtest: the examples of task %s have no origins in time; score them with recur evaluate", c.Task)}
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
	if b.known, err = prepareScored(source, b.all); err != nil {
		return nil, err
	}
	b.origins = of.Origins(b.known, o.Origins, o.Step)
	if _, _, err := wanted(o.Only, b.known, b.origins.Part()); err != nil { // before anything is trained
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
	known       task.Data
	origins     task.Origins // of known
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

// predict trains what is to be trained and forecasts from every origin: the quantiles of the windows of b.part.
func (b *backtesting) predict(ctx context.Context) ([][]float64, error) {
	if b.o.Refit == "never" {
		run, err := b.train(ctx, b.all, filepath.Join(b.dir, "run"))
		if err != nil {
			return nil, err
		}
		return b.forecast(run, func(int) bool { return true })
	}
	out := make([][]float64, b.origins.Part().Len())
	for k := range b.o.Origins {
		run, err := b.train(ctx, b.trainings[originDir(k)], filepath.Join(b.dir, originDir(k)))
		if err != nil {
			return nil, err
		}
		one, err := b.forecast(run, func(i int) bool { return b.origins.Origin(i) == k })
		if err != nil {
			return nil, err
		}
		for i := range out {
			if b.origins.Origin(i) == k {
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

// forecast predicts those examples of all origins that keep picks.
func (b *backtesting) forecast(run *opened, keep func(i int) bool) ([][]float64, error) {
	in, err := run.Prepare(b.source, b.known)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	defer func() { b.forecasting += time.Since(began) }()
	picked := map[task.Data]data.Examples{}
	return run.Predict(in, func(d task.Data) data.Examples {
		if picked[d] == nil {
			picked[d] = b.origins.Pick(d, keep)
		}
		return picked[d]
	})
}

func (b *backtesting) hash() string { return b.source.Facts().Hash }

// score sets the forecasts beside those of the simple methods, which are fitted before the first origin.
func (b *backtesting) score(predictions [][]float64) (*Backtest, error) {
	methods, err := Simple{Only: b.o.Only, OnNote: b.o.OnNote}.predictions(b.known, b.origins.Part())
	if err != nil {
		return nil, err
	}
	all, err := b.known.Report(b.origins.Part(), predictions, methods)
	if err != nil {
		return nil, err
	}
	s := all.(*values.Report)
	r := &Backtest{Schema: 1, Windows: b.origins.Part().Len(), Metrics: s.Metrics, Scaled: s.Scaled, ByStep: s.ByStep, ByTarget: s.ByTarget,
		Quantiles: s.Quantiles, Baselines: s.Baselines, Series: s.Series, Audit: b.origins.Audit()}
	if err := writePredictions(b.o.Predictions, b.known, b.origins.Part(), predictions, methods); err != nil {
		return nil, err
	}
	return r, b.byOrigin(r, evaluate.Median(predictions, b.c.Model.Quantiles))
}

// byOrigin scores every origin apart.
func (b *backtesting) byOrigin(r *Backtest, points [][]float64) error {
	for k := range b.o.Origins {
		var own [][]float64
		first := -1
		part := b.origins.Pick(b.known, func(i int) bool {
			if b.origins.Origin(i) != k {
				return false
			}
			if first < 0 {
				first = i
			}
			own = append(own, points[i])
			return true
		})
		if part.Len() == 0 {
			continue
		}
		s, err := evaluate.Evaluate(part.(data.Truths), own)
		if err != nil {
			return err
		}
		r.Origins = append(r.Origins, OriginScore{Origin: k + 1, Start: b.origins.Start(first), Windows: part.Len(), Metrics: s.Metrics})
	}
	if len(r.Origins) == 0 {
		return &data.Error{File: b.source.Facts().Name, Key: "data.split", Message: "no series is long enough for an origin of the backtest; take fewer --origins, or a smaller --step"}
	}
	return nil
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
