package configs

import "strconv"

// This file is what tasks have of their own whose truth is the text itself.

// Continues reports that the network learns which symbol of a text comes next.
func (c *Config) Continues() bool { return among(languages, c.Task) }

// chooses reports that the network gives chances, of classes or of symbols.
func (c *Config) chooses() bool { return c.HasClasses() || c.Continues() || c.Says() }

// leastOfText is how many updates a text takes by default: four epochs of a short one would be too few.
const leastOfText = 1000

// deriveText fills in the defaults that follow from other keys where a text is continued.
func (c *Config) deriveText(given func(string) bool) {
	t := &c.Train
	c.deriveUpdates(given, leastOfText)
	if !given("train.learning_rate") {
		t.LearningRate = rateOfText(&c.Model)
	}
	if !given("model.head_dropout") && c.Model.HiddenSize > 400 { // what memorises more needs more of it
		c.Model.HeadDropout = 0.35
	}
	if !given("model.forget_bias") && c.Model.Cell == "lstm" {
		one := 1.0
		c.Model.ForgetBias = &one
	}
}

// rateOfText is the learning rate of Adam for a network that continues text: the peak of a cosine, with the norm of gradients clipped
// at 1. A wide layer wants a lower one: the rules were found by trying three and more rates at two and more widths of each cell on
// characters of Shakespeare; docs/results.md has the figures.
func rateOfText(m *Model) float64 {
	h := float64(m.HiddenSize)
	switch m.Cell {
	case "gru":
		return inDigits(min(0.015, 3/h))
	case "elman":
		return inDigits(min(0.012, 3/h))
	}
	return inDigits(min(0.02, 5/h))
}

// inDigits keeps three digits: a rate that can be read.
func inDigits(v float64) float64 {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	return v
}

// The rules of text that goes on.

func headOfText(c *Config) string {
	return when((c.Continues() || c.Says()) && c.Model.Head != "every", "model.head is %s, and with task %s the next %s is predicted at every step; remove it", c.Model.Head, c.Task, pick(c.Hears(), "label", "symbol"))
}

func oneWay(c *Config) string {
	return when(c.Continues() && c.Model.Bidirectional, "model.bidirectional is true, and with task %s the backward direction would read the symbols that are to be predicted; use false", c.Task)
}

func frontOfText(c *Config) string {
	return when(c.Continues() && len(c.Model.Front) > 0, "model.front has convolutions, and with task %s the state is carried from batch to batch, which they have none of; remove it", c.Task)
}

func normOfText(c *Config) string {
	return when(c.Continues() && c.Model.LayerNorm, "model.layer_norm is true, and text that is read as it comes, for which the state is carried, goes without it; use false")
}

func lengthOfDocuments(c *Config) string {
	return when(c.Continues() && c.Data.Tokens.MaxLength > 0 && c.Data.Documents == "none", "data.tokens.max_length is %d, which shortens documents, and data.documents is none: all is one text; remove it, or use data.limit to read the beginning of a text", c.Data.Tokens.MaxLength)
}

// requiredOfText notes the keys that text lacks.
func (r *reader) requiredOfText(missing func(name, format string, args ...any)) {
	if r.given["data.corpus"] == nil && r.sound("data.corpus") && !r.misspelt["data.corpus"] {
		missing("data.corpus", "say where the text is: corpus: FILE, a directory, a pattern such as books/*.txt, or {train: FILE, validation: FILE}")
	}
}
