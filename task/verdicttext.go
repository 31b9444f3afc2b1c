package task

import (
	"fmt"
	"slices"
	"strings"

	"recur/evaluate"
	"recur/internal/report"
)

// NaiveName is the method that the others are tested against.
const NaiveName = "naive"

// Significance is the level at which a difference is called more than luck.
const Significance = 0.05

const nothingBeats = "nothing beats naive by more than luck on the validation part (p %s for the best, %s); recur forecast --fallback gives the naive forecast"

// Sentences tell people which method the validation part prefers, how sure that is, and what is to be borne in mind.
func (v *Verdict) Sentences() []string {
	if v.Unjudged != "" {
		return []string{v.Unjudged}
	}
	told := v.told()
	if told == "" {
		return nil
	}
	all := []string{told}
	if v.Judged != "" {
		all = append(all, "judged: "+v.Judged)
	}
	if len(v.Chosen) > 0 {
		all = append(all, "chosen on the same "+v.example()+"s: "+report.List(v.Chosen)+", which favours the network a little")
	}
	if v.LeftOut != "" {
		all = append(all, v.LeftOut)
	}
	return all
}

// told is the verdict itself, "" where there is nothing to compare.
func (v *Verdict) told() string {
	if v.P != nil && v.Best == NaiveName && *v.P >= Significance {
		surest := v.Surest
		if surest == "" {
			surest = "none is ahead of it"
		}
		return fmt.Sprintf(nothingBeats, report.Probability(*v.P), surest)
	}
	other := v.Simple()
	mine, theirs := v.Score(NetworkName), v.Score(other)
	if other == "" || mine == nil || theirs == nil {
		return ""
	}
	scores := fmt.Sprintf("%s %.3f and %.3f", metricName(v.Metric), *mine, *theirs)
	if v.Metric != "owa" && v.Metric != "" {
		scores = fmt.Sprintf("%s %s and %s", metricName(v.Metric), report.Figure(*mine), report.Figure(*theirs))
	}
	if gain := 1 - *mine / *theirs; gain > 0 {
		return fmt.Sprintf("on the validation part the network's error is %.1f%% below that of %s, the best simple method (%s)%s", 100*gain, other, scores, v.sure())
	}
	text := fmt.Sprintf("on the validation part the network does not beat %s (%s)%s", other, scores, v.sure())
	if v.Metric == "owa" || v.Metric == "" {
		text += "; recur forecast --fallback gives that method's forecast"
	}
	return text
}

// sure says whether the difference to the best simple method may be luck.
func (v *Verdict) sure() string {
	switch {
	case v.PAgainst == nil && v.Against == "":
		return "" // of an early run, which did not test it
	case v.PAgainst == nil:
		what := fmt.Sprintf("of %s the forecasts don't overlap", report.Count(v.Disjoint, "origin"))
		if v.Example != "" {
			what = "the part has " + report.Count(v.Windows, v.Example)
		}
		return fmt.Sprintf("; whether that is luck can't be told: %s, and it takes %d", what, evaluate.LeastApart)
	case *v.PAgainst >= Significance:
		return fmt.Sprintf("; the difference may be luck (p %s)", report.Probability(*v.PAgainst))
	case v.Contrary:
		return fmt.Sprintf("; but the errors that are tested say the opposite by more than luck (p %s)", report.Probability(*v.PAgainst))
	}
	return fmt.Sprintf("; the difference is more than luck (p %s)", report.Probability(*v.PAgainst))
}

func metricName(metric string) string {
	switch metric {
	case "":
		return "OWA"
	case "nats":
		return metric
	case "chrf_error":
		return "100 − chrF"
	}
	if name := strings.ReplaceAll(metric, "_", " "); !slices.Contains(acronyms, metric) {
		return name
	}
	return strings.ToUpper(metric)
}

// acronyms are the metrics whose names are letters.
var acronyms = []string{"owa", "rmse", "mse", "mae", "mape", "smape", "mase", "r2", "ece"}

func (v *Verdict) example() string {
	if v.Example == "" {
		return "window"
	}
	return v.Example
}

// Text is the verdict for people, with its own heading; "" where there is none.
func (v *Verdict) Text() string {
	if v == nil {
		return ""
	}
	said := v.Sentences()
	if len(said) == 0 {
		return ""
	}
	windows := "the validation part"
	if v.Unjudged == "" {
		windows = report.Count(v.Windows, v.example()) + " of the validation part"
	}
	return fmt.Sprintf("is it any good? (%s, not the test part)\n  %s\n", windows, strings.Join(said, "\n  "))
}
