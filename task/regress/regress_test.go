package regress

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/baseline"
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/data/labelled"
	"recur/task"
)

// rows is a long file of the sequences from..to-1, of 2 to 4 steps; the value of sequence i is 3·i.
func rows(from, to int) string {
	var b strings.Builder
	b.WriteString("id,a,y\n")
	for i := from; i < to; i++ {
		for t := range 2 + i%3 {
			fmt.Fprintf(&b, "s%d,%d,%d\n", i, i+t, 3*i)
		}
	}
	return b.String()
}

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// opened is the data of a config over sequences 0..29.
func opened(t *testing.T, set ...string) *Data {
	t.Helper()
	c, err := configs.Parse("c.yaml", fmt.Appendf(nil, "task: regress\ndata: {csv: %s, sequence: id, label: y}\n", written(t, rows(0, 30))), set)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Task{}.Open(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Prepare(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	return d.(*Data)
}

// runOf is a run that keeps what a job would.
func runOf(d *Data) *task.Run {
	k := &checkpoint.Checkpoint{Config: d.c, Data: d.Job(d.c).Keep()}
	return &task.Run{Config: d.c, Networks: []task.Network{{K: k}}}
}

// Of another file the sequences that a run has learnt from are left out, all are scored where that is asked for, and of a file of
// nothing else the message says what to do.
func TestFileLeavesOutWhatWasLearnt(t *testing.T) {
	d := opened(t)
	r := runOf(d)
	learnt := d.Train.Len() + d.Validation.Len()
	f, err := Task{}.File(r, written(t, rows(0, 40)), d, false)
	if err != nil || f.Seen != (task.Sightings{LeftOut: learnt}) || f.Part(f.Data).Len() != 40-learnt {
		t.Errorf("%+v, %v; want %d left out", f.Seen, err, learnt)
	}
	f, err = Task{}.File(r, written(t, rows(0, 40)), d, true)
	if err != nil || f.Seen != (task.Sightings{Scored: learnt}) || f.Part(f.Data).Len() != 40 {
		t.Errorf("%+v, %v; want %d scored", f.Seen, err, learnt)
	}
	f, err = Task{}.File(r, written(t, rows(0, 40)), nil, false)
	if err != nil || f.Seen != (task.Sightings{Unknown: 40}) {
		t.Errorf("%+v, %v; want 40 unknown", f.Seen, err)
	}
	var all strings.Builder
	all.WriteString("id,a,y\n")
	for i := range d.Train.Len() {
		s := d.Train.Sequence(i)
		for _, x := range s.X {
			fmt.Fprintf(&all, "%s,%g,%g\n", s.Name, x, s.Values[0])
		}
	}
	var fault *data.Error
	if _, err = (Task{}).File(r, written(t, all.String()), d, false); !errors.As(err, &fault) || !strings.Contains(err.Error(), "--all") {
		t.Errorf("a file of the training part: %v, want the advice to use --all", err)
	}
	if f, err = (Task{}).File(r, written(t, all.String()), d, true); err != nil || f.Part(f.Data).Len() != d.Train.Len() {
		t.Errorf("with --all: %v", err)
	}
}

// A file is scaled as the run's data were, not by its own rows.
func TestFileIsScaledAsLearnt(t *testing.T) {
	d := opened(t, "data.scale=standard")
	f, err := Task{}.File(runOf(d), written(t, rows(35, 40)), d, false)
	if err != nil {
		t.Fatal(err)
	}
	var b data.Batch[float64]
	data.Fill(f.Part(f.Data), []int{0}, &b)
	in, out := d.Scalers.Inputs, d.Scalers.Values
	if want := (35 - in.Offset[0]) / in.Scale[0]; b.X[0] != want {
		t.Errorf("the first input is %g, want %g", b.X[0], want)
	}
	if want := (105 - out.Offset[0]) / out.Scale[0]; b.Y[0] != want {
		t.Errorf("the value is %g, want %g", b.Y[0], want)
	}
}

// Test parts ask for the same values whatever the inputs are scaled by, and for others where they are drawn otherwise.
func TestSameTruth(t *testing.T) {
	d, same, other := opened(t), opened(t, "data.scale=minmax"), opened(t, "data.split.seed=5")
	if !d.SameTruth(same) || d.SameTruth(other) {
		t.Errorf("scaled otherwise %t, drawn otherwise %t; want true, false", d.SameTruth(same), d.SameTruth(other))
	}
}

// Changed data are scaled as before, and what does not fit is not taken.
func TestAdopt(t *testing.T) {
	d := opened(t, "data.scale=standard")
	k := d.Job(d.c).Keep()
	k.Labelled.InputScaler = data.Scaler{Kind: "standard", Offset: []float64{100}, Scale: []float64{7}}
	if known, all := d.Adopt(&k); known != 1 || all != 1 || d.Scalers.Inputs.Offset[0] != 100 {
		t.Errorf("%d of %d known, offset %g", known, all, d.Scalers.Inputs.Offset[0])
	}
	k.Labelled.Inputs = []string{"a", "b"}
	if known, _ := d.Adopt(&k); known != 0 {
		t.Error("the scaler of two inputs is taken for one")
	}
	if known, _ := d.Adopt(&checkpoint.Data{}); known != 0 {
		t.Error("that of series is taken")
	}
}

// The simple methods are the mean and a ridge; the verdict orders them and the network by their error and tests the difference.
func TestMethodsAndVerdict(t *testing.T) {
	d := opened(t, "data.split={validation: 10, test: 5}")
	all, _, err := d.Methods(nil, d.Test)
	if err != nil || !slices.Equal(all, []string{"constant", "ridge"}) {
		t.Fatalf("%v, %v", all, err)
	}
	if _, _, err := d.Methods(baseline.Only{"naive"}, d.Test); err == nil {
		t.Error("the naive forecast suits sequences")
	}
	exact := make([][]float64, d.Validation.Len())
	for i := range exact {
		exact[i] = slices.Clone(d.Validation.Sequence(i).Values)
	}
	v, err := d.Verdict(exact, math.Inf(1))
	if err != nil || v.Best != task.NetworkName || v.Windows != 10 || v.Example != "sequence" || v.Metric != "rmse" || *v.Score(task.NetworkName) != 0 || v.PAgainst == nil {
		t.Errorf("%+v, %v", v, err)
	}
	if v, err = d.Verdict(exact, 0); err != nil || len(v.Methods) != 2 || v.LeftOut == "" || v.Against != "constant" {
		t.Errorf("without the means for a ridge: %+v, %v", v, err)
	}
}

// What a checkpoint keeps is enough to prepare sequences again.
func TestKeptIsWhole(t *testing.T) {
	d := opened(t, "data.scale=standard")
	k := d.Job(d.c).Keep()
	if err := k.Check(); err != nil {
		t.Fatal(err)
	}
	l := k.Labelled
	q, err := labelled.PrepareWith(d.Set, labelled.OptionsOf(d.c), labelled.Scalers{Inputs: l.InputScaler, Values: l.ValueScaler})
	if err != nil || q.Test.Len() != 30 || q.Scalers.Inputs.Offset[0] != d.Scalers.Inputs.Offset[0] {
		t.Errorf("%v", err)
	}
}

// Sequences of which the convolutions leave no step are refused when they are made ready, before a run is begun, and both pieces of
// advice lead on.
func TestConvolutionsLeaveAStepOfEverySequence(t *testing.T) {
	conv := func(width int, padding string) string {
		return fmt.Sprintf("model.front=[{conv: {channels: 2, width: %d, padding: %s}}]", width, padding)
	}
	prepare := func(text, set string) error {
		c, err := configs.Parse("c.yaml", fmt.Appendf(nil, "task: regress\ndata: {csv: %s, sequence: id, label: y}\n", written(t, text)), []string{set})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Task{}.Open(c, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Prepare(s.Config())
		return err
	}
	err := prepare(rows(0, 30), conv(3, "valid"))
	var short *configs.TooShort
	if !errors.As(err, &short) || !strings.Contains(err.Error(), "sequence s0 of ") || !strings.Contains(err.Error(), "the shortest of 10 that are too short: model.front[0].conv leaves no step: 2 of the 2 steps") {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), "sequences of 3 steps would do, or padding: same in every layer") {
		t.Errorf("got %v", err)
	}
	if err := prepare(rows(0, 30), conv(3, "same")); err != nil {
		t.Errorf("with padding: same: %v", err)
	}
	longer := strings.ReplaceAll(rows(0, 30), "\ns0,0,0\n", "\ns0,0,0\ns0,0,0\n")
	for i := 3; i < 30; i += 3 {
		row := fmt.Sprintf("\ns%d,%d,%d\n", i, i, 3*i)
		longer = strings.ReplaceAll(longer, row, row+row[1:])
	}
	if err := prepare(longer, conv(3, "valid")); err != nil {
		t.Errorf("of 3 steps and more: %v", err)
	}
}
