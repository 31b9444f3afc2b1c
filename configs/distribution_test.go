package configs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"recur/configs"
)

const shops = "data: {csv: a.csv, series: shop, time: month, targets: [sold], horizon: 12, season: 12}\n"

// What a distribution wants follows from it: its loss, quantiles to print, and of counts windows in units of their own.
func TestDistributionDefaults(t *testing.T) {
	five := []float64{0.025, 0.1, 0.5, 0.9, 0.975}
	for set, want := range map[string]struct{ loss, transform, scale, center string }{
		"quantiles":         {"pinball", "auto", "auto", "season"},
		"normal":            {"nll", "auto", "auto", "season"},
		"negative_binomial": {"nll", "none", "mean", "none"},
		"poisson":           {"nll", "none", "mean", "none"},
	} {
		c, err := configs.Parse("test.yaml", []byte(shops), []string{"model.distribution=" + set})
		if err != nil {
			t.Fatal(set, err)
		}
		if c.Train.Loss != want.loss || c.Data.Transform != want.transform || c.Data.WindowScale != want.scale || c.Data.Center != want.center ||
			c.Data.Profile != (want.center == "season") || !slices.Equal(c.Model.Quantiles, five) || c.Intervals.Origins != 12 {
			t.Errorf("%s: loss %s, transform %s, window_scale %s, center %s, profile %v, quantiles %v, origins %d", set,
				c.Train.Loss, c.Data.Transform, c.Data.WindowScale, c.Data.Center, c.Data.Profile, c.Model.Quantiles, c.Intervals.Origins)
		}
	}
	c, err := configs.Parse("test.yaml", []byte("data: {csv: a.csv, targets: [y]}\n"), []string{"model.distribution=student_t"})
	if err != nil || c.Recipe != "plain" || c.Train.Loss != "nll" || !slices.Equal(c.Model.Quantiles, five) {
		t.Errorf("recipe plain: %v, %v", c, err)
	}
	if c, err = configs.Parse("test.yaml", []byte(shops), []string{"data.window_scale=mean"}); err != nil || c.Data.Transform != "none" {
		t.Errorf("window_scale: mean: %v, %v", c, err)
	}
}

// What does not go with a distribution is refused, and the advice leads to a config that reads.
func TestDistributionAdvice(t *testing.T) {
	plain := "data: {csv: a.csv, targets: [y]}\n"
	for _, c := range []struct {
		text   string
		set    []string
		want   string
		advice []string
	}{
		{shops, []string{"model.distribution=normal", "train.loss=pinball"}, "train.loss is pinball and model.distribution is normal, which is learnt by its likelihood; take nll, or distribution: quantiles", []string{"train.loss=nll", "model.distribution=quantiles"}},
		{shops, []string{"train.loss=nll"}, "train.loss is nll, which is for a distribution; give model.distribution, such as normal, or leave train.loss out", []string{"model.distribution=normal"}},
		{"task: regress\ndata: {csv: a.csv, sequence: s, label: y}\n", []string{"train.loss=nll"}, "train.loss is nll, which is for distributions of forecasts, and the task is regress; take mse", []string{"train.loss=mse"}},
		{shops, []string{"model.distribution=normal", "model.quantiles=[]"}, "model.quantiles are [] and model.distribution is normal, of which they are what is printed; leave them out, or give some, such as [0.1, 0.5, 0.9]", []string{"model.quantiles=[0.1, 0.5, 0.9]"}},
		{plain, []string{"model.distribution=normal", "model.output=tanh"}, "model.output is tanh and model.distribution is normal; use output: identity", []string{"model.output=identity"}},
		{plain, []string{"model.distribution=normal", "model.head=every"}, "model.distribution is normal, and model.head is every; use head: last", []string{"model.head=last"}},
		{plain, []string{"model.distribution=poisson"}, "model.distribution is poisson, which wants windows in units of their own, and the recipe is plain; use recipe: global, or distribution: student_t", []string{"recipe=global", "model.distribution=student_t"}},
		{shops, []string{"model.distribution=poisson", "data.transform=log", "data.center=last"}, "model.distribution is poisson, which tells of counts as they are, and data.transform is log, data.center is last; use transform: none, center: none", nil},
		{shops, []string{"model.distribution=poisson", "data.scale=standard", "data.window_scale=auto", "data.seasonal_profile=true"}, "data.scale is standard, data.window_scale is auto, data.seasonal_profile is true; use scale: none, window_scale: mean, seasonal_profile: false", nil},
		{shops, []string{"data.window_scale=mean", "data.transform=log"}, "data.window_scale is mean, of values as they are, and data.transform is log; use transform: none, or window_scale: deviation", []string{"data.transform=none", "data.window_scale=deviation"}},
	} {
		_, err := configs.Parse("test.yaml", []byte(c.text), c.set)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.set, err, c.want)
			continue
		}
		if c.advice == nil { // all of it together
			all := slices.Clone(c.set)
			_, list, _ := strings.Cut(c.want, "; use ")
			for _, m := range regexp.MustCompile(`(\w+): (\w+)`).FindAllStringSubmatch(list, -1) {
				all = replaced(all, "data."+m[1]+"="+m[2])
			}
			if _, err := configs.Parse("test.yaml", []byte(c.text), all); err != nil {
				t.Errorf("%v: the advice %v leads to %v", c.set, all, err)
			}
		}
		for _, one := range c.advice {
			if _, err := configs.Parse("test.yaml", []byte(c.text), replaced(c.set, one)); err != nil {
				t.Errorf("%v: the advice %q leads to %v", c.set, one, err)
			}
		}
	}
}

// replaced is set with another value of a key.
func replaced(set []string, one string) []string {
	key, _, _ := strings.Cut(one, "=")
	out := slices.DeleteFunc(slices.Clone(set), func(s string) bool { return strings.HasPrefix(s, key+"=") })
	return append(out, one)
}
