package suggest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/data/series"
)

// casesDirs hold files as people have them; each is here what it should be taken for: lines of the config, or the one question.
var casesDirs = []string{"../../data/series/testdata/cases", "testdata/cases", "../../data/testdata"}

var cases = map[string]struct {
	lines []string
	ask   string
	rows  int     // that are read in all
	first float64 // the first value of the first target
}{
	"comment.csv":        {lines: []string{"time: date", "targets: [sales]", "# The header is line 3;"}, rows: 60, first: 1236458.03},
	"gtrends.csv":        {lines: []string{"time: Month", `targets: ["heizung: (Germany)"]`, "# The header is line 3;"}, rows: 60, first: 41},
	"lastgang.csv":       {lines: []string{"time: [Datum, Uhrzeit]", `targets: ["Wert (kWh)"]`, "# The header is line 2;"}, first: 0.059},
	"lastgang_nopre.csv": {lines: []string{"time: [Datum, Uhrzeit]", `targets: ["Wert (kWh)"]`}, first: 0.059},
	"LD.txt":             {lines: []string{"time: column_1", "targets: [MT_001, MT_002]"}, first: 3.807106598985},
	"z_sep.csv":          {lines: []string{"time: date", "targets: [sales]"}, rows: 60, first: 100.13},
	"eudot3.csv":         {lines: []string{"time: date", "targets: [sales]"}, rows: 60, first: 1.236},
	"twokeys.csv":        {lines: []string{"time: date", "series: [store, item]", "targets: [sales]"}, first: 100.38},
	"wide.csv":           {lines: []string{"series: id", "wide: dates", "targets: [value]"}, rows: 480},
	"pjm_fall.csv":       {lines: []string{"time: Datetime", "time_zone: America/New_York"}, rows: 90, first: 11002},
	"pjm_spring.csv":     {lines: []string{"time: Datetime", "time_zone: America/New_York"}, rows: 70, first: 13056.4},
	"he.csv":             {lines: []string{"time: [Date, HE]", "targets: [load]"}, first: 12751.5},
	"yw.csv":             {lines: []string{"time: [Year, Week]", `targets: ["y"]`}, first: 100},
	"w3.csv":             {lines: []string{"time: wk", `targets: ["y"]`}, first: 99.87},
	"q3.csv":             {lines: []string{"time: ds", `targets: ["y"]`}, first: 101.4},
	"decyear.csv":        {lines: []string{"time: year", `targets: ["y"]`}, first: 100.01},
	"excelserial.csv":    {lines: []string{"time: date", "targets: [sales]"}, first: 1236458.03},
	"ercot24.csv":        {lines: []string{"time: Hour_End", "targets: [load]"}, first: 12587.7},
	"beijing.csv":        {lines: []string{"time: [year, month, day, hour]", "targets: [pm2.5]", "missing: interpolate"}},
	"mtz.csv":            {lines: []string{"time: t", `targets: ["y"]`}, first: 100},
	"sold1.csv":          {lines: []string{"time: date", "series: item", "targets: [units]", "(zero instead of interpolate where none means 0)"}, first: 1},
	"panel_reg.csv":      {lines: []string{"time: Monat", "series: Filiale", "targets: [Umsatz]"}, rows: 864},
	"short.csv":          {lines: []string{"time: month", "series: id", `targets: ["y"]`}, first: 100.38},
	"panel.parquet":      {lines: []string{"time: month", "series: store", "targets: [sales]", "missing: interpolate"}, rows: 120, first: 100},
	"panel.jsonl.gz":     {lines: []string{"time: month", "series: store", "targets: [sales]", "missing: interpolate"}, rows: 120, first: 100},
	"total2.csv":         {ask: `the row has no time stamp in column "date"; if it is a total, delete it`},
	"z_future.csv":       {ask: `the last 6 rows have no value in "sales": they are to be forecast, not to learn from; delete them`},
	"p_zero.csv":         {ask: `"y" is 0.0 in every row`},
	"q2r.csv":            {ask: "the series has 2 rows, too few to learn from"},
	"receipts.csv":       {lines: []string{"time: date", "targets: [amount]", "resample:"}},
}

