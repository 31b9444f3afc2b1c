package seq2seq

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"recur/configs"
	"recur/data"
	"recur/evaluate"
	"recur/internal/report"
	"recur/internal/sheet"
	"recur/task"
	"recur/task/outputs"
)

// Report is all that is told of what was said: what `evaluate --json` says of the task.
type Report struct {
	Metrics   task.Figures            `json:"metrics"`
	Baselines map[string]task.Figures `json:"baselines"`
	Decode    Decoding                `json:"decode"`
	BLEU      string                  `json:"bleu_signature"`
	ByLength  []Lengths               `json:"by_length"` // of the targets
	Worst     []Pair                  `json:"worst"`     // the pairs whose outputs are farthest from their targets

	part    string
	unknown float64
}

// Decoding is how outputs were searched for.
type Decoding struct {
	Beam          int     `json:"beam"`
	LengthPenalty float64 `json:"length_penalty"`
	Unknown       string  `json:"unknown"`
	NoRepeat      int     `json:"no_repeat,omitempty"`
}

// Lengths are the pairs whose targets have so many symbols.
type Lengths struct {
	From       int     `json:"from"`
	To         int     `json:"to"`
	Pairs      int     `json:"pairs"`
	ExactMatch float64 `json:"exact_match"`
	CHRF       float64 `json:"chrf"`
}

// Pair is a pair with what was said of it.
type Pair struct {
	ID     string  `json:"id"`
	Source string  `json:"source,omitempty"`
	Target string  `json:"target"`
	Output string  `json:"output"`
	CHRF   float64 `json:"chrf"`
}

// worst is how many pairs are shown.
const worst = 10

// Report scores what is said of a part.
func (d *Data) Report(of data.Examples, said [][]float64, methods []task.Named) (task.Report, error) {
	p := of.(part)
	j := d.judge(p)
	r := &Report{Metrics: j.Figures(said), Baselines: map[string]task.Figures{}, Decode: decodingOf(p.decode), BLEU: j.BLEU.Signature(), part: p.Name, unknown: p.UnknownTarget()}
	for _, m := range methods {
		r.Baselines[m.Name] = j.Figures(m.Said)
	}
	texts := outputs.Texts(said)
	scores := evaluate.CHRFStatistics(texts, j.References)
	r.ByLength = byLength(p, texts, j.References)
	order := make([]int, p.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(scores.Score(scores.Rows[a]), scores.Score(scores.Rows[b])) })
	for _, i := range order[:min(worst, len(order))] {
		if texts[i] != j.References[i] {
			r.Worst = append(r.Worst, Pair{p.Called(i), p.SourceText(i), j.References[i], texts[i], scores.Score(scores.Rows[i])})
		}
	}
	return r, nil
}

// Sheet is a row for every pair.
func (d *Data) Sheet(of data.Examples, said [][]float64, methods []task.Named) *sheet.Sheet {
	p := of.(part)
	return outputs.Sheet(p.references(), said, methods, []sheet.Column{{Name: "source", Kind: sheet.Text}}, func(i int) []any { return []any{p.SourceText(i)} })
}

func decodingOf(d configs.Decode) Decoding {
	return Decoding{d.Beam, d.LengthPenalty, d.Unknown, d.NoRepeat}
}

// byLength scores pairs by the lengths of their targets, in groups whose greatest length is twice that of the one before, the last one
// ending with the longest target.
func byLength(p part, said, references []string) (all []Lengths) {
	lengths := p.SaidLengths()
	if len(lengths) == 0 {
		return nil
	}
	longest := max(1, slices.Max(lengths)-1)
	for from, to := 1, 4; ; from, to = to+1, 2*to {
		var hyp, ref []string
		more := false
		for i, n := range lengths {
			switch n--; {
			case n > to:
				more = true
			case n >= from || from == 1:
				hyp, ref = append(hyp, said[i]), append(ref, references[i])
			}
		}
		if len(hyp) > 0 {
			all = append(all, Lengths{from, min(to, longest), len(hyp), evaluate.ExactMatchStatistics(hyp, ref).Total(), evaluate.CHRF(hyp, ref).Score})
		}
		if !more {
			return all
		}
	}
}

// Text is the report for people.
func (r *Report) Text(steps bool) string {
	t := report.Table{Header: []string{r.part, "exact match", "BLEU", "chrF", "ROUGE-1/2/L", "loss", "perplexity", "token accuracy"}}
	add := func(name string, f task.Figures) {
		t.Rows = append(t.Rows, []string{name, outputs.Share(f.Value(outputs.ExactMatch)), outputs.Hundred(f.Value(outputs.BLEU)), outputs.Hundred(f.Value(outputs.CHRF)),
			outputs.Hundred(f.Value(outputs.ROUGE1)) + "/" + outputs.Hundred(f.Value(outputs.ROUGE2)) + "/" + outputs.Hundred(f.Value(outputs.ROUGEL)),
			report.Pointer(f.Value(outputs.Loss)), report.Pointer(f.Value(outputs.Perplexity)), outputs.Share(f.Value(outputs.TokenAccuracy))})
	}
	add(task.NetworkName, r.Metrics)
	for _, name := range report.SortedKeys(r.Baselines) {
		add(name, r.Baselines[name])
	}
	var b strings.Builder
	b.WriteString(t.Text())
	fmt.Fprintf(&b, "\noutputs are searched for with a beam of %d, score log p / length^%s; loss, perplexity and token accuracy are of the true targets, each symbol given those before it\nBLEU: %s\n",
		r.Decode.Beam, report.Figure(r.Decode.LengthPenalty), r.BLEU)
	if r.unknown > 0 {
		fmt.Fprintf(&b, "%.2f%% of the targets' symbols are unknown\n", 100*r.unknown)
	}
	if steps {
		b.WriteString("\n" + r.lengths())
	}
	if len(r.Worst) > 0 {
		b.WriteString("\nfarthest from their targets\n")
		for _, w := range r.Worst[:min(3, len(r.Worst))] {
			fmt.Fprintf(&b, "  %s\n    target  %s\n    output  %s\n", w.ID, outputs.Shown(w.Target), outputs.Shown(w.Output))
		}
	}
	return b.String()
}

// lengths is the table by length.
func (r *Report) lengths() string {
	t := report.Table{Header: []string{"symbols of the target", "pairs", "exact match", "chrF"}}
	for _, l := range r.ByLength {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("%d to %d", l.From, l.To), fmt.Sprint(l.Pairs), outputs.Share(&l.ExactMatch), outputs.Hundred(&l.CHRF)})
	}
	return t.Text()
}
