package pipeline

import (
	"testing"
	"time"
)

// A window longer than the synthetic data usually are, and the batches of every shape, are full.
func TestBenchShapesHaveData(t *testing.T) {
	fronted := benchShape(16, 60, 8)
	fronted.Cell, fronted.Front = "gru", []BenchConv{{12, 5, 2}, {6, 3, 1}}
	words := benchShape(8, 12, 6)
	words.Cell, words.Vocabulary, words.Embedding, words.Tied = "lstm", 50, 5, true
	for _, s := range append(BenchGrid(), BenchShape{Cell: "lstm", Batch: 1, Steps: 1, Inputs: 1, Hidden: 4, Layers: 1}, BenchShape{Cell: "gru", Batch: 32, Steps: 3000, Inputs: 2, Hidden: 4, Layers: 1}, fronted, words) {
		j, err := s.job()
		if err != nil {
			t.Errorf("%+v: %v", s, err)
			continue
		}
		c := j.Config
		if len(c.Model.Front) != len(s.Front) {
			t.Errorf("%+v: the network has %d convolutions", s, len(c.Model.Front))
		}
		if j.Spec.Steps != s.Steps || j.Spec.Inputs+min(1, s.Vocabulary) != s.Inputs || j.Train.Len() < 16*s.Batch || c.Train.BatchSize != s.Batch {
			t.Errorf("%+v: got %d windows of %d steps and %d inputs in batches of %d", s, j.Train.Len(), j.Spec.Steps, j.Spec.Inputs, c.Train.BatchSize)
		}
	}
}

// TestBenchFlops counts by hand: 16 rows, 60 steps of 1 value to 30 of 12 channels by width 5, to 30 of 6 by width 3, gru of 8.
func TestBenchFlops(t *testing.T) {
	fronted := benchShape(16, 60, 8)
	fronted.Cell, fronted.Front = "gru", []BenchConv{{12, 5, 2}, {6, 3, 1}}
	s := fronted
	want := 2.0*16*30*5*12*2 + 2*16*30*12*3*6*3 + 2*16*3*8*(3*29*8+3*30*6)
	if got := s.flops(); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	s = benchShape(8, 12, 6)
	s.Cell, s.Vocabulary, s.Embedding = "elman", 50, 5
	if got, want := s.flops(), 3*2.0*8*(12*6*50+6*(12*5+11*6)); got != want {
		t.Errorf("of symbols: got %v, want %v", got, want)
	}
	s.Tied = true
	if got, want := s.flops(), 3*2.0*8*(12*6*5+12*5*50+6*(12*5+11*6)); got != want {
		t.Errorf("of symbols, tied: got %v, want %v", got, want)
	}
	row, err := benchOne(t.Context(), s, 10*time.Millisecond, 1)
	if err != nil || row.Train.Min <= 0 || row.Infer.Min <= 0 {
		t.Errorf("a network of symbols takes %+v: %v", row, err)
	}
	s.Vocabulary = 1
	if err := s.Check(); err == nil {
		t.Error("a vocabulary of one symbol is taken")
	}
	s = fronted
	s.Batch, s.Steps = 1, 1
	if err := s.Check(); err == nil {
		t.Error("one step of carried state with a convolution is taken")
	}
}
