package ctc

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"recur/data"
	"recur/evaluate"
	"recur/internal/report"
	"recur/internal/sheet"
	"recur/task"
	"recur/task/outputs"
)

// Report is all that is told of what was heard: what `evaluate --json` says of the task.
type Report struct {
	Metrics   task.Figures            `json:"metrics"`
	Edits     map[string]Edits        `json:"edits"` // labels, characters, words
	Baselines map[string]task.Figures `json:"baselines"`
	Decode    Decoding                `json:"decode"`
	BySpeaker map[string]Speaker      `json:"by_speaker,omitempty"`
	Worst     []Utterance             `json:"worst"` // the utterances with the most errors for their length

	part   string
	silent bool // nothing is heard anywhere
}

// Edits are what makes a transcript of what was heard.
type Edits struct {
	Substitutions int `json:"substitutions"`
	Insertions    int `json:"insertions"`
	Deletions     int `json:"deletions"`
	Reference     int `json:"reference"` // how many there should be
}

// Speaker is how well one was understood.
type Speaker struct {
	Utterances int     `json:"utterances"`
	LER        float64 `json:"ler"`
	WER        float64 `json:"wer"`
}

// Decoding is how transcripts were searched for.
type Decoding struct {
	Beam          int     `json:"beam"`
	LanguageModel string  `json:"language_model,omitempty"`
	ModelWeight   float64 `json:"model_weight,omitempty"`
	LabelBonus    float64 `json:"label_bonus,omitempty"`
}

// Utterance is one with what was heard of it.
type Utterance struct {
	ID         string  `json:"id"`
	Speaker    string  `json:"speaker,omitempty"`
	Transcript string  `json:"transcript"`
	Output     string  `json:"output"`
	LER        float64 `json:"ler"`
}

// worst is how many utterances are shown.
const worst = 10

// Report scores what is said of a part.
func (d *Data) Report(of data.Examples, said [][]float64, methods []task.Named) (task.Report, error) {
	p := of.(part)
	j := d.judge(p)
	texts := outputs.Texts(said)
	labels := j.LabelErrors(texts)
	r := &Report{Metrics: j.Figures(said), Baselines: map[string]task.Figures{}, Decode: Decoding{p.decode.Beam, p.decode.LanguageModel, p.decode.ModelWeight, p.decode.LabelBonus}, part: p.Name,
		Edits: map[string]Edits{"labels": editsOf(labels), "characters": editsOf(evaluate.CharacterErrors(texts, j.References)), "words": editsOf(evaluate.WordErrors(texts, j.References))}}
	r.silent = !slices.ContainsFunc(texts, func(t string) bool { return t != "" })
	if p.decode.LanguageModel == "" {
		r.Decode.ModelWeight, r.Decode.LabelBonus = 0, 0
	}
	for _, m := range methods {
		r.Baselines[m.Name] = j.Figures(m.Said)
	}
	r.BySpeaker = p.bySpeaker(texts, j.References, labels)
	order := make([]int, p.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(labels[b].Rate(), labels[a].Rate()) })
	for _, i := range order[:min(worst, len(order))] {
		if labels[i].Errors() > 0 {
			r.Worst = append(r.Worst, Utterance{p.Called(i), p.Utterance(i).Speaker, j.References[i], texts[i], labels[i].Rate()})
		}
	}
	return r, nil
}

// Sheet is a row for every utterance.
func (d *Data) Sheet(of data.Examples, said [][]float64, methods []task.Named) *sheet.Sheet {
	p := of.(part)
	columns := []sheet.Column{{Name: "utterance", Kind: sheet.Text}, {Name: "speaker", Kind: sheet.Text}}
	return outputs.Sheet(d.judge(p).References, said, methods, columns, func(i int) []any { return []any{p.Called(i), p.Utterance(i).Speaker} })
}

func editsOf(all []evaluate.Edits) Edits {
	e := evaluate.TotalEdits(all)
	return Edits{e.Sub, e.Ins, e.Del, e.Ref}
}

// bySpeaker scores those of each speaker; nil where none is known.
func (p part) bySpeaker(said, references []string, labels []evaluate.Edits) map[string]Speaker {
	index := map[string][]int{}
	for i := range p.Len() {
		if who := p.Utterance(i).Speaker; who != "" {
			index[who] = append(index[who], i)
		}
	}
	if len(index) == 0 {
		return nil
	}
	all := map[string]Speaker{}
	for who, of := range index {
		var edits []evaluate.Edits
		var hyp, ref []string
		for _, i := range of {
			edits, hyp, ref = append(edits, labels[i]), append(hyp, said[i]), append(ref, references[i])
		}
		all[who] = Speaker{len(of), evaluate.TotalEdits(edits).Rate(), evaluate.TotalEdits(evaluate.WordErrors(hyp, ref)).Rate()}
	}
	return all
}

// Text is the report for people.
func (r *Report) Text(steps bool) string {
	t := report.Table{Header: []string{r.part, "label errors", "character errors", "word errors", "all right", "loss"}}
	add := func(name string, f task.Figures) {
		t.Rows = append(t.Rows, []string{name, outputs.Share(f.Value(outputs.LER)), outputs.Share(f.Value(outputs.CER)), outputs.Share(f.Value(outputs.WER)), outputs.Share(f.Value(outputs.ExactMatch)), report.Pointer(f.Value(outputs.Loss))})
	}
	add(task.NetworkName, r.Metrics)
	for _, name := range report.SortedKeys(r.Baselines) {
		add(name, r.Baselines[name])
	}
	var b strings.Builder
	b.WriteString(t.Text())
	how := "the likeliest label at every step (greedy)"
	if r.Decode.Beam > 1 {
		how = fmt.Sprintf("a beam of %d", r.Decode.Beam)
	}
	if r.Decode.LanguageModel != "" {
		how += fmt.Sprintf(" and the language model %s (weight %s, bonus of a label %s)", r.Decode.LanguageModel, report.Figure(r.Decode.ModelWeight), report.Figure(r.Decode.LabelBonus))
	}
	fmt.Fprintf(&b, "\nwhat is heard is found by %s; the loss is -log p of a transcript\n", how)
	if r.silent {
		b.WriteString("nothing is heard in any utterance: so it is for the first hundreds of updates, when all labels are blanks; learn longer, with train.epochs or train.min_updates (2000 and more)\n")
	}
	for _, of := range []string{"labels", "words"} {
		e := r.Edits[of]
		fmt.Fprintf(&b, "%s: %d replaced, %d too many, %d missing, of %d\n", of, e.Substitutions, e.Insertions, e.Deletions, e.Reference)
	}
	if len(r.BySpeaker) > 1 {
		b.WriteString("\n" + r.speakers())
	}
	if len(r.Worst) > 0 {
		b.WriteString("\nleast understood\n")
		for _, w := range r.Worst[:min(3, len(r.Worst))] {
			fmt.Fprintf(&b, "  %s\n    transcript  %s\n    output      %s\n", w.ID, outputs.Shown(w.Transcript), outputs.Shown(w.Output))
		}
	}
	return b.String()
}

// speakers is the table by speaker.
func (r *Report) speakers() string {
	t := report.Table{Header: []string{"speaker", "utterances", "label errors", "word errors"}}
	for _, who := range report.SortedKeys(r.BySpeaker) {
		s := r.BySpeaker[who]
		t.Rows = append(t.Rows, []string{who, fmt.Sprint(s.Utterances), outputs.Share(&s.LER), outputs.Share(&s.WER)})
	}
	return t.Text()
}
