package graph

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"gorgonia.org/gorgonia"
)

// lessonOf is a graph of one op that tells on which goroutine it runs and fails when it is told to.
func lessonOf(t *testing.T) (m *machine, ran *string, fail *bool, y []float32) {
	t.Helper()
	b := NewBuilder[float32]("m", nil, false)
	ran, fail = new(string), new(bool)
	o := &op[float32]{
		kind: "lesson", name: "op", in: []port{b.port("x", 3)}, out: b.port("y", 3), wrt: []bool{false},
		run: func(in [][]float32, out []float32) error {
			*ran = goroutine()
			if *fail {
				return fmt.Errorf("told to fail")
			}
			for i, v := range in[0] {
				out[i] = 2 * v
			}
			return nil
		},
	}
	n := b.apply(o, b.Input("x", []float32{1, 2, 3}, 3))
	vm, err := b.Machine()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { vm.Close() })
	return vm.(*machine), ran, fail, Memory[float32](n)
}

// goroutine is the first line of the stack, which has the number of the goroutine.
func goroutine() string {
	b := make([]byte, 64)
	line, _, _ := strings.Cut(string(b[:runtime.Stack(b, false)]), "[")
	return line
}

// The program runs on the caller's goroutine, again after a Reset, and again after a failure.
func TestMachineStaysOnTheGoroutine(t *testing.T) {
	m, ran, fail, y := lessonOf(t)
	for i := range 4 {
		*fail = i == 1
		clear(y)
		m.Reset()
		err := m.RunAll()
		if *ran != goroutine() {
			t.Fatalf("run %d was on %q, want %q", i, *ran, goroutine())
		}
		switch {
		case *fail && (err == nil || !strings.Contains(err.Error(), "told to fail")):
			t.Fatalf("run %d gave the error %v, want that of the op", i, err)
		case !*fail && (err != nil || y[2] != 6):
			t.Fatalf("run %d gave %v and the error %v", i, y, err)
		}
	}
}

// A program of another build than the one known is not run: what is read of it is checked first.
func TestProgramIsChecked(t *testing.T) {
	type right struct{ instructions []int }
	ran := 0
	run := func(all []int) error { ran = len(all); return nil }
	if f, err := program(run, &right{[]int{1, 2, 3}}); err != nil || f() != nil || ran != 3 {
		t.Errorf("error %v, %d instructions run, want 3", err, ran)
	}
	for _, other := range []any{
		&struct{ instructions []int64 }{}, &struct{ instrs []int }{}, right{}, (*right)(nil), nil, 3,
	} {
		if _, err := program(run, other); err == nil {
			t.Errorf("%T was taken for a program", other)
		}
	}
}

// Gorgonia's own RunAll and ours make the same bits of a training graph, in any order.
func TestMachineIsGorgonias(t *testing.T) {
	const T, B, I, H = 5, 3, 2, 6
	run := func(own bool) []float32 {
		b := NewBuilder[float32]("m", nil, true)
		input := func(name string, shape ...int) *gorgonia.Node {
			v := make([]float32, volume(shape))
			Uniform(Stream(7, name), 0.5, v)
			return b.Input(name, v, shape...)
		}
		lengths := make([]int, B)
		for i := range lengths {
			lengths[i] = T
		}
		weights := gorgonia.Nodes{input("ih", 4*H, I), input("hh", 4*H, H), input("bih", 4*H), input("bhh", 4*H)}
		r := b.Recurrent(Recurrent{Name: "rnn", Cell: LSTM, Steps: T, Inputs: I, Hidden: H}, RecurrentInput{
			X: input("x", T, B, I), H0: input("h0", 1, B, H), C0: input("c0", 1, B, H), Lengths: b.Lengths("lengths", lengths),
			IH: weights[0], HH: weights[1], BIH: weights[2], BHH: weights[3],
		})
		mask := make([]float32, B*H)
		Fill(1, mask)
		loss := b.Loss("loss", MSE, 0, b.H(r), input("y", B, H), b.Input("mask", mask, B, H))
		b.Grad(loss, weights...)
		vm, err := b.Machine()
		if err != nil {
			t.Fatal(err)
		}
		defer vm.Close()
		for range 2 {
			vm.Reset()
			if own {
				err = vm.RunAll()
			} else {
				err = vm.(*machine).VM.RunAll()
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		all := append([]float32(nil), Memory[float32](loss)...)
		for _, w := range weights {
			all = append(all, GradientOf[float32](w)...)
		}
		return all
	}
	got, want := run(true), run(false)
	if len(got) != 1+4*H*(I+H+2) {
		t.Fatalf("got %d numbers", len(got))
	}
	for i := range want {
		if got[i] != want[i] || want[i] == 0 {
			t.Fatalf("number %d is %v by our RunAll and %v by Gorgonia's", i, got[i], want[i])
		}
	}
}
