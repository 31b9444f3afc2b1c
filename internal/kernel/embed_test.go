package kernel

import (
	"math"
	"testing"
)

// TestEmbed compares with the definition: a name is a row of a one-hot matrix times its table.
func TestEmbed(t *testing.T) {
	e := Embedding{N: 3, Columns: 9, From: 1, Values: 2, Size: 3, Tables: 2}
	tables := [][]float64{make([]float64, 4*3), make([]float64, 2*3)}
	for i, table := range tables {
		for j := range table {
			table[j] = math.Sin(float64(10*i + j))
		}
	}
	x := make([]float64, e.N*e.Columns)
	for i := range x {
		x[i] = math.Cos(float64(i))
	}
	numbers := [][2]float64{{3, 1}, {0, 0}, {1, 1}, {3, 0}, {math.NaN(), -1}, {4, 1e30}} // the last two name no row
	for i, pair := range numbers {
		at := i/2*e.Columns + e.From + i%2*4 + e.Values
		x[at], x[at+1] = pair[0], pair[1]
	}
	if e.Width() != 2*(2+2*3) {
		t.Fatalf("width is %d", e.Width())
	}
	y, dy := make([]float64, e.N*e.Width()), make([]float64, e.N*e.Width())
	for i := range dy {
		dy[i] = 1 / float64(i+1)
	}
	gradients := [][]float64{{1: 7, 11: 7}, {5: 7}} // whatever they held is gone
	EmbedForward(e, x, tables, y)
	EmbedBackward(e, x, dy, gradients)
	wanted := [][]float64{make([]float64, 12), make([]float64, 6)}
	for i, pair := range numbers {
		from, to := i/2*e.Columns+e.From+i%2*4, i*8
		for k := range 2 {
			if y[to+k] != x[from+k] {
				t.Errorf("amount %d of piece %d is %g, want %g", k, i, y[to+k], x[from+k])
			}
		}
		for j, table := range tables {
			row := int(pair[j])
			if !(pair[j] > 0 && pair[j] < float64(len(table)/3)) {
				row = 0
			}
			for k := range 3 {
				if got, want := y[to+2+j*3+k], table[row*3+k]; got != want {
					t.Errorf("piece %d, table %d: %g, want %g", i, j, got, want)
				}
				if row > 0 {
					wanted[j][row*3+k] += dy[to+2+j*3+k]
				}
			}
		}
	}
	for j := range wanted {
		for k := range wanted[j] {
			if gradients[j][k] != wanted[j][k] {
				t.Errorf("gradient %d of table %d is %g, want %g", k, j, gradients[j][k], wanted[j][k])
			}
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an x of another size is taken")
		}
	}()
	EmbedForward(e, x[1:], tables, y)
}
