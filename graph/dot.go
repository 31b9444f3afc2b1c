package graph

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"gorgonia.org/gorgonia"
)

// DOT writes an expression graph in the language of Graphviz, data flowing downwards: inputs and weights as boxes,
// operations of the backward pass shaded, shapes under the names. The same graph gives the same bytes, which Gorgonia's
// own encoder, naming nodes by their addresses, does not.
func DOT(g *gorgonia.ExprGraph) []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "digraph %q {\n\trankdir=TB\n\tnode [fontname=\"Helvetica\" fontsize=10 style=filled fillcolor=white]\n", "recur")
	nodes := append(gorgonia.Nodes{}, g.AllNodes()...)
	sort.Slice(nodes, func(i, j int) bool { return nodes[i].ID() < nodes[j].ID() })
	for _, n := range nodes {
		name, style := nameOf(n), "shape=box fillcolor=\"#dbe9f6\""
		if n.Op() != nil {
			style = "shape=ellipse"
			if strings.Contains(name, " gradient ") || strings.HasPrefix(name, "view ") {
				style += " fillcolor=\"#eeeeee\""
			}
		}
		shape := fmt.Sprint([]int(n.Shape()))
		if n.IsScalar() {
			shape = "scalar"
		}
		fmt.Fprintf(&w, "\tn%d [label=\"%s\\n%s\" %s]\n", n.ID(), escape(name), shape, style)
	}
	for _, n := range nodes {
		var from []int
		for it := g.From(n.ID()); it.Next(); {
			from = append(from, int(it.Node().ID()))
		}
		sort.Ints(from)
		for _, id := range from {
			fmt.Fprintf(&w, "\tn%d -> n%d\n", id, n.ID())
		}
	}
	w.WriteString("}\n")
	return w.Bytes()
}

// nameOf is the name of an input or an operation.
func nameOf(n *gorgonia.Node) string {
	if n.Op() != nil {
		return fmt.Sprint(n.Op())
	}
	return strings.TrimLeft(n.Name(), saltMark)
}

func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ").Replace(s) }
