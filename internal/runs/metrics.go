package runs

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"

	"recur/checkpoint"
	"recur/internal/record"
	"recur/train"
)

// MetricsLine is one line of metrics.jsonl.
type MetricsLine struct {
	Epoch          int      `json:"epoch"`
	Step           int      `json:"step"`
	TrainLoss      float64  `json:"train_loss"`
	ValidationLoss *float64 `json:"validation_loss"`
	LearningRate   float64  `json:"learning_rate"`
	GradNorm       float64  `json:"grad_norm"`
	Best           bool     `json:"best"`
	Refit          bool     `json:"refit,omitempty"` // of the training on both parts together
}

// metricsLog writes metrics.jsonl and metrics.csv, one line an epoch. Wall-clock times stay out of them, so that equal
// runs write equal files.
type metricsLog struct {
	run   RunDir
	jsonl *os.File
	csv   *os.File
	err   error
}

// MetricsHeader is the head of metrics.csv.
const MetricsHeader = "epoch,step,train_loss,validation_loss,learning_rate,grad_norm,best,refit\n"

// OpenMetrics begins the files; on resume with the epochs that the checkpoint remembers.
func OpenMetrics(r RunDir, resume *checkpoint.Checkpoint) (*metricsLog, error) {
	m := &metricsLog{run: r}
	var err error
	if m.jsonl, err = r.create("metrics.jsonl"); err != nil {
		return nil, err
	}
	if m.csv, err = r.create("metrics.csv"); err != nil {
		m.jsonl.Close()
		return nil, err
	}
	_, m.err = m.csv.WriteString(MetricsHeader)
	if resume != nil {
		for _, e := range train.History(resume) {
			m.Add(e)
		}
	}
	return m, m.err
}

// create makes a file anew: what another name of the old one shows stays as it is.
func (r RunDir) create(name string) (*os.File, error) {
	if err := record.Claim(string(r), name); err != nil {
		return nil, err
	}
	if err := record.Remove(string(r), name); err != nil {
		return nil, err
	}
	return os.OpenFile(r.Path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// Add writes the line of one epoch; an error is kept for Flush.
func (m *metricsLog) Add(e train.Epoch) {
	l := MetricsLine{Epoch: e.Number, Step: e.Step, TrainLoss: e.TrainLoss, LearningRate: e.LearningRate, GradNorm: e.GradNorm, Best: e.Best, Refit: e.Refit}
	if !math.IsNaN(e.ValidationLoss) {
		l.ValidationLoss = &e.ValidationLoss
	}
	m.write(l)
}

func (m *metricsLog) write(l MetricsLine) {
	b, err := json.Marshal(l)
	if err == nil {
		_, err = m.jsonl.Write(append(b, '\n'))
	}
	if err == nil {
		validation := ""
		if l.ValidationLoss != nil {
			validation = decimal(*l.ValidationLoss)
		}
		_, err = fmt.Fprintf(m.csv, "%d,%d,%s,%s,%s,%s,%t,%t\n", l.Epoch, l.Step, decimal(l.TrainLoss), validation, decimal(l.LearningRate), decimal(l.GradNorm), l.Best, l.Refit)
	}
	if m.err == nil {
		m.err = err
	}
}

// Flush returns the first error of all writes.
func (m *metricsLog) Flush() error { return m.err }

// Close closes both files.
func (m *metricsLog) Close() {
	m.jsonl.Close()
	m.csv.Close()
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// ReadMetrics reads metrics.jsonl up to the first line that is not whole.
func ReadMetrics(r RunDir) []MetricsLine {
	b, err := r.Read("metrics.jsonl")
	if err != nil {
		return nil
	}
	return ParseMetrics(b)
}

// ParseMetrics reads the lines of metrics.jsonl up to the first one that is not whole.
func ParseMetrics(b []byte) []MetricsLine {
	var lines []MetricsLine
	s := bufio.NewScanner(bytes.NewReader(b))
	for s.Scan() {
		var l MetricsLine
		if json.Unmarshal(s.Bytes(), &l) != nil {
			break
		}
		lines = append(lines, l)
	}
	return lines
}
