// Package outputs answers one question: how good is what was said?
//
// Tasks that say a text of something (seq2seq, ctc) hand around, for every example, a row of numbers as all tasks do; Output is what stands
// in it. Judge scores outputs beside the texts that should have been said.
package outputs

import (
	"math"
)

// Output is what is said of one example.
type Output struct {
	Text string
	// LogP are the logarithms of the chances of the symbols of the truth, each given those before it; nil where a method has none.
	LogP []float64
	Hits int // of these symbols that would have been said: none was more likely
}

// Row packs an output: the bytes of the text behind their number, the hits, the chances.
func (o Output) Row() []float64 {
	row := make([]float64, 0, 2+len(o.Text)+len(o.LogP))
	row = append(row, float64(len(o.Text)))
	for _, c := range []byte(o.Text) {
		row = append(row, float64(c))
	}
	return append(append(row, float64(o.Hits)), o.LogP...)
}

// Of unpacks a row.
func Of(row []float64) Output {
	n := int(row[0])
	text := make([]byte, n)
	for i := range text {
		text[i] = byte(row[1+i])
	}
	return Output{Text: string(text), Hits: int(row[1+n]), LogP: row[2+n:]}
}

// Nats is the loss of the truth, over all its symbols; NaN where a method has none.
func (o Output) Nats() float64 {
	if len(o.LogP) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, l := range o.LogP {
		sum -= l
	}
	return sum
}

// Rows packs texts that a method without chances says.
func Rows(texts []string) [][]float64 {
	rows := make([][]float64, len(texts))
	for i, t := range texts {
		rows[i] = Output{Text: t}.Row()
	}
	return rows
}

// Texts are the texts of rows.
func Texts(said [][]float64) []string {
	texts := make([]string, len(said))
	for i, row := range said {
		texts[i] = Of(row).Text
	}
	return texts
}

// Each are n texts.
func Each(n int, of func(i int) string) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = of(i)
	}
	return texts
}

// MostFrequent is the text that n examples have most often, of equal ones the first: what a method says that looks at nothing.
func MostFrequent(n int, of func(i int) string) (best string) {
	texts, counts := Each(n, of), map[string]int{}
	for _, text := range texts {
		counts[text]++
	}
	for _, text := range texts {
		if best == "" || counts[text] > counts[best] {
			best = text
		}
	}
	return best
}
