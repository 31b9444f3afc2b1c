package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// trainingName: small values in the metadata under "state"; everything else as tensors, whose names begin with what they
// are: moment/, stream/, extra/, order, history.

const stateKey = "state"

type trainingState struct {
	Solver        string                     `json:"solver"`
	Updates       int                        `json:"updates"`
	Schedule      map[string]number          `json:"schedule"`
	Cursor        int                        `json:"cursor"`
	Sums          map[string]number          `json:"sums"`
	EarlyStopping stoppingState              `json:"early_stopping"`
	State         map[string]json.RawMessage `json:"state"`
}

type stoppingState struct {
	Best      number `json:"best"`
	BestStep  int    `json:"best_step"`
	BestEpoch int    `json:"best_epoch"`
	Bad       int    `json:"bad"`
}

func encodeTraining(c *Checkpoint) ([]Tensor, map[string]string, error) {
	t := c.Training
	if err := t.check(); err != nil {
		return nil, nil, fmt.Errorf("training: %w", err)
	}
	e := t.EarlyStopping
	text, err := marshal(trainingState{
		Solver: t.Solver, Updates: t.Updates, Schedule: numbers(t.Schedule), Cursor: t.Cursor, Sums: numbers(t.Sums),
		EarlyStopping: stoppingState{number(e.Best), e.BestStep, e.BestEpoch, e.Bad}, State: t.State,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("training state: %w", err)
	}
	var tensors []Tensor
	for _, m := range t.Moments {
		m.Name = "moment/" + m.Name
		tensors = append(tensors, m)
	}
	for _, m := range t.Tensors {
		m.Name = "extra/" + m.Name
		tensors = append(tensors, m)
	}
	for _, name := range sortedKeys(t.Streams) {
		tensors = append(tensors, FromBytes("stream/"+name, nil, t.Streams[name]))
	}
	if len(t.Order) > 0 {
		order := make([]int64, len(t.Order))
		for i, v := range t.Order {
			order[i] = int64(v)
		}
		tensors = append(tensors, FromInts("order", nil, order))
	}
	tensors = append(tensors, encodeHistory(t.History)...)
	return tensors, map[string]string{versionKey: strconv.Itoa(Version), stateKey: string(text)}, nil
}

// encodeHistory returns history.whole, I64 [epochs,3]: number, step, best; and history.real, F64 [epochs,4]: training
// loss, validation loss, learning rate, norm of the gradient.
func encodeHistory(epochs []Epoch) []Tensor {
	var whole []int64
	var real []float64
	for _, e := range epochs {
		best := int64(0)
		if e.Best {
			best = 1
		}
		whole = append(whole, int64(e.Number), int64(e.Step), best)
		real = append(real, e.TrainLoss, e.ValidationLoss, e.LearningRate, e.GradNorm)
	}
	return []Tensor{
		FromInts("history.whole", []int{len(epochs), 3}, whole),
		FromFloats("history.real", []int{len(epochs), 4}, real),
	}
}

func decodeTraining(c *Checkpoint, from content) error {
	text, ok := from.metadata[stateKey]
	if !ok {
		return fmt.Errorf("its metadata has no %q", stateKey)
	}
	var s trainingState
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return fmt.Errorf("its state does not parse: %w", err)
	}
	e := s.EarlyStopping
	t := &Training{
		Solver: s.Solver, Updates: s.Updates, Schedule: floats(s.Schedule), Cursor: s.Cursor, Sums: floats(s.Sums),
		EarlyStopping: EarlyStopping{float64(e.Best), e.BestStep, e.BestEpoch, e.Bad}, State: s.State,
	}
	for _, tensor := range from.tensors {
		if err := t.take(tensor); err != nil {
			return err
		}
	}
	history, err := decodeHistory(from.tensors)
	if err != nil {
		return err
	}
	t.History, c.Training = history, t
	return t.check()
}

// check says whether Order may hold windows and Cursor lies in it. How many windows there are only the data tell.
func (t *Training) check() error {
	for i, v := range t.Order {
		if v < 0 {
			return fmt.Errorf("its order of %d windows has %d at place %d, want 0 or more", len(t.Order), v, i)
		}
	}
	if t.Cursor < 0 || t.Cursor > len(t.Order) || t.Updates < 0 {
		return fmt.Errorf("cursor %d or updates %d is out of range for an order of %d windows", t.Cursor, t.Updates, len(t.Order))
	}
	return nil
}

// take puts one tensor of the file where its name says.
func (t *Training) take(tensor Tensor) error {
	kind, name, _ := strings.Cut(tensor.Name, "/")
	switch kind {
	case "moment":
		tensor.Name = name
		t.Moments = append(t.Moments, tensor)
	case "extra":
		tensor.Name = name
		t.Tensors = append(t.Tensors, tensor)
	case "stream":
		if t.Streams == nil {
			t.Streams = map[string][]byte{}
		}
		t.Streams[name] = append([]byte{}, tensor.Data...)
		return tensor.is("U8")
	case "order":
		order, err := tensor.Ints()
		if err != nil {
			return err
		}
		t.Order = make([]int, len(order))
		for i, v := range order {
			t.Order[i] = int(v)
		}
	case "history.whole", "history.real":
	default:
		return fmt.Errorf("unknown tensor %q", tensor.Name)
	}
	return nil
}

func decodeHistory(tensors []Tensor) ([]Epoch, error) {
	whole, err := need(tensors, "history.whole").Ints()
	real, realErr := need(tensors, "history.real").Float64s()
	if err := errors.Join(err, realErr); err != nil {
		return nil, err
	}
	n := len(whole) / 3
	if len(whole) != 3*n || len(real) != 4*n {
		return nil, fmt.Errorf("its history has %d and %d numbers, want 3 and 4 an epoch", len(whole), len(real))
	}
	var epochs []Epoch
	for i := range n {
		w, r := whole[3*i:], real[4*i:]
		epochs = append(epochs, Epoch{int(w[0]), int(w[1]), r[0], r[1], r[2], r[3], w[2] != 0})
	}
	return epochs, nil
}
