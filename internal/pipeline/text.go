package pipeline

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"recur/internal/kernel"
)

// Kernels names the kernels that this machine runs.
func Kernels() string { return kernel.Features() }

// Summary is `train --json`.
type Summary struct {
	Schema int    `json:"schema"`
	Run    string `json:"run"`
	Outcome
}

// Summary describes the training for programs.
func (r *TrainReport) Summary() Summary {
	return Summary{Schema: 1, Run: string(r.Run), Outcome: outcomeOf(r.Result)}
}

// Sentence describes the training for people.
func (r *TrainReport) Sentence() string {
	o := outcomeOf(r.Result)
	how := ""
	if o.Stopped == "early_stopping" {
		how = " (stopped early)"
	}
	s := fmt.Sprintf("%s: %s%s, %d parameters, %.1f s, train loss %.4g", r.Run, count(o.Epochs, "epoch"), how, o.Parameters, o.Seconds, o.TrainLoss)
	if v := r.Result.Best.ValidationLoss; !math.IsNaN(v) {
		s += fmt.Sprintf(", best validation loss %.4g in epoch %d", v, o.BestEpoch)
	}
	if o.RefitEpochs > 0 {
		s += fmt.Sprintf(", then %s on both parts", count(o.RefitEpochs, "epoch"))
	}
	return s
}

// Text is the plan for people.
func (p *Plan) Text() string {
	source := p.Data
	if p.Task == "forecast" {
		source += fmt.Sprintf(": %d series", p.Series)
	}
	if p.Frequency != "" {
		source += ", frequency " + p.Frequency
	}
	return fmt.Sprintf("%s\n%s\nwindows: %d train, %d validation, %d test\nsteps per epoch: %d\nmemory: about %.0f MiB\n",
		p.Table().Text(), source, p.Train, p.Validation, p.Test, p.StepsPerEpoch, math.Ceil(float64(p.MemoryBytes)/(1<<20)))
}

// Text is the evaluation for people; steps adds the scores by step ahead.
func (e *Evaluation) Text(steps bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %d windows of the %s part\n\n%s", e.Run, e.Windows, e.Split, e.Table().Text())
	if t := e.ByTargetTable(); len(t.Rows) > 0 {
		b.WriteString("\n" + t.Text())
	}
	if steps {
		t := Table{Header: append([]string{"step"}, metricOrder...)}
		for i, m := range e.ByStep {
			t.Rows = append(t.Rows, metricsRow(strconv.Itoa(i+1), m))
		}
		b.WriteString("\n" + t.Text())
	}
	return b.String()
}

// Text is the comparison for people.
func (cmp *Comparison) Text() string {
	return fmt.Sprintf("%s\n%s\nwritten to %s: compare.json, compare.md, learning-curves.svg\n", cmp.Table().Text(), cmp.Verdict(), cmp.Dir)
}

// WriteCSV writes the forecast as CSV: series (where there are several), time, and a column for each target.
func (r *ForecastReport) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	named := len(r.Forecasts) > 1 || len(r.Forecasts) == 1 && r.Forecasts[0].Series != ""
	header := append([]string{"time"}, r.Targets...)
	if named {
		header = append([]string{"series"}, header...)
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, f := range r.Forecasts {
		for i, t := range f.Times {
			row := []string{t}
			if named {
				row = []string{f.Series, t}
			}
			for _, target := range r.Targets {
				row = append(row, strconv.FormatFloat(f.Values[target][i], 'g', 10, 64))
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
