package train

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/text"
	"recur/models"
)

// phrase is text whose next character follows from the one three before it, so that a state that is carried knows more.
func phrase(n int) string {
	var b strings.Builder
	r := data.Stream(4, "phrase")
	for i := range n {
		if i%6 == 5 && r.IntN(4) == 0 {
			b.WriteByte('x')
		}
		b.WriteByte("abcabdacbdbc"[(i*i/3)%12])
	}
	return b.String()
}

// streamJob is a language model of a text in rows; with documents, of lines.
func streamJob(t testing.TB, documents bool, set ...string) *Job {
	t.Helper()
	file, text2 := filepath.Join(t.TempDir(), "a.txt"), phrase(1300)
	source := text.Source{Corpus: text.Files{Paths: []string{file}}, Split: &configs.Split{Train: .8, Validation: .2}}
	if documents {
		source.Documents = text.Line
		lines := ""
		for i := 0; len(text2) > 0; i++ {
			n := min(len(text2), 1+i*7%33)
			lines, text2 = lines+text2[:n]+"\n", text2[n:]
		}
		text2 = lines
	}
	if err := os.WriteFile(file, []byte(text2), 0o600); err != nil {
		t.Fatal(err)
	}
	corpus, err := text.Open(source)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := job(t, append([]string{"model.cell=lstm", "model.hidden_size=12", "model.layers=2", "train.batch_size=4", "train.epochs=4", "train.learning_rate=0.02"}, set...)...)
	rows := text.StreamOptions{Rows: 4, Steps: 10, Rotate: true, Seed: c.Seed}
	j := &Job{Config: c, Keep: func() checkpoint.Data { return checkpoint.Data{} },
		Train: corpus.Train.Flow(rows), Validation: corpus.Validation.Flow(text.StreamOptions{Rows: 3, Steps: 16, Warm: 20})}
	v := corpus.Vocabulary.Len()
	j.Spec = models.SpecOf(c, 10, 0, v, 0)
	s := &j.Spec
	s.Classes, s.Vocabulary, s.Padding, s.Unknown, s.EmbeddingSize, s.Head, s.Loss, s.LockedDropout = v, v, -1, -1, 6, "every", "cross_entropy", .1
	return j
}

// TestStreams: a language model learns from streams; its bits are the same on any number of threads and when it goes on in the middle
// of an epoch, between epochs, after a rollback, and with more or fewer updates than a pass has batches.
func TestStreams(t *testing.T) {
	for _, documents := range []bool{false, true} {
		for name, set := range map[string][]string{
			"lstm": nil, "elman": {"model.cell=elman", "model.dtype=float64"}, "gru, learned": {"model.cell=gru", "model.initial_state=learned"},
			"more": {"train.min_updates=150"}, "fewer": {"train.max_updates=41"},
			"averaged": {"train.average=ema"}, "averaged epochs": {"train.average=swa", "train.average_start=0.25"},
		} {
			set = append(set, "train.on_nan=rollback")
			whole, err := Run(context.Background(), streamJob(t, documents, set...), Options{Threads: 1})
			if err != nil {
				t.Fatal(name, err)
			}
			if first, last := whole.Epochs[0].ValidationLoss, whole.Epochs[3].ValidationLoss; !(last < first) {
				t.Errorf("%s: the validation loss went from %v to %v", name, first, last)
			}
			threads, err := Run(context.Background(), streamJob(t, documents, set...), Options{Threads: 3})
			if err != nil {
				t.Fatal(err)
			}
			sameResult(t, name+": three threads", whole, threads)
			for _, step := range []int{1, 12, 26, 30} {
				ctx, o := interruptAt(step)
				part, err := Run(ctx, streamJob(t, documents, set...), o)
				if err != nil {
					t.Fatal(err)
				}
				rest, err := Run(context.Background(), streamJob(t, documents, set...), Options{Resume: onDisk(t)(part.Last)})
				if err != nil {
					t.Fatal(err)
				}
				sameResult(t, fmt.Sprintf("%s, documents %v: resumed at step %d", name, documents, step), whole, rest)
			}
		}
	}
}

// TestStreamsCarryTheState: the loss of rows that are read in pieces is that of the rows read at once; without carrying it is not.
func TestStreamsCarryTheState(t *testing.T) {
	j := streamJob(t, false, "model.dtype=float64")
	tr, err := newTrainer[float64](j, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.net.Close()
	whole := j.Validation
	for _, steps := range []int{7, 16, 400} {
		o := text.StreamOptions{Rows: 3, Steps: steps, Warm: 20}
		tr.job.Validation, tr.forward = partOfFlow(whole).Flow(o), nil
		tr.checks = newStages(tr.net, false)
		loss, err := tr.validate(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if steps == 7 {
			tr.best.validation = loss
		} else if math.Abs(loss-tr.best.validation) > 1e-12 {
			t.Errorf("in pieces of %d the loss is %v, want %v", steps, loss, tr.best.validation)
		}
	}
}

func partOfFlow(e data.Examples) *text.Part { return e.(*text.Flow).Part() }
