package evaluate

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/floats"
)

var fourClasses = []string{"a", "b", "c", "d"}

// classified is 60 examples by a rule; none is of class d.
func classified() (truth []int, probabilities [][]float64) {
	for i := range 60 {
		p, sum := make([]float64, 4), 0.0
		for k := range p {
			p[k] = float64((i*7+k*5+i*k*3)%11 + 1)
			sum += p[k]
		}
		for k := range p {
			p[k] /= sum
		}
		truth, probabilities = append(truth, (i*i+i/7)%3), append(probabilities, p)
	}
	return truth, probabilities
}

// Golden values by scikit-learn 1.9, scipy 1.17 and numpy 2.4:
//
//	n, C = 60, 4
//	w = np.array([[(i*7+k*5+i*k*3) % 11+1. for k in range(C)] for i in range(n)])
//	y = np.array([(i*i+i//7) % 3 for i in range(n)])
//	p = w/w.sum(1, keepdims=True)
//	f = p.argmax(1)
//	accuracy_score(y, f); f1_score(y, f, average='macro', zero_division=0); log_loss(y, p, labels=range(C))
//	stats.binomtest(int((y == f).sum()), n).proportion_ci(method='wilson')
//	confusion_matrix(y, f, labels=range(C)); precision_recall_fscore_support(y, f, labels=range(C), zero_division=0)
//	c = p.max(1); b = np.digitize(c, np.linspace(0, 1, 16), right=True)
//	ece = sum((b == i).mean()*abs((y == f)[b == i].mean()-c[b == i].mean()) for i in set(b))
func TestClassify(t *testing.T) {
	truth, p := classified()
	got, err := Classify(truth, p, fourClasses)
	if err != nil {
		t.Fatal(err)
	}
	want := &Classification{
		Examples: 60,
		Accuracy: 0.21666666666666667,
		Interval: [2]float64{0.13123044048190305, 0.3362002757319479},
		MacroF1:  0.1741006741006741,
		LogLoss:  1.596061940305505,
		ECE:      0.21331178287261823,
		Reliability: []Confidence{
			{3. / 15, 4. / 15, 6, 0.25, 0.3333333333333333},
			{4. / 15, 5. / 15, 5, 0.3, 0.4},
			{5. / 15, 6. / 15, 28, 0.38277460685865855, 0.17857142857142858},
			{6. / 15, 7. / 15, 10, 0.45643939393939387, 0.1},
			{7. / 15, 8. / 15, 11, 0.5015112764473378, 0.2727272727272727},
		},
		Confusion: Confusion{fourClasses, [][]int{{7, 5, 7, 3}, {5, 2, 6, 5}, {5, 8, 4, 3}, {0, 0, 0, 0}}},
		ByClass: map[string]ClassScore{
			"a": {0.4117647058823529, 0.3181818181818182, 0.358974358974359, 22},
			"b": {0.13333333333333333, 0.1111111111111111, 0.12121212121212122, 18},
			"c": {0.23529411764705882, 0.2, 0.21621621621621623, 20},
			"d": {},
		},
	}
	if d := cmp.Diff(want, got, near); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if d := cmp.Diff([]int{8, 19, 41, 52, 0}, WorstErrors(truth, p, 5)); d != "" {
		t.Errorf("worst errors (-want +got)\n%s", d)
	}
	mean := 0.0
	for _, v := range LogLosses(truth, p) {
		mean += v / 60
	}
	if !cmp.Equal(want.LogLoss, mean, near) {
		t.Errorf("the mean of LogLosses is %v, want %v", mean, want.LogLoss)
	}
}

func TestClassesThatAreNowhere(t *testing.T) {
	// e is neither there nor predicted: it has no part in the mean; a probability of 0 has a loss all the same.
	got, err := Classify([]int{0, 1}, [][]float64{{1, 0, 0}, {1, 0, 0}}, []string{"a", "b", "e"})
	if err != nil {
		t.Fatal(err)
	}
	if want := (2./3 + 0) / 2; !cmp.Equal(want, got.MacroF1, near) || !cmp.Equal(52*math.Ln2/2, got.LogLoss, near) || got.ECE != .5 {
		t.Errorf("macro F1 %v, want %v; log loss %v, want %v; ECE %v, want .5", got.MacroF1, want, got.LogLoss, 52*math.Ln2/2, got.ECE)
	}
	if got, err = Classify([]int{0, 1}, [][]float64{{1, 0}, {0, 1}}, []string{"a", "b"}); err != nil || got.MacroF1 != 1 || got.Interval[1] != 1 || len(WorstErrors([]int{0}, [][]float64{{1, 0}}, 5)) != 0 {
		t.Errorf("all right: %+v, %v", got, err)
	}
	b, err := json.Marshal(got)
	if want := `{"examples":2,"accuracy":1,"accuracy_interval":[0.342380227`; err != nil || !strings.HasPrefix(string(b), want) {
		t.Errorf("%s, %v; want %s…", b, err, want)
	}
	for _, want := range []string{`"confusion":{"labels":["a","b"],"counts":[[1,0],[0,1]]}`, `"by_class":{"a":{"precision":1,"recall":1,"f1":1,"support":1}`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("%s, want %s in it", b, want)
		}
	}
}

