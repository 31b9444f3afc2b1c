// Package graph answers one question: how is a recurrent network expressed as a Gorgonia expression graph?
//
// It holds the building blocks: the three cells written out with primitive nodes, one page each, to be read beside a
// paper (elman.go, lstm.go, gru.go); the same cells as one fused operation over the whole sequence (recurrent.go); the
// linear layer, the losses, dropout, and the seeded initialisers. A Builder puts them into a graph, keeps the first
// error, and sees to it that names are unique.
//
// Letters used everywhere: T steps, B batch rows, D or I inputs, H hidden units, G gates (1 Elman, 3 GRU, 4 LSTM),
// L layers times directions, O outputs. Sequences are time-major and row-major: [T,B,D].
//
// Why operations of our own stand where Gorgonia has some with the same name: several of Gorgonia 0.9.18 give wrong
// numbers without an error (Slice merges steps 3 and 259, Dropout is right for p = 0.5 alone, Reshape aliases memory
// that the backward pass still reads). Those here own their memory, carry all their settings in their hash, and report
// an error instead of ending the process.
package graph
