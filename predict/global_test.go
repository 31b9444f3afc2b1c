package predict

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"recur/checkpoint"
	"recur/configs"
	"recur/data"
	"recur/models"
)

// manySeries is three series of 60, 45 and 30 rows with a covariate known ahead, made ready by recipe global.
func manySeries(t *testing.T, set ...string) (*configs.Config, *data.Prepared) {
	t.Helper()
	var b strings.Builder
	b.WriteString("series,y,x\n")
	for s, n := range []int{60, 45, 30} {
		for i := range n {
			fmt.Fprintf(&b, "s%d,%.4f,%.4f\n", s, 20*float64(s+1)+5*math.Sin(float64(i)*math.Pi/2)+math.Cos(float64(i*(s+2))), math.Sin(float64(i+s)))
		}
	}
	path := filepath.Join(t.TempDir(), "many.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := configs.Parse("many.yaml", []byte(`
recipe: global
data: {csv: none.csv, series: series, targets: [y], season: 4, horizon: 5, window: 12, future_covariates: [x], transform: log, window_scale: deviation, split: {validation: 8, test: 5}}
model: {cell: gru, hidden_size: 6, encoder_size: 5, patch: 4, quantiles: [0.1, 0.5, 0.9]}
ensemble: {members: 0}
`), append([]string{"data.csv=" + path}, set...))
	if err != nil {
		t.Fatal(err)
	}
	d, err := data.Open(c)
	if err != nil {
		t.Fatal(err)
	}
	p, err := data.Prepare(d, c)
	if err != nil {
		t.Fatal(err)
	}
	return c, p
}

// TestPartOfMany: what Part predicts, in the units of the data, is what the graph gives for the same windows.
func TestPartOfMany(t *testing.T) {
	for _, set := range [][]string{nil, {"model.linear_path=none"}, {"data.future_covariates=[]", "data.seasonal_profile=false", "model.encoder_size=0"}} {
		c, p := manySeries(t, set...)
		n, err := models.New[float32](models.SpecOf(c, p.Sequence, p.Inputs, p.Outputs, p.Extra))
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		k := &checkpoint.Checkpoint{Config: c, Data: checkpoint.Describe(p)}
		for _, q := range n.Params {
			for j := range q.Values {
				q.Values[j] = float32(0.2 * math.Sin(float64(7*j+len(q.Name))))
			}
			k.Weights = append(k.Weights, checkpoint.FromFloats(q.Name, q.Shape, q.Values))
		}
		m, err := Open(k, 1)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Part(p.Test)
		if err != nil {
			t.Fatal(err)
		}
		index := make([]int, p.Test.Len())
		for i := range index {
			index[i] = i
		}
		g, err := n.Graph(len(index), p.Sequence, false)
		if err != nil {
			t.Fatal(err)
		}
		b := data.Batch[float32]{X: g.X, Z: g.Z, Y: g.Y, Mask: g.Mask, Lengths: g.Lengths}
		data.Fill(p.Test, index, &b)
		if _, err := g.Run(); err != nil {
			t.Fatal(err)
		}
		scaled, want := make([]float64, p.Outputs), make([]float64, p.Outputs)
		for i := range index {
			for j, v := range g.Pred[i*p.Outputs:][:p.Outputs] {
				scaled[j] = float64(v)
			}
			p.Test.Restore(i, scaled, want)
			for j, w := range want {
				// float32 rounds at 6e-8 of the scaled value, which the logarithm and the window's scale carry over.
				if d := math.Abs(got[i][j] - w); !(d <= 1e-5*math.Abs(w)) {
					t.Fatalf("%v: window %d, output %d is %v, the graph gives %v", set, i, j, got[i][j], w)
				}
			}
		}
		_, other := manySeries(t, "data.missing_mask=true")
		if _, err := m.Part(other.Test); err == nil || !strings.Contains(err.Error(), "use the config and the columns that it was trained with") {
			t.Errorf("%v: windows of other features: got %v", set, err)
		}
	}
}
