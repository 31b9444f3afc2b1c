package suggest

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/configs"
	"recur/data"
	"recur/data/series"
	"recur/internal/mutate"
)

// monthly is a file of n months.
func monthly(n int) string {
	var b strings.Builder
	b.WriteString("month,sales\n")
	for i := range n {
		fmt.Fprintf(&b, "%d-%02d,%.2f\n", 2000+i/12, i%12+1, 50+float64(i)/4+9*math.Sin(float64(i)*math.Pi/6)+float64(i*7919%13)/5)
	}
	return b.String()
}

// of writes a file and returns its config.
func of(t testing.TB, text string, o Options) ([]byte, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Out = filepath.Join(filepath.Dir(path), "a.yaml")
	return Config(path, o)
}

// Whatever the length and the horizon, the config has windows to learn from, or the longest horizon that has is named, and
// that one does.
func TestEveryLength(t *testing.T) {
	for n := 15; n < 140; n += 9 {
		for _, h := range []int{0, 1, 2, 5, 12, 30, 60} {
			_, err := of(t, monthly(n), Options{Horizon: h})
			if n < leastRows {
				if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("the series has %d rows, too few", n)) {
					t.Errorf("%d rows: got %v", n, err)
				}
				continue
			}
			if err == nil {
				continue
			}
			var most int
			if _, advice, ok := strings.Cut(err.Error(), "--horizon "); !ok {
				t.Errorf("%d rows, horizon %d: %v", n, h, err)
			} else if _, scan := fmt.Sscan(advice, &most); scan != nil || most >= h {
				t.Errorf("%d rows, horizon %d: advised %d", n, h, most)
			} else if _, err := of(t, monthly(n), Options{Horizon: most}); err != nil {
				t.Errorf("%d rows, horizon %d as advised: %v", n, most, err)
			}
		}
	}
}

// A file is looked at in its first rows, and read whole before its config is handed out.
func TestReadWhole(t *testing.T) {
	text := monthly(60)
	table, err := series.ReadTable("builtin:sunspots", 100)
	if err != nil || !table.More || len(table.Lines) != 50 {
		t.Errorf("got %d rows, more %t, %v; want 50 rows and more", len(table.Lines), table.More, err)
	}
	if _, err := of(t, text+"2005-01,oops\n", Options{}); err == nil || !strings.Contains(err.Error(), "oops") {
		t.Errorf("got %v, want the fault of the last line", err)
	}
}

// FuzzConfig looks at anything without a panic: a fault of the data, or a config that reads and has windows.
func FuzzConfig(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{monthly(24), "a,b\n1,2\n3,4\n", "s,t,y\n" + strings.Repeat("x,2020-01-01,1\ny,2020-01-01,2\n", 12), "\ufeffDatum;Wert\n01.02.2020;1\n02.02.2020;2,5\n",
			"year,month,y\n2020,1,5\n2020,2,6\n", "date,time,y\n2020-01-01,10:00,1\n2020-01-01,11:00,2\n", "y\n" + strings.Repeat("1\n2\n4\n", 9), "id,y\n" + strings.Repeat("a,1\na,3\n", 9) + strings.Repeat("b,2\nb,5\n", 9)},
		Words: []string{",", ";", "\t", "\n", "\"", "NA", "n/a", "date", "id", "2020-01-01", "2020-02-30", "01/02/2020", "2020", "1e308", "-1", "0", "\r\n", "#", "%", ": ", "\x00", "\xff"},
		Limit: 600,
		Try: func(t testing.TB, b []byte) {
			text, err := of(t, string(b), Options{})
			var fault *data.Error
			var faults data.Errors
			switch {
			case err != nil && !errors.As(err, &fault) && !errors.As(err, &faults):
				t.Fatalf("not a fault of the data: %v\n%s", err, text)
			case err == nil:
				if _, err := configs.Parse("a.yaml", text, nil); err != nil {
					t.Fatal(err)
				}
			}
		},
	})
}
