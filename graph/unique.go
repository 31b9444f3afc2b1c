package graph

import (
	"errors"
	"fmt"

	"gorgonia.org/gorgonia"
)

// Gorgonia tells the nodes of a graph apart by a hash of 32 bits: a node that is added becomes an earlier one when the
// hashes, types, shapes and hashes of the ops agree, and of two nodes with one hash the compiler keeps one. Both happen
// without a word and the network that is left is another one, so a graph is proven free of it before it is run. See
// docs/decisions/node-hashes.md.

// salts is how often Build tries. Of ten thousand nodes two have one hash once in a hundred graphs.
const salts = 32

// saltMark goes before the names of inputs, as often as the salt says. It changes the hash of all that stands on them.
const saltMark = "\x1f"

// Clash says that Gorgonia would take two nodes of a graph for one.
type Clash struct {
	Node, Other string // Other is empty where Gorgonia has let go of it already
	Hash        uint32
}

func (c *Clash) Error() string {
	other := "another node, which Gorgonia took for it"
	if c.Other != "" {
		other = c.Other
	}
	return fmt.Sprintf("graph: %s has the hash %#08x of %s; make the graph by graph.Build, which tries other hashes, and make every node once",
		c.Node, c.Hash, other)
}

// Build makes a graph of which no two nodes have one hash; Machine compiles it. add puts all nodes into the builder, those of
// the gradient too; it is called anew, with a builder that gives other hashes, while two nodes are found that clash. The
// graphs of different hashes compute the same bits. Errors are the builder's own, and *Clash when every hash clashes, as it
// does when Gorgonia's own functions are asked twice for the same node.
func Build[F Float](name string, pool *Pool, training bool, add func(*Builder[F])) (*Builder[F], error) {
	return BuildIn(nil, name, pool, training, add)
}

// BuildIn is Build of a graph that takes turns with others in a room; nil is none.
func BuildIn[F Float](room *Room[F], name string, pool *Pool, training bool, add func(*Builder[F])) (*Builder[F], error) {
	var err error
	var clash *Clash
	for salt := range salts {
		b := NewBuilder[F](name, pool, training)
		b.salt, b.once, b.room = salt, true, room
		room.begin()
		add(b)
		if err = b.distinct(); err == nil {
			return b, nil
		}
		if !errors.As(err, &clash) {
			break
		}
	}
	return nil, err
}

// Salt is the number of graphs that Build gave up before this one.
func (b *Builder[F]) Salt() int { return b.salt }

// distinct proves that no two nodes have one hash, and in a graph of Build that every node that was asked for is there.
func (b *Builder[F]) distinct() error {
	if b.err != nil {
		return b.err
	}
	if err := b.unmerged(); err != nil {
		return err
	}
	all := b.g.AllNodes()
	seen := make(map[uint32]*gorgonia.Node, len(all))
	for _, n := range all {
		h := n.Hashcode()
		if other := seen[h]; other != nil {
			return &Clash{Node: describe(n), Other: describe(other), Hash: h}
		}
		seen[h] = n
	}
	return nil
}

// unmerged finds a node that Gorgonia returned for another one: it then adds the edges to the node's children a second
// time, so that there are more of them than children. Grad forgets such edges, and so asks before it begins. Whether the two
// nodes were the same cannot be told; a graph of Build has no such nodes.
func (b *Builder[F]) unmerged() error {
	if !b.once {
		return nil
	}
	edges := make(map[int64]int, len(b.g.AllNodes()))
	for it := b.g.Edges(); it.Next(); {
		edges[it.Edge().To().ID()]++ // Gorgonia's edges lead from the child to its parent
	}
	for _, n := range b.g.AllNodes() {
		if edges[n.ID()] > b.g.From(n.ID()).Len() {
			return &Clash{Node: describe(n), Hash: n.Hashcode()}
		}
	}
	return nil
}

func describe(n *gorgonia.Node) string {
	return fmt.Sprintf("node %d %q %v", n.ID(), nameOf(n), []int(n.Shape()))
}
