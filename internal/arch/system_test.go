package arch

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// narrow holds the files that no system of 32 bits compiles: one below every room that others stand on.
var narrow = []string{"../../configs/system.go", "../../internal/kernel/system.go"}

// Every system of 32 bits that Go knows meets the sentence, and none of 64 bits does.
func TestSystemsOf32BitsAreRefused(t *testing.T) {
	list, err := exec.Command("go", "tool", "dist", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range narrow {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(string(text), "\n")
		expr, err := constraint.Parse(line)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, file, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, err = new(types.Config).Check(file, fset, []*ast.File{parsed}, nil)
		if err == nil || !strings.Contains(err.Error(), "undefined: recur_needs_a_64_bit_system") {
			t.Errorf("a compiler would say %v, want what recur needs", err)
		}
		wide, small := 0, 0
		for _, system := range strings.Fields(string(list)) {
			_, arch, _ := strings.Cut(system, "/")
			sizes := types.SizesFor("gc", arch)
			if sizes == nil {
				t.Fatalf("the size of a word of %s is unknown", arch)
			}
			is32 := sizes.Sizeof(types.Typ[types.Int]) == 4
			if is32 {
				small++
			} else {
				wide++
			}
			if refused := expr.Eval(func(tag string) bool { return tag == arch }); refused != is32 {
				t.Errorf("%s: %s is refused: %v, want %v", file, system, refused, is32)
			}
		}
		if wide == 0 || small == 0 {
			t.Errorf("Go knows %d systems of 64 bits and %d of 32; want some of each", wide, small)
		}
	}
}
