package predict

import (
	"math"

	"recur/data"
	"recur/internal/kernel"
)

// steps is what a decoder needs to say many hypotheses side by side, a symbol of each at a time: the weights as the products want them. It is
// made once for a network.
type steps[F kernel.Float] struct {
	d        *decoder[F]
	pool     *kernel.Pool
	rows     int // the most side by side
	layers   []*kernel.Carrier[F]
	byTable  bool // the first layer knows every symbol
	combine  *kernel.FixedLinear[F]
	gate     *kernel.FixedLinear[F] // nil unless it copies
	logits   *kernel.FixedLinear[F]
	x        []F    // [rows,E], what the first layer reads; nil with a table
	y        [2][]F // [rows,Hd], states of a layer and of the next
	ids      []int32
	from     []int
	read     []F // [rows,features], what attention gives beside the states
	weights  []F // [rows,longest], of attention
	longest  int // steps of the longest source at hand
	features []F // [rows,O], what the head reads
	gates    []F // [rows], before their sigmoid
	sources  []source[F]
	owners   []int // of each row, its source
}

func newSteps[F kernel.Float](d *decoder[F], pool *kernel.Pool, rows int) *steps[F] {
	s := &steps[F]{d: d, pool: pool, rows: rows}
	in := d.reads
	for _, w := range d.cells {
		s.layers = append(s.layers, kernel.NewCarrier(kernel.Spec{Cell: d.cell, Nonlinearity: d.nonlinearity, T: 1, B: rows, I: in, H: d.hidden, Pool: pool}, w))
		in = d.hidden
	}
	if s.byTable = d.vocabulary*d.cell.Gates()*d.hidden <= tableNumbers; s.byTable {
		s.layers[0].Table(d.vocabulary, d.table)
	} else {
		s.x = make([]F, rows*d.reads)
	}
	s.combine = kernel.NewFixedLinear(pool, d.features(), d.outputs, d.combine.weight, d.combine.bias)
	s.logits = kernel.NewFixedLinear(pool, d.outputs, d.vocabulary, d.head.weight, d.head.bias)
	if d.copies {
		s.gate = kernel.NewFixedLinear(pool, d.features(), 1, d.gate.weight, d.gate.bias)
		s.gates = make([]F, rows)
	}
	s.y = [2][]F{make([]F, rows*d.hidden), make([]F, rows*d.hidden)}
	s.read, s.features = make([]F, rows*d.features()), make([]F, rows*d.outputs)
	return s
}

// begin takes the sources of a batch.
func (s *steps[F]) begin(b *heardBatch[F]) {
	s.sources, s.longest = b.sources, 0
	for _, one := range b.sources {
		s.longest = max(s.longest, one.length)
	}
	if s.d.looks() && len(s.weights) < s.rows*s.longest {
		s.weights = make([]F, s.rows*s.longest)
	}
}

// start sets row i to the beginning of sentence i.
func (s *steps[F]) start(b *heardBatch[F]) {
	h := s.d.hidden
	of := func(all []F, row int) []F {
		if all == nil {
			return nil
		}
		return all[row*h:][:h]
	}
	for l, layer := range s.layers {
		for row := range b.sources {
			layer.Start(row, of(b.h[l], row), of(b.c[l], row))
		}
	}
}

// move moves rows on by a symbol each, and makes the features of what comes next.
func (s *steps[F]) move(moves []move) {
	n, d := len(moves), s.d
	s.ids, s.from, s.owners = s.ids[:0], s.from[:0], s.owners[:0]
	for _, m := range moves {
		s.ids, s.from, s.owners = append(s.ids, m.symbol), append(s.from, m.from), append(s.owners, m.sentence)
	}
	for _, layer := range s.layers {
		layer.Reorder(s.from)
	}
	y, other := s.y[0][:n*d.hidden], s.y[1][:n*d.hidden]
	if s.byTable {
		s.layers[0].Symbols(1, n, s.ids, y)
	} else {
		for i, id := range s.ids {
			copy(s.x[i*d.reads:][:d.reads], d.table[int(id)*d.reads:])
		}
		s.layers[0].Forward(1, n, s.x[:n*d.reads], y)
	}
	for _, layer := range s.layers[1:] {
		layer.Forward(1, n, y, other)
		y, other = other, y
	}
	s.make(y)
}

// make makes the features of rows from the states of the decoder [n,Hd], whose sources the owners name; those of a source are neighbours.
func (s *steps[F]) make(states []F) {
	d, n := s.d, len(s.owners)
	h, width := d.hidden, d.features()
	read := s.read[:n*width]
	for i := range n {
		copy(read[(i+1)*width-h:(i+1)*width], states[i*h:])
	}
	if d.looks() {
		var runs []int // where the rows of a source begin
		for i, of := range s.owners {
			if i == 0 || of != s.owners[i-1] {
				runs = append(runs, i)
			}
		}
		s.pool.Run(len(runs), func(run, _ int) {
			at, end := runs[run], n
			if run+1 < len(runs) {
				end = runs[run+1]
			}
			s.sources[s.owners[at]].seen.Attend(end-at, read[(at+1)*width-h:], width, s.weights[at*s.longest:], s.longest, read[at*width:], width)
		})
	}
	f := s.features[:n*d.outputs]
	s.combine.Forward(n, read, f)
	kernel.Activate(kernel.Tanh, f)
	if s.gate != nil {
		s.gate.Forward(n, read, s.gates[:n])
	}
}

// look is what attention weighed in a row; nil without it.
func (s *steps[F]) look(row int) []F {
	if !s.d.looks() {
		return nil
	}
	return s.weights[row*s.longest:][:s.sources[s.owners[row]].length]
}

// says writes the logits z [n,V] of rows from a first one on.
func (s *steps[F]) says(first, n int, z []F) {
	o := s.d.outputs
	s.logits.Forward(n, s.features[first*o:][:n*o], z)
}

// desk is the memory of one thread.
type desk[F kernel.Float] struct {
	of        []F                   // [V+extra], the scores of a row by several networks
	most, sum []F                   // [1]
	copied    []F                   // what attention weighs on each symbol that may be copied
	weights   []F                   // attention of several networks
	top       []kernel.Candidate[F] // the likeliest where symbols are copied,
	ways      int                   // at most so many
}

// add adds the chances of a row whose logits are z, times share, to the scores of k; z is lost.
func (s *steps[F]) add(row int, share F, z []F, k *desk[F]) (sound bool) {
	v := s.d.vocabulary
	kernel.Softmax(1, v, z, k.most, k.sum)
	if s.gate != nil {
		c, g := &s.sources[s.owners[row]].copies, F(1/(1+math.Exp(-float64(s.gates[row]))))
		for i, u := range k.sums(c, s.look(row)) {
			k.of[c.numbers[i]] += share * (1 - g) * u
		}
		share *= g
	}
	for i, p := range z[:v] {
		k.of[i] += share * p
	}
	return share == share && !math.IsNaN(float64(k.sum[0]))
}

// sums are what the weights of the steps that hold each of the symbols add up to.
func (k *desk[F]) sums(c *copies, weights []F) []F {
	k.copied = data.Grown(k.copied, len(c.numbers))
	clear(k.copied)
	for t, at := range c.of {
		if at >= 0 {
			k.copied[at] += weights[t]
		}
	}
	return k.copied
}
