package kernel

// packed holds the weights as the products want them: panels of ops.cols
// columns, each panel's rows one after the other.
type packed[F Float] struct {
	sums  []F // [W; U] for the columns that h feeds, k-1 rows
	side  []F // GRU: W of the candidate, I rows
	back  []F // U as [gates, H]: from the gradient of the gates to that of h
	input []F // W as [gates, I]: to that of x
	bias  []F // one row of sums
}

func (p *packed[F]) init(l *Layer[F]) {
	s := l.spec
	p.sums = l.own("sums", (l.k-1)*l.main)
	p.bias = l.own("bias", l.blocks*l.hp)
	if s.Cell == GRU {
		p.side = l.own("side", s.I*l.hp)
	}
	if s.Train {
		p.back = l.own("back", l.main*l.hp)
	}
}

// block is one gate: its block of rows in PyTorch's weights, and its block of
// columns among ours, for the product with h and the one with x; -1 is none.
type block struct{ torch, h, x int }

var gateBlocks = [...][]block{
	Elman: {{0, 0, 0}},
	LSTM:  {{0, 0, 0}, {1, 1, 1}, {2, 2, 2}, {3, 3, 3}},
	GRU:   {{0, 1, 1}, {1, 2, 2}, {2, 0, 3}},
}

// packForward fills sums and side. Columns of padding stay zero.
func (l *Layer[F]) packForward(w Weights[F]) {
	if l.norm != nil {
		l.norm.pack(w)
		return
	}
	s, p := l.spec, &l.pack
	l.packBias(w)
	for _, b := range gateBlocks[s.Cell] {
		u := w.HH[b.torch*s.H*s.H:][:s.H*s.H]
		l.ops.packColumns(p.sums, l.main, l.k-1, s.I, b.h*l.hp, u, s.H)
		x := w.IH[b.torch*s.H*s.I:][:s.H*s.I]
		if b.x*l.hp < l.main {
			l.ops.packColumns(p.sums, l.main, l.k-1, 0, b.x*l.hp, x, s.I)
		} else {
			l.ops.packColumns(p.side, l.hp, s.I, 0, 0, x, s.I)
		}
	}
}

// packBias adds up the biases in the order of our columns.
func (l *Layer[F]) packBias(w Weights[F]) {
	s, bias := l.spec, l.pack.bias
	clear(bias)
	for _, b := range gateBlocks[s.Cell] {
		if w.BIH != nil {
			l.ops.addRows(1, s.H, bias[b.x*l.hp:], 0, w.BIH[b.torch*s.H:], 0)
		}
		if w.BHH != nil {
			l.ops.addRows(1, s.H, bias[b.h*l.hp:], 0, w.BHH[b.torch*s.H:], 0)
		}
	}
}

// packColumns writes the transpose of src, whose rows have n elements, into
// panels of n columns in all and k rows: to rows from row on, columns from col on.
func (o *ops[F]) packColumns(panels []F, columns, k, row, col int, src []F, n int) {
	cols := o.cols
	for src != nil && len(src) > 0 {
		at := col / cols * cols
		w := min(cols, columns-at)
		m := min(len(src)/n, at+w-col)
		o.transpose(m, n, panels[at*k+row*w+col-at:], w, src, n)
		src = src[m*n:]
		col += m
	}
}

// packRows writes src [rows, n] into panels of n columns and k rows, to rows from row on.
func (l *Layer[F]) packRows(panels []F, columns, k, row, rows int, src []F, n int) {
	cols := l.ops.cols
	for at := 0; at < n; at += cols {
		w := min(cols, columns-at)
		l.ops.copyRows(rows, min(w, n-at), panels[at*k+row*w:], w, src[at:], n)
	}
}

// packBackward fills back and, when the gradient of x is wanted, input.
func (l *Layer[F]) packBackward(w Weights[F], wantX bool) {
	s, p := l.spec, &l.pack
	rows := len(gateBlocks[s.Cell]) * l.hp
	if wantX && p.input == nil {
		p.input = l.own("input", rows*roundUp(s.I, l.ops.width))
	}
	for _, b := range gateBlocks[s.Cell] {
		l.packRows(p.back, l.hp, rows, b.h*l.hp, s.H, w.HH[b.torch*s.H*s.H:], s.H)
		if wantX {
			l.packRows(p.input, roundUp(s.I, l.ops.width), rows, b.x*l.hp-l.xs, s.H, w.IH[b.torch*s.H*s.I:], s.I)
		}
	}
}

// unpack writes the summed gradient [k, blocks·hp] in PyTorch's layouts.
func (l *Layer[F]) unpack(dw []F, g Weights[F]) {
	s, ld := l.spec, l.blocks*l.hp
	bias, w, u := dw, dw[ld:], dw[(s.I+1)*ld:]
	for _, b := range gateBlocks[s.Cell] {
		if g.IH != nil {
			l.ops.transpose(s.I, s.H, g.IH[b.torch*s.H*s.I:], s.I, w[b.x*l.hp:], ld)
		}
		if g.HH != nil {
			l.ops.transpose(s.H, s.H, g.HH[b.torch*s.H*s.H:], s.H, u[b.h*l.hp:], ld)
		}
		if g.BIH != nil {
			copy(g.BIH[b.torch*s.H:][:s.H], bias[b.x*l.hp:])
		}
		if g.BHH != nil {
			copy(g.BHH[b.torch*s.H:][:s.H], bias[b.h*l.hp:])
		}
	}
}
