package models

import (
	"fmt"
	"sync"

	"recur/graph"
)

// Param is one weight tensor. Values is the memory that every graph of the network reads: a solver updates it in place.
type Param[F graph.Float] struct {
	Name   string
	Shape  []int
	Values []F
}

// Network is a network's weights and its graphs. Its methods may be called from several goroutines; a Graph belongs to
// one goroutine at a time.
type Network[F graph.Float] struct {
	Spec   Spec
	Params []*Param[F] // those that are learned, then the running moments of norms over the batch, which runs in evaluation read

	byName map[string]*Param[F]
	pool   *graph.Pool
	mu     sync.Mutex
	graphs map[key]*Graph[F]
	room   *graph.Room[F] // nil: each has memory of its own
}

// Size is the shape of a graph.
type Size struct {
	Rows, Steps int
	Said        int // steps of the second sequence; 0: there is none
}

// key tells the graphs of a network apart.
type key struct {
	Size
	training bool
}

// New makes a network with freshly drawn weights; the same Spec gives the same ones.
func New[F graph.Float](s Spec) (*Network[F], error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	n := &Network[F]{
		Spec:   s,
		byName: make(map[string]*Param[F]),
		pool:   graph.NewPool(s.Threads),
		graphs: make(map[key]*Graph[F]),
	}
	for _, p := range s.ParamShapes() {
		q := &Param[F]{Name: p.Name, Shape: p.Shape, Values: make([]F, p.Size())}
		n.Params = append(n.Params, q)
		n.byName[p.Name] = q
	}
	n.initialise()
	return n, nil
}

// Share has the graphs that are made from now on take turns with their memory: one of them runs at a time, and what it gives is read before
// another runs. They compute the same bits.
func (n *Network[F]) Share() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.room == nil {
		n.room = &graph.Room[F]{}
	}
}

// Param returns the weight tensor of that name, nil when there is none.
func (n *Network[F]) Param(name string) *Param[F] { return n.byName[name] }

// building serialises the making of graphs in this process: Gorgonia shares some state between them.
var building sync.Mutex

// Graph returns the graph for b batch rows of t steps, made at the first call and kept. A training graph also makes
// the gradients; an evaluation graph has no dropout.
func (n *Network[F]) Graph(b, t int, training bool) (*Graph[F], error) {
	return n.Sized(Size{Rows: b, Steps: t}, training)
}

// Sized is Graph of a size that may have a second sequence.
func (n *Network[F]) Sized(z Size, training bool) (*Graph[F], error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	k := key{z, training}
	if g := n.graphs[k]; g != nil {
		return g, nil
	}
	if z.Rows < 1 || z.Steps < 1 || z.Said < 1 && (n.Spec.saysSteps() || n.Spec.aligns()) {
		return nil, fmt.Errorf("models: graph of %d rows, %d steps and %d of a second sequence, want 1 or more each", z.Rows, z.Steps, z.Said)
	}
	building.Lock()
	defer building.Unlock()
	g, err := n.build(k)
	if err != nil {
		return nil, fmt.Errorf("models: %w", err)
	}
	n.graphs[k] = g
	return g, nil
}

// Drop lets go of a graph, whose memory is then free; it must not be used any more.
func (n *Network[F]) Drop(g *Graph[F]) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for k, other := range n.graphs {
		if other == g {
			g.machine.Close()
			delete(n.graphs, k)
		}
	}
}

// Nodes is the number of nodes of the training graph for b rows of t steps.
func (n *Network[F]) Nodes(b, t int) (int, error) {
	g, err := n.Graph(b, t, true)
	if err != nil {
		return 0, err
	}
	return len(g.builder.Graph().AllNodes()), nil
}

// Close lets go of all graphs and ends the network's threads. The weights stay.
func (n *Network[F]) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, g := range n.graphs {
		g.machine.Close()
	}
	clear(n.graphs)
	n.pool.Close()
}
