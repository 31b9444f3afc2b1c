package models

import (
	"unsafe"

	"recur/graph"
)

// Memory estimates the bytes of the graph for b rows of t steps, on so many threads: what its ops, its inputs and its layers
// hold, with training the gradients too. The weights, what a solver holds, and what the Go runtime adds are not in it.
// It follows build.go; a test compares it with what graphs take.
func (s Spec) Memory(b, t, threads int, training bool) int64 {
	if s.check() != nil || b < 1 || t < 1 {
		return 0
	}
	if s.DType == "float64" {
		return memory[float64](s, b, t, threads, training)
	}
	return memory[float32](s, b, t, threads, training)
}

// memory counts in numbers of type F.
func memory[F graph.Float](s Spec, b, t, threads int, training bool) int64 {
	n, h, dirs := int64(b)*int64(t), int64(s.HiddenSize), int64(s.Directions())
	out := int64(b)
	if s.Head == "every" {
		out = n
	}
	states := int64(len(s.states()))
	numbers := n*int64(s.Inputs) + int64(b)*int64(s.Extra) + 2*out*int64(s.Values())
	numbers += 2 * states * int64(s.Layers) * dirs * int64(b) * h
	if len(s.Categories) > 0 {
		numbers += n * int64(s.embedded())
	}
	numbers += s.symbolMemory(n, training)
	reads := s.reads()
	if len(s.Front) > 0 {
		numbers += s.frontMemory(int64(b), int64(t), training)
		t, _ = s.FrontSteps(t)
		n = int64(b) * int64(t)
	}
	if e := int64(s.EncoderSize); e > 0 {
		numbers += n * e
		if training {
			numbers += n * e // the gradient before the activation
		}
		reads = s.EncoderSize
	}
	kernels := int64(0)
	for l := range s.Layers {
		wantsX := l > 0 || s.EncoderSize > 0 || len(s.Categories) > 0 || len(s.Front) > 0 || s.Vocabulary > 0
		sequence := l < s.Layers-1 || s.reachesSteps()
		numbers += dirs * states * int64(b) * h
		if sequence {
			numbers += dirs * n * h
		}
		if s.Implementation == "primitive" {
			numbers += dirs * s.unrolled(n, int64(reads), sequence, wantsX, training)
		} else {
			kernels += dirs * graph.RecurrentMemory[F](graph.Recurrent{Cell: cells[s.Cell], Nonlinearity: activations[s.Elman.Nonlinearity], Steps: t,
				Inputs: reads, Hidden: s.HiddenSize, InputGradient: wantsX, Dropout: s.RecurrentDropout, Norm: s.LayerNorm}, b, threads, training)
		}
		numbers += s.between(n, int64(reads), sequence, wantsX, training)
		reads = int(dirs * h)
	}
	numbers += s.poolMemory(n, int64(b), training)
	if s.saysSteps() {
		more, own := saidMemory[F](s, b, int64(t), threads, training)
		return (numbers+more)*int64(unsafe.Sizeof(F(0))) + kernels + own
	}
	features := out * int64(s.features())
	if s.aligns() { // scores and their gradients
		numbers += out*int64(s.Classes)*(1+2*b2i(training)) + b2i(training)*(int64(s.Parameters())+2*features)
		kernels += graph.CTCMemory(graph.CTC{Steps: t}, b, s.Classes, s.SaidSteps, threads, training)
		return numbers*int64(unsafe.Sizeof(F(0))) + kernels
	}
	if s.Classes > 0 {
		numbers += s.lossMemory(out, training)
		return numbers*int64(unsafe.Sizeof(F(0))) + kernels
	}
	numbers += out * int64(s.Outputs) * 2
	if training {
		numbers += int64(s.Parameters()) + features + 4*out*int64(s.Outputs)
		if s.HeadDropout > 0 {
			numbers += 3 * features
		}
	}
	return numbers*int64(unsafe.Sizeof(F(0))) + kernels
}

