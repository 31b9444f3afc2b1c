package kernel

import "unsafe"

// Memory is how many bytes NewLayer takes for a layer of these sizes on so many threads, and its first backward pass where
// wantX asks for the gradient of x: what it makes, counted as it makes it.
func Memory[F Float](s Spec, wantX bool, threads int) int64 {
	if s.Norm {
		return int64(unsafe.Sizeof(F(0))) * normedMemory(s)
	}
	o := use[F]()
	width := o.width
	rows := rowsOfPart(s)
	parts := partsOfChunk[F](s, rows, threads)
	g := newGeometry(s, width, rows)
	packed := (g.k-1)*g.main + g.blocks*g.hp
	if s.Cell == GRU {
		packed += s.I * g.hp
	}
	if s.Train {
		packed += g.main * g.hp
		if wantX {
			packed += len(gateBlocks[s.Cell]) * g.hp * roundUp(s.I, width)
		}
	}
	rooms := (s.B + rows*parts - 1) / (rows * parts)
	if !s.Train {
		rooms = min(rooms, threads)
	}
	room := roomOf(s, g, min(rows*parts, s.B))
	if s.Train {
		packed += (s.B + rows - 1) / rows * g.k * g.blocks * g.hp
		if parts > 1 {
			room += int64(g.span * rows * (g.k + o.cols))
		}
	}
	return int64(unsafe.Sizeof(F(0))) * (int64(packed) + int64(rooms)*room)
}

// roomOf counts the numbers of newRoom.
func roomOf(s Spec, g geometry, rows int) int64 {
	states, gates := g.span+1, 1
	if s.Train {
		states = s.T + 1
	}
	switch {
	case g.keep:
		gates = s.T
	case s.Train || g.ahead:
		gates = g.span
	}
	n := states*rows*g.ldz + gates*rows*g.ldg
	if s.Cell == LSTM {
		n += states * rows * g.hp
	}
	if s.Train {
		n += 2 * rows * g.hp
	}
	if s.Masked {
		n += (states + 1) * rows * g.hp
	}
	return int64(n)
}
