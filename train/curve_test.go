package train

import (
	"context"
	"math"
	"testing"
)

// Made with PyTorch 2.15:
//
//	torch.set_default_dtype(torch.float64)
//	y = [math.sin(2*math.pi*i/20) for i in range(80)]
//	X = torch.tensor([y[i:i+10] for i in range(34)]).T.unsqueeze(-1)  # [T,N,1]
//	Y = torch.tensor([[y[i+10]] for i in range(34)])
//	for name, rnn in (('elman', torch.nn.RNN(1, 6, 2)), ('lstm', torch.nn.LSTM(1, 6, 2)), ('gru', torch.nn.GRU(1, 6, 2))):
//	    head = torch.nn.Linear(6, 1)
//	    params = [*rnn.parameters(), *head.parameters()]
//	    for p in params:
//	        p.data = torch.tensor([((37*i + 11) % 64 - 32)/64 for i in range(p.numel())]).reshape(p.shape)
//	    opt = torch.optim.Adam(params, lr=0.02)
//	    for step in range(10):
//	        rows = slice(8*(step % 5), 8*(step % 5) + 8)
//	        loss = torch.nn.functional.mse_loss(head(rnn(X[:, rows])[0][-1]), Y[rows])
//	        opt.zero_grad(); loss.backward()
//	        torch.nn.utils.clip_grad_norm_(params, 1.0)
//	        opt.step()
//	        print(loss.item())
var goldenCurves = []struct {
	cell string
	want []float64
}{
	{"elman", []float64{1.38810865902322, 0.34747086722185, 0.382557005939307, 0.694740340625748, 0.394385189603668,
		0.658705740773766, 0.391134422289183, 0.350868453563809, 0.48733004641112, 0.253358505406455}},
	{"lstm", []float64{0.580413477250391, 0.531437951609918, 0.432226633455888, 0.409217094926277, 0.637111785779786,
		0.444634848591707, 0.490891362221949, 0.405250377790831, 0.395814674156518, 0.530396554139228}},
	{"gru", []float64{1.14253596914884, 0.408498887582598, 0.362338346299206, 0.607671875721999, 0.343877784759418,
		0.567260420841649, 0.287886104016803, 0.267118518604795, 0.318702173786722, 0.180324519291813}},
}

// The trainer itself makes PyTorch's first ten losses from the same weights: batches (the fifth has 2 windows), forward,
// backward, clipping and Adam all together. The figures above have 15 digits; ten steps of float32 lose some.
func TestLossCurveEqualsPyTorch(t *testing.T) {
	for _, g := range goldenCurves {
		for _, implementation := range []string{"fused", "primitive"} {
			set := []string{"model.cell=" + g.cell, "model.layers=2", "train.epochs=2", "train.shuffle=false", "data.scale=none",
				"train.epsilon=1e-8", "train.betas=[0.9, 0.999]", "model.implementation=" + implementation}
			checkCurve[float64](t, g.want, 1e-12, append(set, "model.dtype=float64")...)
			checkCurve[float32](t, g.want, 1e-5, append(set, "model.dtype=float32")...)
		}
	}
}

func checkCurve[F Float](t *testing.T, want []float64, tolerance float64, set ...string) {
	t.Helper()
	c, p := job(t, set...)
	var got []float64
	tr, err := newTrainer[F](JobOf(c, p), Options{OnStep: func(s Step) { got = append(got, s.Loss) }})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.net.Close()
	for _, param := range tr.net.Params {
		for i := range param.Values {
			param.Values[i] = F((37*i+11)%64-32) / 64
		}
	}
	if _, err := tr.run(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%v: %d steps, want %d", set, len(got), len(want))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= tolerance*want[i]) {
			t.Fatalf("%v: loss of step %d is %v, want %v", set, i+1, got[i], want[i])
		}
	}
}
