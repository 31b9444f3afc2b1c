package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// packing is the layout of several gradients in one vector, each at a multiple of 64 elements.
type packing struct {
	of    []port
	start []int // -1: not wanted
	size  int
}

func pack(of []port, wanted []bool) packing {
	p := packing{of: of, start: make([]int, len(of))}
	for i := range of {
		p.start[i] = -1
		if wanted[i] {
			p.start[i] = p.size
			p.size += (of[i].size() + 63) / 64 * 64
		}
	}
	p.size = max(p.size, 1)
	return p
}

// part is gradient i in the packed vector, nil when it is not wanted.
func part[F Float](p packing, packed []F, i int) []F {
	if p.start[i] < 0 {
		return nil
	}
	n := p.of[i].size()
	return packed[p.start[i]:][:n:n]
}

// views adds a node for each gradient that is wanted, over the packed vector's own memory.
func (b *Builder[F]) views(p packing, g *op[F], packed *gorgonia.Node) (gorgonia.Nodes, error) {
	ns := make(gorgonia.Nodes, len(p.of))
	for i, of := range p.of {
		if p.start[i] < 0 {
			continue
		}
		v, err := b.node(&op[F]{
			kind: "view", name: g.name + " " + of.name, settings: fmt.Sprint(p.start[i]),
			in: []port{g.out}, out: of, wrt: []bool{false}, view: part(p, g.memory, i),
		}, gorgonia.Nodes{packed})
		if err != nil {
			return nil, err
		}
		ns[i] = v
	}
	return ns, nil
}

func renamed(p port, name string) port {
	p.name = name
	return p
}