func TestClassifyFaults(t *testing.T) {
	two := []string{"a", "b"}
	for _, c := range []struct {
		truth []int
		p     [][]float64
		want  string
	}{
		{nil, nil, "no example to score"},
		{[]int{0}, nil, "probabilities of 0 examples, want 1"},
		{[]int{2}, [][]float64{{0, 1}}, "the true class of example 0 is 2, want one of the 2"},
		{[]int{-1}, [][]float64{{0, 1}}, "the true class of example 0 is -1"},
		{[]int{0}, [][]float64{{1}}, "example 0 has 1 probabilities, want 2"},
		{[]int{0}, [][]float64{{.5, .6}}, "want none below 0 and a sum of 1"},
		{[]int{0}, [][]float64{{2, -1}}, "want none below 0"},
		{[]int{0}, [][]float64{{nan, 1}}, "want none below 0 and a sum of 1"},
	} {
		if _, err := Classify(c.truth, c.p, two); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v %v: %v, want %q", c.truth, c.p, err, c.want)
		}
	}
}

// The golden value by scipy 1.17, with p as in TestClassify, and truths that are what is predicted but for every fourth:
//
//	z, e = np.log(p), 1/(n+2)
//	y = np.where(np.arange(n) % 4 > 0, f, y); t = (1-e)*np.eye(C)[y]+e/C
//	loss = lambda b: -(t*special.log_softmax(np.exp(b)*z, axis=1)).sum()
//	np.exp(-optimize.minimize_scalar(loss, bounds=(-6, 6), method='bounded', options={'xatol': 1e-12}).x)
func TestTemperature(t *testing.T) {
	truth, p := classified()
	for i, right := range Right(truth, p) {
		if !right && i%4 > 0 {
			truth[i] = floats.MaxIdx(p[i])
		}
	}
	z := Logits(p)
	T := Temperature(truth, z)
	if math.Abs(T-0.5968055564277717) > 1e-7 {
		t.Errorf("T = %v, want 0.5968055564", T)
	}
	loss := func(T float64) float64 {
		c, err := Classify(truth, Temper(z, T), fourClasses)
		if err != nil {
			t.Fatal(err)
		}
		return c.LogLoss
	}
	if !(loss(T) < loss(1)) {
		t.Errorf("log loss %v at %v and %v at 1", loss(T), T, loss(1))
	}
	if d := cmp.Diff(p, Temper(z, 1), near); d != "" {
		t.Errorf("T = 1 changes probabilities (-want +got)\n%s", d)
	}
}

// Where all is right, or all wrong, or nothing is there, T stays a number to work with.
func TestTemperatureAtTheEnds(t *testing.T) {
	sure := Logits([][]float64{{.9, .1}, {.2, .8}, {1, 0}})
	for _, c := range []struct {
		truth     []int
		low, high float64
	}{
		{[]int{0, 1, 0}, .3, 20}, // p = 0 weighs heavily
		{[]int{1, 0, 1}, 999, 1001},
	} {
		if T := Temperature(c.truth, sure); !(T > c.low && T < c.high) {
			t.Errorf("%v: T = %v, want %v to %v", c.truth, T, c.low, c.high)
		}
	}
	// With two examples and scores of ±1 the most likely p of the true class is 1-ε/2 = .875.
	T := Temperature([]int{0, 1}, [][]float64{{1, -1}, {-1, 1}})
	if p := Temper([][]float64{{1, -1}}, T)[0][0]; math.Abs(p-.875) > 1e-9 {
		t.Errorf("p = %v, want .875", p)
	}
	if T := Temperature(nil, nil); T != 1 {
		t.Errorf("T = %v without an example, want 1", T)
	}
}
