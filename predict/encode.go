package predict

import (
	"fmt"

	"recur/data"
	"recur/internal/kernel"
)

// This file is what a decoder begins with: what the encoder has left of a batch.

// source is one sequence that something is said of.
type source[F kernel.Float] struct {
	length int                // its steps, as they leave the encoder
	seen   *kernel.Sources[F] // what attention looks at; nil without it
	copies copies
}

// copies are the symbols of a source that may be copied.
type copies struct {
	numbers []int32 // each symbol once: those from V on are none of the vocabulary
	of      []int32 // of each step its place among numbers; -1: nothing
	extra   int     // how many numbers there are from V on: V … V+extra-1
}

// heardBatch is what an encoder has left of a batch.
type heardBatch[F kernel.Float] struct {
	sources []source[F]
	h, c    [][]F // the first states of the decoder's layers, [B,Hd]; nil is zero
}

// encode reads a batch. What it returns stays when the network reads the next one.
func (n *network[F]) encode(b *data.Batch[F]) (*heardBatch[F], error) {
	d, x := n.decoder, b.X
	if err := n.fitsSource(b); err != nil {
		return nil, err
	}
	if n.vocabulary > 0 {
		var err error
		if x, err = n.vectorsOf(b); err != nil {
			return nil, fmt.Errorf("predict: %w", err)
		}
	}
	p := n.pass(b.N, b.T)
	lengths := n.recur(p, x, lengthsOf(b.Lengths, b.T))
	out := &heardBatch[F]{sources: make([]source[F], b.N)}
	out.h, out.c = d.states(n.pool, b.N, beside(p.hn, n.model.HiddenSize), beside(p.cn, n.model.HiddenSize))
	for r := range out.sources {
		s := &out.sources[r]
		if s.length = p.t; lengths != nil {
			s.length = lengths[r]
		}
	}
	if d.looks() {
		n.look(p, out.sources)
	}
	if !d.copies {
		return out, nil
	}
	for r := range out.sources {
		s := &out.sources[r]
		of := make([]int32, s.length)
		for t := range of {
			of[t] = b.Copied[t*b.N+r]
		}
		s.copies = copiesOf(of, d.vocabulary)
	}
	return out, nil
}

// fitsSource refuses a batch that is not what the encoder reads.
func (n *network[F]) fitsSource(b *data.Batch[F]) error {
	symbols := len(b.Tokens) == b.T*b.N && b.D == 0
	switch {
	case n.vocabulary > 0 && !symbols:
		return fmt.Errorf("predict: the examples are not symbols, which the network reads; use the config that it was trained with")
	case n.vocabulary == 0 && (b.D != n.inputs || len(b.X) != b.T*b.N*b.D):
		return fmt.Errorf("predict: the examples have %d inputs a step and the network reads %d; use the config and the columns that it was trained with", b.D, n.inputs)
	case n.decoder.copies && (len(b.Copied) != b.T*b.N || len(n.model.Front) > 0):
		return fmt.Errorf("predict: the examples do not say which symbols may be copied, which the network does with model.copy; use the config that it was trained with")
	}
	for r, l := range b.Lengths {
		if l < 1 {
			return fmt.Errorf("predict: row %d of the examples is empty; a source has one symbol or more, its end included", r)
		}
		if _, err := n.model.FrontSteps(l); err != nil {
			return fmt.Errorf("predict: row %d of the examples: %w", r, err)
		}
	}
	return nil
}

// beside puts what the directions have left, [B,H] each, side by side: [B,dirs·H], its own memory; nil stays nil.
func beside[F kernel.Float](of [][]F, h int) []F {
	if len(of) == 0 {
		return nil
	}
	return join(of, make([]F, len(of)*len(of[0])), h)
}

// look makes what attention looks at of every row, from the states of the encoder [T,B,M]: keys in the decoder's own units.
func (n *network[F]) look(p *pass[F], sources []source[F]) {
	d, memory := n.decoder, n.steps(p)
	keys := memory
	if d.attention == "general" {
		keys = make([]F, p.t*p.b*d.hidden)
		kernel.LinearForward(n.pool, kernel.Identity, p.t*p.b, d.memory, d.hidden, memory, d.look, nil, keys)
	}
	n.pool.Run(len(sources), func(r, _ int) {
		s := &sources[r]
		s.seen = kernel.NewSources(s.length, d.hidden, d.memory, keys[r*d.hidden:], p.b*d.hidden, memory[r*d.memory:], p.b*d.memory)
	})
}

// copiesOf lists what may be copied, of is each step's symbol, data.NoLabel where there is none; v is V.
func copiesOf(of []int32, v int) (c copies) {
	c.of = of
	places := map[int32]int32{}
	for t, number := range of {
		if number < 0 {
			of[t] = -1
			continue
		}
		at, ok := places[number]
		if !ok {
			at = int32(len(c.numbers))
			places[number] = at
			c.numbers = append(c.numbers, number)
			c.extra = max(c.extra, int(number)-v+1)
		}
		of[t] = at
	}
	return c
}
