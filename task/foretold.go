package task

import (
	"fmt"
	"strings"

	"recur/internal/report"
)

// Foreteller is data of which simple methods can tell in a moment how good a network has to be, before its training.
type Foreteller interface {
	// Foretell says in a line how good simple methods are on the validation part that cost no more than budget multiply-adds; ""
	// where there is nothing to say.
	Foretell(budget float64) (string, error)
}

// Foretold is a line of figures of methods.
func Foretold(what string, all []Named, figure func(Named) (float64, error)) (string, error) {
	var parts []string
	for _, m := range all {
		v, err := figure(m)
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("%s %s", m.Name, report.Figure(v)))
	}
	return what + ", before the training: " + strings.Join(parts, ", "), nil
}
