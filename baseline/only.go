package baseline

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"recur/data/series"
)

// Only are the names of the methods that are wanted; nil wants all that suit the data.
type Only []string

// Series are the names that a method of series may have, a further season's apart.
var Series = []string{"naive", "drift", "seasonal_naive", "ses", "theta", "theta_damped", "ets", "ridge", "linear_l1"}

// ParseOnly reads names of some methods with commas between them, "all" or "none". The error lists the names.
func ParseOnly(text string, all []string) (Only, error) {
	switch text {
	case "all":
		return nil, nil
	case "none":
		return Only{}, nil
	}
	only := Only{}
	for _, name := range strings.Split(text, ",") {
		further, season := strings.CutPrefix(name, "seasonal_naive_") // of a further season
		if _, err := strconv.ParseUint(further, 10, 16); !slices.Contains(all, name) && (!season || err != nil) {
			return nil, fmt.Errorf("want all, none or a list of %s with commas between them, got %q", strings.Join(all, ","), name)
		}
		if slices.Contains(only, name) {
			return nil, fmt.Errorf("want each once, %s comes twice", name)
		}
		only = append(only, name)
	}
	return only, nil
}

// Names lists the wanted methods that suit the data, in the order of For; those that For leaves out for their cost where they
// are asked for by name. A wanted one that does not suit the data is an error.
func (o Only) Names(p *series.Prepared, parts ...*series.Part) ([]string, error) {
	suited := suited(p)
	if o == nil {
		costly := costly(scored(p, parts))
		return slices.DeleteFunc(suited, func(name string) bool { return slices.Contains(costly, name) }), nil
	}
	return o.Of(slices.Insert(suited, slices.Index(suited, "theta")+1, "theta_damped")) // by name alone: it hardly differs from theta
}

// Of lists the wanted ones of the methods that suit the data. A wanted one that is not among them is an error.
func (o Only) Of(suited []string) ([]string, error) {
	if o == nil {
		return suited, nil
	}
	for _, name := range o {
		if !slices.Contains(suited, name) {
			return nil, fmt.Errorf("%s does not suit these data; there are %s", name, strings.Join(suited, ","))
		}
	}
	return slices.DeleteFunc(slices.Clone(suited), func(name string) bool { return !slices.Contains(o, name) }), nil
}

// suited are the names of the methods that suit the data, whatever they cost.
func suited(p *series.Prepared) (names []string) {
	learns := p.Train.Len() > 0
	for _, m := range Quick(p) {
		names = append(names, m.Name())
	}
	names = append(names, "ses", "theta", "ets")
	if learns {
		names = append(names, "ridge")
		if p.Local != nil {
			names = append(names, "linear_l1")
		}
	}
	return names
}

// Make fits the method of a name that Names gave.
func Make(name string, p *series.Prepared) (Method, error) {
	switch name {
	case "ses":
		return SES(p.Config.Data.Season...), nil
	case "theta":
		return Theta(p.Config.Data.Season...), nil
	case "theta_damped":
		return DampedTheta(p.Config.Data.Season...), nil
	case "ets":
		return ETS(p.Config.Data.Season...), nil
	case "ridge":
		return Ridge(p.Train, p.Validation)
	case "linear_l1":
		return LinearL1(p.Train, p.Validation)
	}
	for _, m := range Quick(p) {
		if m.Name() == name {
			return m, nil
		}
	}
	return nil, fmt.Errorf("baseline: there is no method %q for these data", name)
}