// saidMemory counts the decoder over the longest second sequence: what its layers keep, what it looks at, and its head.
func saidMemory[F graph.Float](s Spec, b int, t int64, threads int, training bool) (numbers, kernels int64) {
	d, steps := s.Decoder, max(1, s.SaidSteps)
	rows := int64(b) * int64(steps)
	h, m, in := int64(d.HiddenSize), int64(s.memory()), s.EmbeddingSize
	times := 1 + 2*b2i(training) // with gradients, which Gorgonia adds up once more
	numbers = 6*rows + rows*int64(in)*times
	for range max(1, d.Layers) {
		kernels += graph.RecurrentMemory[F](graph.Recurrent{Cell: cells[d.Cell], Nonlinearity: activations[s.Elman.Nonlinearity], Steps: steps,
			Inputs: in, Hidden: d.HiddenSize, InputGradient: true, StateGradient: true, Dropout: s.RecurrentDropout}, b, threads, training)
		numbers += (rows*h + 4*int64(b)*h) * times
		in = d.HiddenSize
	}
	if s.Attention != "none" {
		numbers += (rows*m + int64(b)*t*m) * times // questions, and the memory with dropout
		kernels += graph.DotAttentionMemory[F](graph.DotAttention{Steps: steps, Sources: int(t), Size: int(m)}, b, threads, training)
	}
	numbers += rows * int64(s.OutputSize) * times
	if training {
		numbers += 2*rows*int64(s.OutputSize) + int64(s.Parameters()) - b2i(s.Vocabulary > 0 && !s.TieEmbeddings)*int64(s.Vocabulary*s.EmbeddingSize)
	}
	if s.Copy {
		kernels += graph.CopyEntropyMemory[F](graph.CopyEntropy{Steps: steps, Sources: int(t)}, b, s.OutputSize, s.Says, threads, training)
	} else {
		kernels += graph.CrossEntropyMemory[F](b*steps, s.OutputSize, s.Says, threads, training)
	}
	return numbers, kernels
}

