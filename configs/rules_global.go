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
	if c.Task == "forecast" && (c.Train.Loss == "nll" || c.Model.Likelihood()) {
		return lossOfDistribution(c)
	}
	if c.Train.Loss == "nll" {
		return when(true, "train.loss is nll, which is for distributions of forecasts, and the task is %s; take mse, the loss of a normal distribution", c.Task)
	}
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

func lossOfDistribution(c *Config) string {
	if !c.Model.Likelihood() {
		return "train.loss is nll, which is for a distribution; give model.distribution, such as normal, or leave train.loss out"
	}
	return when(c.Train.Loss != "nll", "train.loss is %s and model.distribution is %s, which is learnt by its likelihood; take nll, or distribution: quantiles", c.Train.Loss, c.Model.Distribution)
}

func quantilesOfDistribution(c *Config) string {
	return when(c.Model.Likelihood() && len(c.Model.Quantiles) == 0, "model.quantiles are [] and model.distribution is %s, of which they are what is printed; leave them out, or give some, such as [0.1, 0.5, 0.9]", c.Model.Distribution)
}

func outputOfDistribution(c *Config) string {
	return when(c.Model.Likelihood() && c.Model.Output != "identity", "model.output is %s and model.distribution is %s; use output: identity", c.Model.Output, c.Model.Distribution)
}

func recipeOfCounts(c *Config) string {
	return when(c.Model.Counts() && c.Task == "forecast" && c.Recipe != "global", "model.distribution is %s, which wants windows in units of their own, and the recipe is %s; use recipe: global, or distribution: student_t", c.Model.Distribution, c.Recipe)
}

func countsAsTheyAre(c *Config) string {
	if d := &c.Data; c.Model.Counts() && c.Recipe == "global" {
		var is, want []string
		wrong := func(yes bool, key, got, right string) {
			if yes {
				is, want = append(is, "data."+key+" is "+got), append(want, key+": "+right)
			}
		}
		wrong(d.Transform != "none", "transform", d.Transform, "none")
		wrong(d.Center != "none", "center", d.Center, "none")
		wrong(d.Scale != "none", "scale", d.Scale, "none")
		wrong(d.WindowScale != "mean", "window_scale", d.WindowScale, "mean")
		wrong(d.Profile, "seasonal_profile", "true", "false")
		return when(len(is) > 0, "model.distribution is %s, which tells of counts as they are, and %s; use %s", c.Model.Distribution, strings.Join(is, ", "), strings.Join(want, ", "))
	}
	return ""
}

func meanOfValues(c *Config) string {
	d := &c.Data
	return when(c.Recipe == "global" && d.WindowScale == "mean" && d.Transform != "none" && !c.Model.Counts(), "data.window_scale is mean, of values as they are, and data.transform is %s; use transform: none, or window_scale: deviation", d.Transform)
}

func headOfParts(c *Config) string {
	if c.Model.Head != "every" || c.chooses() {
		return ""
	}
	const advice = "and model.head is every; use head: last"
	switch m := &c.Model; {
	case c.Recipe == "global":
		return "the recipe is global, " + advice
	case m.Likelihood():
		return when(true, "model.distribution is %s, %s", m.Distribution, advice)
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
