package configs

import (
	"slices"
	"strings"
)

// Uses tells overrides of a trained run's config, each as in "decode.beam=10", apart: those that say how an answer is searched for or what
// counts of what was found, and those that say how another file is read. A key of neither, which the training has settled, is an *Error that names those that may be set.
func Uses(set []string) (searching, reading []string, err error) {
	r := &reader{sets: set}
	for i, s := range set {
		name, value, _ := strings.Cut(s, "=")
		k := byName[strings.TrimSpace(name)]
		if k != nil && k.Digits != "" && wholePattern.MatchString(strings.TrimSpace(value)) {
			k = byName[k.Name+"."+k.Digits]
		}
		switch {
		case k == nil: // a fault that With words
			searching = append(searching, s)
		case k.Use == Searching, k.Use == Weighing:
			searching = append(searching, s)
		case k.Use == Reading:
			reading = append(reading, s)
		default:
			r.setFault(i+1, "%s was settled by the training; where a run is used %s can be set; for another value train anew: recur train CONFIG --set %s", k.Name, listed("and", usable()), s)
		}
	}
	return searching, reading, r.err()
}

// UseOf says where a key may be set anew for a trained run; "" where it may not, or there is no such key.
func UseOf(key string) Use {
	if k := byName[key]; k != nil {
		return k.Use
	}
	return ""
}

// usable are the names of the keys that may be set where a run is used; of a section that may be set as a whole, its name.
func usable() (names []string) {
	for i := range registry {
		k := &registry[i]
		if k.Use == "" {
			continue
		}
		name := k.Name
		if k.Use == Searching {
			name = "the keys of " + k.section()
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// doc says where a key may be set besides in the config.
func (u Use) doc() string {
	switch u {
	case Searching:
		return "--set of predict and evaluate changes it for a trained run"
	case Weighing:
		return "--set of forecast and evaluate changes it for a trained run"
	case Reading:
		return "--set of forecast, predict and evaluate changes it for the file that they are given"
	}
	return ""
}
