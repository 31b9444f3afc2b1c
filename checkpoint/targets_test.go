package checkpoint

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"recur/configs"
	"recur/data/series"
)

// Series and target come back as the pair that they were, whatever slashes their names hold, from files with the targets
// and, by their order, from early files without them; names that do not fit are refused.
func TestTargetsOfSeries(t *testing.T) {
	ids := []series.ID{{Series: "a/b", Target: "c"}, {Series: "a/b", Target: "b/c"}, {Series: "a", Target: "c"}, {Series: "a", Target: "b/c"}, {Series: "/", Target: "c"}, {Series: "/", Target: "b/c"}}
	one := []series.ID{{Target: "c"}, {Target: "b/c"}}
	plain := []series.ID{{Series: "a/b"}, {}}
	for _, want := range [][]series.ID{ids, one, plain} {
		for _, early := range []bool{false, true} {
			c := &Checkpoint{Data: Data{Targets: []string{"value"}}}
			for _, id := range want {
				c.Data.Series = append(c.Data.Series, SeriesState{Name: id.Series, Target: id.Target, LastNumber: math.NaN()})
			}
			tensors, metadata, err := encodeData(c)
			if err != nil {
				t.Fatal(err)
			}
			text := metadata[descriptionKey]
			if early {
				text = strings.NewReplacer(`,"target":"c"`, "", `,"target":"b/c"`, "").Replace(text)
			}
			metadata[descriptionKey] = text
			back := &Checkpoint{Config: configs.Default("forecast")}
			back.Config.Recipe, back.Config.Data.Targets = "global", []string{"c", "b/c"}
			if want[0].Target == "" {
				back.Config.Recipe = "plain"
			}
			if err := decodeData(back, content{tensors: tensors, metadata: metadata}); err != nil {
				t.Fatal(err)
			}
			if err := back.nameTargets(); err != nil {
				t.Fatal(err)
			}
			var got []series.ID
			for i := range back.Data.Series {
				got = append(got, back.Data.Series[i].ID())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("early %v: -want +got\n%s", early, diff)
			}
			wanted := []string{"c", "b/c"}
			if want[0].Target == "" {
				wanted = []string{"value"}
			}
			if diff := cmp.Diff(wanted, back.Data.Predicted()); diff != "" {
				t.Errorf("predicted: -want +got\n%s", diff)
			}
			bad := strings.NewReplacer(`"name":"a/b/c"`, `"name":"a/b/d"`, `"name":"c"`, `"name":"d"`).Replace(text)
			metadata[descriptionKey] = bad
			err = decodeData(back, content{tensors: tensors, metadata: metadata})
			if err == nil {
				err = back.nameTargets()
			}
			if bad != text && (err == nil || !strings.Contains(err.Error(), "its name does not end with its target")) {
				t.Errorf("early %v: a name that does not fit its target gives %v", early, err)
			}
		}
	}
}
