package configs

// recipeOf is the recipe of a config that names none. Files of version 1 know no recipes.
func recipeOf(c *Config) string {
	switch {
	case c.Task == "forecast" && (len(c.Data.Series) > 0 || c.Data.Wide != "") && c.Version != 1:
		return "global"
	case c.HasClasses():
		return pick(c.ReadsText(), "text", "sequence")
	}
	return "plain"
}

func wideIsAlone(c *Config) string {
	d := &c.Data
	switch {
	case d.Wide == "":
		return ""
	case len(d.Targets) != 1:
		return when(true, "data.wide is %s and data.targets names %d columns, want the one name that the values go by", d.Wide, len(d.Targets))
	case len(d.Covariates)+len(d.Future) > 0 || d.HorizonColumn != "":
		return when(true, "data.wide is %s, and a wide file has no columns of covariates or horizons; remove them, or turn the file round so that a row is a step of a series", d.Wide)
	case d.Wide == "dates" && len(d.Series) == 0:
		return "data.wide is dates, where a row is a series; name the columns that name it in data.series"
	case d.Wide == "dates" && len(d.Time) > 1:
		return "data.wide is dates, where the header holds the time stamps; give data.time one name for them"
	}
	return when(d.Wide == "series" && len(d.Series) > 0, "data.wide is series, where a column is a series and its header names it; remove data.series")
}

// deriveGlobal fills in the defaults of recipe global that follow from other keys.
func (c *Config) deriveGlobal(given func(string) bool) {
	d := &c.Data
	if !given("data.find_season") {
		d.FindSeason = !given("data.season")
	}
	if c.Model.Counts() {
		c.deriveCounts(given)
	}
	auto := c.Ensemble.Members > 0 && d.HasValidation()
	if !given("data.transform") {
		d.Transform = pick(auto && d.WindowScale != "mean" && !c.Model.Counts(), "auto", "none")
	}
	if !given("data.window_scale") && !c.Model.Counts() {
		d.WindowScale = pick(auto, "auto", "deviation")
	}
	if len(c.Model.Front) > 0 && !given("model.encoder_size") {
		c.Model.EncoderSize = 0
	}
	if !given("model.patch") {
		c.Model.Patch = patchOf(d)
		if given("data.window") {
			c.Model.Patch = divisorOf(d.Window, c.Model.Patch)
		}
	}
	if !given("data.window") {
		d.Window = windowOf(d, c.Model.Patch)
	}
}

// deriveCounts fills in what leaves counts what they are, but for the unit that they are in.
func (c *Config) deriveCounts(given func(string) bool) {
	d := &c.Data
	if !given("data.center") {
		d.Center = "none"
	}
	if !given("data.seasonal_profile") {
		d.Profile = false
	}
	if !given("data.window_scale") {
		d.WindowScale = "mean"
	}
}

// warmup is the default of train.schedule.warmup_epochs: a share of the epochs, but for kind one_cycle, which has a warm-up of its own.
func (c *Config) warmup() float64 {
	epochs := float64(c.Train.Epochs)
	switch {
	case c.Train.Schedule.Kind == "one_cycle":
		return 0
	case c.Continues() || c.Pairs():
		return epochs / 20
	case c.Hears():
		return epochs / 10
	case c.Recipe == "plain":
		return 0
	}
	return epochs / 10
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// What patches are made of: a whole season up to a day of hours, about two weeks of days else.
const (
	longestPatch  = 24
	seasonlessOne = 13
)

// patchOf is the default of model.patch: a season, or the greatest part of one that divides it.
func patchOf(d *Data) int {
	if len(d.Season) == 0 {
		return max(1, min(seasonlessOne, d.Horizon))
	}
	m := d.Season[0]
	if m <= longestPatch {
		return m
	}
	if part := divisorOf(m, longestPatch); part >= 4 {
		return part
	}
	return seasonlessOne
}

// divisorOf is the greatest divisor of n that is at most most.
func divisorOf(n, most int) int {
	for part := min(n, most); part > 1; part-- {
		if n%part == 0 {
			return part
		}
	}
	return 1
}

// windowOf is the default of data.window with recipe global: twice the horizon, at least two first seasons and one of the
// longest, in whole patches; three times the horizon without a season.
func windowOf(d *Data, patch int) int {
	rows := 3 * d.Horizon
	if len(d.Season) > 0 {
		rows = max(2*d.Horizon, 2*d.Season[0])
		for _, m := range d.Season {
			rows = max(rows, m)
		}
	}
	whole := (rows + patch - 1) / patch * patch
	return min(whole, int(byName["data.window"].Range.High)/patch*patch)
}

// WithSeason returns a copy of c with the season that was found in the data. Window and patch follow from it where they
// have the defaults of data without a season.
func (c *Config) WithSeason(season []int) *Config {
	out := c.clone()
	d := &out.Data
	patch := c.Model.Patch == patchOf(d)
	window := d.Window == windowOf(d, c.Model.Patch)
	d.Season, d.FindSeason = season, false
	if patch && window {
		out.Model.Patch = patchOf(d)
	}
	if window {
		d.Window = windowOf(d, out.Model.Patch)
	}
	return out
}

// WithCenter returns a copy of c with what data.center: auto was found to be.
func (c *Config) WithCenter(center string) *Config {
	out := c.clone()
	out.Data.Center = center
	return out
}
