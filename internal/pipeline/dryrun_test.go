package pipeline

import (
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
)

// A dry run tells what a training would say of the data: here the season that it finds.
func TestDryRunTellsTheSeason(t *testing.T) {
	t.Parallel()
	path, err := filepath.Abs(filepath.Join("..", "..", "data", "series", "testdata", "cases", "panel_reg.csv"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := configs.Parse("x.yaml", []byte("recipe: global\ndata: {csv: "+path+", series: Filiale, time: Monat, targets: [Umsatz], horizon: 6}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	var notes []string
	if _, err := DryRun(found, func(n string) { notes = append(notes, n) }); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(notes, "\n"), "season found in the training rows: 12") {
		t.Errorf("got %q", notes)
	}
}
