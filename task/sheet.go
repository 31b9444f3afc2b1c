package task

import (
	"recur/data"
	"recur/internal/sheet"
)

// Sheeted are Data whose predictions make a table for other programs: what `--predictions FILE` asks for.
type Sheeted interface {
	// Sheet is what is said of a part, beside the truth and what simple methods say.
	Sheet(part data.Examples, said [][]float64, methods []Named) *sheet.Sheet
}

// MethodColumns are a column for each simple method.
func MethodColumns(methods []Named, kind sheet.Kind) (all []sheet.Column) {
	for _, m := range methods {
		all = append(all, sheet.Column{Name: m.Name, Kind: kind})
	}
	return all
}
