package checkpoint_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
)

// equal compares checkpoints: NaN equals NaN, and nil an empty list. The path of a config is where it was read from and
// therefore not compared.
var equal = cmp.Options{cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(configs.Config{}, "Path")}

func config(t testing.TB) *configs.Config {
	t.Helper()
	c, err := configs.Parse("sample", []byte(sampleConfig), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const sampleConfig = `version: 1
name: sample
task: forecast
data:
  csv: /gone/sample.csv
  targets: [count]
  covariates: [rain]
  window: 3
  horizon: 2
model:
  cell: gru
  hidden_size: 2
`

// sample is a checkpoint with everything in it that a checkpoint can have. Its numbers follow from step.
func sample(t testing.TB, step int) *checkpoint.Checkpoint {
	x := float64(step)
	weights := []checkpoint.Tensor{
		checkpoint.FromFloats("rnn.weight_ih_l0", []int{6, 2}, ramp[float32](12, x)),
		checkpoint.FromFloats("rnn.weight_hh_l0", []int{6, 2}, ramp[float32](12, x+1)),
		checkpoint.FromFloats("rnn.bias_ih_l0", []int{6}, ramp[float32](6, x+2)),
		checkpoint.FromFloats("rnn.bias_hh_l0", []int{6}, ramp[float32](6, x+3)),
		checkpoint.FromFloats("head.weight", []int{2, 2}, ramp[float32](4, x+4)),
		checkpoint.FromFloats("head.bias", []int{2}, ramp[float32](2, x+5)),
	}
	return &checkpoint.Checkpoint{
		Step: step, Epoch: step / 10, Config: config(t), Weights: weights,
		ValidationLoss: 1 / (x + 1), TrainLoss: math.Pi * x, DataHash: "9f86d081", Program: "recur test",
		Data: checkpoint.Data{
			Targets: []string{"count"}, Covariates: []string{"rain"}, Frequency: "month",
			Series: []checkpoint.SeriesState{{
				Name: "north", Scaler: data.Scaler{Kind: "standard", Offset: []float64{x, 0.1}, Scale: []float64{2, 1e-300}},
				NaiveScale: []float64{0.25}, Rows: 40, LastTime: "2001-02-03T00:00:00Z", LastNumber: math.NaN(),
				Labels: []string{"2001-01", "2001-02"}, Tail: []float64{1, 2, 3, math.Copysign(0, -1)},
				TailMissing: []bool{false, true, false, false},
			}, {
				Name: "süd \"2\"\\", Scaler: data.Scaler{Kind: "none"}, LastNumber: 7.5, Rows: 0,
			}},
		},
		Training: &checkpoint.Training{
			Solver: "adam", Updates: step,
			Moments: []checkpoint.Tensor{
				checkpoint.FromFloats("m/head.bias", []int{2}, ramp[float32](2, x+6)),
				checkpoint.FromFloats("v/head.bias", []int{2}, ramp[float32](2, x+7)),
			},
			Schedule:      map[string]float64{"rate": 0.1, "best": math.Inf(1), "floor": math.Inf(-1), "none": math.NaN()},
			Streams:       map[string][]byte{"shuffle": {1, 2, 3, byte(step)}, "dropout": {}},
			Order:         []int{3, 1, 0, 2},
			Cursor:        2,
			Sums:          map[string]float64{"loss": 0.1 + 0.2},
			EarlyStopping: checkpoint.EarlyStopping{Best: math.NaN(), BestStep: 4, BestEpoch: 1, Bad: 2},
			History: []checkpoint.Epoch{
				{Number: 1, Step: 10, TrainLoss: 3, ValidationLoss: math.NaN(), LearningRate: 0.1, GradNorm: math.Inf(1), Best: true},
				{Number: 2, Step: 20, TrainLoss: 2, ValidationLoss: 4, LearningRate: 0.05, GradNorm: 1},
			},
			Tensors: []checkpoint.Tensor{checkpoint.FromFloats("h0", []int{1, 1, 2}, []float64{x, -x})},
			State:   map[string]json.RawMessage{"note": json.RawMessage(`{"a":[1,2,"<&>"]}`)},
		},
	}
}

func ramp[F checkpoint.Float](n int, from float64) []F {
	v := make([]F, n)
	for i := range v {
		v[i] = F(math.Sin(from + float64(i)))
	}
	return v
}

func save(t testing.TB, f checkpoint.FS, dir string, c *checkpoint.Checkpoint, best bool) string {
	t.Helper()
	name, err := checkpoint.Save(f, dir, c, best)
	if err != nil {
		t.Fatal(err)
	}
	return name
}
