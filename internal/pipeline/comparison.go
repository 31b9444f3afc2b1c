package pipeline

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"recur/configs"
	"recur/evaluate"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/task"
	"recur/task/table"
)

// Comparison is the outcome of `recur compare`; its JSON form is the contract of `compare --json`.
type Comparison struct {
	Schema      int                     `json:"schema"`
	Task        string                  `json:"task"`
	Name        string                  `json:"name"`
	Windows     int                     `json:"windows"` // of the test part
	Rows        []CompareRow            `json:"rows"`
	Baselines   map[string]task.Metrics `json:"baselines"`
	Tests       []CompareTest           `json:"tests"`
	Best        int                     `json:"best"`               // row with the lowest mean test RMSE
	Lowest      string                  `json:"lowest"`             // the row or baseline with the lowest of all
	Disjoint    int                     `json:"disjoint_windows"`   // origins of the test part whose targets don't overlap
	Series      int                     `json:"series"`             // with a test window
	Independent float64                 `json:"independent_series"` // as how many they count at most, since their errors move together; over the tests
	Chosen      int                     `json:"chosen"`             // row with the lowest mean validation loss; -1 without a validation part, or where the losses are of different kinds
	Dir         string                  `json:"dir"`

	words    task.Words
	tells    bool     // the test part is long enough to tell anything apart
	testName string   // of the test behind p
	more     string   // the advice that gets a test part that is
	unlike   []string // rows that predict other values than the best one
	unmixed  bool     // the validation losses of all rows are in the same units
}

// CompareRow is one cell at one point of the grid.
type CompareRow struct {
	Cell       string         `json:"cell"`
	Set        map[string]any `json:"set"`
	Seeds      []uint64       `json:"seeds"`
	Parameters int            `json:"parameters"`
	Seconds    float64        `json:"seconds"` // of training, mean over seeds
	Validation struct {
		Loss Spread `json:"loss"`
		OWA  Spread `json:"owa"` // of ensembles, in place of a loss
	} `json:"validation"`
	Metrics map[string]Spread `json:"metrics"`
	Zeros   int               `json:"mape_left_out,omitempty"` // values that are zero and have no mape

	label      string
	task.Entry `json:"-"` // of the test part, mean over seeds
	scored     task.Data
	jobs       []*job
}

// Spread is a figure over seeds: mean, sample standard deviation (null for one seed) and the values.
type Spread struct {
	Mean   *float64   `json:"mean"`
	SD     *float64   `json:"sd"`
	Values []*float64 `json:"values"`
}

// CompareTest is a paired test between two rows or baselines. Test is diebold-mariano, along time, series, over series, or paired-t, over examples that stand alone.
type CompareTest struct {
	A           string   `json:"a"`
	B           string   `json:"b"`
	Test        string   `json:"test"`
	Statistic   *float64 `json:"statistic"`
	P           *float64 `json:"p"`
	PAdjusted   *float64 `json:"p_adjusted"`
	N           int      `json:"n"`
	Independent float64  `json:"independent"` // as how many series the test counts those of the test part
}

// validated is the figure of the validation part that rows are chosen by: the loss, of an ensemble OWA.
func (r CompareRow) validated() Spread {
	if r.ensemble() {
		return r.Validation.OWA
	}
	return r.Validation.Loss
}

func (r CompareRow) ensemble() bool { return len(r.jobs) > 0 && r.jobs[0].config.Ensemble.Members > 0 }

// validated names the figure of the validation part that stands in the table.
func (cmp *Comparison) validated() string {
	ensembles := 0
	for _, r := range cmp.Rows {
		ensembles += boolInt(r.ensemble())
	}
	switch ensembles {
	case 0:
		return validationLoss
	case len(cmp.Rows):
		return validationOWA
	}
	return validationMixed
}

// The figures of the validation part in tables.
const (
	validationLoss  = "validation loss"
	validationOWA   = "validation OWA"
	validationMixed = "validation loss or OWA"
)

// Label is the row's name in tables and plots: the cell and the values of the grid.
func (r CompareRow) Label() string { return r.label }

