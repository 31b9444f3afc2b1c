package pipeline

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"recur/checkpoint"
	"recur/internal/report"
	"recur/internal/runs"
)

// CheckpointInfo is `checkpoint inspect`.
type CheckpointInfo struct {
	Schema         int              `json:"schema"`
	Path           string           `json:"path"`
	Format         int              `json:"format"` // version of the format; 0 for a file outside of a checkpoint
	Program        string           `json:"program"`
	Step           int              `json:"step"`
	Epoch          int              `json:"epoch"`
	Best           bool             `json:"best"`
	TrainLoss      *float64         `json:"train_loss"`
	ValidationLoss *float64         `json:"validation_loss"`
	DataSHA256     string           `json:"data_sha256"`
	Files          []CheckpointFile `json:"files"`
}

// CheckpointFile is one file of a checkpoint.
type CheckpointFile struct {
	Name     string            `json:"name"`
	Bytes    int64             `json:"bytes"`
	SHA256   string            `json:"sha256"`
	Metadata map[string]string `json:"metadata"`
	Tensors  []Tensor          `json:"tensors"`
}

// Tensor is one tensor of a file.
type Tensor struct {
	Name   string `json:"name"`
	DType  string `json:"dtype"`
	Shape  []int  `json:"shape"`
	Bytes  int    `json:"bytes"`
	CRC32C string `json:"crc32c"`
}

// InspectCheckpoint verifies the checkpoint at path (of a run: its newest) and says what it holds.
func InspectCheckpoint(path string) (*CheckpointInfo, error) {
	if err := runs.Want(path, runs.Inspectable); err != nil {
		return nil, err
	}
	i, err := checkpoint.Inspect(checkpoint.OS(), path)
	if err != nil {
		return nil, err
	}
	info := &CheckpointInfo{
		Schema: 1, Path: i.Path, Format: i.Version, Program: i.Program, Step: i.Step, Epoch: i.Epoch, Best: i.Best,
		TrainLoss: report.Number(i.TrainLoss), ValidationLoss: report.Number(i.ValidationLoss), DataSHA256: i.DataHash,
	}
	for _, f := range i.Files {
		file := CheckpointFile{Name: f.Name, Bytes: f.Bytes, SHA256: f.SHA256, Metadata: f.Metadata}
		for _, t := range f.Tensors {
			file.Tensors = append(file.Tensors, Tensor(t))
		}
		info.Files = append(info.Files, file)
	}
	return info, nil
}

// Vocabulary writes the symbols of a checkpoint (of a run: its best) as CSV: number, symbol, how often the training part held it, and
// whether it is a special one, whose name stands in angle brackets.
func Vocabulary(path string, w io.Writer) error {
	if err := runs.Want(path, runs.Inspectable); err != nil {
		return err
	}
	k, _, err := checkpoint.Load(checkpoint.OS(), path, "best")
	if err != nil {
		return err
	}
	v := k.Data.Vocabulary()
	if v == nil {
		return &Usage{Message: "--vocabulary: " + path + " has not learnt from text, so it has none"}
	}
	out := csv.NewWriter(w)
	rows := [][]string{{"number", "symbol", "count", "special"}}
	for n := range int32(v.Len()) {
		symbol, special := v.Symbol(n)
		rows = append(rows, []string{strconv.Itoa(int(n)), symbol, strconv.FormatInt(v.Count(n), 10), strconv.FormatBool(special)})
	}
	return out.WriteAll(rows)
}

// VerifyCheckpoints checks every checkpoint of a run and its pointers; the error says that at least one is damaged.
// Those of an ensemble are the ones of its runs.
func VerifyCheckpoints(run string) (string, error) {
	if err := runs.Want(run, runs.Verifiable); err != nil {
		return "", err
	}
	all, err := verifyAll(run)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	bad := 0
	for _, s := range all {
		verdict := "ok"
		if s.Names != "" {
			verdict = "ok, names " + s.Names
		}
		if s.Err != nil {
			verdict = s.Err.Error()
			bad++
		}
		fmt.Fprintf(&b, "%s: %s\n", s.Name, verdict)
	}
	if bad > 0 {
		return b.String(), &checkpoint.Error{Path: run, Reason: fmt.Sprintf("%d of the %d checkpoints and pointers are damaged", bad, len(all)), Advice: "what is newest and verifies is used"}
	}
	return b.String(), nil
}

// verifyAll looks at a run, or at all runs of an ensemble, whose names then stand before those of their checkpoints. A run
// of an ensemble that has not begun to save is no fault.
func verifyAll(run string) ([]checkpoint.Status, error) {
	parts := runs.RunDir(run).Parts()
	if len(parts) == 0 {
		return checkpoint.Verify(checkpoint.OS(), run)
	}
	var all []checkpoint.Status
	for _, part := range parts {
		of, err := checkpoint.Verify(checkpoint.OS(), runs.RunDir(run).Path(part))
		if err != nil && !errors.Is(err, checkpoint.ErrNone) {
			return nil, err
		}
		for _, s := range of {
			s.Name = part + ": " + s.Name
			all = append(all, s)
		}
	}
	return all, nil
}
