package predict

import (
	"math"

	"recur/internal/kernel"
)

// This file is what a Reader does: the network over symbols, the state carried.

// texts is the network of a Reader.
type texts[F kernel.Float] struct {
	n       *network[F]
	layers  []*kernel.Carrier[F]
	project *kernel.FixedLinear[F] // nil unless the head's weight is the table of symbols
	logits  *kernel.FixedLinear[F]
	table   bool // the first layer knows every symbol
	most    int  // symbols of one run, time a row times rows
	block   int  // rows of z
	symbols []F  // [V,E], their vectors
	x       []F  // [most,E], those of a run; nil with a table
	y       [2][]F
	vectors []F // [block,E], features as long as the vectors of symbols; nil without project
	z       []F // [block,V]
	top     []F // [block], the greatest of z
	sum     []F // [block], the sum of exp(z - top)
}

const (
	// readAtOnce is how many symbols go through a layer before the next one: as many as fill the kernels' products.
	readAtOnce = 256
	// tableNumbers is how large a table of the products of every symbol with the first layer's weights may be, V·G·H: 16 MB in
	// float32. A larger one costs more time to make than a short text to read, and would not stay in any cache.
	tableNumbers = 1 << 22
	// logitNumbers is how many logits are there at once, but for those of a block of logitRows.
	logitNumbers = 1 << 18
	logitRows    = 16
)

func (n *network[F]) reading(rows int) (reading, error) {
	if n.vocabulary == 0 || n.classes != n.vocabulary {
		return nil, misfit("the weights", "they read %d symbols and tell %d apart, want as many", n.vocabulary, n.classes)
	}
	m, h := n.model, n.model.HiddenSize
	if m.LayerNorm {
		return nil, misfit("the config", "model.layer_norm is true, which networks that continue text do not have")
	}
	t := &texts[F]{n: n, most: max(rows, readAtOnce/rows*rows)}
	for l, dirs := range n.layers {
		t.layers = append(t.layers, kernel.NewCarrier(kernel.Spec{
			Cell: cellOf(m), Nonlinearity: activationOf(m.Elman.Nonlinearity), T: (t.most + rows - 1) / rows, B: rows, I: n.reads(l), H: h, Pool: n.pool,
		}, dirs[0].weights))
	}
	vectors := n.symbols
	if e := m.EncoderSize; e > 0 {
		vectors = make([]F, n.vocabulary*e)
		kernel.LinearForward(n.pool, kernel.ReLU, n.vocabulary, n.embedded, e, n.symbols, n.encoder.weight, n.encoder.bias, vectors)
	}
	if t.table = n.vocabulary*cellOf(m).Gates()*h <= tableNumbers; t.table {
		t.layers[0].Table(n.vocabulary, vectors)
	} else {
		t.x = make([]F, t.most*n.reads(0))
	}
	t.symbols = vectors
	t.block = min(max(t.most, rows), max(logitNumbers/n.outputs, logitRows))
	reads := h
	if n.head.project != nil {
		reads = n.embedded
		t.project = kernel.NewFixedLinear(n.pool, h, reads, n.head.project, make([]F, reads))
		t.vectors = make([]F, t.block*reads)
	}
	t.logits = kernel.NewFixedLinear(n.pool, reads, n.outputs, n.head.weight, n.head.bias)
	t.y[0] = make([]F, t.most*h)
	if len(t.layers) > 1 {
		t.y[1] = make([]F, t.most*h)
	}
	t.z, t.top, t.sum = make([]F, t.block*n.outputs), make([]F, t.block), make([]F, t.block)
	for r := range rows {
		t.begin(r)
	}
	return t, nil
}

func (t *texts[F]) begin(row int) {
	for l, dirs := range t.n.layers {
		t.layers[l].Start(row, dirs[0].h0, dirs[0].c0)
	}
}

func (t *texts[F]) copyRow(row int, from reading, of int) {
	for l, layer := range from.(*texts[F]).layers {
		t.layers[l].Copy(row, layer, of)
	}
}