// Of every file a config is written that reads the right numbers, or one question is asked.
func TestFilesAsPeopleHaveThem(t *testing.T) {
	for name, want := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := caseOf(t, name)
			text, err := Config(path, Options{Out: filepath.Join(t.TempDir(), "a.yaml")})
			if want.ask != "" {
				if err == nil || !strings.Contains(err.Error(), want.ask) || strings.Contains(err.Error(), "\n") {
					t.Errorf("got %v, want %s", err, want.ask)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range want.lines {
				if !strings.Contains(string(text), line) {
					t.Errorf("%s is not in\n%s", line, text)
				}
			}
			c, err := configs.Parse("a.yaml", text, nil)
			if err != nil {
				t.Fatal(err)
			}
			set, err := series.OpenCSV(c, path)
			if err != nil {
				t.Fatal(err)
			}
			if got := set.Series[0].Values[0]; got != want.first && want.first != 0 {
				t.Errorf("the first value: got %v, want %v", got, want.first)
			}
			if want.rows != 0 && set.Rows() != want.rows {
				t.Errorf("got %d rows, want %d", set.Rows(), want.rows)
			}
		})
	}
}

// The other files of the folder, too, have a config, or one question.
func TestEveryCaseHasAnAnswer(t *testing.T) {
	for _, dir := range casesDirs[:2] {
		files, err := os.ReadDir(dir)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			if _, told := cases[f.Name()]; told {
				continue
			}
			t.Run(f.Name(), func(t *testing.T) {
				t.Parallel()
				if _, err := Config(filepath.Join(dir, f.Name()), Options{Out: filepath.Join(t.TempDir(), "a.yaml")}); err != nil && strings.Contains(err.Error(), "\n") {
					t.Error(err)
				}
			})
		}
	}
}

func caseOf(t *testing.T, name string) string {
	for _, dir := range casesDirs {
		if path := filepath.Join(dir, name); fileThere(path) {
			return path
		}
	}
	t.Fatal(name, "is nowhere")
	return ""
}

func fileThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Where a header is looked for: parted as it is itself, above values, and never a row of them.
func TestHeaderFurtherDown(t *testing.T) {
	commas := strings.ReplaceAll(strings.ReplaceAll(monthly(60), ",", ";"), ".", ",")
	quarters := strings.ReplaceAll(monthly(60), "month,sales\n", "")
	for name, src := range map[string]string{
		"decimal commas": commas, "a meter above": "Meter;DE000;kWh\n" + commas, "a title": "Category: all\n\n" + monthly(60),
		"comments": "# made, by hand\n# for you, and me\n" + monthly(60), "sep=": "sep=;\n" + commas,
		"prose": "Sales of a shop, in thousands, of all kinds\n" + monthly(60), "tabs": "a title\n" + strings.ReplaceAll(monthly(60), ",", "\t"),
	} {
		text, err := of(t, src, Options{})
		if err != nil || !strings.Contains(string(text), "time: month") || !strings.Contains(string(text), "targets: [sales]") {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	if text, err := of(t, "title\n"+quarters, Options{}); err == nil {
		t.Errorf("a title and no header: got %s", text)
	}
}

// A row a series and a column a date.
func TestColumnsThatAreDates(t *testing.T) {
	var b strings.Builder
	b.WriteString("shop,town")
	for m := range 40 {
		b.WriteString("," + []string{"2020", "2021", "2022", "2023"}[m/12] + "-" + []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"}[m%12])
	}
	for s := range 12 {
		b.WriteString("\n" + string(rune('a'+s)) + ",X")
		for m := range 40 {
			b.WriteString("," + string(rune('1'+(m*7+s*3)%9)))
		}
	}
	text, err := of(t, b.String()+"\n", Options{})
	for _, line := range []string{"series: shop", "wide: dates", "time: date", "targets: [value]"} {
		if err != nil || !strings.Contains(string(text), line) {
			t.Fatalf("%v: %s is not in\n%s", err, line, text)
		}
	}
}