func summarise(c *configs.Config, variants []variant, jobs []*job, parts prepared, simple Simple) (*Comparison, error) {
	cmp := &Comparison{Schema: 1, Task: c.Task, Name: c.Name, Chosen: -1, words: table.Of(c).Words()}
	names := parts[task.Key(jobs[0].config)].judge().Names()
	for i, v := range variants {
		cmp.Rows = append(cmp.Rows, rowOf(i, v, jobs, names))
		row := &cmp.Rows[i]
		row.scored = parts[task.Key(row.jobs[0].config)].scored
	}
	cmp.unmixed = !slices.ContainsFunc(cmp.Rows, func(r CompareRow) bool { return lossKey(r) != lossKey(cmp.Rows[0]) })
	cmp.Best = argmin(cmp.Rows, func(r CompareRow) *float64 { return r.Metrics[cmp.words.Metric].Mean })
	if cmp.unmixed && cmp.Rows[0].validated().Mean != nil {
		cmp.Chosen = argmin(cmp.Rows, func(r CompareRow) *float64 { return r.validated().Mean })
	}
	p := parts[task.Key(cmp.Rows[cmp.Best].jobs[0].config)]
	cmp.Windows = p.Part("test").Len()
	losses, err := cmp.scoreBaselines(p, simple)
	if err != nil {
		return nil, err
	}
	cmp.test(p.judge(), losses)
	return cmp, nil
}

// namedEntry is a method in the tests.
type namedEntry struct {
	name string
	task.Entry
}

// lossKey tells validation losses apart that can't be compared: of another loss, in other scaled units, over other values.
func lossKey(r CompareRow) string {
	c := *r.jobs[0].config
	d := c.Data
	d.Covariates, d.Missing, d.Center, d.Window, d.Season = nil, "", "", 0, nil
	b, err := json.Marshal([]any{d, c.Model.Head, c.Train.Loss, c.Train.HuberDelta, r.ensemble()})
	if err != nil {
		panic(err) // plain values always marshal
	}
	return string(b)
}

func (cmp *Comparison) scoreBaselines(p sharedData, simple Simple) ([]namedEntry, error) {
	test := p.Part("test")
	methods, err := simple.predictions(p.Data, test)
	if err != nil {
		return nil, err
	}
	cmp.Baselines = map[string]task.Metrics{}
	own, judge := p.Judge(test), p.judge()
	var all []namedEntry
	for _, m := range methods {
		if cmp.Baselines[m.Name], err = own.Metrics(m.Said); err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		all = append(all, namedEntry{m.Name, task.EntryOf(judge, m.Said)})
	}
	return all, nil
}

// test compares all rows and baselines with each other on the same windows, with Holm's correction for all pairs: the
// lowest of all was chosen for being the lowest, so any of the pairs might have been the one that is read. Tests keeps
// those of the lowest of all and those of the best network with the baselines.
func (cmp *Comparison) test(judge task.Judge, baselines []namedEntry) {
	best := cmp.Rows[cmp.Best]
	var all []namedEntry
	for _, r := range cmp.Rows {
		if r.scored != best.scored {
			cmp.unlike = append(cmp.unlike, r.label)
			continue
		}
		all = append(all, namedEntry{r.label, r.Entry})
	}
	all = append(all, baselines...)
	cmp.Lowest = cmp.lowest()
	first := slices.IndexFunc(all, func(l namedEntry) bool { return l.name == cmp.Lowest })
	all = slices.Concat(all[first:first+1], all[:first], all[first+1:])
	there := judge.Witnesses()
	cmp.Disjoint, cmp.Series, cmp.testName, cmp.more = there.Disjoint, there.Series, there.Test, judge.More()
	var tests []CompareTest
	var ps []float64
	for i, a := range all {
		for _, b := range all[i+1:] {
			o := judge.Test(a.Entry, b.Entry)
			t := CompareTest{A: a.name, B: b.name, Test: o.Test, Statistic: report.Number(o.Statistic), P: report.Number(o.P), N: len(b.Losses), Independent: o.Independent}
			if b.name == best.label && i > 0 { // a network before a baseline
				t.A, t.B, t.Statistic = t.B, t.A, report.Number(-o.Statistic)
			}
			tests, ps = append(tests, t), append(ps, o.P)
		}
	}
	for i, p := range evaluate.Holm(ps) {
		t := tests[i]
		t.PAdjusted = report.Number(p)
		if _, simple := cmp.Baselines[t.B]; t.A == cmp.Lowest || t.A == best.label && simple {
			cmp.Tests = append(cmp.Tests, t)
			cmp.Independent, cmp.tells = max(cmp.Independent, t.Independent), cmp.tells || there.Long || t.P != nil
		}
	}
}

