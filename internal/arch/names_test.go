package arch

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

var (
	vague  = []string{"util", "utils", "common", "types", "helpers", "misc", "base", "shared"}
	hiding = []string{"data", "graph", "models", "train"}
)

// packages checks names and comments of packages: one lower-case word that says something, and one comment a package.
func packages(all []*source) []string {
	var faults []string
	commented := map[string]*source{}
	first := map[string]*source{}
	for _, s := range goFiles(all) {
		name := s.ast.Name.Name
		line := s.line(s.ast.Name)
		if bare := strings.TrimSuffix(name, "_test"); bare != strings.ToLower(bare) || strings.Contains(bare, "_") {
			faults = append(faults, s.fault(line, "package %s: name it with one lower-case word", name))
		} else if slices.Contains(vague, bare) {
			faults = append(faults, s.fault(line, "package %s says nothing about what it holds; name it for that", name))
		}
		if s.isTest() {
			continue
		}
		if first[s.dir()] == nil {
			first[s.dir()] = s
		}
		if doc := s.ast.Doc.Text(); doc != "" {
			if other := commented[s.dir()]; other != nil {
				faults = append(faults, s.fault(line, "package %s has a comment in %s too; keep one", name, other.path))
			}
			commented[s.dir()] = s
			if want := map[bool]string{true: "Command ", false: "Package " + name + " "}[name == "main"]; !strings.HasPrefix(doc, want) {
				faults = append(faults, s.fault(line, "package comment: begin it with %q", want))
			}
		}
	}
	for dir, s := range first {
		if commented[dir] == nil {
			faults = append(faults, s.fault(1, "package %s has no comment; say in one sentence which question it answers", s.ast.Name.Name))
		}
	}
	return faults
}

// names checks that no parameter, result or local variable has the name of a room.
func names(all []*source) []string {
	var faults []string
	for _, s := range goFiles(all) {
		check := func(n ast.Node) {
			if id, ok := n.(*ast.Ident); ok && slices.Contains(hiding, id.Name) {
				faults = append(faults, s.fault(s.line(id), "%s hides the package of that name; call it for what it holds", id.Name))
			}
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncType:
				eachName(n.Params, check)
				eachName(n.Results, check)
			case *ast.FuncDecl:
				eachName(n.Recv, check)
				ast.Inspect(n, func(n ast.Node) bool { localNames(n, check); return true })
				return true
			}
			return true
		})
	}
	return faults
}

func eachName(list *ast.FieldList, check func(ast.Node)) {
	if list == nil {
		return
	}
	for _, f := range list.List {
		for _, n := range f.Names {
			check(n)
		}
	}
}

// localNames calls check with the variables that a statement of a function declares.
func localNames(n ast.Node, check func(ast.Node)) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			for _, left := range n.Lhs {
				check(left)
			}
		}
	case *ast.RangeStmt:
		if n.Tok == token.DEFINE {
			check(n.Key)
			if n.Value != nil {
				check(n.Value)
			}
		}
	case *ast.ValueSpec:
		for _, id := range n.Names {
			check(id)
		}
	}
}

// comments checks that every exported name outside tests has a comment: that of its own, or that of its group.
func comments(all []*source) []string {
	var faults []string
	for _, s := range goFiles(all) {
		if s.isTest() || s.generated() {
			continue
		}
		need := func(id *ast.Ident, docs ...*ast.CommentGroup) {
			if id.IsExported() && !slices.ContainsFunc(docs, func(d *ast.CommentGroup) bool { return d.Text() != "" }) {
				faults = append(faults, s.fault(s.line(id), "%s is exported and has no comment; say what it is, with shapes, units and errors", id.Name))
			}
		}
		for _, decl := range s.ast.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil || isExportedType(d.Recv.List[0].Type) && !obvious(d) {
					need(d.Name, d.Doc)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						need(spec.Name, spec.Doc, d.Doc, spec.Comment)
					case *ast.ValueSpec:
						for _, id := range spec.Names {
							need(id, spec.Doc, d.Doc, spec.Comment)
						}
					}
				}
			}
		}
	}
	return faults
}

// obvious methods do what their interface in the standard library says.
func obvious(d *ast.FuncDecl) bool {
	return slices.Contains([]string{"Error", "Unwrap", "String", "Len", "Less", "Swap"}, d.Name.Name)
}

func isExportedType(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.StarExpr:
		return isExportedType(e.X)
	case *ast.IndexExpr:
		return isExportedType(e.X)
	case *ast.IndexListExpr:
		return isExportedType(e.X)
	case *ast.Ident:
		return e.IsExported()
	}
	return false
}
