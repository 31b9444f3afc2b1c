package configs_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// What recipe global makes of a short config.
func TestGlobalDefaults(t *testing.T) {
	for _, test := range []struct {
		name, src     string
		window, patch int
		transform     string
		refit         string
	}{
		{"monthly", "data: {csv: a.csv, series: id, targets: y, horizon: 18, season: 12}\n", 36, 12, "auto", "all"},
		{"daily, long horizon", "data: {csv: a.csv, series: id, targets: y, horizon: 56, season: 7}\n", 112, 7, "auto", "all"},
		{"two seasons", "data: {csv: a.csv, series: id, targets: y, horizon: 48, season: [24, 168]}\n", 168, 24, "auto", "all"},
		{"a long season", "data: {csv: a.csv, series: id, targets: y, horizon: 4, season: 52}\n", 104, 13, "auto", "all"},
		{"no season", "data: {csv: a.csv, series: id, targets: y, horizon: 6, season: []}\n", 18, 6, "auto", "all"},
		{"one network", "data: {csv: a.csv, series: id, targets: y, horizon: 6}\nensemble: {members: 0}\n", 18, 6, "none", "none"},
		{"no validation", "data: {csv: a.csv, series: id, targets: y, horizon: 6, split: {test: 6}}\n", 18, 6, "none", "none"},
		{"own window", "data: {csv: a.csv, series: id, targets: y, horizon: 6, window: 20, season: 12}\n", 20, 10, "auto", "all"},
		{"one series, by key", "recipe: global\ndata: {csv: a.csv, targets: y, horizon: 18, season: 12}\n", 36, 12, "auto", "all"},
	} {
		c := parse(t, test.src)
		if c.Recipe != "global" || c.Data.Window != test.window || c.Model.Patch != test.patch || c.Data.Transform != test.transform || c.Train.Refit != test.refit {
			t.Errorf("%s: got recipe %s, window %d, patch %d, transform %s, refit %s; want global, %d, %d, %s, %s", test.name,
				c.Recipe, c.Data.Window, c.Model.Patch, c.Data.Transform, c.Train.Refit, test.window, test.patch, test.transform, test.refit)
		}
		again, err := configs.Parse("test.yaml", c.Render(), nil)
		if err != nil {
			t.Errorf("%s: rendered: %v", test.name, err)
		} else if d := cmp.Diff(c, again); d != "" {
			t.Errorf("%s: rendered and read again (-want +got):\n%s", test.name, d)
		}
	}
}

// Files of version 1 keep their meaning.
func TestVersion1HasNoRecipe(t *testing.T) {
	c := parse(t, "version: 1\ndata: {csv: a.csv, series: id, targets: y}\n")
	if c.Recipe != "plain" || c.Version != 3 || c.Model.HiddenSize != 64 {
		t.Errorf("got recipe %s, version %d, hidden_size %d; want plain, 3 (upgraded), 64", c.Recipe, c.Version, c.Model.HiddenSize)
	}
}

// A season that was found moves what follows from it, and nothing that was given.
func TestWithSeason(t *testing.T) {
	c := parse(t, "data: {csv: a.csv, series: id, targets: y, horizon: 18}\n")
	if !c.Data.FindSeason {
		t.Fatal("find_season is false without data.season")
	}
	if s := c.WithSeason([]int{12}); s.Data.Window != 36 || s.Model.Patch != 12 || s.Data.FindSeason {
		t.Errorf("season 12: got window %d, patch %d, find_season %t; want 36, 12, false", s.Data.Window, s.Model.Patch, s.Data.FindSeason)
	}
	c = parse(t, "data: {csv: a.csv, series: id, targets: y, horizon: 18, window: 30}\n")
	if s := c.WithSeason([]int{12}); s.Data.Window != 30 || s.Model.Patch != c.Model.Patch {
		t.Errorf("given window 30: got window %d, patch %d; want 30, %d", s.Data.Window, s.Model.Patch, c.Model.Patch)
	}
}

// Without the key, a file of the newest version has its center chosen in the data, one of an older version has none.
func TestCenterByVersion(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"data: {csv: a.csv, targets: y}\n", "auto"},
		{"version: 3\ndata: {csv: a.csv, targets: y}\n", "auto"},
		{"version: 2\ndata: {csv: a.csv, targets: y}\n", "none"},
		{"version: 1\ndata: {csv: a.csv, series: s, targets: y}\n", "none"},
		{"version: 2\ndata: {csv: a.csv, series: s, targets: y}\n", "season"},
		{"version: 2\ndata: {csv: a.csv, targets: y, center: last}\n", "last"},
		{"version: 3\ndata: {csv: a.csv, targets: y, center: none}\n", "none"},
		{"recipe: global\ndata: {csv: a.csv, targets: y}\n", "season"},
		{"data: {csv: a.csv, targets: y}\nmodel: {head: every}\n", "none"},
		{"data: {synthetic: {kind: sine}}\n", "none"},
	} {
		c := parse(t, test.src)
		if c.Data.Center != test.want || c.Version != configs.Version {
			t.Errorf("%q: got center %s, version %d; want %s, %d", test.src, c.Data.Center, c.Version, test.want, configs.Version)
		}
	}
	if c := parse(t, "data: {csv: a.csv, targets: y}\n").WithCenter("mean"); c.Data.Center != "mean" {
		t.Errorf("got center %s, want mean", c.Data.Center)
	}
}

// The warm-up is a share of the epochs, and with a kind that has its own there is none: a config that names the kind alone is sound.
func TestWarmup(t *testing.T) {
	for src, want := range map[string]float64{
		"data: {csv: a.csv, targets: y}\ntrain: {epochs: 40}\n":                                            0,
		"data: {csv: a.csv, series: id, targets: y}\ntrain: {epochs: 40}\n":                                4,
		"task: classify\ndata: {csv: a.csv, text: x, label: y}\ntrain: {epochs: 40}\n":                     4,
		"task: classify\ndata: {ts: a.ts}\ntrain: {epochs: 40}\n":                                          4,
		"task: language\ndata: {corpus: a.txt}\ntrain: {epochs: 40}\n":                                     2,
		"task: language\ndata: {corpus: a.txt}\ntrain: {epochs: 40, schedule: {warmup_epochs: 3}}\n":       3,
		"task: classify\nrecipe: plain\ndata: {ts: a.ts}\ntrain: {epochs: 40, schedule: {kind: cosine}}\n": 0,
	} {
		if got := parse(t, src).Train.Schedule.WarmupEpochs; got != want {
			t.Errorf("%s: got a warm-up of %g epochs, want %g", src, got, want)
		}
		if want == 3 {
			continue // it is given
		}
		c, err := configs.Parse("test.yaml", []byte(src), []string{"train.schedule.kind=one_cycle"})
		if err != nil || c.Train.Schedule.WarmupEpochs != 0 {
			t.Errorf("%s: with kind one_cycle: %v", src, err)
		}
	}
}
