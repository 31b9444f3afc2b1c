package outputs

import (
	"math"

	"recur/evaluate"
)

// Scores are the figures of a method, by name; see Measure.
type Scores map[string]float64

// Value is a figure by its name; NaN where it has no meaning.
func (s Scores) Value(name string) float64 {
	if v, ok := s[name]; ok {
		return v
	}
	return math.NaN()
}

// The names of the figures. Shares are 0 to 1, BLEU, chrF and ROUGE 0 to 100.
const (
	Loss          = "loss"       // nats a symbol of the truth, each given those before it
	Perplexity    = "perplexity" // e to the power of that
	TokenAccuracy = "token_accuracy"
	ExactMatch    = "exact_match"
	BLEU          = "bleu"
	CHRF          = "chrf"
	CHRFError     = "chrf_error" // 100 - chrF
	ROUGE1        = "rouge1"
	ROUGE2        = "rouge2"
	ROUGEL        = "rougeL"
	LER           = "ler" // label error rate
	CER           = "cer"
	WER           = "wer"
)

// Measure says which figures suit a task.
type Measure struct {
	Names      []string                                    // in the order of tables
	Primary    string                                      // that methods are ordered by; the lower, the better
	Statistics func(hyp, ref []string) evaluate.Sufficient // of that figure, for tests
	BLEU       evaluate.BLEUOptions
	Labels     func(text string) []string // the labels of a text, for LER; nil: its characters
}

// score measures what is said beside the truth.
func (m Measure) score(said [][]float64, ref []string) Scores {
	hyp, s := Texts(said), Scores{}
	for _, name := range m.Names {
		switch name {
		case ExactMatch:
			s[name] = evaluate.ExactMatchStatistics(hyp, ref).Total()
		case BLEU:
			s[name] = evaluate.BLEU(hyp, ref, m.BLEU).Score
		case CHRF:
			s[name] = evaluate.CHRF(hyp, ref).Score
			s[CHRFError] = 100 - s[name]
		case ROUGE1:
			r := evaluate.ROUGE(hyp, ref, true)
			s[ROUGE1], s[ROUGE2], s[ROUGEL] = r.R1, r.R2, r.RL
		case CER:
			s[name] = evaluate.TotalEdits(evaluate.CharacterErrors(hyp, ref)).Rate()
		case WER:
			s[name] = evaluate.TotalEdits(evaluate.WordErrors(hyp, ref)).Rate()
		case LER:
			s[name] = evaluate.TotalEdits(m.LabelErrors(hyp, ref)).Rate()
		}
	}
	m.chances(said, s)
	return s
}

// LabelErrors are the edits between labels.
func (m Measure) LabelErrors(hyp, ref []string) []evaluate.Edits {
	cut := func(texts []string) [][]string {
		all := make([][]string, len(texts))
		for i, t := range texts {
			all[i] = m.Labels(t)
		}
		return all
	}
	return evaluate.LabelErrors(cut(hyp), cut(ref))
}

// chances adds the figures of the chances that a network gives the truth.
func (m Measure) chances(said [][]float64, s Scores) {
	nats, symbols, hits := 0.0, 0, 0
	for _, row := range said {
		o := Of(row)
		if len(o.LogP) == 0 {
			return
		}
		nats, symbols, hits = nats+o.Nats(), symbols+len(o.LogP), hits+o.Hits
	}
	if symbols == 0 {
		return
	}
	for _, name := range m.Names {
		switch name {
		case Loss:
			s[name] = nats / float64(symbols)
		case Perplexity:
			s[name] = math.Exp(nats / float64(symbols))
		case TokenAccuracy:
			s[name] = float64(hits) / float64(symbols)
		}
	}
}
