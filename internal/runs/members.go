package runs

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"recur/configs"
	"recur/task"
)

// MemberConfig is the config of the ordinary run that a member of an ensemble is. seed 0 is the network that chooses, on
// the training part alone; the members proper count from 1 and learn from the validation part too, where the config says
// so and nothing in it still watches that part.
func MemberConfig(c *configs.Config, f task.Variant, seed uint64) (*configs.Config, error) {
	m := *f.Of(c)
	m.Seed = c.Seed*1000 + seed
	m.Ensemble.Members, m.Intervals.Origins = 0, 0
	if c.HasClasses() { // it is fitted on what all say together
		m.Train.TemperatureScaling, m.Ensemble.Linear = false, "false"
	}
	switch {
	case seed == 0:
		m.Train.Refit = "none"
	case c.Train.Refit == "all" && !watchesValidation(c) && !c.Data.Files().Divided(): // of files for each part none becomes another
		m.Train.Refit = "none"
		m.Data.Split = joined(c.Data.Split)
	}
	return m.With("name=" + strconv.Quote(c.Name))
}

// PartDir is the directory, below that of the ensemble, of the run that memberConfig describes.
func PartDir(f task.Variant, seed uint64) string {
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

// Safe keeps a directory name to letters, digits, '.', '_', '=' and '-'.
func Safe(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._=-", r) {
			return r
		}
		return '_'
	}, s)
}
