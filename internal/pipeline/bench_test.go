package pipeline

import "testing"

// A window longer than the synthetic data usually are, and the batches of every shape, are full.
func TestBenchShapesHaveData(t *testing.T) {
	for _, s := range append(BenchGrid(), BenchShape{"lstm", 1, 1, 1, 4, 1}, BenchShape{"gru", 32, 3000, 2, 4, 1}) {
		c, p, err := s.job()
		if err != nil {
			t.Errorf("%+v: %v", s, err)
			continue
		}
		if p.Steps != s.Steps || p.Inputs != s.Inputs || p.Train.Len() < 16*s.Batch || c.Train.BatchSize != s.Batch {
			t.Errorf("%+v: got %d windows of %d steps and %d inputs in batches of %d", s, p.Train.Len(), p.Steps, p.Inputs, c.Train.BatchSize)
		}
	}
}
