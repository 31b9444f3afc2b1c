package graph

import (
	"unsafe"

	"gorgonia.org/gorgonia"
)

// machine is a TapeMachine whose program runs on the goroutine that calls RunAll. Gorgonia's own RunAll ties the caller to
// its thread and runs the program on another one; two such changes of thread a training step cost more than the arithmetic of
// a small network, and leave the pool's helpers fighting for a core. See docs/decisions/sequence-op.md.
type machine struct {
	gorgonia.VM
	tape  unsafe.Pointer // the *gorgonia.tapeMachine
	fault chan error     // one of the two gets a value when the program ends; both have room for it
	done  chan struct{}
}

// newMachine compiles g. Where Gorgonia batches the calls of its BLAS it needs a goroutine of its own, so then the machine
// is Gorgonia's as it is.
func newMachine(g *gorgonia.ExprGraph) gorgonia.VM {
	tape := gorgonia.NewTapeMachine(g)
	if _, batches := gorgonia.WhichBLAS().(interface{ DoWork() }); batches {
		return tape
	}
	return &machine{VM: tape, tape: unsafe.Pointer(tape), fault: make(chan error, 1), done: make(chan struct{}, 1)}
}

// RunAll runs the program from where it stands; after Reset that is its beginning.
func (m *machine) RunAll() error {
	runTape(m.tape, m.fault, m.done)
	select {
	case err := <-m.fault:
		return err
	case <-m.done:
		return nil
	}
}

// runTape is what Gorgonia's RunAll starts as a goroutine: it runs all instructions and then sends on one of the channels.
//
//go:linkname runTape gorgonia.org/gorgonia.(*tapeMachine).runall
func runTape(tape unsafe.Pointer, fault chan error, done chan struct{})