func b2i(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// speltRows is about how many rows a word shares.
const speltRows = 20

// symbolMemory counts the symbols of n steps, in numbers of 4 bytes and more of float32, and what they become.
func (s Spec) symbolMemory(n int64, training bool) (numbers int64) {
	if s.Vocabulary == 0 {
		return 0
	}
	vectors := n * int64(s.EmbeddingSize)
	numbers = vectors + 6*n
	if s.CharacterNgrams > 0 {
		numbers += vectors + 3*n // the means of the words
	}
	if training {
		numbers += 2*min(n, int64(s.Vocabulary))*int64(s.EmbeddingSize) + int64(s.Vocabulary) + n
		numbers += min(speltRows*n, int64(s.CharacterNgrams))*int64(s.EmbeddingSize) + int64(s.CharacterNgrams)
		if s.EmbeddingDropout > 0 {
			numbers += 2 * vectors
		}
	}
	return numbers
}

// poolMemory counts what the pool of n steps of b rows keeps: the features, and in training the gradients of the steps.
func (s Spec) poolMemory(n, b int64, training bool) (numbers int64) {
	if !s.pools() {
		return 0
	}
	width := int64(s.Directions()) * int64(s.HiddenSize)
	numbers = b * int64(s.features())
	if s.Pool == "attention" {
		numbers += 2 * n
	}
	if training {
		numbers += n * width
		if s.Pool == "attention" {
			numbers += 2 * n * width
		}
	}
	return numbers
}

// lossMemory counts what the head of classes keeps for so many rows: labels, the logits of a block and, in training, gradients.
func (s Spec) lossMemory(rows int64, training bool) (numbers int64) {
	features, classes := int64(s.features()), int64(s.Classes)
	if wide := features; s.TieEmbeddings {
		features = int64(s.EmbeddingSize)
		numbers = rows * features
		if training {
			numbers += 2*rows*features + rows*wide
		}
	}
	block := min(rows, 1<<21/classes+1)
	numbers += 6*rows + 2*block*features
	if training {
		numbers += block*classes + 2*rows*features + int64(s.Parameters())
		if s.Vocabulary > 0 && !s.TieEmbeddings { // its gradient is one of rows
			numbers -= int64(s.Vocabulary+s.CharacterNgrams) * int64(s.EmbeddingSize)
		}
		if s.HeadDropout > 0 {
			numbers += 2 * rows * features
		}
	}
	return numbers
}

// between counts the sequences that lie between the layers: two directions side by side, dropout, and in training the
// gradients handed down.
func (s Spec) between(n, reads int64, sequence, wantsX, training bool) (numbers int64) {
	width := int64(s.Directions()) * int64(s.HiddenSize)
	if sequence && s.Bidirectional {
		numbers += n * width
	}
	if !training {
		return numbers
	}
	if wantsX {
		numbers += int64(s.Directions()) * n * reads
		if s.Bidirectional {
			numbers += 2 * n * reads // the sum of both, which Gorgonia makes twice
		}
	}
	if sequence && s.Bidirectional {
		numbers += n * width
	}
	if s.LockedDropout > 0 {
		numbers += 2 * n * reads
	}
	if sequence && s.Dropout > 0 {
		numbers += 3 * n * width
	}
	return numbers
}

// unrolled counts the nodes of a layer and direction that is built from single graph nodes, each [B,H] at every step: so many
// as were measured, and more where its sequence is read and its inputs want gradients.
func (s Spec) unrolled(n, reads int64, sequence, wantsX, training bool) int64 {
	nodes := map[string][2]int64{"elman": {7, 13}, "gru": {25, 63}, "lstm": {29, 73}}[s.Cell]
	all, stacked, handed := nodes[0]*int64(s.HiddenSize), int64(4), int64(2)
	if training {
		all, stacked, handed = nodes[1]*int64(s.HiddenSize), 20, 24
	}
	if sequence {
		all += stacked * int64(s.HiddenSize)
	}
	if wantsX {
		all += handed * reads
	}
	return n * all
}

// MemoryOf estimates the bytes of graphs of some sizes that take turns with their memory; see Network.Share.
func (s Spec) MemoryOf(sizes []Size, threads int, training bool) int64 {
	var own, most int64
	for _, z := range sizes {
		s.Steps, s.SaidSteps = z.Steps, z.Said
		all, alone := s.Memory(z.Rows, z.Steps, threads, training), s.alone(z, threads, training)
		own, most = own+alone, max(most, all-alone)
	}
	return own + most
}

// alone is what a graph does not share: its inputs, the states and gates of its layers, masks, and what its losses hold but for the logits.
func (s Spec) alone(z Size, threads int, training bool) int64 {
	if s.check() != nil {
		return 0
	}
	if s.DType == "float64" {
		return alone[float64](s, z, threads, training)
	}
	return alone[float32](s, z, threads, training)
}

func alone[F graph.Float](s Spec, z Size, threads int, training bool) int64 {
	rows, steps := int64(z.Rows), z.Steps
	numbers := rows * int64(steps*s.Inputs+4*z.Steps+6*z.Said)
	if len(s.Front) > 0 {
		steps, _ = s.FrontSteps(steps)
	}
	var kernels int64
	layer := func(cell string, t, in, hidden int) {
		r := graph.Recurrent{Cell: cells[cell], Nonlinearity: activations[s.Elman.Nonlinearity], Steps: t, Inputs: in, Hidden: hidden, InputGradient: true}
		long := graph.RecurrentMemory[F](r, z.Rows, threads, training)
		r.Steps = 1
		kernels += long - graph.RecurrentMemory[F](r, z.Rows, threads, training) // but for the weights and their gradients
	}
	in := s.reads()
	for range s.Layers {
		for range s.Directions() {
			layer(s.Cell, steps, in, s.HiddenSize)
		}
		in = s.Directions() * s.HiddenSize
	}
	if s.aligns() {
		kernels += graph.CTCMemory(graph.CTC{Steps: steps}, z.Rows, s.Classes, z.Said, threads, training)
	}
	if s.saysSteps() {
		in = s.EmbeddingSize
		for range max(1, s.Decoder.Layers) {
			layer(s.Decoder.Cell, z.Said, in, s.Decoder.HiddenSize)
			in = s.Decoder.HiddenSize
		}
		kernels += graph.CrossEntropyMemory[F](z.Rows*z.Said, s.OutputSize, s.Says, threads, false)
	}
	if training { // the masks of dropout
		said := rows * int64(z.Said)
		numbers += b2i(s.EmbeddingDropout > 0)*int64(s.EmbeddingSize)*(rows*int64(z.Steps)+said) + b2i(s.MemoryDropout > 0)*rows*int64(steps*s.memory()) + b2i(s.HeadDropout > 0)*said*int64(s.OutputSize)
	}
	return kernels + numbers*int64(unsafe.Sizeof(F(0)))
}
