package graph

import (
	"fmt"
	"reflect"
	"unsafe"

	"gorgonia.org/gorgonia"
)

// machine is a TapeMachine whose program runs on the goroutine that calls RunAll. Gorgonia's own RunAll ties the caller to
// its thread and runs the program on another one; two such changes of thread a training step cost more than the arithmetic of
// a small network, and leave the pool's helpers fighting for a core. See docs/decisions/sequence-op.md.
type machine struct {
	gorgonia.VM
	run func() error
}

// newMachine compiles g. Where Gorgonia batches the calls of its BLAS it needs a goroutine of its own, so then the machine
// is Gorgonia's as it is; and where its program is not found as it was known to be.
func newMachine(g *gorgonia.ExprGraph) gorgonia.VM {
	tape := gorgonia.NewTapeMachine(g)
	if _, batches := gorgonia.WhichBLAS().(interface{ DoWork() }); batches {
		return tape
	}
	run, err := program(tape.Run, tape.Prog())
	if err != nil {
		return tape
	}
	clear(tape.LocMap()) // Run would bind every value again, which each instruction has done
	return &machine{VM: tape, run: run}
}

// RunAll runs the program from its beginning.
func (m *machine) RunAll() error {
	m.VM.Reset()
	return m.run()
}

// program is a call of run, the TapeMachine's method for a part of a program, with all instructions of prog. They are a field
// that Gorgonia does not export, of the type that run takes; the field is read when it is there and of that very type.
func program[Instructions any](run func(Instructions) error, prog any) (func() error, error) {
	p := reflect.ValueOf(prog)
	if p.Kind() != reflect.Pointer || p.IsNil() || p.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("graph: Gorgonia's program is %T, want a pointer to a struct", prog)
	}
	field := p.Elem().FieldByName("instructions")
	if want := reflect.TypeFor[Instructions](); !field.IsValid() || field.Type() != want {
		return nil, fmt.Errorf("graph: Gorgonia's program %T has no instructions of type %v", prog, want)
	}
	all := *(*Instructions)(unsafe.Pointer(field.UnsafeAddr()))
	return func() error { return run(all) }, nil
}
