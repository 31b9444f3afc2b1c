// Package predict answers one question: what does the network say?
//
// It rebuilds a trained network from a checkpoint as plain weight slices and runs the kernels of internal/kernel on
// them: no expression graph, no virtual machine and no trainer, so that an inference binary holds none of them.
package predict
