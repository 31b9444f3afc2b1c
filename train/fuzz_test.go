package train

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"testing"

	"recur/checkpoint"
	"recur/internal/mutate"
)

// resumeSets are trainings that FuzzResume stops in their middle; the first letter of an input chooses one.
var resumeSets = [][]string{
	{"train.on_nan=rollback", "train.schedule.kind=plateau"},
	{"train.solver=sgd", "model.cell=gru"},
	{"train.solver=momentum", "train.refit=all", "train.epochs=3", "model.cell=elman"},
	{"train.solver=rmsprop", "data.split={train: 0.7, validation: 0}", "train.schedule={kind: cosine, warmup_epochs: 1}"},
	{"recipe=global", "train.min_updates=0", "model.quantiles=[0.1, 0.5, 0.9]", "data.split={validation: 8, test: 4}", "data.season=[20]", "ensemble.members=0", "train.epochs=10"},
}

// stopped is one of them: a trainer, and the checkpoint that it left.
type stopped struct {
	trainer *trainer[float32]
	left    *checkpoint.Checkpoint
}

// FuzzResume: a checkpoint whose checksums are right and whose state is another is refused or goes on for a step; it never
// panics. An input is a letter for one of resumeSets, the state as JSON (without tensors), a zero byte, and changes of the
// tensors, three bytes each: which one, how, where.
func FuzzResume(f *testing.F) {
	var all []stopped
	var seeds []string
	for i, set := range resumeSets {
		s := stopAt(f, 7+8*i, set...)
		all = append(all, s)
		k := *s.left.Training
		k.Moments, k.Tensors = nil, nil
		for j := range k.History { // JSON has no NaN
			k.History[j].ValidationLoss = 0
		}
		k.EarlyStopping.Best = min(k.EarlyStopping.Best, 1e9)
		text, err := json.Marshal(k)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, string(rune('A'+i))+string(text), string(rune('A'+i))+string(text)+"\x00\x01\x01\x03",
			string(rune('A'+i))+regexp.MustCompile(`"BestEpoch":\d+`).ReplaceAllString(string(text), `"BestEpoch":-1`))
	}
	mutate.Fuzz(f, mutate.Target{
		Seeds: seeds, Limit: 3000,
		Words: []string{`"Solver":"adam"`, `"Updates":`, `"Cursor":`, `"Order":[`, `"Sums":`, `"State":`, `"train":`, `"good":`, `"refit":true`, `"epoch":`, `"phase_step":`, `"rollbacks":[1]`, `"BestEpoch":`, `"BestStep":`, "null", "{}", "[]", "-1", "\x00", "A", "C"},
		Try: func(t testing.TB, b []byte) {
			if len(b) > 0 {
				all[int(b[0])%len(all)].goesOn(t, b[1:])
			}
		},
	})
}

// stopAt trains for so many steps.
func stopAt(f *testing.F, steps int, set ...string) stopped {
	c, p := job(f, set...)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, err := Run(ctx, JobOf(c, p), Options{Threads: 1, OnStep: func(s Step) {
		if s.Step == steps {
			stop()
		}
	}})
	if err != nil || r.Last.Training.Cursor == 0 {
		f.Fatalf("the training did not stop within an epoch: %v", err)
	}
	t, err := newTrainer[float32](JobOf(c, p), Options{Threads: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(t.net.Close)
	return stopped{t, r.Last}
}

// goesOn restores the changed state and makes one update where that succeeds.
func (s stopped) goesOn(t testing.TB, b []byte) {
	text, changes, _ := bytes.Cut(b, []byte{0})
	k := *s.left
	k.Training = &checkpoint.Training{}
	if json.Unmarshal(text, k.Training) != nil {
		return
	}
	k.Training.Moments, k.Training.Tensors = slices.Clone(s.left.Training.Moments), slices.Clone(s.left.Training.Tensors)
	for ; len(changes) >= 3; changes = changes[3:] {
		spoil([]*[]checkpoint.Tensor{&k.Training.Moments, &k.Training.Tensors}[changes[0]%2], changes)
	}
	s.trainer.use(s.trainer.job.Train)
	s.trainer.good, s.trainer.best = nil, snapshot[float32]{}
	if err := s.trainer.restore(&k); err != nil {
		var refusal *checkpoint.Error
		if !errors.As(err, &refusal) {
			t.Fatalf("got %v, want a *checkpoint.Error", err)
		}
		return
	}
	if s.trainer.cursor < len(s.trainer.order) {
		s.trainer.advance()
	}
	if s.trainer.good != nil {
		s.trainer.rollBack(s.trainer.step)
	}
}

// spoil changes one tensor of a list.
func spoil(list *[]checkpoint.Tensor, change []byte) {
	if len(*list) == 0 {
		return
	}
	i, where := int(change[0]/2)%len(*list), int(change[2])
	w := &(*list)[i]
	switch change[1] % 5 {
	case 0:
		*list = slices.Delete(*list, i, i+1)
	case 1:
		*w = checkpoint.FromFloats(w.Name, nil, make([]float32, where))
	case 2:
		*w = checkpoint.FromFloats(w.Name, w.Shape, make([]float64, w.Len()))
	case 3:
		w.Name = (*list)[where%len(*list)].Name
	default:
		*list = append(*list, *w)
	}
}
