package forecast

import (
	"fmt"

	"recur/configs"
	"recur/data/series"
	"recur/task"
)

// variantsOf are the variants that a config leaves open. A value as it is (no transform, no scale) is no variant of many
// series: it counts where it is asked for alone.
func variantsOf(c *configs.Config, set *series.Dataset) (all []task.Variant, notes []string) {
	if c.Recipe != "global" {
		return []task.Variant{{Name: "plain"}}, nil
	}
	transforms, scales := []string{c.Data.Transform}, []string{c.Data.WindowScale}
	if c.Data.Transform == "auto" {
		transforms = []string{"log", "none"}
		if name := negative(set); name != "" {
			transforms = transforms[1:]
			notes = append(notes, fmt.Sprintf("transform: auto leaves out the logarithm, as series %q has negative values", name))
		}
	}
	if c.Data.WindowScale == "auto" {
		scales = []string{"none", "deviation"}
	}
	for _, t := range transforms {
		for _, s := range scales {
			if t == "none" && s == "none" && len(transforms)*len(scales) > 1 && !(len(scales) == 1 && len(transforms) == 2) {
				continue
			}
			all = append(all, task.Variant{Name: variantName(t, s), Transform: t, WindowScale: s})
		}
	}
	return all, notes
}

func variantName(transform, scale string) string {
	switch {
	case transform == "log" && scale == "deviation":
		return "log-scaled"
	case transform == "log":
		return "log"
	case scale == "deviation":
		return "scaled"
	case scale == "mean":
		return "mean-scaled"
	}
	return "raw"
}

// negative names a series with a target below 0, "" when there is none.
func negative(set *series.Dataset) string {
	columns, targets := set.Columns(), len(set.Targets)
	for i := range set.Series {
		s := &set.Series[i]
		for at, v := range s.Values {
			if v < 0 && at%columns < targets && !s.Missing[at] {
				return s.Name
			}
		}
	}
	return ""
}
