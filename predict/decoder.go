package predict

import (
	"fmt"

	"recur/internal/kernel"
)

// decoderSizes are what the config and the data decide about a decoder.
//
// Letters: M the width of the encoder's states, Hd units of the decoder, E numbers of a symbol that it reads, O of what the head reads, V
// symbols.
type decoderSizes struct {
	cell                       kernel.Cell
	nonlinearity               kernel.Activation // of an Elman cell
	layers, hidden             int               // Hd
	memory                     int               // M
	vocabulary, reads, outputs int               // V, E, O
	attention                  string            // none | dot | general
	bridge                     string            // dense | copy | zero
	copies                     bool              // symbols of the source may be copied
	shared                     bool              // the table of the encoder's symbols is the decoder's too
	tied                       bool              // the decoder's table is the head's weight
}

// check refuses sizes that do not go together.
func (s decoderSizes) check() error {
	switch {
	case min(s.layers, s.hidden, s.memory, s.vocabulary, s.reads, s.outputs) < 1:
		return misfit("the config", "the decoder has %d layers of %d units, %d states to look at, %d symbols of %d numbers and %d outputs, want 1 or more of each", s.layers, s.hidden, s.memory, s.vocabulary, s.reads, s.outputs)
	case s.attention != "none" && s.attention != "dot" && s.attention != "general":
		return misfit("the config", "model.attention is %q, want none, dot or general", s.attention)
	case s.bridge != "dense" && s.bridge != "copy" && s.bridge != "zero":
		return misfit("the config", "model.bridge is %q, want dense, copy or zero", s.bridge)
	case s.attention == "dot" && s.memory != s.hidden:
		return misfit("the config", "model.attention dot compares %d units of the decoder with %d of the encoder, want as many", s.hidden, s.memory)
	case s.bridge == "copy" && s.memory != s.hidden:
		return misfit("the config", "model.bridge copy hands %d units of the encoder to %d of the decoder, want as many", s.memory, s.hidden)
	case s.copies && s.attention == "none":
		return misfit("the config", "model.copy is true, which needs model.attention")
	case s.tied && s.outputs != s.reads:
		return misfit("the config", "model.tie_embeddings with %d outputs and %d numbers of a symbol, want as many", s.outputs, s.reads)
	}
	return nil
}

// looks says that there is attention.
func (s decoderSizes) looks() bool { return s.attention != "none" }

// features is how many numbers of a step are combined: of what attention gives, and of the state.
func (s decoderSizes) features() int {
	if s.looks() {
		return s.memory + s.hidden
	}
	return s.hidden
}

// affine is W·x + b: weight [out,in] and bias [out].
type affine[F kernel.Float] struct{ weight, bias []F }

// decoder is the part of a network that says a sequence, as weights.
type decoder[F kernel.Float] struct {
	decoderSizes
	table   []F                 // [V,E]
	cells   []kernel.Weights[F] // a layer each
	h, c    []affine[F]         // of bridge dense [Hd,M], a layer each; c of an LSTM alone
	look    []F                 // [Hd,M], attention.weight turned round: of a state of the encoder its key
	combine affine[F]           // [O,features]
	gate    affine[F]           // [1,features]; nil unless it copies
	head    affine[F]           // [V,O]
}

// decoder reads the weights of a decoder. symbols is the table of the encoder's.
func (r *reader[F]) decoder(s decoderSizes, symbols []F) (*decoder[F], error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	d := &decoder[F]{decoderSizes: s, table: symbols}
	if !s.shared {
		d.table = r.take("decoder.embedding.weight", s.vocabulary*s.reads)
	} else if r.err == nil && len(symbols) != s.vocabulary*s.reads {
		return nil, misfit("the weights", "tensor %q has %d values, want %d for the symbols of the decoder too", symbolTable, len(symbols), s.vocabulary*s.reads)
	}
	g, h, in := s.cell.Gates(), s.hidden, s.reads
	for l := range s.layers {
		suffix := fmt.Sprintf("_l%d", l)
		d.cells = append(d.cells, kernel.Weights[F]{
			IH: r.take("decoder.weight_ih"+suffix, g*h*in), HH: r.take("decoder.weight_hh"+suffix, g*h*h),
			BIH: r.take("decoder.bias_ih"+suffix, g*h), BHH: r.take("decoder.bias_hh"+suffix, g*h),
		})
		if in = h; s.bridge != "dense" {
			continue
		}
		d.h = append(d.h, r.affine("bridge.h"+suffix, h, s.memory))
		if s.cell == kernel.LSTM {
			d.c = append(d.c, r.affine("bridge.c"+suffix, h, s.memory))
		}
	}
	if s.attention == "general" {
		if w := r.take("attention.weight", s.memory*h); w != nil {
			d.look = turned(w, s.memory, h)
		}
	}
	combine := "attention.combine"
	if !s.looks() {
		combine = "combine"
	}
	d.combine = r.affine(combine, s.outputs, s.features())
	if s.copies {
		d.gate = r.affine("copy", 1, s.features())
	}
	d.head.weight = d.table
	if !s.tied {
		d.head.weight = r.take("head.weight", s.vocabulary*s.outputs)
	}
	d.head.bias = r.take("head.bias", s.vocabulary)
	return d, r.err
}

// affine reads the weight [out,in] and the bias of a layer.
func (r *reader[F]) affine(name string, out, in int) affine[F] {
	return affine[F]{r.take(name+".weight", out*in), r.take(name+".bias", out)}
}

// turned is the transpose of w [rows,columns].
func turned[F kernel.Float](w []F, rows, columns int) []F {
	out := make([]F, len(w))
	for i := range rows {
		for j := range columns {
			out[j*rows+i] = w[i*columns+j]
		}
	}
	return out
}

// states are the first states of every layer, [B,Hd] each, from the last ones of the encoder, [B,M]; nil is zero. lastC is of an LSTM
// whose states are copied.
func (d *decoder[F]) states(p *kernel.Pool, b int, last, lastC []F) (h, c [][]F) {
	h, c = make([][]F, d.layers), make([][]F, d.layers)
	made := func(a affine[F]) []F {
		y := make([]F, b*d.hidden)
		kernel.LinearForward(p, kernel.Tanh, b, d.memory, d.hidden, last, a.weight, a.bias, y)
		return y
	}
	for l := range h {
		switch d.bridge {
		case "copy":
			h[l], c[l] = last, lastC
		case "dense":
			if h[l] = made(d.h[l]); d.cell == kernel.LSTM {
				c[l] = made(d.c[l])
			}
		}
	}
	return h, c
}
