package train

import (
	"testing"
)

// The smallest and largest numbers that a config may hold train on finite numbers in either type.
func TestUsableNumbersTrain(t *testing.T) {
	for _, set := range [][]string{
		{"train.epsilon=1.2e-38"}, {"train.epsilon=1.2e-38", "train.solver=rmsprop"}, {"train.loss=huber", "train.huber_delta=1.1e-19"},
		{"train.clip_norm=1.1e-19"}, {"train.learning_rate=1.2e-38"}, {"train.weight_decay=1.2e-38"}, {"train.betas=[0.99999994, 0.99999994]"},
		{"train.alpha=0.99999994", "train.solver=rmsprop"}, {"train.momentum=0.99999994", "train.solver=momentum"},
		{"model.layers=2", "model.dropout=2.4e-10"}, {"model.head_dropout=2.4e-10"},
		{"train.epsilon=2.3e-308", "model.dtype=float64"}, {"train.loss=huber", "train.huber_delta=1.5e-154", "model.dtype=float64"},
		{"train.clip_norm=1.5e-154", "model.dtype=float64"},
	} {
		r := mustRun(t, Options{}, append(set, "train.epochs=2")...)
		for _, e := range r.Epochs {
			if !finite(e.TrainLoss) || !finite(e.ValidationLoss) {
				t.Errorf("%v: losses %g and %g", set, e.TrainLoss, e.ValidationLoss)
			}
		}
	}
}
