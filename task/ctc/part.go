package ctc

import (
	"fmt"
	"math"

	"recur/configs"
	"recur/data/audio"
	"recur/evaluate"
	"recur/predict"
	"recur/task"
	"recur/task/outputs"
)

// part is some utterances, and how what is said in them is searched for.
type part struct {
	*audio.Subset
	decode configs.Decode
}

// Say is what networks hear in every utterance: their chances are averaged frame by frame.
func (p part) Say(networks []*predict.Model) ([][]float64, error) {
	heard, err := p.heard(networks)
	if err != nil {
		return nil, err
	}
	search, err := searchOf(p.decode, p.Prepared.Vocabulary)
	if err != nil {
		return nil, err
	}
	rows := make([][]float64, len(heard))
	for i, frames := range heard {
		best, err := search.of(frames, 1)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Called(i), err)
		}
		o := outputs.Output{Text: p.written(best[0].Labels)}
		if p.Utterance(i).Known {
			o.LogP = []float64{predict.LogLikelihood(frames, p.Said(i))}
		}
		rows[i] = o.Row()
	}
	return rows, nil
}

// heard are the logarithms of the chances of every frame that the networks' front leaves of every utterance, [R][C].
func (p part) heard(networks []*predict.Model) ([][][]float64, error) {
	var all [][][]float64
	for _, m := range networks {
		one, err := m.Part(p.Subset)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	classes := p.Prepared.Vocabulary.Len()
	heard := make([][][]float64, p.Len())
	for i, row := range evaluate.Mean(all) {
		for at := 0; at < len(row); at += classes {
			frame := row[at : at+classes]
			for c, v := range frame {
				frame[c] = math.Log(v)
			}
			heard[i] = append(heard[i], frame)
		}
	}
	return heard, nil
}

// written is the text of labels.
func (p part) written(labels []int32) string { return p.Prepared.Vocabulary.Decode(labels) }

// reference is the transcript of utterance i, in the form in which it is written down.
func (p part) reference(i int) string {
	return p.Prepared.Vocabulary.Written(p.Utterance(i).Transcript)
}

// references are those of all utterances.
func (p part) references() []string { return outputs.Each(p.Len(), p.reference) }

// Content makes two utterances the same one.
func (p part) Content(i int) string { return p.Subset.Content(i) + "\x00" + p.Utterance(i).Transcript }

// Demonstrate tells what is heard in the first utterance of the validation part that is long enough for its transcript.
func (d *Data) Demonstrate(m *predict.Model, updates int) (*task.Demonstration, error) {
	of := d.watched()
	if of.Len() == 0 {
		return nil, nil
	}
	p := part{of.Pick([]int{0}), d.c.Decode}
	said, err := p.Say([]*predict.Model{m})
	if err != nil {
		return nil, err
	}
	one := &task.Demonstration{Source: p.Called(0), Wanted: outputs.Shown(p.reference(0)), Said: outputs.Shown(outputs.Texts(said)[0])}
	switch {
	case one.Said != "":
	case updates <= mostBlanks:
		one.Hint = "only blanks so far: normal in the first 200 to 1000 updates"
	default:
		one.Hint = fmt.Sprintf("only blanks after %d updates, which is more than usual; smaller batches and some short utterances get out of it sooner", updates)
	}
	return one, nil
}

// mostBlanks is by how many updates labels come as a rule.
const mostBlanks = 1000
