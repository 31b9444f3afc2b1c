package train

import (
	"fmt"
	"math"
	"sort"
	"strings"

	"recur/checkpoint"
	"recur/configs"
	"recur/graph"
	"recur/models"
)

// average is a running average of the weights, which validation, prediction and checkpoints use in place of the newest ones
// (train.average). With the newest weights w:
//
//	ema  after update i, from 1:  e ← e + (1−d)·(w−e),  d = min(average_decay, (1+i)/(10+i)),  e = w before the first
//	swa  after epoch n that counts: e ← e + (w−e)/n [1]
//
// How many updates, or epochs, are in it is progress.Averaged; at 0 there is no average yet, and the newest weights stand for it.
//
// The rows of a table that updates do not touch have their share of ema too, when they are next read: w is then the same all
// the way, so that e − w has only been multiplied by the product of all d. That is ema to the rounding, at no cost that grows
// with the table.
//
// [1] Izmailov et al., Averaging weights leads to wider optima and better generalization, 2018.
type average[F Float] struct {
	kind    string
	decay   float64
	rises   int // ema: the last update whose d is below decay
	from    int // swa: the first epoch that counts, from 0
	params  []*models.Param[F]
	weights [][]F // e
	table   int   // the parameter whose rows are brought up when they are read; -1: none
	columns int   // of the table
	at      []int // the updates that are in each of its rows
}

// newAverage is what the config asks for, nil for none.
func newAverage[F Float](c configs.Train, net *models.Network[F], windows int) *average[F] {
	if c.Average != "ema" && c.Average != "swa" {
		return nil
	}
	a := &average[F]{kind: c.Average, decay: c.AverageDecay, from: averagedFrom(c, windows), params: net.Params, table: -1}
	a.rises = sort.Search(math.MaxInt32, func(i int) bool { return a.keeps(i) == a.decay }) - 1
	for i, p := range net.Params {
		a.weights = append(a.weights, make([]F, len(p.Values)))
		if net.Sparse(p.Name) && c.Average == "ema" && !strings.HasPrefix(c.Solver, "gorgonia-") { // these step all rows
			a.table, a.columns, a.at = i, p.Shape[1], make([]int, p.Shape[0])
		}
	}
	return a
}

// averagedFrom is the first epoch, from 0, whose weights are in the average of swa: that which begins at train.average_start of
// all, at the latest the last one.
func averagedFrom(c configs.Train, windows int) int {
	epochs := newPace(c, windows).epochs
	return min(int(math.Ceil(c.AverageStart*float64(epochs))), epochs-1)
}

// keeps is d of update i.
func (a *average[F]) keeps(i int) float64 { return min(a.decay, float64(1+i)/float64(10+i)) }

// kept is the product of d over the updates after from, up to and with to. While d rises all but nine factors above and below
// the line are the same.
func (a *average[F]) kept(from, to int) float64 {
	product := 1.0
	if risen := min(to, a.rises); from < risen {
		for k := 2.0; k <= 10; k++ {
			product *= (float64(from) + k) / (float64(risen) + k)
		}
		from = risen
	}
	return product * math.Pow(a.decay, float64(to-from))
}

// before readies the average for the update after done of them, which will change some rows of the table alone: these are
// brought up while they are as they were.
func (a *average[F]) before(done int, changed *models.Table[F]) {
	if a == nil || a.kind != "ema" {
		return
	}
	if done == 0 {
		for i, p := range a.params {
			copy(a.weights[i], p.Values)
		}
		clear(a.at)
	}
	if a.table >= 0 && changed != nil {
		for _, row := range changed.Rows().Of {
			a.bring(row, done)
		}
	}
}

// follow takes the weights after update i, from 1, into the average.
func (a *average[F]) follow(i int, changed *models.Table[F]) {
	if a == nil || a.kind != "ema" {
		return
	}
	share := 1 - a.keeps(i)
	for at, p := range a.params {
		if at != a.table {
			graph.Average(a.weights[at], p.Values, share)
		}
	}
	if a.table < 0 || changed == nil {
		return
	}
	for _, row := range changed.Rows().Of {
		e, w := a.row(row)
		graph.Average(e, w, share)
		a.at[row] = i
	}
}

// row is a row of the table, its average and its weights.
func (a *average[F]) row(k int) (e, w []F) {
	from := k * a.columns
	return a.weights[a.table][from:][:a.columns], a.params[a.table].Values[from:][:a.columns]
}

// bring takes the updates that have not touched a row into its average.
func (a *average[F]) bring(k, done int) {
	if a.at[k] == done {
		return
	}
	e, w := a.row(k)
	graph.Average(e, w, 1-a.kept(a.at[k], done))
	a.at[k] = done
}

// settle brings up all rows of the table.
func (a *average[F]) settle(done int) {
	if a == nil || done == 0 {
		return
	}
	for k := range a.at {
		a.bring(k, done)
	}
}

