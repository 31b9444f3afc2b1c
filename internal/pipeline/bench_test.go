package pipeline

import "testing"

// A window longer than the synthetic data usually are, and the batches of every shape, are full.
func TestBenchShapesHaveData(t *testing.T) {
	fronted := benchShape(16, 60, 8)
	fronted.Cell, fronted.Front = "gru", []BenchConv{{12, 5, 2}, {6, 3, 1}}
	for _, s := range append(BenchGrid(), BenchShape{Cell: "lstm", Batch: 1, Steps: 1, Inputs: 1, Hidden: 4, Layers: 1}, BenchShape{Cell: "gru", Batch: 32, Steps: 3000, Inputs: 2, Hidden: 4, Layers: 1}, fronted) {
		j, err := s.job()
		if err != nil {
			t.Errorf("%+v: %v", s, err)
			continue
		}
		c := j.Config
		if len(c.Model.Front) != len(s.Front) {
			t.Errorf("%+v: the network has %d convolutions", s, len(c.Model.Front))
		}
		if j.Spec.Steps != s.Steps || j.Spec.Inputs != s.Inputs || j.Train.Len() < 16*s.Batch || c.Train.BatchSize != s.Batch {
			t.Errorf("%+v: got %d windows of %d steps and %d inputs in batches of %d", s, j.Train.Len(), j.Spec.Steps, j.Spec.Inputs, c.Train.BatchSize)
		}
	}
}

// TestBenchFlops counts by hand: 16 rows, 60 steps of 1 value to 30 of 12 channels by width 5, to 30 of 6 by width 3, gru of 8.
func TestBenchFlops(t *testing.T) {
	s := benchShape(16, 60, 8)
	s.Cell, s.Front = "gru", []BenchConv{{12, 5, 2}, {6, 3, 1}}
	want := 2.0*16*30*5*12*2 + 2*16*30*12*3*6*3 + 2*16*3*8*(3*29*8+3*30*6)
	if got := s.flops(); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	s.Batch, s.Steps = 1, 1
	if err := s.Check(); err == nil {
		t.Error("one step of carried state with a convolution is taken")
	}
}
