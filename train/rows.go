package train

import (
	"gorgonia.org/gorgonia"

	"recur/graph"
	"recur/models"
)

// rowsOf is the gradient of a parameter of which a batch has read some rows alone; see models.Table.
func rowsOf[F Float](n gorgonia.ValueGrad) (rows graph.Rows[F], ok bool) {
	t, ok := n.(interface{ Rows() graph.Rows[F] })
	if ok {
		rows = t.Rows()
	}
	return rows, ok
}

// misfit is the first number among the weights, or the moments, of a parameter that is not finite, 0 where all are. Of the table
// that has just changed in some rows only those are looked at: a look at all of a large one costs more than its update.
func misfit[F Float](values []F, name string, changed *models.Table[F]) float64 {
	if changed == nil || changed.Name() != name {
		return notFinite(values)
	}
	rows := changed.Rows()
	for _, k := range rows.Of {
		e := len(rows.Values) / len(rows.Of)
		if v := notFinite(values[k*e:][:e]); v != 0 {
			return v
		}
	}
	return 0
}

// notFinite is the first number that is not finite, 0 where all are. The sum of squares is the quick look; a sum that
// overflows is no proof.
func notFinite[F Float](values []F) float64 {
	if finite(graph.SumSquares(values)) {
		return 0
	}
	for _, x := range values {
		if !finite(float64(x)) {
			return float64(x)
		}
	}
	return 0
}

// unfit names the first moment with a number that is not finite; "" where all are.
func (m *moments[F]) unfit(changed *models.Table[F]) (moment string, value float64) {
	for _, name := range m.names {
		for i, kind := range m.kinds {
			if v := misfit(m.slots[name].values[i], name, changed); v != 0 {
				return kind + "/" + name, v
			}
		}
	}
	return "", 0
}
