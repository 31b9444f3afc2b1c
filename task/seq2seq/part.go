package seq2seq

import (
	"recur/configs"
	"recur/data/pairs"
	"recur/predict"
	"recur/task"
	"recur/task/outputs"
)

// part is some pairs, and how what is said of them is searched for.
type part struct {
	*pairs.Subset
	decode configs.Decode
}

// bounded is how outputs are searched for where the steps of sources say nothing of their length: twice the longest target that was learnt
// from, and ten.
func bounded(d configs.Decode, numbers bool, target int) configs.Decode {
	if numbers && d.MaxLength == 0 {
		d.MaxLength = 2*target + 10
	}
	return d
}

// Say is what networks say of every pair, together.
func (p part) Say(networks []*predict.Model) ([][]float64, error) {
	said, err := predict.Say(networks, p.Subset, optionsOf(p.decode))
	if err != nil {
		return nil, err
	}
	rows := make([][]float64, len(said))
	for i, s := range said {
		o := outputs.Output{LogP: s.LogP, Hits: s.Hits}
		if len(s.Hypotheses) > 0 && !p.Empty(i) {
			o.Text = p.written(i, s.Hypotheses[0])
		}
		rows[i] = o.Row()
	}
	return rows, nil
}

// optionsOf are the options of the search.
func optionsOf(d configs.Decode) predict.SayOptions {
	return predict.SayOptions{Beam: d.Beam, NBest: 1, MaxLength: d.MaxLength, LengthPenalty: d.LengthPenalty, Unknown: d.Unknown, NoRepeat: d.NoRepeat}
}

// written is the text of a hypothesis of pair i.
func (p part) written(i int, h predict.Hypothesis) string {
	if p.decode.Unknown == "replace" {
		return p.Text(i, h.Symbols, h.From)
	}
	return p.Text(i, h.Symbols, nil)
}

// references are what should be said of all pairs.
func (p part) references() []string { return outputs.Each(p.Len(), p.Reference) }

// Demonstrate says something of the first pair of the validation part.
func (d *Data) Demonstrate(m *predict.Model, _ int) (*task.Demonstration, error) {
	of := d.q.Validation
	if of.Len() == 0 {
		return nil, nil
	}
	p := part{of.Pick([]int{0}), d.decode}
	said, err := p.Say([]*predict.Model{m})
	if err != nil {
		return nil, err
	}
	source := p.SourceText(0)
	if source == "" {
		source = p.Called(0)
	}
	return &task.Demonstration{Source: outputs.Shown(source), Wanted: outputs.Shown(p.Reference(0)), Said: outputs.Shown(outputs.Texts(said)[0])}, nil
}
