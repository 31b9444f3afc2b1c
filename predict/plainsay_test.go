package predict

import (
	"fmt"
	"math"
	"slices"
)

// This file is a network that says sequences, written out for one sentence as the equations stand: slow, and with nothing of the kernels.

type plainNetwork struct {
	s saying
	w map[string][]float64
}

// affine is W·x + b of the weights of a name.
func (p *plainNetwork) affine(name string, x []float64) []float64 {
	bias := p.w[name+".bias"]
	return plainLinear(p.w[name+".weight"], bias, x)
}

func plainLinear(w, b, x []float64) []float64 {
	y := make([]float64, len(w)/len(x))
	for i := range y {
		if b != nil {
			y[i] = b[i]
		}
		for j, v := range x {
			y[i] += w[i*len(x)+j] * v
		}
	}
	return y
}

func sigma(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// cell is one step.
func (p *plainNetwork) cell(prefix, suffix string, x, h, c []float64) (h1, c1 []float64) {
	n := len(h)
	a := plainLinear(p.w[prefix+"weight_ih"+suffix], p.w[prefix+"bias_ih"+suffix], x)
	b := plainLinear(p.w[prefix+"weight_hh"+suffix], p.w[prefix+"bias_hh"+suffix], h)
	h1, c1 = make([]float64, n), make([]float64, n)
	for j := range n {
		switch p.s.cell {
		case "elman":
			h1[j] = math.Tanh(a[j] + b[j])
		case "lstm":
			i, f, g, o := sigma(a[j]+b[j]), sigma(a[n+j]+b[n+j]), math.Tanh(a[2*n+j]+b[2*n+j]), sigma(a[3*n+j]+b[3*n+j])
			c1[j] = f*c[j] + i*g
			h1[j] = o * math.Tanh(c1[j])
		case "gru":
			r, z := sigma(a[j]+b[j]), sigma(a[n+j]+b[n+j])
			h1[j] = (1-z)*math.Tanh(a[2*n+j]+r*b[2*n+j]) + z*h[j]
		}
	}
	return h1, c1
}

// encode gives the states of the top layer at every step, and its last ones.
func (p *plainNetwork) encode(source []int32) (memory [][]float64, h, c []float64) {
	for _, id := range source {
		memory = append(memory, p.w["embedding.weight"][int(id)*sayE:][:sayE])
	}
	for l := range max(1, p.s.encoderLayers) {
		next := make([][]float64, len(source))
		h, c = nil, nil
		for d, suffix := range []string{fmt.Sprintf("_l%d", l), fmt.Sprintf("_l%d_reverse", l)} {
			if d == 1 && !p.s.bidirectional {
				break
			}
			hd, cd := make([]float64, p.s.encoder()), make([]float64, p.s.encoder())
			for i := range source {
				if d == 1 {
					i = len(source) - 1 - i
				}
				hd, cd = p.cell("rnn.", suffix, memory[i], hd, cd)
				next[i] = slices.Concat(next[i], hd)
			}
			h, c = slices.Concat(h, hd), slices.Concat(c, cd)
		}
		memory = next
	}
	return memory, h, c
}

// chances are those of all symbols, copied words behind them, after the symbols that were read; and what attention weighs.
func (p *plainNetwork) chances(source, copied, read []int32, extra int) (chances, weights []float64) {
	memory, last, lastC := p.encode(source)
	x := make([][]float64, len(read))
	table := p.w["decoder.embedding.weight"]
	if p.s.shared {
		table = p.w["embedding.weight"]
	}
	for t, id := range read {
		x[t] = table[int(id)*sayE:][:sayE]
	}
	for l := range p.s.layers {
		suffix := fmt.Sprintf("_l%d", l)
		h, c := make([]float64, p.s.units), make([]float64, p.s.units)
		switch p.s.bridge {
		case "copy":
			h, c = last, lastC
		case "dense":
			h, c = p.affine("bridge.h"+suffix, last), p.affine("bridge.c"+suffix, last)
			for j := range h {
				h[j], c[j] = math.Tanh(h[j]), math.Tanh(c[j])
			}
		}
		for t := range x {
			h, c = p.cell("decoder.", suffix, x[t], h, c)
			x[t] = h
		}
	}
	s := x[len(x)-1]
	features, combine := s, "combine"
	if p.s.attention != "none" {
		weights = p.attend(s, memory)
		context := make([]float64, len(memory[0]))
		for j, m := range memory {
			for i, v := range m {
				context[i] += weights[j] * v
			}
		}
		features, combine = slices.Concat(context, s), "attention.combine"
	}
	f := p.affine(combine, features)
	for i, v := range f {
		f[i] = math.Tanh(v)
	}
	head := p.w["head.weight"]
	if p.s.tied {
		head = table
	}
	chances = plainSoftmax(plainLinear(head, p.w["head.bias"], f))
	chances = append(chances, make([]float64, extra)...)
	if p.s.copies {
		g := sigma(p.affine("copy", features)[0])
		for i := range chances {
			chances[i] *= g
		}
		for j, number := range copied {
			if number >= 0 {
				chances[number] += (1 - g) * weights[j]
			}
		}
	}
	return chances, weights
}

func (p *plainNetwork) attend(s []float64, memory [][]float64) []float64 {
	q := s
	if p.s.attention == "general" {
		q = plainLinear(p.w["attention.weight"], nil, s)
	}
	e := make([]float64, len(memory))
	for j, m := range memory {
		for i, v := range m {
			e[j] += q[i] * v
		}
	}
	return plainSoftmax(e)
}

func plainSoftmax(x []float64) []float64 {
	most, sum := slices.Max(x), 0.0
	for i, v := range x {
		x[i] = math.Exp(v - most)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
	return x
}

// plainSpeaker says one sentence with the mean of such networks.
type plainSpeaker struct {
	of             []*plainNetwork
	source, copied []int32
	rows           [][]int32
	weights        []float64
}

func (p *plainSpeaker) chances(read []int32) []float64 {
	extra := 0
	for _, number := range p.copied {
		if p.of[0].s.copies {
			extra = max(extra, int(number)-sayV+1)
		}
	}
	sum := make([]float64, sayV+extra)
	p.weights = nil
	for _, n := range p.of {
		of, weights := n.chances(p.source, p.copied, read, extra)
		for i, v := range of {
			sum[i] += v / float64(len(p.of))
		}
		for i, v := range weights {
			if p.weights == nil {
				p.weights = make([]float64, len(weights))
			}
			p.weights[i] += v / float64(len(p.of))
		}
	}
	return sum
}

func (p *plainSpeaker) step(moves []move, never func(int) []int32, hear func(int, scores[float64])) {
	rows := make([][]int32, len(moves))
	for i, m := range moves {
		rows[i] = append(slices.Clone(p.rows[m.from]), m.symbol)
		hear(i, scores[float64]{of: p.chances(rows[i]), chances: true, weights: p.weights})
	}
	p.rows = rows
}
