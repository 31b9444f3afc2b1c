package predict

import "recur/internal/kernel"

// pass holds the buffers of one forward pass at one batch size and number of steps of the data; it is reused.
type pass[F kernel.Float] struct {
	b, t      int
	layers    [][]*kernel.Layer[F] // [layer][direction]
	x         []F                  // [T,B,·], the inputs with names embedded; nil without names
	names     []F                  // [B,·], the names known ahead, embedded; nil without them
	front     []convolution[F]     // T is what they leave from here on
	u         []F                  // [T,B,E], the encoder's output; nil without one
	y         [][]F                // of each direction of the layer at hand: [T,B,H]
	hn        [][]F                // of each direction: [B,H]
	cn        [][]F                // likewise, of an LSTM whose decoder begins with them
	joined    [2][]F               // [T,B,dirs·H]: input of the next layer, two in turn
	h0, c0    []F                  // [B,H], a learned initial state repeated for every row
	scores    []F                  // [T,B], of pool attention
	shares    []F                  // [B,T], what they weigh
	last      []F                  // [B,features] for the head
	terms     []kernel.Term[F]     // what the head adds up
	ofZ       []int                // those that read z, which comes with each call
	projected []F                  // [T·B,E], the features of a head whose weight is the table of symbols
	out       []F                  // [B,O]; of a class at every step [T,B,O]
}

// passes is how many sizes are kept; texts come in many.
const passes = 8

func (n *network[F]) pass(b, t int) *pass[F] {
	if p := n.cache[[2]int{b, t}]; p != nil {
		return p
	}
	h, key := n.model.HiddenSize, [2]int{b, t}
	p := &pass[F]{b: b}
	if len(n.names) > 0 {
		p.x = make([]F, t*b*n.width())
	}
	p.front, t = n.convolutions(b, t)
	p.t = t
	for l := range n.layers {
		var dirs []*kernel.Layer[F]
		for d := range n.dirs {
			dirs = append(dirs, kernel.NewLayer[F](kernel.Spec{
				Cell: cellOf(n.model), Nonlinearity: activationOf(n.model.Elman.Nonlinearity),
				T: t, B: b, I: n.reads(l), H: h, Reverse: d == 1, Fixed: true, Norm: n.model.LayerNorm, Pool: n.pool,
			}))
		}
		p.layers = append(p.layers, dirs)
	}
	for range n.dirs {
		p.y = append(p.y, make([]F, t*b*h))
		p.hn = append(p.hn, make([]F, b*h))
		if n.decoder != nil && n.decoder.bridge == "copy" && cellOf(n.model) == kernel.LSTM {
			p.cn = append(p.cn, make([]F, b*h))
		}
	}
	if n.dirs > 1 {
		p.joined[0] = make([]F, t*b*n.dirs*h)
		p.joined[1] = make([]F, t*b*n.dirs*h)
	} else if len(n.layers) > 1 {
		p.joined[0] = make([]F, t*b*h)
	}
	if e := n.model.EncoderSize; e > 0 {
		p.u = make([]F, t*b*e)
	}
	if n.ahead > 0 {
		p.names = make([]F, b*n.rest(1).Width())
	}
	p.h0, p.c0 = make([]F, b*h), make([]F, b*h)
	if n.decoder == nil {
		n.makeHead(p, t)
	}
	if len(n.cache) >= passes {
		clear(n.cache)
	}
	n.cache[key] = p
	return p
}

// makeHead makes what the head of a network reads and gives.
func (n *network[F]) makeHead(p *pass[F], t int) {
	b := p.b
	p.last = make([]F, b*n.features())
	p.out = make([]F, b*n.outputs)
	if n.tags() {
		p.out = make([]F, t*b*n.outputs)
		if n.head.project != nil {
			p.projected = make([]F, t*b*n.embedded)
		}
	}
	if n.weigh != nil {
		p.scores, p.shares = make([]F, t*b), make([]F, t*b)
	}
	n.setTerms(p)
}

// setTerms lists the products that the head adds up: features beside what z knows ahead, names embedded, and the linear path
// from z. Those that read z itself have no X yet.
func (n *network[F]) setTerms(p *pass[F]) {
	h, known := n.features(), n.amounts()
	ahead, columns := known-n.window, h+n.headReads()
	p.terms = []kernel.Term[F]{{I: h, X: p.last, XCols: h, W: n.head.weight, WCols: columns}}
	if ahead > 0 {
		p.ofZ = append(p.ofZ, len(p.terms))
		p.terms = append(p.terms, kernel.Term[F]{I: ahead, XFrom: n.window, XCols: n.extra, W: n.head.weight, WFrom: h, WCols: columns})
	}
	if p.names != nil {
		width := n.rest(1).Width()
		p.terms = append(p.terms, kernel.Term[F]{I: width, X: p.names, XCols: width, W: n.head.weight, WFrom: h + ahead, WCols: columns})
	}
	if n.head.linear != nil {
		p.ofZ = append(p.ofZ, len(p.terms))
		p.terms = append(p.terms, kernel.Term[F]{I: known, XCols: n.extra, W: n.head.linear, WCols: known})
	}
}

