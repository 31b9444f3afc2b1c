package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"recur/data"
	"recur/graph"
	"recur/models"
)

// stage is a graph of one batch size and number of steps with a batch that lies in the graph's own input memory, so that filling the batch is
// the only copy of the data.
type stage[F Float] struct {
	graph     *models.Graph[F]
	batch     data.Batch[F]
	gradients [][]F
	table     *models.Table[F] // the parameter whose gradient is one of rows; nil where there is none
	used      int              // when it was last asked for

	part  data.Examples // what the batch holds: the examples index of part
	index []int
}

// fill puts windows into the graph's inputs and returns the sum of the mask: how many targets, labels, or rows whose labels are not aligned, count.
func (s *stage[F]) fill(part data.Examples, index []int) float64 {
	s.part, s.index = part, index
	data.Fill(part, index, &s.batch)
	same(s.graph.X, s.batch.X)
	same(s.graph.Z, s.batch.Z)
	same(s.graph.Y, s.batch.Y)
	same(s.graph.Mask, s.batch.Mask)
	same(s.graph.Units, s.batch.Units)
	same(s.graph.Lengths, s.batch.Lengths)
	same(s.graph.Tokens, s.batch.Tokens)
	same(s.graph.Labels, s.batch.Labels)
	same(s.graph.Said, s.batch.Said)
	same(s.graph.SaidLengths, s.batch.SaidLengths)
	same(s.graph.Copied, s.batch.Copied)
	if len(s.graph.Spelt) > 0 {
		same(s.graph.Spelt, s.batch.Spelt)
		s.graph.Spellings = graph.Spellings(*s.batch.Spellings)
	}
	if s.graph.S > 0 && len(s.graph.Said) == 0 { // labels that are not aligned: the loss is a mean over rows
		return float64(s.batch.N)
	}
	var sum float64
	for _, y := range s.graph.Labels {
		if y != data.NoLabel {
			sum++
		}
	}
	for _, m := range s.graph.Mask {
		sum += float64(m)
	}
	return sum
}

// run is the graph's Run; a fault that lies in one example names it.
func (s *stage[F]) run() (loss float64, err error) {
	loss, err = s.graph.Run()
	if err == nil {
		return loss, nil
	}
	var short *models.Short
	if errors.As(err, &short) {
		err = fmt.Errorf("%s: %w", s.part.Called(s.index[short.Row]), short.Err)
	}
	return loss, err
}

// same copies src to dst unless they are one memory already.
func same[E any](dst, src []E) {
	if len(dst) != len(src) {
		panic(fmt.Sprintf("train: a batch has %d values where its graph wants %d", len(src), len(dst)))
	}
	if len(dst) > 0 && &dst[0] != &src[0] {
		copy(dst, src)
	}
}

// advance makes one update: the next batch of the epoch, forward, backward, checks, clipping, rate, solver.
func (t *trainer[F]) advance() error {
	began := time.Now()
	n := min(t.pace.batch, len(t.order)-t.cursor)
	told := Step{Epoch: t.Epoch + 1, Step: t.step + 1}
	if err := t.attempt(t.order[t.cursor:t.cursor+n], &told); err != nil {
		if told.Skipped = t.skips(err); !told.Skipped {
			return err
		}
	}
	t.step++
	t.PhaseStep++
	t.cursor += n
	t.saver.dirty = true
	t.steps++
	t.busy += time.Since(began)
	if t.o.OnStep != nil {
		t.o.OnStep(told)
	}
	return nil
}

// disturbState hands the solver's state and the weights to a test.
func (t *trainer[F]) disturbState() {
	t.o.disturb(t.step+1, "weights", t.weights)
	if s, ok := t.solver.(interface{ memory() [][]F }); ok {
		t.o.disturb(t.step+1, "state", s.memory())
	}
}

// skips says that an update that failed is left out and the training goes on.
func (t *trainer[F]) skips(err error) bool {
	var d *Diverged
	return t.c.Train.OnNaN == "skip" && errors.As(err, &d) && t.forgive(d)
}

// attempt makes an update with the gradient of some examples: of one batch, or of several as if they were one.
func (t *trainer[F]) attempt(index []int, told *Step) error {
	batches := t.batchesOf(index)
	t.gathered.begin(len(batches) > 1)
	var last *stage[F]
	for _, batch := range batches {
		s, err := t.stageOf(t.stages, t.part, batch, t.lengths)
		if err != nil {
			return err
		}
		weight := s.fill(t.part, batch)
		t.carried.give(s, t.net.Spec.HiddenSize)
		if weight == 0 {
			continue
		}
		if last != nil && finite(t.gathered.loss) {
			last.graph.Follow() // before its graph runs again
		}
		if err := t.follow(s, batch, weight, told); err != nil {
			return err
		}
		last = s
	}
	if last == nil {
		return nil
	}
	return t.update(last, told)
}

// batchesOf cuts the examples of an update into those that go through the network at once: train.batch_size of them, of pairs no more than
// have train.batch_tokens symbols to say, padding counted.
func (t *trainer[F]) batchesOf(index []int) [][]int {
	all := t.batches[:0] // a step allocates nothing
	for at := 0; at < len(index); at += t.paced.BatchSize {
		batch := index[at:min(at+t.paced.BatchSize, len(index))]
		if most := t.c.Train.BatchTokens; most > 0 && t.lengths.said != nil {
			all = append(all, data.CutBySteps(batch, t.lengths.said, most)...)
			continue
		}
		all = append(all, batch)
	}
	t.batches = all
	return all
}

// noiseOf is the number that the masks of the batch at hand are drawn by: another one for each batch of a training.
func (t *trainer[F]) noiseOf() uint64 {
	most := max(1, t.c.Train.Accumulate)
	if t.c.Train.BatchTokens > 0 {
		most *= t.paced.BatchSize
	}
	return uint64(t.step*most + t.gathered.batches)
}

