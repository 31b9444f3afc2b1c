package configs

import (
	"slices"
	"strings"
)

// The rules of many series, quantiles and ensembles.

func patchDivides(c *Config) string {
	p := c.Model.Patch
	return when(c.Recipe == "global" && p > 0 && c.Data.Window%p != 0,
		"model.patch is %d and data.window is %d, which it does not divide; make data.window a multiple of it, such as %d", p, c.Data.Window, (c.Data.Window/max(1, p)+1)*p)
}

func quantilesInOrder(c *Config) string {
	q := c.Model.Quantiles
	return when(len(q) > 0 && (!slices.IsSorted(q) || !slices.Contains(q, 0.5)),
		"model.quantiles must be ascending, with the median 0.5, which is the point forecast, among them, such as [0.1, 0.5, 0.9]")
}

func lossOfQuantiles(c *Config) string {
	has := len(c.Model.Quantiles) > 0
	switch pinball := c.Train.Loss == "pinball"; {
	case pinball && !has && c.labelled():
		return when(true, "train.loss is pinball, which is for quantiles of forecasts, and the task is %s; take mae, whose best prediction is the median", c.Task)
	case pinball && !has:
		return "train.loss is pinball, which is for quantiles; give model.quantiles, or take mae"
	case has && !pinball:
		return when(true, "train.loss is %s and model.quantiles are given; take pinball, or quantiles: []", c.Train.Loss)
	}
	return ""
}

func headOfParts(c *Config) string {
	if c.Model.Head != "every" || c.chooses() {
		return ""
	}
	const advice = "and model.head is every; use head: last"
	switch m := &c.Model; {
	case c.Recipe == "global":
		return "the recipe is global, " + advice
	case len(m.Quantiles) > 0:
		return "model.quantiles are given, " + advice
	case m.EncoderSize > 0:
		return when(true, "model.encoder_size is %d, %s", m.EncoderSize, advice)
	case m.HeadDropout > 0:
		return when(true, "model.head_dropout is %s, %s", number(m.HeadDropout), advice)
	}
	return ""
}

func outputOfLinear(c *Config) string {
	m := &c.Model
	return when(c.Recipe == "global" && m.LinearPath != "none" && m.Output != "identity",
		"model.output is %s and model.linear_path is %s; use output: identity, or linear_path: none", m.Output, m.LinearPath)
}

func recipeTask(c *Config) string {
	return when(c.Recipe == "global" && c.Task != "forecast", "recipe is global, which is for task forecast, and the task is %s; use plain", c.Task)
}

func centerOfPlain(c *Config) string {
	return when(c.Data.Center == "auto" && c.Recipe == "global", "data.center is auto, which is for recipe plain, and the recipe is global; use season, or mean")
}

func centerOfSeason(c *Config) string {
	return when(c.Data.Center == "season" && c.Recipe != "global", "data.center is season, which is for recipe global, and the recipe is %s; use last, or mean", c.Recipe)
}

func categoriesAreCovariates(c *Config) string {
	d := &c.Data
	for _, name := range d.Categorical {
		if !slices.Contains(d.Covariates, name) && !slices.Contains(d.Future, name) {
			return when(true, "data.categorical names the column %s, which is in neither data.covariates nor data.future_covariates; add it to one of them", quoted(name))
		}
	}
	return ""
}

func calendarNeedsTime(c *Config) string {
	d := &c.Data
	return when(len(d.Calendar) > 0 && len(d.Time) == 0, "data.calendar is [%s], made from time stamps; name their column in data.time", strings.Join(d.Calendar, ", "))
}

func updatesInOrder(c *Config) string {
	low, high := c.Train.MinUpdates, c.Train.MaxUpdates
	return when(high > 0 && low > high, "train.min_updates is %d, above train.max_updates %d; make it lower", low, high)
}

func autoNeeds(c *Config) string {
	d := &c.Data
	if c.Recipe != "global" || d.Transform != "auto" && d.WindowScale != "auto" {
		return ""
	}
	key, other := "data.transform", "log or none"
	if d.Transform != "auto" {
		key, other = "data.window_scale", "deviation or none"
	}
	switch {
	case c.Ensemble.Members == 0:
		return when(true, "%s is auto, which is chosen in an ensemble, and ensemble.members is 0; say %s, or make members 1 or more", key, other)
	case !d.HasValidation():
		return when(true, "%s is auto, which is chosen on the validation part, and there is none; say %s, or give data.split.validation", key, other)
	}
	return ""
}

func calibrationNeeds(c *Config) string {
	switch n := c.Intervals.Origins; {
	case n > 0 && len(c.Model.Quantiles) == 0:
		return when(true, "intervals.origins is %d and there are no model.quantiles to calibrate; give them, or make origins 0", n)
	case n > 0 && !c.Data.HasValidation():
		return when(true, "intervals.origins is %d, which lie in the validation part, and there is none; give data.split.validation, or make origins 0", n)
	}
	return ""
}
