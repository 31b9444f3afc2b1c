package kernel

import "fmt"

// This file is what symbols are made of besides: a word has, beside a row of its
// own, rows that it shares with words spelt alike, and the mean of them is added [1].
//
// [1] Bojanowski et al., Enriching word vectors with subword information, 2017.

// Spellings are lists of numbers from 0, of rows that are shared: list i is
// Rows[Ends[i-1]:Ends[i]]. A list may be empty, and a number may come twice.
type Spellings struct{ Rows, Ends []int32 }

// Len is the number of lists.
func (s Spellings) Len() int { return len(s.Ends) }

// Of is list i.
func (s Spellings) Of(i int32) []int32 {
	from := int32(0)
	if i > 0 {
		from = s.Ends[i-1]
	}
	return s.Rows[from:s.Ends[i]]
}

// MeanRows writes to y [e] the mean of some rows of a table [·,e]; zeros for none.
func MeanRows[F Float](table []F, e int, rows []int32, y []F) {
	meanRows(use[F](), table, e, rows, y)
}

func meanRows[F Float](o *ops[F], table []F, e int, rows []int32, y []F) {
	y = y[:e]
	if len(rows) == 0 {
		clear(y)
		return
	}
	copy(y, table[int(rows[0])*e:])
	for _, k := range rows[1:] {
		o.addRows(1, e, y, 0, table[int(k)*e:], 0)
	}
	o.scale(1/F(len(rows)), y)
}

// spelt is what a Tokens holds for the spellings of a batch.
type spelt[F Float] struct {
	lists Spellings
	first int     // the row of a table with which the shared ones begin
	slot  []int32 // of each list among those of the batch, plus 1; 0 between the calls
	of    []int32 // the lists of the batch, in the order in which they were first met
	slots []int32 // of each symbol
	mean  []F     // [of,E], or its gradient
	rows  []int32 // of Backward: for each number of these lists, one after the other, its place among the rows
	task  func(i, worker int)
	table []F
}

// speltTask is how many lists one task sums up.
const speltTask = 16

// ForwardSpelt is Forward with the mean of the rows first+k, k in list spelt[i],
// added to y[i].
func (t *Tokens[F]) ForwardSpelt(ids []int, numbers []int32, lists Spellings, first int, table, y []F) {
	t.meet(numbers, lists, first)
	t.Forward(ids, table, y)
	s := &t.spelt
	s.table = table[first*t.e:]
	if s.task == nil {
		s.task = t.meanTask
	}
	p := t.pool
	if 16*float64(len(s.of)*20*t.e) < serialWork { // some twenty rows each
		p = nil
	}
	p.Run((len(s.of)+speltTask-1)/speltTask, s.task)
	s.table = nil
	for i, k := range s.slots {
		t.ops.addRows(1, t.e, y[i*t.e:], 0, s.mean[int(k)*t.e:], 0)
	}
}

func (t *Tokens[F]) meanTask(i, _ int) {
	s := &t.spelt
	for k := i * speltTask; k < min((i+1)*speltTask, len(s.of)); k++ {
		meanRows(t.ops, s.table, t.e, s.lists.Of(s.of[k]), s.mean[k*t.e:])
	}
}

// meet finds the lists of a batch, each once.
func (t *Tokens[F]) meet(numbers []int32, lists Spellings, first int) {
	s := &t.spelt
	if len(numbers) != t.n || first < 0 || first > t.v {
		panic(fmt.Sprintf("kernel: tokens: %d spellings of %d symbols, shared rows from %d of %d on", len(numbers), t.n, first, t.v))
	}
	s.lists, s.first, s.of = lists, first, s.of[:0]
	if len(s.slot) < lists.Len() {
		s.slot = make([]int32, lists.Len())
	}
	if s.slots == nil {
		s.slots = make([]int32, t.n)
	}
	for i, n := range numbers {
		if n < 0 || int(n) >= lists.Len() {
			panic(fmt.Sprintf("kernel: tokens: spelling %d is %d, want 0 to %d", i, n, lists.Len()-1))
		}
		if s.slot[n] == 0 {
			for _, k := range lists.Of(n) {
				if k < 0 || first+int(k) >= t.v {
					panic(fmt.Sprintf("kernel: tokens: spelling %d has row %d, want 0 to %d", n, k, t.v-first-1))
				}
			}
			s.of = append(s.of, n)
			s.slot[n] = int32(len(s.of))
		}
		s.slots[i] = s.slot[n] - 1
	}
	for _, n := range s.of {
		s.slot[n] = 0
	}
	if len(s.mean) < len(s.of)*t.e {
		s.mean = aligned[F](len(s.of) * t.e)
	}
}

// BackwardSpelt is Backward after a ForwardSpelt of the same symbols: the rows that
// are shared come after those that are not. Sums run in the order of ids, then of
// the lists as they were first met.
func (t *Tokens[F]) BackwardSpelt(ids []int, dy []F) Rows[F] {
	s := &t.spelt
	t.find(ids, dy)
	s.rows = s.rows[:0]
	for _, n := range s.of {
		for _, k := range s.lists.Of(n) {
			s.rows = append(s.rows, t.placeOf(s.first+int(k)))
		}
	}
	return t.sums(dy)
}

// sumSpelt adds the gradients of a band of columns to the rows that are shared.
func (t *Tokens[F]) sumSpelt(from, w int) {
	s, seen := &t.spelt, int32(0)
	for i, k := range s.slots {
		to, add := s.mean[int(k)*t.e+from:][:w], t.dy[i*t.e+from:][:w]
		if k == seen {
			copy(to, add)
			seen++
			continue
		}
		t.ops.addRows(1, w, to, 0, add, 0)
	}
	at := 0
	for i, n := range s.of {
		d := s.mean[i*t.e+from:][:w]
		list := s.lists.Of(n)
		if len(list) > 0 {
			t.ops.scale(1/F(len(list)), d)
		}
		for range list {
			t.ops.addRows(1, w, t.values[int(s.rows[at])*t.e+from:], 0, d, 0)
			at++
		}
	}
}
