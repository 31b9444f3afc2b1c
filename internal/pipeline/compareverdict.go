package pipeline

import (
	"fmt"
	"slices"
	"strings"

	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// Verdict says in sentences which row is better and whether that is luck.
func (cmp *Comparison) Verdict() string {
	best := cmp.Rows[cmp.Best]
	var b strings.Builder
	if cmp.Lowest == best.label {
		fmt.Fprintf(&b, "Lowest test %s of all: %s, %s.\n", cmp.words.Label, best.label, seedsOf(len(best.Seeds)))
	} else {
		fmt.Fprintf(&b, "Lowest test %s of all: %s, a simple method. Of the networks: %s, %s%s.\n", cmp.words.Label, cmp.Lowest, best.label, cmp.times(), seedsOf(len(best.Seeds)))
	}
	if cmp.tells {
		b.WriteString(cmp.told(cmp.Lowest))
		if cmp.Lowest != best.label {
			b.WriteString(cmp.told(best.label))
		}
	} else {
		b.WriteString(cmp.tooShort())
	}
	if len(cmp.unlike) > 0 {
		fmt.Fprintf(&b, "Other values are predicted by %s than by %s and the baselines, so their scores and the order of these rows say little.\n", report.List(cmp.unlike), best.label)
	}
	if !cmp.unmixed {
		what := "losses"
		if cmp.validated() != validationLoss {
			what = "figures"
		}
		fmt.Fprintf(&b, "The validation %s of these rows are in different units, so no row is marked as the one with the lowest.\n", what)
	}
	if cmp.Chosen >= 0 && cmp.Chosen != cmp.Best {
		fmt.Fprintf(&b, "The validation part would have chosen %s (marked *).\n", cmp.Rows[cmp.Chosen].label)
	}
	return b.String()
}

// times says how far the best network's error is above the lowest of all, "" where that has no meaning.
func (cmp *Comparison) times() string {
	v, low := cmp.Rows[cmp.Best].Metrics[cmp.words.Metric].Mean, cmp.Baselines[cmp.Lowest].Value(cmp.words.Metric)
	if v == nil || !(low > 0) {
		return ""
	}
	return fmt.Sprintf("with %.3g times its error, ", *v/low)
}

// told says what one row is better and worse than by more than luck, and of which that can't be said.
func (cmp *Comparison) told(row string) string {
	var worse, same, lost, untold []string
	independent := 0.0
	for _, t := range cmp.Tests {
		switch {
		case t.A != row:
		case t.PAdjusted == nil:
			untold, independent = append(untold, t.B), max(independent, t.Independent)
		case *t.PAdjusted >= task.Significance:
			same = append(same, t.B)
		case t.Statistic != nil && *t.Statistic > 0:
			lost = append(lost, t.B)
		default:
			worse = append(worse, t.B)
		}
	}
	var b strings.Builder
	if len(worse) > 0 {
		fmt.Fprintf(&b, "%s is better than %s by more than luck (%s, Holm-corrected p < %.2f).\n", row, report.List(worse), cmp.testName, task.Significance)
	}
	if len(lost) > 0 {
		fmt.Fprintf(&b, "%s is worse than %s by more than luck", row, report.List(lost))
		if !slices.ContainsFunc(cmp.Rows, func(r CompareRow) bool { return slices.Contains(lost, r.label) }) {
			b.WriteString(": the simple method is the better choice here")
		}
		b.WriteString(".\n")
	}
	if len(same) > 0 {
		fmt.Fprintf(&b, "%s is not to be told apart from %s on these %s.\n", row, report.List(same), cmp.evidence())
	}
	switch {
	case len(untold) > 0 && cmp.Disjoint < evaluate.LeastApart:
		fmt.Fprintf(&b, "The test part is too short to tell %s from %s: %s.\n", row, report.List(untold), cmp.have(independent))
	case len(untold) > 0:
		fmt.Fprintf(&b, "No test of %s against %s: it takes differences that vary.\n", row, report.List(untold))
	}
	return b.String()
}

// evidence is the windows that the tests go by.
func (cmp *Comparison) evidence() string {
	switch {
	case cmp.Disjoint < evaluate.LeastApart:
		return fmt.Sprintf("%s of %d series, which count as %.3g independent ones at most", report.Count(cmp.Windows, "test "+cmp.words.Example), cmp.Series, cmp.Independent)
	case cmp.Disjoint < cmp.Windows && cmp.Series > 1:
		return fmt.Sprintf("%s from %d origins that don't overlap", report.Count(cmp.Windows, "test "+cmp.words.Example), cmp.Disjoint)
	case cmp.Disjoint < cmp.Windows:
		return fmt.Sprintf("%s, %d of which don't overlap", report.Count(cmp.Windows, "test "+cmp.words.Example), cmp.Disjoint)
	}
	return report.Count(cmp.Windows, "test "+cmp.words.Example)
}

// tooShort says that the test part can't tell anything apart, and what would.
func (cmp *Comparison) tooShort() string {
	return fmt.Sprintf("The test part is too short to tell whether any difference is more than luck: %s. %s\n", cmp.have(cmp.Independent), cmp.more)
}

// have says what there is to test by, and how much that would have to be.
func (cmp *Comparison) have(independent float64) string {
	have := fmt.Sprintf("of its %s %d don't overlap", report.Count(cmp.Windows, cmp.words.Example), cmp.Disjoint)
	switch {
	case cmp.Series > 1:
		have = fmt.Sprintf("its %ss come from %s without overlap, and its %d series count as %.3g independent ones at most", cmp.words.Example, report.Count(cmp.Disjoint, "origin"), cmp.Series, independent)
	case cmp.Windows == 1:
		have = "it has one " + cmp.words.Example
	case cmp.Disjoint == cmp.Windows:
		have = "it has " + report.Count(cmp.Windows, cmp.words.Example)
	case cmp.Disjoint == 1:
		have = fmt.Sprintf("its %s overlap", report.Count(cmp.Windows, cmp.words.Example))
	}
	return fmt.Sprintf("%s, of %d at the least", have, evaluate.LeastApart)
}

func seedsOf(n int) string {
	if n == 1 {
		return "one seed (too few to see the spread: give several with --seeds)"
	}
	return fmt.Sprintf("the mean of %d seeds", n)
}
