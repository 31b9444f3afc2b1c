package pipeline

import (
	"path/filepath"
	"testing"

	"recur/configs"
)

// Every ready config trains for two steps.
func TestExamplesTrain(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../configs/examples/*.yaml")
	if err != nil || len(files) < 7 {
		t.Fatalf("%d example configs, %v", len(files), err)
	}
	for _, file := range files {
		c, err := configs.Load(file, nil)
		if err != nil {
			t.Fatal(err)
		}
		set := []string{"train.min_updates=0", "train.max_updates=2"}
		if c.Ensemble.Members > 0 {
			set = append(set, "ensemble.members=1")
		}
		switch s := c.Data.Synthetic; {
		case s != nil && c.Hears():
			set = append(set, "data.synthetic.points=40")
		case s != nil && s.Points > 6000:
			set = append(set, "data.synthetic.points=500")
		}
		if c, err = c.With(set...); err != nil {
			t.Fatal(err)
		}
		trained(t, c, TrainOptions{})
	}
}
