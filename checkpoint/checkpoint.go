// Package checkpoint answers one question: how is a network kept?
//
// A checkpoint is an immutable directory step-000123 of four files: the weights (model.safetensors, PyTorch's names), what
// a forecast needs besides them (data.safetensors), what a bit-equal resume needs (training.safetensors), and
// manifest.json with a checksum of everything. FORMAT.md draws the bytes. Save writes one so that a kill, a full disk or a
// power cut at any moment leaves the earlier ones intact; Load takes the newest that verifies and says when that is not
// the newest. The package holds plain values and names no trainer's type.
package checkpoint

import (
	"encoding/json"

	"recur/configs"
	"recur/data"
	"recur/data/series"
)

// Version is the version of the format that Save writes; Load reads it and every older one.
const Version = 1

// The files of a checkpoint.
const (
	modelName    = "model.safetensors"
	dataName     = "data.safetensors"
	trainingName = "training.safetensors"
	manifestName = "manifest.json"
)

// Checkpoint is everything that is kept of a network at one step of its training.
type Checkpoint struct {
	Step   int             // updates since the start of the run; it names the directory and only grows
	Epoch  int             // finished epochs
	Config *configs.Config // the resolved config

	Weights  []Tensor  // by PyTorch's names: rnn.weight_ih_l0, head.weight …
	Data     Data      // what a forecast needs besides the weights
	Training *Training // what a resume needs; nil: the training can't be resumed from here

	ValidationLoss float64 // NaN where nothing was validated
	TrainLoss      float64
	DataHash       string // SHA-256 of the data, as series.Dataset.Hash has it
	Program        string // who wrote it, "recur v1.2.3"; at Save "" means this build

	Best bool   // set by Save and Load: it was the best so far when it was saved
	Name string // set by Save and Load: the directory's name, step-000123
}

// Data is enough to predict without the original files: of series, labelled sequences, texts, pairs or sounds.
type Data struct {
	Labelled *Labelled // nil: no labelled sequences
	Text     *Text     // nil: no text that goes on
	Paired   *Paired   // nil: no pairs of texts
	Sounds   *Sounds   // nil: no sounds; where all four are nil the rest describes series

	Targets    []string
	Covariates []string
	Future     []string           // covariates known ahead of time
	Frequency  string             // series.Frequency.String()
	Local      *series.LocalState // what recipe global fitted; nil with recipe plain
	Series     []SeriesState

	Asked int // steps that a forecast is asked for, of which covariates must be known ahead; 0: data.horizon. No file holds it
}

// Fitted is what the training fitted, for series.PrepareWith and series.TailPart.
func (d *Data) Fitted() series.Fitted {
	f := series.Fitted{Scalers: map[series.ID]data.Scaler{}, Local: d.Local}
	for _, s := range d.Series {
		f.Scalers[s.ID()] = s.Scaler
	}
	return f
}

// Columns is the number of values of a row: targets, covariates, covariates known ahead.
func (d *Data) Columns() int { return len(d.Targets) + len(d.Covariates) + len(d.Future) }

// SeriesState is what is kept of one series. A row has K targets, then the covariates, then those known ahead, in the units
// of the data. The tail is the last window, or with recipe global the whole series, whose profile and scale need all of it.
type SeriesState struct {
	Name        string
	Target      string // the one target that it holds, as series.Series has it; "" where it holds all of them
	Scaler      data.Scaler
	NaiveScale  []float64 // [K] the denominator of MASE
	Rows        int       // rows of the whole series
	LastTime    string    // time of the last row in RFC 3339 with nanoseconds; "" when there is no time
	LastNumber  float64   // index of the last row where the time column is plain numbers, else NaN
	Labels      []string  // the time stamps of the tail's rows as written; nil when there are none
	Tail        []float64 // [rows,columns] the last rows
	TailMissing []bool    // [rows,columns] true where the file had no value
	Horizon     int       // how many steps ahead this series is forecast; 0: data.horizon
	Ahead       []float64 // [steps,future] the covariates known ahead, of the steps after the last row
}

// Training is what a trainer needs to go on with the bits it would have had. It holds no wall-clock time: equal runs
// write equal files.
type Training struct {
	Solver        string             // the config's word; a trainer goes on with the same one only
	Updates       int                // updates the solver has made, the t of Adam
	Moments       []Tensor           // the solver's memory, named kind/parameter: "m/rnn.weight_ih_l0"
	Schedule      map[string]float64 // the learning-rate schedule's memory: "rate", "best", "bad_epochs" …
	Streams       map[string][]byte  // the state of every random stream by name: "shuffle", "dropout" …
	Order         []int              // the training windows that the running epoch takes, one as often as it is taken; empty between epochs
	Cursor        int                // how many of Order have been used
	Sums          map[string]float64 // sums over the used part of the running epoch: "loss", "weight" …
	EarlyStopping EarlyStopping
	History       []Epoch                    // the finished epochs
	Tensors       []Tensor                   // anything else with a name: carried states …
	State         map[string]json.RawMessage // anything else that is small
}

// EarlyStopping is the memory of the rule that stops a training and of the choice of the best checkpoint.
type EarlyStopping struct {
	Best      float64 // the lowest validation loss so far; NaN or +Inf before the first
	BestStep  int
	BestEpoch int
	Bad       int // epochs since then
}

// Epoch is one finished epoch. Losses are in scaled units; NaN where there is none.
type Epoch struct {
	Number         int
	Step           int
	TrainLoss      float64
	ValidationLoss float64
	LearningRate   float64
	GradNorm       float64
	Best           bool
}
