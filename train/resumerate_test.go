package train

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"recur/checkpoint"
)

// A resume whose schedule gives the next update another rate is refused with both rates, before anything is trained, and
// goes on where the change is allowed. Kinds that look back alone go on as they were.
func TestResumeAtAnotherRate(t *testing.T) {
	cosine := []string{"train.schedule.kind=cosine", "train.early_stopping.patience=0"}
	warm := []string{"train.schedule.warmup_epochs=2", "train.early_stopping.patience=0"}
	cases := []struct {
		name      string
		was, more []string
		until     int // updates of the first training; 0: to its end
		refused   bool
	}{
		{"cosine at its end", cosine, nil, 0, true},
		{"cosine in its middle", cosine, nil, 7, true},
		{"cosine before its first update", cosine, nil, -1, false},
		{"cosine in its refit", append(slices.Clone(cosine), "train.refit=all"), nil, 24, true},
		{"warm-up", warm, []string{"train.schedule.warmup_epochs=3"}, 7, true},
		{"warm-up that is over", warm, []string{"train.schedule.warmup_epochs=1"}, 0, false},
		{"step", []string{"train.schedule.kind=step", "train.schedule.step_epochs=2"}, nil, 0, false},
		{"plateau", []string{"train.schedule.kind=plateau", "train.schedule.patience=0"}, nil, 0, false},
		{"constant with a shorter patience", nil, []string{"train.early_stopping.patience=7"}, 0, false},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			was := append([]string{"train.epochs=4"}, test.was...)
			var k *checkpoint.Checkpoint
			switch test.until {
			case -1:
				stopped, cancel := context.WithCancel(context.Background())
				cancel()
				c, p := job(t, was...)
				r, err := Run(stopped, JobOf(c, p), Options{})
				if err != nil {
					t.Fatal(err)
				}
				k = r.Last
			case 0:
				k = mustRun(t, Options{}, was...).Last
			default:
				k = mustRunUntil(t, test.until, was...).Last
			}
			c, p := job(t, append(append(was, "train.epochs=6"), test.more...)...)
			steps := 0
			o := Options{Resume: k, OnStep: func(Step) { steps++ }}
			_, err := Run(context.Background(), JobOf(c, p), o)
			var e *checkpoint.Error
			var rate *RateChange
			if !test.refused {
				if err != nil || steps == 0 {
					t.Errorf("got %d updates and %v, want the training to go on", steps, err)
				}
				return
			}
			if !errors.As(err, &e) || !errors.As(err, &rate) || steps > 0 || !strings.Contains(e.Advice, "--allow-rate-change") || rate.Before == rate.Here {
				t.Fatalf("got %d updates and %v, want none and a *RateChange", steps, err)
			}
			var first float64
			o.AllowRateChange, o.OnStep = true, func(s Step) {
				if first == 0 {
					first = s.LearningRate
				}
			}
			if _, err := Run(context.Background(), JobOf(c, p), o); err != nil || first != rate.Here {
				t.Errorf("allowed: the first update has the rate %g (%v), want %g as told", first, err, rate.Here)
			}
		})
	}
}

// A resume for more epochs that trains none says why, and what to do.
func TestResumeTellsWhyNothingIsTrained(t *testing.T) {
	for _, test := range []struct{ set, want, helps string }{
		{"train.early_stopping.patience=1", "early stopping has ended the training", "train.early_stopping.patience=0"},
		{"train.refit=all", "chosen already", ""},
	} {
		stopped := mustRun(t, Options{}, "train.epochs=30", "train.learning_rate=0.5", test.set)
		var notes []string
		o := Options{Resume: stopped.Last, OnNote: func(s string) { notes = append(notes, s) }}
		r := mustRun(t, o, "train.epochs=35", "train.learning_rate=0.5", test.set)
		if len(r.Epochs) != len(stopped.Epochs) || !strings.Contains(strings.Join(notes, "\n"), test.want) {
			t.Errorf("%s: %d epochs, then %d, and the notes %q; want %q", test.set, len(stopped.Epochs), len(r.Epochs), notes, test.want)
		}
		if test.helps == "" {
			continue
		}
		if r = mustRun(t, o, "train.epochs=35", "train.learning_rate=0.5", test.helps); len(r.Epochs) != 35 {
			t.Errorf("with %s as advised %d epochs are trained, want 35", test.helps, len(r.Epochs))
		}
	}
}
