package pipeline

import (
	"fmt"
	"math"
	"slices"

	"recur/internal/kernel"
	"recur/internal/report"
	"recur/internal/runs"
	"recur/task"
)

// Kernels names the kernels that this machine runs.
func Kernels() string { return kernel.Features() }

// Summary is `train --json`.
type Summary struct {
	Schema int    `json:"schema"`
	Run    string `json:"run"`
	From   *From  `json:"from,omitempty"` // with train --from
	runs.Outcome
}

// Summary describes the training for programs.
func (r *TrainReport) Summary() Summary {
	return Summary{Schema: 1, Run: string(r.Run), From: r.From, Outcome: r.Outcome}
}

// Text describes the training for people, with the verdict.
func (r *TrainReport) Text() string {
	s := r.Sentence() + "\n"
	if v := r.Outcome.Validation.Text(); v != "" {
		s += "\n" + v
	}
	return s
}

// Sentence describes the training for people.
func (r *TrainReport) Sentence() string {
	o := r.Outcome
	if r.Ensemble != nil {
		return ensembleSentence(r.Ensemble, r.Run, o)
	}
	how := ""
	if o.Stopped == "early_stopping" {
		how = " (stopped early)"
	}
	s := fmt.Sprintf("%s: %s%s, %d parameters, %.1f s, train loss %.4g", r.Run, report.Count(o.Epochs, "epoch"), how, o.Parameters, o.Seconds, o.TrainLoss)
	if v := r.Result.Best.ValidationLoss; !math.IsNaN(v) {
		s += fmt.Sprintf(", best validation loss %.4g in epoch %d", v, o.BestEpoch)
	}
	if o.RefitEpochs > 0 {
		s += fmt.Sprintf(", then %s on both parts", report.Count(o.RefitEpochs, "epoch"))
	}
	return s
}

// Text is the plan for people.
func (p *Plan) Text() string {
	source := p.Data
	if p.Series > 0 {
		source += fmt.Sprintf(": %d series", p.Series)
	}
	if p.Frequency != "" {
		source += ", frequency " + p.Frequency
	}
	return fmt.Sprintf("%s\n%s\n%ss: %d train, %d validation, %d test\nsteps per epoch: %d\nmemory: about %.0f MiB\n",
		p.Table().Text(), source, p.example, p.Train, p.Validation, p.Test, p.StepsPerEpoch, math.Ceil(float64(p.MemoryBytes)/(1<<20)))
}

// Text is the evaluation for people; steps adds the scores by step ahead.
func (e *Evaluation) Text(steps bool) string {
	text := fmt.Sprintf("%s, %s\n%s\n%s", e.Run, e.scored(), e.use(), e.Report.Text(steps))
	if c := e.Combination; c != nil {
		text += fmt.Sprintf("\n%s; alone they are the row %s\n", c.Sentence(), task.AloneName)
	}
	if v := e.Validation.Text(); v != "" {
		text += "\n" + v
	}
	return text
}

// use says what the part that was scored served for in the training; "" for one that it did not see.
func (e *Evaluation) use() string {
	switch {
	case len(e.UsedFor) == 0:
		return ""
	case slices.Contains(e.UsedFor, usedToTrain):
		return "the network was trained on this part: the scores say how well it fits, not how well it " + e.words.Fit + "\n"
	}
	return fmt.Sprintf("chosen on this part: %s; so the network's scores are a little too good\n", report.List(e.UsedFor))
}

// scored says which windows were scored.
func (e *Evaluation) scored() string {
	if e.Sightings != nil {
		return sentence(e.Sightings, e.words, e.Windows, e.File)
	}
	return fmt.Sprintf("%s of the %s part", report.Count(e.Windows, e.words.Example), e.Split)
}

// Text is the comparison for people.
func (cmp *Comparison) Text() string {
	return fmt.Sprintf("%s\n%s\nwritten to %s: compare.json, compare.md, learning-curves.svg\n", cmp.Table().Text(), cmp.Verdict(), cmp.Dir)
}

// ensembleSentence describes the training of an ensemble for people.
func ensembleSentence(e *runs.Ensemble, run runs.RunDir, o runs.Outcome) string {
	s := fmt.Sprintf("%s: %s", run, report.Count(len(e.Members), "network"))
	var kept, left []string
	for _, v := range e.Variants {
		if v.Kept {
			kept = append(kept, v.Name)
		} else {
			left = append(left, v.Name)
		}
	}
	if len(e.Variants) > 1 {
		s += " of " + report.List(kept)
	}
	if len(left) > 0 {
		s += " (not kept: " + report.List(left) + ")"
	}
	s += fmt.Sprintf(", %d parameters, %.1f s", o.Parameters, o.Seconds)
	if o.ValidationOWA != nil {
		s += fmt.Sprintf(", OWA %.3f on the validation part", *o.ValidationOWA)
	}
	return s
}

// sentence says what was scored.
func sentence(s *task.Sightings, words task.Words, windows int, file string) string {
	text := fmt.Sprintf("%s of %s", report.Count(windows, words.Example), file)
	if s.Scored > 0 {
		text += fmt.Sprintf(", of which %d %s the run's training or validation part", s.Scored, words.Seen.Of(s.Scored))
	}
	if s.LeftOut > 0 {
		text += fmt.Sprintf("; left out: %s that %s the run's training or validation part (--all scores them too)", report.Count(s.LeftOut, words.Example), words.Seen.Of(s.LeftOut))
	}
	if s.Unknown > 0 {
		why := "the training data can't be read as they were"
		if words.Unknown != "" {
			why = words.Unknown + ", and " + why
		}
		text += fmt.Sprintf("; of %s it is not known whether the run has learnt from the same rows: %s", report.Count(s.Unknown, words.Example), why)
	}
	return text
}
