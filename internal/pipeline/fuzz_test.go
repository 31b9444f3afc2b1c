package pipeline

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"recur/evaluate"
	"recur/internal/mutate"
	"recur/internal/runs"
)

// FuzzRunFiles reads the files that lie beside the checkpoints of a run. The first letter of an input says which one. What
// is read must be written and read again to the same.
func FuzzRunFiles(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{
			"r" + `{"schema":1,"stopped":"epochs","epochs":3,"steps":30,"train_loss":0.5,"validation_loss":null,"parameters":99,"seconds":0.1,"finished":"2026-01-02T03:04:05Z"}`,
			"e" + `{"recur":"0.1.0","go":"go1.26","os":"linux","arch":"amd64","kernel":"avx2","cores":2,"seed":18446744073709551615,"data_sha256":"00"}`,
			"m" + `{"epoch":1,"step":5,"train_loss":0.5,"validation_loss":0.25,"learning_rate":0.01,"grad_norm":1,"best":true}` + "\n" + `{"epoch":2,"step":10,"train_loss":0.4,"validation_loss":null,"learning_rate":0.01,"grad_norm":1,"best":false,"refit":true}` + "\n",
			"m" + `{"epoch":1`,
			"n" + `{"schema":1,"variants":[{"name":"log-scaled","transform":"log","window_scale":"deviation","smape":1.5,"mase":null,"owa":0.9,"kept":true}],"members":["members/log-scaled-1","members/log-scaled-2"]}`,
			"n" + `{"schema":1,"variants":[{"name":"../x"}],"members":["../../x"],"calibration":{"quantiles":[0.1,0.5,0.9],"targets":1,"factors":[[1,1,1]]}}`,
			"c" + `{"schema":1,"quantiles":[0.1,0.5,0.9],"targets":1,"factors":[[1.5,1,1.5],[2,1,2]],"floor":true,"series":3,"values":90}`,
		},
		Words: []string{`"schema":1`, `"epochs":`, `"finished":`, `"seed":`, `"epoch":`, `"best":true`, `"members":["`, "..", "/", `"variants":[{"name":"`, `"calibration":{`, `"quantiles":[0.5]`, `"factors":[[1]]`, `"targets":0`, `"own":[{"distances":[[1,0,1]],"usual":[[1,1,1]]}]`, `"trust":1`, "null", "{", "}", "\n", ",", ":", `"`, `\u0000`, "[", "]", "1e400"},
		Limit: 2000,
		Try: func(t testing.TB, b []byte) {
			if len(b) == 0 {
				return
			}
			switch b[0] {
			case 'r':
				if o := runs.ParseOutcome(b[1:]); o != nil && !reflect.DeepEqual(o, runs.ParseOutcome(written(t, o))) {
					t.Fatalf("%+v is read again as another", o)
				}
			case 'e':
				var e, again runs.Environment
				if json.Unmarshal(b[1:], &e) == nil && (json.Unmarshal(written(t, e), &again) != nil || again != e) {
					t.Fatalf("%+v is read again as %+v", e, again)
				}
			case 'n':
				if e, err := runs.ParseEnsemble(b[1:]); err == nil {
					staysInside(t, e)
					if again, err := runs.ParseEnsemble(written(t, e)); err != nil || !reflect.DeepEqual(e, again) {
						t.Fatalf("%+v is read again as %+v, %v", e, again, err)
					}
				}
			case 'c':
				if c, err := runs.ParseCalibration(b[1:]); err == nil {
					applies(t, c)
				}
			default:
				lines := runs.ParseMetrics(b[1:])
				var text []byte
				for _, l := range lines {
					text = append(append(text, written(t, l)...), '\n')
				}
				if again := runs.ParseMetrics(text); !reflect.DeepEqual(again, lines) {
					t.Fatalf("%+v are read again as %+v", lines, again)
				}
			}
		},
	})
}

// staysInside looks at the directories that an ensemble names, and uses its calibration.
func staysInside(t testing.TB, e *runs.Ensemble) {
	names := slices.Clone(e.Members)
	for _, v := range e.Variants {
		names = append(names, v.Name)
	}
	for _, name := range names {
		if path := filepath.Join("run", name); path != "run" && !strings.HasPrefix(path, "run"+string(filepath.Separator)) {
			t.Fatalf("%q leads out of the run to %s", name, path)
		}
	}
	if e.Calibrated != nil {
		applies(t, e.Calibrated)
	}
}

func applies(t testing.TB, c *evaluate.Calibration) {
	q := max(1, len(c.Quantiles))
	for _, whose := range []func(int) evaluate.Whose{nil, func(int) evaluate.Whose { return evaluate.Whose{Rough: func(int) float64 { return 2 }} }} {
		if got := c.ApplyTo([][]float64{make([]float64, 3*q)}, whose); len(got) != 1 || len(got[0]) != 3*q {
			t.Fatalf("%d values of %d", len(got[0]), 3*q)
		}
	}
}

func written(t testing.TB, v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// FuzzGrid: an input is an axis of a comparison, KEY=VALUE,VALUE. No value leads out of the directory, and no two points
// share one.
func FuzzGrid(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{"model.hidden_size=16,64", "data.csv=../../x,/etc/passwd", "model.x=a b,a_b", "a=..,.", "=,"},
		Words: []string{"model.", "/", "..", "\\", "=", ",", ".", "\x00", "é", " "}, Limit: 200,
		Try: func(t testing.TB, b []byte) {
			key, values, _ := strings.Cut(string(b), "=")
			o := CompareOptions{Cells: []string{"lstm"}, Seeds: []uint64{1}, Grid: []Axis{{key, strings.Split(values, ",")}}}
			if checkAxes(o) != nil {
				return
			}
			seen := map[string]bool{}
			for _, v := range variantsOf(o) {
				if !filepath.IsLocal(v.dir) || filepath.Base(v.dir) != v.dir || seen[v.dir] {
					t.Fatalf("the directory %q of %q leads out, or is that of another point too", v.dir, v.name)
				}
				seen[v.dir] = true
			}
		},
	})
}