// lowest names the row or baseline with the lowest error on the test part; a network where they are equal.
func (cmp *Comparison) lowest() string {
	name, low := cmp.Rows[cmp.Best].label, math.Inf(1)
	if v := cmp.Rows[cmp.Best].Metrics[cmp.words.Metric].Mean; v != nil {
		low = *v
	}
	for _, b := range report.SortedKeys(cmp.Baselines) {
		if v := cmp.Baselines[b].Value(cmp.words.Metric); v < low {
			name, low = b, v
		}
	}
	return name
}

func rowOf(i int, v variant, jobs []*job, names []string) CompareRow {
	r := CompareRow{Cell: v.Cell, Set: map[string]any{}, Metrics: map[string]Spread{}, label: v.name}
	for k, value := range v.Set {
		r.Set[k] = plain(value)
	}
	values := map[string][]float64{}
	var validation, owas, seconds []float64
	for _, j := range jobs {
		if j.row != i {
			continue
		}
		r.jobs = append(r.jobs, j)
		r.Seeds = append(r.Seeds, j.seed)
		r.Parameters = j.result.outcome.Parameters
		seconds = append(seconds, j.result.outcome.Seconds)
		if l := j.result.outcome.ValidationLoss; l != nil {
			validation = append(validation, *l)
		}
		if l := j.result.outcome.ValidationOWA; l != nil {
			owas = append(owas, *l)
		}
		for _, name := range names {
			values[name] = append(values[name], j.result.metrics.Value(name))
		}
		if m, ok := j.result.metrics.(interface{ LeftOut() int }); ok {
			r.Zeros = m.LeftOut()
		}
		r.Losses = addTo(r.Losses, j.result.Losses)
		if r.Said == nil {
			r.Said = make([][]float64, len(j.result.Said))
		}
		for k, one := range j.result.Said {
			r.Said[k] = addTo(r.Said[k], one)
		}
	}
	for k := range r.Losses {
		r.Losses[k] /= float64(len(r.jobs))
		for o := range r.Said[k] {
			r.Said[k][o] /= float64(len(r.jobs))
		}
	}
	r.Seconds = stat.Mean(seconds, nil)
	r.Validation.Loss, r.Validation.OWA = spread(validation), spread(owas)
	for name, list := range values {
		r.Metrics[name] = spread(list)
	}
	return r
}

// plain turns a grid value into the JSON value that it stands for.
func plain(s string) any {
	var v any
	if json.Unmarshal([]byte(s), &v) == nil {
		return v
	}
	return s
}

func addTo(sum, values []float64) []float64 {
	if sum == nil {
		return append(sum, values...)
	}
	for i, v := range values {
		sum[i] += v
	}
	return sum
}

func spread(values []float64) Spread {
	s := Spread{Values: []*float64{}}
	for _, v := range values {
		s.Values = append(s.Values, report.Number(v))
	}
	if len(values) > 0 {
		s.Mean = report.Number(stat.Mean(values, nil))
	}
	if len(values) > 1 {
		s.SD = report.Number(stat.StdDev(values, nil))
	}
	return s
}

func argmin(rows []CompareRow, f func(CompareRow) *float64) int {
	best := 0
	for i, r := range rows {
		if v, b := f(r), f(rows[best]); v != nil && (b == nil || *v < *b) {
			best = i
		}
	}
	return best
}

// save writes compare.json, compare.md and the learning curves beside the runs.
func (cmp *Comparison) save([]*job) error {
	dir := runs.RunDir(cmp.Dir)
	if err := dir.WriteJSON("compare.json", cmp); err != nil {
		return dir.Unwritten(err)
	}
	if err := dir.Write("compare.md", []byte(cmp.Markdown())); err != nil {
		return dir.Unwritten(err)
	}
	return cmp.plot()
}
