package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"recur/checkpoint"
	"recur/models"
)

// Taken is what a network takes of the weights of another one to start from.
type Taken struct {
	Weights []checkpoint.Tensor // of the network, by its names, shapes and type: those of which something was taken
	Rows    []TakenRow          // of every weight of the network, then of those that it has not
}

// TakenRow is what became of one weight.
type TakenRow struct {
	Name  string `json:"name"`
	Here  []int  `json:"here"`  // its shape in this network; nil where it has none of that name
	There []int  `json:"there"` // its shape in the other one
	What  string `json:"what"`  // taken, "N of M rows", "another shape", "type F16", "only here", "only there"
}

// Take looks for the weights of a network in those of another one: where names and shapes fit they are taken. The rows of a table of
// symbols or names, and of an output of symbols or labels, are matched by what they stand for where both networks know it; rows
// that only this one has stay as they are drawn. ours and theirs are what the networks keep; theirs is nil where nothing is known.
func Take(s models.Spec, ours, theirs *checkpoint.Data, weights []checkpoint.Tensor) (*Taken, error) {
	s.Threads = 1
	if s.DType == "float64" {
		return take[float64](s, ours, theirs, weights)
	}
	return take[float32](s, ours, theirs, weights)
}

func take[F Float](s models.Spec, ours, theirs *checkpoint.Data, weights []checkpoint.Tensor) (*Taken, error) {
	net, err := models.New[F](s) // for the rows that are not taken
	if err != nil {
		return nil, err
	}
	defer net.Close()
	t := &Taken{}
	for _, p := range net.Params {
		row := TakenRow{Name: p.Name, Here: p.Shape, What: "only here"}
		if from, ok := checkpoint.Find(weights, p.Name); ok {
			row.There = from.Shape
			row.What, err = takeOne(p, from, rowNames(ours, p.Name, p.Shape), rowNames(theirs, p.Name, from.Shape))
			if err != nil {
				return nil, err
			}
			if row.Taken() {
				t.Weights = append(t.Weights, checkpoint.FromFloats(p.Name, p.Shape, p.Values))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	for _, from := range weights {
		if net.Param(from.Name) == nil {
			t.Rows = append(t.Rows, TakenRow{Name: from.Name, There: from.Shape, What: "only there"})
		}
	}
	return t, nil
}

// Taken says that all of the weight was taken, or some rows.
func (r TakenRow) Taken() bool { return r.What == "taken" || strings.HasSuffix(r.What, " rows") }

// takeOne writes what fits of a weight into that of a network, and says what did.
func takeOne[F Float](p *models.Param[F], from checkpoint.Tensor, here, there []string) (string, error) {
	named := len(here) == p.Shape[0] && len(from.Shape) > 0 && len(there) == from.Shape[0]
	switch {
	case from.DType != "F32" && from.DType != "F64":
		return "type " + from.DType, nil
	case named && !slices.Equal(p.Shape[1:], from.Shape[1:]), !named && !slices.Equal(p.Shape, from.Shape):
		return "another shape", nil
	}
	values, err := from.Float64s()
	if err != nil {
		return "", err
	}
	for i, v := range values {
		if !finite(v) || !finite(float64(F(v))) {
			return "", fmt.Errorf("value %d of %s is %v, which is no number to start from in %T", i, from.Name, v, F(0))
		}
	}
	if !named || slices.Equal(here, there) {
		for i, v := range values {
			p.Values[i] = F(v)
		}
		return "taken", nil
	}
	at, matched := make(map[string]int, len(there)), 0
	for i, name := range there {
		at[name] = i
	}
	size := len(values) / max(1, len(there))
	for i, name := range here {
		if k, ok := at[name]; ok {
			for j, v := range values[k*size:][:size] {
				p.Values[i*size+j] = F(v)
			}
			matched++
		}
	}
	if matched == 0 {
		return "no row of the same name", nil
	}
	return fmt.Sprintf("%d of %d rows", matched, len(here)), nil
}

// rowNames are what the rows of a weight stand for; nil where they stand for nothing that has a name, or it is not known. A weight
// of a new kind whose rows have names gets its line here.
func rowNames(d *checkpoint.Data, weight string, shape []int) []string {
	if d == nil || len(shape) == 0 {
		return nil
	}
	output := weight == "head.weight" || weight == "head.bias"
	switch {
	case d.Labelled != nil && output && len(d.Labelled.Classes) > 0:
		return d.Labelled.Classes
	case weight == "embedding.weight" || output && d.Text != nil:
		return symbolNames(d, shape[0])
	case d.Local != nil:
		for column, names := range d.Local.Categories {
			if weight == "embedding."+column+".weight" {
				return slices.Concat([]string{""}, names) // row 0 is no known name
			}
		}
	}
	return nil
}

// symbolNames are those of n rows: the symbols of a vocabulary, of which a special one is told from an ordinary one that is written like
// it, then the rows that words share by how they are spelt, which belong to their number.
func symbolNames(d *checkpoint.Data, n int) []string {
	var v interface {
		Len() int
		Symbol(n int32) (text string, special bool)
	}
	switch {
	case d.Text != nil:
		v = d.Text.Vocabulary
	case d.Labelled != nil && d.Labelled.Vocabulary != nil:
		v = d.Labelled.Vocabulary
	}
	if v == nil || n < v.Len() {
		return nil
	}
	names := make([]string, n)
	for i := range names {
		if i >= v.Len() {
			names[i] = fmt.Sprintf("row %d of %d", i-v.Len(), n-v.Len())
			continue
		}
		text, special := v.Symbol(int32(i))
		names[i] = fmt.Sprint(special, " ", text)
	}
	return names
}

// from gives weights of the network what the job has them start from.
func (t *trainer[F]) from() error {
	for _, tensor := range t.job.From {
		p := t.net.Param(tensor.Name)
		if p == nil || !slices.Equal(p.Shape, tensor.Shape) {
			return fmt.Errorf("train: the weights to start from have %s of %v, which the network has not", tensor.Name, tensor.Shape)
		}
		v, err := checkpoint.Floats[F](tensor)
		if err != nil {
			return err
		}
		copy(p.Values, v)
	}
	return nil
}

// fromSum tells weights to start from apart; "" where there are none.
func (j *Job) fromSum() string {
	if len(j.From) == 0 {
		return ""
	}
	h := sha256.New()
	for _, t := range j.From {
		fmt.Fprintf(h, "%q %s %v %d\n", t.Name, t.DType, t.Shape, len(t.Data))
		h.Write(t.Data)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// gives says that a weight starts from that of another network.
func (j *Job) gives(name string) bool {
	_, ok := checkpoint.Find(j.From, name)
	return ok
}