// epoch takes the weights at the end of an epoch, from 0, into the average of swa; averaged epochs are in it. It returns how many
// are now, and is the same for an epoch that is in it already.
func (a *average[F]) epoch(epoch, averaged int) int {
	if a == nil || a.kind != "swa" || epoch < a.from || averaged > epoch-a.from {
		return averaged
	}
	averaged++
	for i, p := range a.params {
		if averaged == 1 {
			copy(a.weights[i], p.Values)
			continue
		}
		graph.Average(a.weights[i], p.Values, 1/float64(averaged))
	}
	return averaged
}

// exchange puts the average where the weights are, and the weights where the average is.
func (a *average[F]) exchange() {
	for i, p := range a.params {
		e := a.weights[i]
		for j, w := range p.Values {
			p.Values[j], e[j] = e[j], w
		}
	}
}

// set makes weights the average, done updates of ema being in all of them.
func (a *average[F]) set(weights [][]F, done int) {
	for i, w := range weights {
		copy(a.weights[i], w)
	}
	for k := range a.at {
		a.at[k] = done
	}
}

// averages says that there is an average in force.
func (t *trainer[F]) averages() bool { return t.average != nil && t.Averaged > 0 }

// judged are the weights that are validated and kept, at the end of an epoch.
func (t *trainer[F]) judged() [][]F {
	if t.averages() {
		return t.average.weights
	}
	return t.weights
}

// shown are the judged weights of any moment; what the average has of the table stays as it is, so that a save changes no bit.
func (t *trainer[F]) shown() [][]F {
	w := t.judged()
	if !t.averages() || t.average.table < 0 {
		return w
	}
	a := *t.average
	a.at = append([]int(nil), a.at...)
	a.weights = append([][]F(nil), a.weights...)
	a.weights[a.table] = append([]F(nil), a.weights[a.table]...)
	a.settle(t.Averaged)
	return a.weights
}

// saveAverage adds the newest weights to a checkpoint whose weights are averaged ones, and what the average has of a table of
// which not all rows are brought up.
func (t *trainer[F]) saveAverage(k *checkpoint.Training) {
	if !t.averages() {
		return
	}
	for i, p := range t.net.Params {
		k.Tensors = append(k.Tensors, checkpoint.FromFloats("newest/"+p.Name, p.Shape, p.Values))
		if a := t.average; i == a.table && t.cursor > 0 {
			at := make([]int64, len(a.at))
			for k, v := range a.at {
				at[k] = int64(v)
			}
			k.Tensors = append(k.Tensors, checkpoint.FromFloats("average/"+p.Name, p.Shape, a.weights[i]), checkpoint.FromInts("average.updates/"+p.Name, nil, at))
		}
	}
}

// restoreAverage reads what saveAverage wrote; the weights of the checkpoint are in the network already.
func (t *trainer[F]) restoreAverage(k *checkpoint.Training) error {
	if t.Averaged == 0 {
		return nil
	}
	if t.average == nil {
		return fmt.Errorf("it holds an average of weights, and there is none with this config")
	}
	t.average.set(t.weights, t.Averaged)
	for _, p := range t.net.Params {
		w, err := values[F](k.Tensors, "newest/"+p.Name, len(p.Values))
		if err != nil {
			return err
		}
		copy(p.Values, w)
	}
	return t.restoreRows(k)
}

// restoreRows brings back the rows of the table as they were in the average.
func (t *trainer[F]) restoreRows(k *checkpoint.Training) error {
	a := t.average
	if a.table < 0 {
		return nil
	}
	name := a.params[a.table].Name
	tensor, ok := checkpoint.Find(k.Tensors, "average.updates/"+name)
	if !ok {
		return nil // all are brought up
	}
	at, err := tensor.Ints()
	if err != nil {
		return err
	}
	e, err := values[F](k.Tensors, "average/"+name, len(a.weights[a.table]))
	if err != nil {
		return err
	}
	if len(at) != len(a.at) {
		return fmt.Errorf("its average has updates of %d rows of %s, want %d", len(at), name, len(a.at))
	}
	for i, v := range at {
		if v < 0 || int(v) > t.Averaged {
			return fmt.Errorf("its average has %d updates in row %d of %s, want 0 to %d", v, i, name, t.Averaged)
		}
		a.at[i] = int(v)
	}
	copy(a.weights[a.table], e)
	return nil
}

// sameAverage refuses a train.epochs or a train.average_start that has the average of swa begin with another epoch than it did.
func sameAverage(was, is configs.Train, windows int, s progress) error {
	a, b := averagedFrom(was, windows), averagedFrom(is, windows)
	if is.Average != "swa" || a == b || !s.Refit && s.Epoch <= min(a, b) {
		return nil
	}
	share := float64(a) / float64(newPace(is, windows).epochs)
	return fmt.Errorf("the average of train.average: swa began with epoch %d, and with train.epochs %d and train.average_start %g it would begin with epoch %d; to go on with the first set train.average_start to %.4g",
		a+1, is.Epochs, is.AverageStart, b+1, math.Floor(share*1e4)/1e4)
}
