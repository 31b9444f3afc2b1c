package graph

import "recur/internal/kernel"

// Room is memory that the graphs of one network take turns with: what a graph leaves there is lost when another one runs. So no two of them run at
// the same time, and what a graph gives is read before another runs.
//
// A graph takes its pieces one behind the other from the beginning; which pieces it has depends neither on the bits that they hold nor on
// other graphs' sizes but by where they lie.
type Room[F Float] struct {
	slabs    [][]F
	slab, at int
	layers   *kernel.Turns[F]
}

const (
	roomSlab  = 1 << 18 // numbers of a slab, but for larger pieces
	roomPiece = 16      // pieces begin at multiples of so many
)

// begin starts a graph.
func (r *Room[F]) begin() {
	if r != nil {
		r.slab, r.at = 0, 0
	}
}

// take gives a piece of n numbers, which may hold anything; without a room it is new.
func (r *Room[F]) take(n int) []F {
	if r == nil {
		return make([]F, n)
	}
	for ; r.slab < len(r.slabs); r.slab, r.at = r.slab+1, 0 {
		if s := r.slabs[r.slab]; r.at+n <= len(s) {
			piece := s[r.at:][:n:n]
			r.at += (n + roomPiece - 1) / roomPiece * roomPiece
			return piece
		}
	}
	r.slabs = append(r.slabs, make([]F, max(n, roomSlab)))
	return r.take(n)
}

// turns is what recurrent layers of one name take turns with; nil without a room.
func (r *Room[F]) turns() *kernel.Turns[F] {
	if r == nil {
		return nil
	}
	if r.layers == nil {
		r.layers = kernel.NewTurns[F]()
	}
	return r.layers
}
