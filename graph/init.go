package graph

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
)

// Stream returns the named random stream of a seed: PCG, seeded by the SHA-256 of both. Streams of different names are
// unrelated, so that adding a layer does not change how another one starts.
func Stream(seed uint64, name string) *rand.PCG {
	sum := sha256.Sum256(append(binary.LittleEndian.AppendUint64(nil, seed), name...))
	return rand.NewPCG(binary.LittleEndian.Uint64(sum[:8]), binary.LittleEndian.Uint64(sum[8:16]))
}

// The initialisers below draw in float64 and round, so that both dtypes start from the same numbers.

// Uniform fills w with values from -bound to bound. PyTorch starts a recurrent layer with bound 1/√H and a linear one
// with 1/√I, weights and biases alike.
func Uniform[F Float](r rand.Source, bound float64, w []F) {
	g := rand.New(r)
	for i := range w {
		w[i] = F(bound * (2*g.Float64() - 1))
	}
}

// Xavier fills w [rows,cols] uniformly within ±√(6/(rows+cols)) [1].
//
// [1] Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010.
func Xavier[F Float](r rand.Source, rows, cols int, w []F) {
	Uniform(r, math.Sqrt(6/float64(rows+cols)), w)
}

// Normal fills w with normal values of mean 0.
func Normal[F Float](r rand.Source, sd float64, w []F) {
	g := rand.New(r)
	for i := range w {
		w[i] = F(sd * g.NormFloat64())
	}
}

// Orthogonal fills w [n,n] with a random orthogonal matrix, uniform over all of them [1]: the Gram-Schmidt
// orthogonalisation, done twice for accuracy, of normal rows.
//
// [1] Saxe, McClelland & Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, 2014.
func Orthogonal[F Float](r rand.Source, n int, w []F) {
	g := rand.New(r)
	q := make([]float64, n*n)
	for i := range n {
		row := q[i*n:][:n]
		for norm := 0.0; norm < 1e-3; { // drawn again in the unlikely case that it depends on those before
			for j := range row {
				row[j] = g.NormFloat64()
			}
			for range 2 {
				for k := range i {
					subtract(row, q[k*n:][:n])
				}
			}
			norm = math.Sqrt(inner(row, row))
			for j := range row {
				row[j] /= norm
			}
		}
	}
	for i, v := range q {
		w[i] = F(v)
	}
}

// subtract takes from x its part along the unit vector u.
func subtract(x, u []float64) {
	d := inner(x, u)
	for i := range x {
		x[i] -= d * u[i]
	}
}

func inner(x, y []float64) (s float64) {
	for i := range x {
		s += x[i] * y[i]
	}
	return s
}

// Eye fills w [n,n] with the identity matrix, the start of an IRNN's recurrent weights [1].
//
// [1] Le, Jaitly & Hinton, A simple way to initialize recurrent networks of rectified linear units, 2015.
func Eye[F Float](n int, w []F) {
	clear(w)
	for i := range n {
		w[i*n+i] = 1
	}
}

// Fill sets every element to v.
func Fill[F Float](v float64, w []F) {
	for i := range w {
		w[i] = F(v)
	}
}