// features moves on by no more than most symbols, and returns what the head reads of them, [T·N,H].
func (t *texts[F]) features(rows int, symbols []int32) []F {
	steps, n := len(symbols)/rows, len(symbols)*t.n.model.HiddenSize
	y, other := t.y[0][:n], t.y[1]
	if t.table {
		t.layers[0].Symbols(steps, rows, symbols, y)
	} else {
		e := t.n.reads(0)
		for i, id := range symbols {
			copy(t.x[i*e:][:e], t.symbols[int(id)*e:])
		}
		t.layers[0].Forward(steps, rows, t.x[:len(symbols)*e], y)
	}
	for _, layer := range t.layers[1:] {
		layer.Forward(steps, rows, y, other[:n])
		y, other = other[:n], y
	}
	return y
}

// chunks calls f for runs of whole steps; from is the place of the first symbol.
func (t *texts[F]) chunks(rows int, symbols []int32, f func(from int, features []F)) {
	most := max(1, t.most/rows) * rows
	for from := 0; from < len(symbols); from += most {
		f(from, t.features(rows, symbols[from:min(from+most, len(symbols))]))
	}
}

func (t *texts[F]) read(rows int, symbols []int32) {
	t.chunks(rows, symbols, func(int, []F) {})
}

func (t *texts[F]) score(rows int, symbols, next []int32, logp []float64, ranks []int) {
	h := t.n.model.HiddenSize
	t.chunks(rows, symbols, func(from int, features []F) {
		for ; len(features) > 0; features = features[min(t.block*h, len(features)):] {
			n := min(t.block, len(features)/h)
			var r []int
			if ranks != nil {
				r = ranks[from:][:n]
			}
			t.scoreBlock(features[:n*h], next[from:][:n], logp[from:][:n], r)
			from += n
		}
	})
}

// scoreBlock scores what comes after no more than block rows of features.
func (t *texts[F]) scoreBlock(features []F, next []int32, logp []float64, ranks []int) {
	v, asked := t.n.outputs, false
	for i, id := range next {
		logp[i] = 0
		if ranks != nil {
			ranks[i] = 0
		}
		asked = asked || id >= 0
	}
	if !asked {
		return
	}
	z := t.z[:len(next)*v]
	t.says(len(next), features, z)
	for i, id := range next {
		if id < 0 {
			continue
		}
		logp[i] = float64(z[i*v+int(id)])
		if ranks != nil {
			ranks[i] = rank(z[i*v:][:v], int(id))
		}
	}
	kernel.Softmax(len(next), v, z, t.top[:len(next)], t.sum[:len(next)])
	for i, id := range next {
		if id >= 0 {
			logp[i] -= t.scale(i)
		}
	}
}

// says makes the logits z [rows,V] of no more than block rows of features.
func (t *texts[F]) says(rows int, features, z []F) {
	if t.project != nil {
		v := t.vectors[:rows*t.n.embedded]
		t.project.Forward(rows, features, v)
		features = v
	}
	t.logits.Forward(rows, features, z)
}

// scale is the logarithm of the sum of the exponentials of row i of z, after its softmax.
func (t *texts[F]) scale(i int) float64 { return float64(t.top[i]) + math.Log(float64(t.sum[i])) }

func (t *texts[F]) step(symbols []int32, logp []float64) {
	v, h := t.n.outputs, t.n.model.HiddenSize
	y := t.features(len(symbols), symbols)
	for from := 0; from < len(symbols); from += t.block {
		n := min(t.block, len(symbols)-from)
		z, out := t.z[:n*v], logp[from*v:][:n*v]
		t.says(n, y[from*h:][:n*h], z)
		for i, v := range z {
			out[i] = float64(v)
		}
		kernel.Softmax(n, v, z, t.top[:n], t.sum[:n])
		for i := range n {
			scale := t.scale(i)
			for j := range v {
				out[i*v+j] -= scale
			}
		}
	}
}

// rank is the place of z[at] from the greatest on.
func rank[F kernel.Float](z []F, at int) int {
	place, own := 1, z[at]
	for i, v := range z {
		if v > own || v == own && i < at {
			place++
		}
	}
	return place
}

func (t *texts[F]) share(tasks int, f func(task int)) {
	t.n.pool.Run(tasks, func(task, _ int) { f(task) })
}