// forward returns the prediction of the last step of each row, or the chances of the classes.
// x: [T,B,D], of symbols their vectors; z: [B,F], not read where extra is 0; lengths: [B] or nil; returns [B,O], of a class at every
// step [T',B,O], valid until the next call.
func (n *network[F]) forward(x, z []F, lengths []int, b, t int) []F {
	p := n.pass(b, t)
	lengths = n.recur(p, x, lengths)
	if n.tags() {
		return n.tagged(p)
	}
	if n.pools() {
		n.pooled(p, lengths)
	} else {
		n.gather(p, lengths)
	}
	if p.names != nil {
		kernel.EmbedForward(n.rest(b), z, n.tables[len(n.tables)-n.namesAhead():], p.names)
	}
	for _, i := range p.ofZ {
		p.terms[i].X = z
	}
	kernel.TermsForward(n.pool, n.head.activation, b, n.outputs, p.terms, n.head.bias, p.out)
	if n.classes > 0 {
		n.chances(p)
	}
	return p.out
}

// recur runs x [T,B,D] through all that lies below the head, and returns the lengths of what leaves it; nil where all rows are whole.
func (n *network[F]) recur(p *pass[F], x []F, lengths []int) []int {
	h := n.model.HiddenSize
	if p.x != nil {
		kernel.EmbedForward(n.row(len(x)/n.inputs), x, n.tables, p.x)
		x = p.x
	}
	x, lengths = n.convolve(p, x, lengths)
	if e := n.model.EncoderSize; e > 0 {
		kernel.LinearForward(n.pool, kernel.ReLU, p.t*p.b, n.channels(), e, x, n.encoder.weight, n.encoder.bias, p.u)
		x = p.u
	}
	for l, dirs := range n.layers {
		lastStates := l == len(n.layers)-1 && n.model.Head != "every" && !n.pools() // all that the head reads
		for d, w := range dirs {
			in := kernel.Input[F]{X: x, H0: repeat(w.h0, p.h0), C0: repeat(w.c0, p.c0), Lengths: lengths}
			out := kernel.Output[F]{Y: p.y[d], HN: p.hn[d]}
			if p.cn != nil {
				out.CN = p.cn[d]
			}
			if lastStates {
				out.Y = nil
			}
			p.layers[l][d].Forward(w.weights, in, out)
		}
		if l == len(n.layers)-1 {
			break
		}
		if n.dirs == 1 {
			// The next layer reads this output while it writes its own, so the two buffers change places.
			x, p.y[0], p.joined[0] = p.y[0], p.joined[0], p.y[0]
			continue
		}
		x = join(p.y, p.joined[l%2], h)
	}
	return lengths
}

// gather takes what the head reads from the last layer. head: last takes each direction's final state; head: every takes the output at
// the last real step, as every other step does.
func (n *network[F]) gather(p *pass[F], lengths []int) {
	h := n.model.HiddenSize
	for d := range n.dirs {
		for r := range p.b {
			src := p.hn[d][r*h : (r+1)*h]
			if n.model.Head == "every" {
				step := p.t - 1
				if lengths != nil {
					step = lengths[r] - 1
				}
				src = p.y[d][(step*p.b+r)*h : (step*p.b+r+1)*h]
			}
			copy(p.last[(r*n.dirs+d)*h:], src)
		}
	}
}

// repeat writes the vector v into every row of rows and returns rows; nil stays nil (a zero state).
func repeat[F kernel.Float](v, rows []F) []F {
	if v == nil {
		return nil
	}
	for at := 0; at < len(rows); at += len(v) {
		copy(rows[at:], v)
	}
	return rows
}

// join puts the directions' outputs [T·B,H] side by side: [T·B,dirs·H].
func join[F kernel.Float](y [][]F, out []F, h int) []F {
	width := len(y) * h
	for d, src := range y {
		for r := 0; r*h < len(src); r++ {
			copy(out[r*width+d*h:r*width+(d+1)*h], src[r*h:(r+1)*h])
		}
	}
	return out
}
