package train

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/predict"
)

// namesFile writes a panel whose level in every row follows from the names in two columns, one of which is known ahead.
func namesFile(t testing.TB) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("series,value,sky,promo\n")
	promos := []string{"none", "flyer", "radio"}
	for s, n := range []int{70, 50} {
		for i := range n {
			promo := (i*7 + s) % 11 % 3
			fmt.Fprintf(&b, "s%d,%.4f,%s,%s\n", s, 10+4*[]float64{0, 3, 1}[promo]+0.1*math.Sin(float64(i)), []string{"sun", "rain"}[i%5%2], promos[promo])
		}
	}
	path := filepath.Join(t.TempDir(), "names.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return "data.csv=" + path
}

// names is a config of recipe global with columns of names.
func names(t testing.TB, set ...string) []string {
	t.Helper()
	return append([]string{namesFile(t), "recipe=global", "ensemble.members=0", "data.season=[]", "data.find_season=false", "train.min_updates=0",
		"data.covariates=[sky]", "data.future_covariates=[promo]", "data.categorical=[sky, promo]", "data.transform=none",
		"data.window_scale=none", "model.embedding_size=3", "model.patch=2"}, set...)
}

// What a network learns of names ahead no other input tells: without them its error stays that of the linear path. The tables
// move, but for row 0; what predict says of the windows is what the graph says.
func TestNamesAreLearned(t *testing.T) {
	set := names(t, "model.encoder_size=8", "train.min_updates=400", "train.learning_rate=0.01", "model.head_dropout=0", "model.quantiles=[]")
	with := mustRun(t, Options{}, set...)
	without := mustRun(t, Options{}, append(set, "data.categorical=[]", "data.future_covariates=[]", "data.covariates=[]")...)
	if a, b := lowest(with), lowest(without); !(a < b/2) {
		t.Errorf("the validation loss is %v with names and %v without, want less than half", a, b)
	}
	moved := false
	for _, w := range with.Last.Weights {
		if !strings.HasPrefix(w.Name, "embedding.") {
			continue
		}
		v, err := w.Float64s()
		if err != nil {
			t.Fatal(err)
		}
		moved = moved || v[3] != 0
		if v[0] != 0 || v[1] != 0 || v[2] != 0 {
			t.Errorf("row 0 of %s is %v, want zeros", w.Name, v[:3])
		}
	}
	if !moved {
		t.Error("no table of names is among the weights")
	}
	c, p := job(t, set...)
	m, err := predict.Open(with.Best, 1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := m.Part(p.Validation)
	if err != nil {
		t.Fatal(err)
	}
	loss, n := 0.0, 0.0
	for i := range got {
		truth, known := p.Validation.Truth(i)
		for h, v := range got[i] {
			if known[h] {
				loss += math.Abs(v-truth[h]) / p.Local.Unit
				n++
			}
		}
	}
	if want := lowest(with); c.Train.Loss != "mae" || math.Abs(loss/n-want) > 1e-5*want { // float32
		t.Errorf("predict has the validation loss %v (%s), the graph %v", loss/n, c.Train.Loss, want)
	}
}

// lowest is the lowest validation loss.
func lowest(r *Result) float64 {
	low := math.Inf(1)
	for _, e := range r.Epochs {
		low = min(low, e.ValidationLoss)
	}
	return low
}
