package labelled

import (
	"fmt"
	"strings"

	"recur/data"
)

// wide reads CSV in wide form: a row a sequence, whose inputs are cut into data.steps steps, the inputs of the first step
// first. data.sequence, where it is given, is the column that names them.
func (r *reading) wide(text *data.CSV) error {
	rows := text.RowsOf(r.name, r.key)
	if err := rows.ReadHeader(); err != nil {
		return err
	}
	r.notes(&rows)
	name := -1
	if r.s.Sequence != "" {
		name = rows.Column(r.s.Sequence, "data.sequence")
	}
	labels := r.labelColumns(&rows)
	inputs := r.inputColumns(&rows, append([]int{name}, labels...))
	if err := rows.Bad.Err(); err != nil {
		return err
	}
	if err := r.findStyle(&rows, inputs); err != nil {
		return err
	}
	steps := r.s.Steps
	if len(inputs)%steps != 0 {
		return data.Errors{data.Fault(r.name, 1, 1, "data.steps", "%s can't be cut into %s of as many inputs each; correct data.steps, or name the columns in data.inputs",
			data.Count(len(inputs), "column", "columns"), data.Count(steps, "step", "steps"))}
	}
	if err := r.sameInputs(stepNames(rows.Names, inputs, len(inputs)/steps, steps)); err != nil {
		return err
	}
	r.set.Columns = columnsOf(&rows, inputs)
	lines := map[string]int{} // of the names of sequences
	for record := range rows.All() {
		if r.full() {
			break
		}
		if name >= 0 {
			r.wideName(&rows, strings.Clone(strings.TrimSpace(record[name])), name, lines)
		}
		r.wideRow(&rows, record, name, inputs, labels)
	}
	return rows.Bad.Err()
}

// stepNames are what the d inputs of a step are called: the columns of a single step, else numbers.
func stepNames(names []string, inputs []int, d, steps int) (out []string) {
	for i := range d {
		if steps == 1 {
			out = append(out, names[inputs[i]])
		} else {
			out = append(out, fmt.Sprintf("input %d", i+1))
		}
	}
	return out
}

// wideName refuses a name that a row before has: such rows are the steps of one sequence.
func (r *reading) wideName(rows *data.Rows, name string, field int, lines map[string]int) {
	line, column := rows.Pos(field)
	if first := lines[name]; first > 0 {
		rows.Bad.Add(line, column, "data.sequence", "sequence %s stands in line %d already, and with data.steps a row is a sequence; remove data.steps where a row is a step, or leave out data.sequence", data.Quoted(name), first)
		return
	}
	lines[name] = line
}

func (r *reading) wideRow(rows *data.Rows, record []string, name int, inputs, labels []int) {
	line, _ := rows.Pos(0)
	q := Sequence{File: r.name, Line: line, Part: r.part, X: make([]float64, 0, len(inputs))}
	if name >= 0 {
		q.Name = strings.Clone(strings.TrimSpace(record[name]))
	}
	for _, f := range inputs {
		q.X = append(q.X, r.number(rows, record, f, "data.inputs"))
	}
	q.Class, q.Values = r.labelsOf(rows, record, labels)
	fill(q.X, len(inputs)/r.s.Steps, r.s.Missing)
	r.set.Sequences = append(r.set.Sequences, q)
}
