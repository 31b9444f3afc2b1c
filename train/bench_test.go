package train

import (
	"context"
	"fmt"
	"testing"

	"recur/data"
	"recur/models"
)

// A step of the trainer beside the run of its graph alone: what is left is batch, norm, clipping and solver.
func BenchmarkStep(b *testing.B) {
	for _, size := range [][3]int{{32, 20, 10}, {32, 24, 64}, {64, 50, 128}} {
		for _, cell := range []string{"elman", "lstm", "gru"} {
			set := []string{"model.cell=" + cell, "data.synthetic={kind: sine, points: 4000, period: 50}", fmt.Sprintf("train.batch_size=%d", size[0]),
				fmt.Sprintf("data.window=%d", size[1]), fmt.Sprintf("model.hidden_size=%d", size[2])}
			c, p := job(b, set...)
			tr, err := newTrainer[float32](JobOf(c, p), Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer tr.net.Close()
			tr.order = make([]int, p.Train.Len())
			permute(tr.order, 1, 0, true)
			step := func() {
				if tr.cursor+size[0] > len(tr.order) {
					tr.cursor = 0
				}
				if err := tr.advance(); err != nil {
					b.Fatal(err)
				}
			}
			step()
			g := tr.stages.kept[models.Size{Rows: size[0], Steps: tr.job.Spec.Steps}].graph
			name := fmt.Sprintf("%s B%d T%d H%d", cell, size[0], size[1], size[2])
			b.Run(name+"/step", func(b *testing.B) {
				for b.Loop() {
					step()
				}
			})
			b.Run(name+"/graph", func(b *testing.B) {
				for b.Loop() {
					if _, err := g.Run(); err != nil {
						b.Fatal(err)
					}
				}
			})
			// What graph is forward and backward, validation is forward alone, in larger batches and with their filling.
			b.Run(name+"/validation of as many windows", func(b *testing.B) {
				for b.Loop() {
					if _, err := tr.validate(context.Background()); err != nil {
						b.Fatal(err)
					}
				}
				n := float64(p.Validation.Len()) / float64(size[0])
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/batch")
			})
			b.Run(name+"/fill", func(b *testing.B) {
				var batch data.Batch[float32]
				for b.Loop() {
					data.Fill(tr.part, tr.order[:size[0]], &batch)
				}
			})
		}
	}
}
