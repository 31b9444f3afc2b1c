package kernel

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// golden is one entry of testdata/torch.json. The file was made by PyTorch
// 2.15 in float64:
//
//	torch.set_default_dtype(torch.float64)
//	for cls, kw in (nn.RNN, {}), (nn.RNN, {"nonlinearity": "relu"}), (nn.LSTM, {}), (nn.GRU, {}):
//	    m = cls(2, 3, **kw)                # all values random, rounded to two digits
//	    y, s = m(x, (h0, c0) or h0)        # x [3,2,2]
//	    w = torch.arange(1, y.numel()+1).reshape(y.shape) / 10
//	    ((y*w).sum() + (hn*hn).sum() + (cn*cn).sum()).backward()
type golden struct {
	Cell                                   string
	X, H0, C0, IH, HH, BIH, BHH, Y, HN, CN []float64
	Mask                                   []float64 // testdata/recurrent_dropout.json
	GainX, GainH, GainC, ShiftC            []float64 // testdata/layer_norm.json
	DGainX, DGainH, DGainC, DShiftC        []float64
	DX, DH0, DC0, DIH, DHH, DBIH, DBHH     []float64
}

func TestPyTorch(t *testing.T) {
	src, err := os.ReadFile("testdata/torch.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []golden
	if err := json.Unmarshal(src, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 4 {
		t.Fatalf("%d entries, want 4", len(all))
	}
	for _, g := range all {
		t.Run(g.Cell, func(t *testing.T) {
			checkGolden[float64](t, g, 1e-11)
			each(t, func(t *testing.T, _ *ops[float32]) { checkGolden[float32](t, g, 2e-6) })
		})
	}
}

// Values and gradients of recurrent dropout are those of Keras, of layer norm those of PyTorch; see the scripts beside the files.
func TestOtherCells(t *testing.T) {
	for _, file := range []string{"recurrent_dropout", "layer_norm"} {
		src, err := os.ReadFile("testdata/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var all []golden
		if err := json.Unmarshal(src, &all); err != nil || len(all) != 3 {
			t.Fatalf("%d entries, want 3: %v", len(all), err)
		}
		for _, g := range all {
			t.Run(file+" "+g.Cell, func(t *testing.T) {
				checkGolden[float64](t, g, 1e-11)
				each(t, func(t *testing.T, _ *ops[float32]) { checkGolden[float32](t, g, 5e-5) })
			})
		}
	}
}

func floats[F Float](x []float64) []F {
	var y []F
	for _, v := range x {
		y = append(y, F(v))
	}
	return y
}

func checkGolden[F Float](t *testing.T, g golden, tolerance float64) {
	t.Helper()
	s := Spec{Nonlinearity: Tanh, T: len(g.X) / 4, B: 2, I: 2, H: len(g.H0) / 2, Train: true, Masked: g.Mask != nil, Norm: g.GainX != nil}
	switch g.Cell {
	case "elman-relu":
		s.Nonlinearity = ReLU
	case "lstm":
		s.Cell = LSTM
	case "gru":
		s.Cell = GRU
	}
	q := newSequence[F](s, false, 0)
	q.w = Weights[F]{IH: floats[F](g.IH), HH: floats[F](g.HH), BIH: floats[F](g.BIH), BHH: floats[F](g.BHH),
		GainX: floats[F](g.GainX), GainH: floats[F](g.GainH), GainC: floats[F](g.GainC), ShiftC: floats[F](g.ShiftC)}
	q.in = Input[F]{X: floats[F](g.X), H0: floats[F](g.H0), C0: floats[F](g.C0), Mask: floats[F](g.Mask)}
	l := NewLayer[F](s)
	l.Forward(q.w, q.in, q.out)
	for i := range q.dout.Y {
		q.dout.Y[i] = F(i+1) / 10
	}
	for i := range q.dout.HN {
		q.dout.HN[i] = 2 * q.out.HN[i]
	}
	for i := range q.dout.CN {
		q.dout.CN[i] = 2 * q.out.CN[i]
	}
	l.Backward(q.w, q.in, q.out, q.dout, q.d)
	for _, p := range []struct {
		name string
		got  []F
		want []float64
	}{
		{"y", q.out.Y, g.Y}, {"hn", q.out.HN, g.HN}, {"cn", q.out.CN, g.CN},
		{"dx", q.d.X, g.DX}, {"dh0", q.d.H0, g.DH0}, {"dc0", q.d.C0, g.DC0}, {"dih", q.d.W.IH, g.DIH},
		{"dhh", q.d.W.HH, g.DHH}, {"dbih", q.d.W.BIH, g.DBIH}, {"dbhh", q.d.W.BHH, g.DBHH},
		{"dgainx", q.d.W.GainX, g.DGainX}, {"dgainh", q.d.W.GainH, g.DGainH}, {"dgainc", q.d.W.GainC, g.DGainC}, {"dshiftc", q.d.W.ShiftC, g.DShiftC},
	} {
		if p.name == "dbhh" && len(p.want) == 0 {
			continue // Keras has one bias
		}
		if len(p.got) != len(p.want) {
			t.Fatalf("%s has %d values, want %d", p.name, len(p.got), len(p.want))
		}
		for i, v := range p.got {
			if math.Abs(float64(v)-p.want[i]) > tolerance*(1+math.Abs(p.want[i])) {
				t.Errorf("%s[%d] is %.12g, want %.12g", p.name, i, v, p.want[i])
			}
		}
	}
}

// Three steps of torch.optim.Adam (decay 0) and AdamW (decay 0.1) from
// [1, -2, 0.5], lr 0.01, betas (0.9, 0.99), eps 1e-6, with the gradients
// k·[0.3, -0.1, 0] - 0.2 for k = 1, 2, 3.
func TestAdamPyTorch(t *testing.T) {
	for decay, want := range map[float64][]float64{
		0:   {0.972230167244431, -1.97007946994948, 0.52999985000075},
		0.1: {0.969261982185134, -1.96411542477247, 0.528471359650699},
	} {
		w, m, v := []float64{1, -2, .5}, make([]float64, 3), make([]float64, 3)
		for k := 1.0; k <= 3; k++ {
			g := []float64{.3*k - .2, -.1*k - .2, -.2}
			AdamStep(w, g, m, v, .01, .9, .99, 1e-6, 1-math.Pow(.9, k), 1-math.Pow(.99, k), decay)
		}
		for i := range w {
			if math.Abs(w[i]-want[i]) > 1e-13 {
				t.Errorf("decay %g: w[%d] is %.15g, want %.15g", decay, i, w[i], want[i])
			}
		}
	}
}
