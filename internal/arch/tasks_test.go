package arch

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"recur/configs"
)

// knowing are the rooms that may know which tasks there are: configs has their keys, task their answers.
var knowing = []string{"configs", "task"}

// blind are the rooms that may know no kind of data either: what they do holds for every task.
var blind = []string{"internal/pipeline", "internal/runs", "internal/progress", "train", "models", "graph", "internal/record"}

// named are files and rooms in which the word of a task names something else: a curve of a chart, the command of that name.
var named = []string{"internal/plot"}

// tasks finds who asks which task it is outside the rooms that may know it.
func tasks(all []*source) []string {
	var faults []string
	for _, s := range goFiles(all) {
		if s.isTest() || slices.ContainsFunc(knowing, func(room string) bool { return below(s.dir(), room) }) {
			continue
		}
		faults = append(faults, s.askers()...)
		faults = append(faults, s.taskImports()...)
	}
	return faults
}

// askers are comparisons of a task, and words of tasks.
func (s *source) askers() (faults []string) {
	isTask := func(e ast.Expr) bool {
		x, ok := e.(*ast.SelectorExpr)
		return ok && x.Sel.Name == "Task"
	}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && (isTask(n.X) || isTask(n.Y)) {
				faults = append(faults, s.fault(s.line(n), "asks which task it is; make it an answer of recur/task"))
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && isTask(n.Tag) {
				faults = append(faults, s.fault(s.line(n), "asks which task it is; make it an answer of recur/task"))
			}
		case *ast.BasicLit:
			word, err := strconv.Unquote(n.Value)
			if err == nil && n.Kind == token.STRING && slices.Contains(configs.Tasks, word) && !slices.Contains(named, s.dir()) && !s.ofCommand(word) {
				faults = append(faults, s.fault(s.line(n), "%q is the word of a task; only configs and the rooms of tasks know it", word))
			}
		}
		return true
	})
	return faults
}

// ofCommand says that a file is that of the command of a name.
func (s *source) ofCommand(word string) bool {
	return below(s.dir(), "cmd") && path.Base(s.path) == word+".go"
}

// taskImports are imports of a room of one task, and of one kind of data by who is to know none.
func (s *source) taskImports() (faults []string) {
	for _, spec := range s.ast.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		ours, ok := strings.CutPrefix(imported, module+"/")
		if err != nil || !ok {
			continue
		}
		of := path.Base(ours)
		if below(ours, "task") && slices.Contains(configs.Tasks, of) && !s.ofCommand(of) {
			faults = append(faults, s.fault(s.line(spec), "imports the room of task %s; ask recur/task/table for the task of a config", of))
		}
		if strings.HasPrefix(ours, "data/") && slices.ContainsFunc(blind, func(room string) bool { return below(s.dir(), room) }) {
			faults = append(faults, s.fault(s.line(spec), "knows one kind of data, %s; what it does has to hold for all: use recur/data and recur/task", ours))
		}
	}
	return faults
}
