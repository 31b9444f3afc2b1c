package train

import (
	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/models"
)

// This file is what a training has besides whose examples are streams: a network reads them in order, the state carried from each
// batch to the next. It is truncated backpropagation through time [1].
//
// [1] Williams & Peng, An efficient gradient-based algorithm for on-line training of recurrent network trajectories, 1990.

// carried is the state of every row at the end of the batch before.
type carried[F Float] struct {
	h, c []F // [L,N,H]; nil before the first batch; c of an LSTM alone
}

// give writes the states of the rows that go on where the graph reads its first states, and zero for a row that begins anew.
func (s *carried[F]) give(g *stage[F], hidden int) {
	if _, ok := g.part.(data.Streamed); !ok {
		return
	}
	if copy(g.graph.Carry, g.batch.Carry); len(s.h) == 0 {
		clear(g.graph.Carry)
	}
	begin(g.graph.H0, s.h, g.graph.Carry, hidden)
	begin(g.graph.C0, s.c, g.graph.Carry, hidden)
}

// begin writes first states [L,N,H] of rows that go on, or not, from the last ones.
func begin[F Float](first, last []F, carry []bool, hidden int) {
	for i := 0; i*hidden < len(first); i++ {
		if row := first[i*hidden:][:hidden]; carry[i%len(carry)] {
			copy(row, last[i*hidden:])
		} else {
			clear(row)
		}
	}
}

// take keeps the last states of a batch.
func (s *carried[F]) take(g *stage[F]) {
	if _, ok := g.part.(data.Streamed); ok {
		s.h, s.c = append(s.h[:0], g.graph.HN...), append(s.c[:0], g.graph.CN...)
	}
}

// forget has every row begin anew.
func (s *carried[F]) forget() { *s = carried[F]{} }

func (s *carried[F]) copied() carried[F] {
	return carried[F]{append([]F(nil), s.h...), append([]F(nil), s.c...)}
}

// What a checkpoint calls the states.
const carriedH, carriedC = "carried/h", "carried/c"

// save adds the states to a checkpoint, with what their names begin with.
func (s *carried[F]) save(k *checkpoint.Training, begins string, spec models.Spec) {
	shape := []int{spec.Layers, len(s.h) / (spec.Layers * spec.HiddenSize), spec.HiddenSize}
	for _, one := range []struct {
		name   string
		states []F
	}{{carriedH, s.h}, {carriedC, s.c}} {
		if len(one.states) > 0 {
			k.Tensors = append(k.Tensors, checkpoint.FromFloats(begins+one.name, shape, one.states))
		}
	}
}

// restore reads what save wrote.
func (s *carried[F]) restore(k *checkpoint.Training, begins string, spec models.Spec, part data.Examples) error {
	streamed, ok := part.(data.Streamed)
	if _, kept := checkpoint.Find(k.Tensors, begins+carriedH); !ok || !kept {
		return nil
	}
	n := spec.Layers * streamed.Rows() * spec.HiddenSize
	var err error
	if s.h, err = values[F](k.Tensors, begins+carriedH, n); err == nil && spec.Cell == "lstm" {
		s.c, err = values[F](k.Tensors, begins+carriedC, n)
	}
	return err
}

// paceOf is how a part is paced: of streams an example is a whole batch.
func paceOf(c configs.Train, part data.Examples) configs.Train {
	if _, ok := part.(data.Streamed); ok {
		c.BatchSize = 1
	}
	return c
}

// stageOf is the graph for a batch of the examples index.
func (t *trainer[F]) stageOf(from *stages[F], part data.Examples, index []int, l sides) (*stage[F], error) {
	if streamed, ok := part.(data.Streamed); ok {
		return from.of(models.Size{Rows: streamed.Rows(), Steps: streamed.Steps()})
	}
	return from.of(t.sizeOf(index, l))
}
