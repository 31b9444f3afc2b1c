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
	if each := v.each(); each != "" {
		all = append(all, each)
	}
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
	if least := 0.0005; !v.scaleFree() || *mine < least || *theirs < least {
		scores = fmt.Sprintf("%s %s and %s", metricName(v.Metric), report.Figure(*mine), report.Figure(*theirs))
	}
	if gain := 1 - *mine / *theirs; gain > 0 {
		return fmt.Sprintf("on the validation part the network's error is %.1f%% below that of %s, the best simple method (%s)%s", 100*gain, other, scores, v.sure())
	}
	text := fmt.Sprintf("on the validation part the network does not beat %s (%s)%s", other, scores, v.sure())
	if v.scaleFree() {
		text += "; recur forecast --fallback gives that method's forecast"
	}
	return text
}

// scaleFree says that methods are ordered by a measure that forecasts of series of all scales share.
func (v *Verdict) scaleFree() bool { return v.Metric == "mase" || v.Metric == "owa" || v.Metric == "" }

// each says which simple methods the network is better and worse than by more than luck, "" where they were not tested one by one. The
// best of them is not said to be like the network where sure, which tests it alone, has said that it isn't.
func (v *Verdict) each() string {
	var better, worse, untold []string
	for _, d := range v.Duels {
		switch {
		case (d.P == nil || *d.P >= Significance) && d.Method == v.Against && v.PAgainst != nil && *v.PAgainst < Significance:
		case d.P == nil || *d.P >= Significance:
			untold = append(untold, d.Method)
		case d.Better:
			better = append(better, d.Method)
		default:
			worse = append(worse, d.Method)
		}
	}
	if len(better)+len(worse) == 0 {
		return ""
	}
	var parts []string
	if len(better) > 0 {
		parts = append(parts, "better than "+report.List(better))
	}
	if len(worse) > 0 {
		parts = append(parts, "worse than "+report.List(worse))
	}
	text := "by more than luck the network is " + strings.Join(parts, ", and ")
	if len(untold) > 0 {
		text += "; not to be told apart from " + report.List(untold)
	}
	return text + fmt.Sprintf(" (p corrected for %d methods)", len(v.Duels))
}

// sure says whether the difference to the best simple method may be luck.
func (v *Verdict) sure() string {
	switch {
	case v.PAgainst == nil && v.Against == "":
		return "" // of an early run, which did not test it
	case v.PAgainst == nil:
		return "; whether that is luck can't be told: " + v.tooFew()
	case *v.PAgainst >= Significance:
		return fmt.Sprintf("; the difference may be luck (p %s%s)", report.Probability(*v.PAgainst), v.between())
	case v.Contrary:
		return fmt.Sprintf("; but the errors that are tested say the opposite by more than luck (p %s)", report.Probability(*v.PAgainst))
	}
	return fmt.Sprintf("; the difference is more than luck (p %s%s)", report.Probability(*v.PAgainst), v.between())
}

// tooFew says what there is too little of for a test.
func (v *Verdict) tooFew() string {
	have := fmt.Sprintf("of %s the forecasts don't overlap", report.Count(v.Disjoint, "origin"))
	switch {
	case v.Example != "":
		have = "the part has " + report.Count(v.Windows, v.Example)
	case v.Windows == 1:
		have = "there is one window"
	case v.Series >= evaluate.LeastApart && v.Independent < evaluate.LeastApart:
		have = fmt.Sprintf("the %d series count as %.2g independent ones, since their errors move together, and %s", v.Series, v.Independent, have)
	case v.Series > 1:
		have = fmt.Sprintf("there are %d series, and %s", v.Series, have)
	}
	return fmt.Sprintf("%s, and it takes %d", have, evaluate.LeastApart)
}

// between says in which range the gain over the best simple method lies, "" where that is not known.
func (v *Verdict) between() string {
	if v.GainLow == nil || v.GainHigh == nil {
		return ""
	}
	low, high := 100**v.GainLow, 100**v.GainHigh
	switch most := 1000.0; {
	case max(-low, high) > most: // of next to nothing
		return ""
	case low > 0:
		return fmt.Sprintf("; with 95%% between %.1f and %.1f%% below", low, high)
	case high < 0:
		return fmt.Sprintf("; with 95%% between %.1f and %.1f%% above", -high, -low)
	}
	return fmt.Sprintf("; with 95%% between %.1f%% above and %.1f%% below", -low, high)
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
