package forecast

import (
	"math"

	"recur/evaluate"
	"recur/internal/report"
	"recur/task"
)

// smallGain is the share of the error of the naive forecast that counts as nothing: where more can be ruled out, nothing beats it.
const smallGain = 0.1

// standIn is by how much of an error the networks that are judged may be worse than those that forecast, which have learnt from the
// validation part too and are more: on public sets less seeds and no refit cost up to a hundredth (docs/benchmarks.md).
const standIn = 0.01

// duels tests what the networks say, the first of the methods, against what each simple method says of the part of a panel. Networks are
// worse where they are so by more than an allowance, a share of the method's error.
func duels(v *task.Verdict, panel *evaluate.Panel, methods []task.Named, allowance float64) {
	var ps []float64
	var tests []evaluate.ScaledTest
	for _, m := range methods[1:] {
		t := panel.TestScaled(methods[0].Said, m.Said)
		p := t.P
		if theirs := v.Methods[m.Name].Value("mase"); t.Difference > 0 && theirs != nil {
			p = t.Worse(allowance * *theirs)
		}
		tests, ps = append(tests, t), append(ps, p)
	}
	for i, p := range evaluate.Holm(ps) {
		t, name := tests[i], methods[i+1].Name
		v.Duels = append(v.Duels, task.VerdictDuel{Method: name, Better: t.Difference < 0, P: report.Number(p)})
		if v.Independent = max(v.Independent, t.Independent); name != v.Against {
			continue
		}
		// Where the networks are ahead of the best of the methods, that is the one that is hardest to beat; where they are behind, it
		// may be the best one by luck, of as many as there are.
		if t.Difference < 0 {
			p = t.P
		}
		v.Tested(t.Statistic, p)
		if theirs := v.Score(name); theirs != nil && v.Metric == "mase" {
			v.GainLow, v.GainHigh = report.Number(-t.High / *theirs), report.Number(-t.Low / *theirs)
		}
	}
}

// beyondLuck tests whether any method is better than the naive one, with Holm's correction for the number of methods; best is the one with the
// lowest p, NaN where some method can't be tested and no other is better. nothing says that none is: each can be tested, none is better by more than luck, and a gain of more than smallGain can be ruled out.
func beyondLuck(v *task.Verdict, panel *evaluate.Panel, methods []task.Named) (best string, lowest float64, nothing bool) {
	naive := v.Methods[task.NaiveName].Value(v.Metric)
	var said [][]float64
	for _, m := range methods {
		if m.Name == task.NaiveName {
			said = m.Said
		}
	}
	if said == nil || naive == nil || v.Metric != "mase" {
		return "", math.NaN(), false
	}
	var ps []float64
	var names []string
	told := true
	nothing = true
	for _, m := range methods {
		if m.Name == task.NaiveName {
			continue
		}
		t := panel.TestScaled(m.Said, said)
		told = told && t.P == t.P
		nothing = nothing && !(t.Difference < 0 && -t.Low > smallGain**naive)
		if t.Difference < 0 && t.P == t.P {
			ps, names = append(ps, t.P), append(names, m.Name)
		}
	}
	lowest = 1
	for i, p := range evaluate.Holm(ps) {
		if best == "" || p < lowest {
			best, lowest = names[i], p
		}
	}
	if !told && lowest >= task.Significance {
		return "", math.NaN(), false
	}
	return best, lowest, nothing && lowest >= task.Significance
}
