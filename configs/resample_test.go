package configs_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
)

// The short forms say what the long ones do, what is rendered reads back, and overrides of a part fit in.
func TestResampleForms(t *testing.T) {
	const series, sounds = "data: {csv: a.csv, time: t, targets: [v], covariates: [w], resample: %}\n", "task: ctc\ndata: {csv: a.csv, audio: p, transcript: t, resample: %}\n"
	mean := configs.Hows{Kind: "mean"}
	for _, test := range []struct {
		config, value string
		set           []string
		want          configs.Resample
	}{
		{series, "1h", nil, configs.Resample{Step: "1h", How: mean, Incomplete: "keep"}},
		{series, "15min", nil, configs.Resample{Step: "15min", How: mean, Incomplete: "keep"}},
		{series, "0.5", nil, configs.Resample{Step: "0.5", How: mean, Incomplete: "keep"}},
		{series, "{step: 5, offset: 2}", nil, configs.Resample{Step: "5", How: mean, Offset: "2", Incomplete: "keep"}},
		{series, "1h", []string{"data.resample.how=sum", "data.resample.incomplete=drop"}, configs.Resample{Step: "1h", How: configs.Hows{Kind: "sum"}, Incomplete: "drop"}},
		{series, "", []string{"data.resample={step: 2 weeks, how: {v: sum, w: last}}"}, configs.Resample{Step: "2 weeks", How: configs.Hows{Of: map[string]string{"v": "sum", "w": "last"}}, Incomplete: "keep"}},
		{series, "{step: 15m, tolerance: 10s}", nil, configs.Resample{Step: "15m", How: mean, Tolerance: "10s", Incomplete: "keep"}},
		{sounds, "8000", nil, configs.Resample{Rate: 8000}},
		{sounds, "{rate: 8000}", nil, configs.Resample{Rate: 8000}},
		{sounds, "16000", []string{"data.resample=8000"}, configs.Resample{Rate: 8000}},
	} {
		c, err := configs.Parse("a.yaml", []byte(strings.Replace(test.config, "%", test.value, 1)), test.set)
		if err != nil {
			t.Errorf("%s %v: %v", test.value, test.set, err)
			continue
		}
		if c.Hears() {
			test.want.How, test.want.Incomplete = c.Data.Resample.How, c.Data.Resample.Incomplete
		}
		if diff := cmp.Diff(test.want, c.Data.Resample); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", test.value, test.set, diff)
		}
		back, err := configs.Parse("a.yaml", c.Render(), nil)
		if err != nil || !cmp.Equal(back.Data.Resample, c.Data.Resample) {
			t.Errorf("%s, rendered: %v\n%s", test.value, err, c.Render())
		}
	}
	how := configs.Hows{Of: map[string]string{"v": "sum"}}
	if how.For("v") != "sum" || how.For("w") != "mean" || (configs.Hows{}).For("v") != "mean" {
		t.Error("columns that are not named are mean")
	}
}

// Where a run is used the steps that rows are brought to may be set, as how its file is read; the rate of sounds was learnt.
func TestResampleInUse(t *testing.T) {
	_, reading, err := configs.Uses([]string{"data.resample={step: 1h}", "data.resample.incomplete=drop", "data.resample=1h"})
	if err != nil || len(reading) != 3 {
		t.Errorf("%v, %v", reading, err)
	}
	if _, _, err = configs.Uses([]string{"data.resample=8000"}); err == nil || !strings.Contains(err.Error(), "data.resample.rate was settled by the training") {
		t.Errorf("%v", err)
	}
}