// follow makes the gradient of one filled batch.
func (t *trainer[F]) follow(s *stage[F], index []int, weight float64, told *Step) error {
	if t.o.disturb != nil {
		t.o.disturb(t.step+1, "input", [][]F{s.graph.X})
		t.o.disturb(t.step+1, "target", [][]F{s.graph.Y})
	}
	if err := t.checkInput(s, index, told); err != nil {
		return err
	}
	s.graph.Dropout(t.c.Seed, t.noiseOf())
	loss, err := s.run()
	if err != nil {
		return fmt.Errorf("train: epoch %d, step %d: %w", told.Epoch, told.Step, err)
	}
	for i := range s.gradients {
		s.gradients[i] = s.graph.Gradient(i)
	}
	if t.gathered.add(s, loss, weight, t.job.Spec.ClassWeights); finite(loss) {
		t.carried.take(s)
	}
	return nil
}

// update steps along the gradient that follow has made, the last time in s.
func (t *trainer[F]) update(s *stage[F], told *Step) error {
	loss, weight := t.gathered.end(s)
	if t.o.disturb != nil {
		t.o.disturb(t.step+1, "gradient", s.gradients)
	}
	norm, bad := gradientNorm(s.gradients)
	if bad >= 0 || !finite(loss) {
		t.carried.forget()
		return t.diverged(told, loss, norm, bad)
	}
	if limit := t.c.Train.ClipNorm; limit > 0 {
		clip(s.gradients, norm, limit)
	}
	t.pacing()
	t.average.before(t.Averaged, s.table)
	if err := t.solver.Step(s.graph.Grads); err != nil {
		return err
	}
	s.graph.Follow()
	if t.o.disturb != nil {
		t.disturbState()
	}
	if err := t.checkWeights(told.Step, s.table); err != nil {
		return err
	}
	t.followed(s.table)
	t.sums.loss += loss * weight
	t.sums.weight += weight
	t.sums.norm += norm
	t.sums.steps++
	told.Loss, told.GradNorm, told.LearningRate = loss, norm, t.rate
	return nil
}

// pacing gives the solver the learning rate of the update, and its momentum where the schedule moves it.
func (t *trainer[F]) pacing() {
	t.rate = t.schedule.rate(t.PhaseStep, t.Plateau.before(t.Epoch+1)) * t.halvings(t.Epoch+1)
	t.solver.SetLearningRate(t.rate)
	if mu, moves := t.schedule.momentum(t.PhaseStep); moves {
		if s, ok := t.solver.(interface{ SetMomentum(mu float64) }); ok {
			s.SetMomentum(mu)
		}
	}
}

// followed takes the weights after an update into the average.
func (t *trainer[F]) followed(changed *models.Table[F]) {
	if t.average != nil && t.average.kind == "ema" {
		t.Averaged++
		t.average.follow(t.Averaged, changed)
	}
}

// diverged says what went wrong first: weights that were no numbers before this step, else the loss, else a gradient.
func (t *trainer[F]) diverged(told *Step, loss, norm float64, bad int) error {
	d := &Diverged{Epoch: told.Epoch, Step: told.Step}
	switch name := t.unfit(); {
	case name != "":
		d.Parameter, d.What, d.Value = name, "weights", math.NaN()
	case !finite(loss):
		d.What, d.Value = "loss", loss
		if bad >= 0 {
			d.Parameter = t.names[bad]
		}
	default:
		d.Parameter, d.What, d.Value = t.names[bad], "gradient", norm
	}
	return d
}

// evaluationBatch is the number of windows that validation takes at once: enough to fill the kernels, and the same on every
// machine, since the order of a sum decides its last bits.
const evaluationBatch = 256

// pairedBatch is that of pairs: of their graphs there are many, of all lengths on both sides.
const pairedBatch = 64

// ValidationBatch is how many examples of a part validation takes at once, where training takes so many.
func ValidationBatch(part data.Examples, batch int) int {
	if _, ok := part.(data.Paired); ok {
		return max(pairedBatch, batch)
	}
	return max(evaluationBatch, batch)
}

// validate returns the mean loss over the validation part, every known target counting alike.
func (t *trainer[F]) validate(ctx context.Context) (float64, error) {
	if t.averages() {
		t.average.exchange()
		defer t.average.exchange()
	}
	part, most := t.job.Validation, ValidationBatch(t.job.Validation, t.c.Train.BatchSize)
	if t.forward == nil {
		t.ahead = sidesOf(part)
		t.forward = inOrder(part.Len(), data.AlikeLengths(part))
	}
	streamed, ok := part.(data.Streamed)
	if ok {
		part, most = streamed.Own(), 1
	}
	var state carried[F]
	var sum, weights float64
	for from := 0; from < part.Len(); {
		if ctx.Err() != nil {
			return 0, errInterrupted
		}
		n := min(most, part.Len()-from)
		index := t.forward[from : from+n]
		s, err := t.stageOf(t.checks, part, index, t.ahead)
		if err != nil {
			return 0, err
		}
		weight := s.fill(part, index)
		state.give(s, t.net.Spec.HiddenSize)
		if weight > 0 || ok { // a batch without labels warms the states up
			loss, err := s.run()
			if err != nil {
				return 0, fmt.Errorf("train: validation after step %d: %w", t.step, err)
			}
			state.take(s)
			sum += loss * weight
			weights += weight
		}
		from += n
	}
	if weights == 0 {
		return 0, fmt.Errorf("train: no window of the validation part has a known target; fill data.missing or take another split")
	}
	return sum / weights, nil
}
