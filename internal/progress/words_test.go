package progress

import (
	"regexp"
	"testing"

	"recur/internal/pipeline"
)

// The words of a line of progress are explained by `recur help metrics`.
func TestWordsAreExplained(t *testing.T) {
	line := plainLine(pipeline.Epoch{Number: 1, Epochs: 2, TrainLoss: 3, ValidationLoss: 4, LearningRate: 5, StepsPerSecond: 6, Best: true})
	words := regexp.MustCompile(`[a-z][a-z/]*`).FindAllString(line, -1)
	if len(words) < 6 {
		t.Fatalf("%q has the words %q", line, words)
	}
	for _, w := range words {
		if !pipeline.Explains(w) {
			t.Errorf("%q in %q is not explained", w, line)
		}
	}
}
