package series

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"recur/configs"
)

// Seasons of files as people have them: shops by the week, hours with a week, hours with gaps, one typing error.
func TestFindSeasonOfFiles(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       []int
		told       string
	}{
		{"wk260", "series: Store, time: Date, targets: [Weekly_Sales], horizon: 26", []int{52}, "52 (strength 0.9"},
		{"sh", "time: t, targets: [y], horizon: 6", []int{24, 168}, "168 (strength 0.9"},
		{"beijing", "time: [year, month, day, hour], targets: [pm2.5], missing: interpolate, horizon: 24", []int{24}, "not 168 (p = "},
		{"out100_1", "series: id, time: m, targets: [y], horizon: 12", []int{12}, "12 (strength 0."},
		{"panel_reg", "series: Filiale, time: Monat, targets: [Umsatz], horizon: 6", []int{12}, "12 (strength 0."},
	} {
		file := filepath.Join("testdata", "cases", c.name+".csv")
		text := "name: x\nrecipe: global\ndata: {csv: " + c.name + ".csv, " + c.data + "}\n"
		config, err := configs.Parse(filepath.Join("testdata", "cases", "x.yaml"), []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		set, err := Open(config)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		got, note := FindSeason(set, config)
		if !slices.Equal(got, c.want) || !strings.Contains(note, c.told) {
			t.Errorf("%s: %v, want %v, told %q, want %q in it", file, got, c.want, note, c.told)
		}
	}
}
