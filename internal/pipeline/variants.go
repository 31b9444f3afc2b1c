package pipeline

import (
	"fmt"
	"path/filepath"
	"strconv"

	"recur/configs"
	"recur/data/series"
)

// flavour is one way of normalising windows that an ensemble may use: a variant of transform and window_scale.
type flavour struct {
	Name        string `json:"name"`
	Transform   string `json:"transform,omitempty"`
	WindowScale string `json:"window_scale,omitempty"`
}

// flavours are the variants that a config leaves open. A value as it is (no transform, no scale) is no variant of many
// series: it counts where it is asked for alone.
func flavours(c *configs.Config, set *series.Dataset) (all []flavour, notes []string) {
	if c.Recipe != "global" {
		return []flavour{{Name: "plain"}}, nil
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
			all = append(all, flavour{Name: flavourName(t, s), Transform: t, WindowScale: s})
		}
	}
	return all, notes
}

func flavourName(transform, scale string) string {
	switch {
	case transform == "log" && scale == "deviation":
		return "log-scaled"
	case transform == "log":
		return "log"
	case scale == "deviation":
		return "scaled"
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

// memberConfig is the config of the ordinary run that a member of an ensemble is. seed 0 is the network that chooses, on
// the training part alone; the members proper count from 1 and learn from the validation part too, where the config says
// so and nothing in it still watches that part.
func memberConfig(c *configs.Config, f flavour, seed uint64) (*configs.Config, error) {
	m := *c
	m.Seed = c.Seed*1000 + seed
	m.Ensemble.Members, m.Intervals.Origins = 0, 0
	if c.Recipe == "global" {
		m.Data.Transform, m.Data.WindowScale = f.Transform, f.WindowScale
	}
	switch {
	case seed == 0:
		m.Train.Refit = "none"
	case c.Train.Refit == "all" && !watchesValidation(c):
		m.Train.Refit = "none"
		m.Data.Split = joined(c.Data.Split)
	}
	return m.With("name=" + strconv.Quote(c.Name))
}

// partDir is the directory, below that of the ensemble, of the run that memberConfig describes.
func partDir(f flavour, seed uint64) string {
	if seed == 0 {
		return filepath.Join("selection", f.Name)
	}
	return filepath.Join("members", fmt.Sprintf("%s-%d", f.Name, seed))
}

// watchesValidation says that the length of a training depends on its validation loss.
func watchesValidation(c *configs.Config) bool {
	return c.Train.EarlyStopping.Patience > 0 || c.Train.Schedule.Kind == "plateau"
}

// joined is a split whose training part has the validation part in it.
func joined(s configs.Split) configs.Split {
	if s.Train > 0 {
		s.Train += s.Validation
	}
	s.Validation = 0
	return s
}
