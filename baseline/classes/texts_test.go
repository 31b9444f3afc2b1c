package classes

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// ruled makes texts by a rule; what they are classed by is how many different words they have, and the first one.
func ruled(from, to int) (texts [][]string, truth []int) {
	for i := from; i < to; i++ {
		var text []string
		seen := map[string]bool{}
		for j := range 3 + i%5 {
			w := string(rune('a' + (i*i*5/2+j*j*(i%3+1)+i*j)%17%(9+i%4)))
			text = append(text, w)
			seen[w] = true
		}
		class := len(seen)
		if text[0] > "d" {
			class++
		}
		texts, truth = append(texts, text), append(truth, class%3)
	}
	return texts, truth
}

// asked are texts to predict, of which one is empty and one has a new word only.
func asked() [][]string {
	texts, _ := ruled(100, 103)
	return append(texts, []string{}, []string{"z"})
}

// must takes what a fit returns.
func must[X any](t testing.TB, m Method[X], err error) Method[X] {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Golden values by scikit-learn 1.9:
//
//	cv = CountVectorizer(analyzer='word', tokenizer=lambda t: t, preprocessor=lambda t: t, token_pattern=None, ngram_range=(1, pairs))
//	A = cv.fit_transform(x); B = cv.transform(u)
//	MultinomialNB().fit((A > 0)*1, y).predict_proba((B > 0)*1)
func TestNaiveBayes(t *testing.T) {
	texts, truth := ruled(0, 40)
	none := []float64{.4, .35, .25}
	for _, c := range []struct {
		pairs bool
		want  [][]float64
	}{
		{false, [][]float64{{0.5303578433509134, 0.2578128405178052, 0.2118293161312818}, {0.1605284492026987, 0.5350948306756623, 0.30437672012163924}, {0.42168757592130707, 0.3796055853201069, 0.19870683875858683}, none, none}},
		{true, [][]float64{{0.40316496360626525, 0.18541556829477865, 0.4114194680989558}, {0.04172157869700811, 0.38393042632794827, 0.5743479949750445}, {0.6611219334010743, 0.26634778440408063, 0.07253028219484167}, none, none}},
	} {
		m, err := NaiveBayes(texts, truth, 3, c.pairs)
		if d := cmp.Diff(c.want, must(t, m, err).Predict(asked()), cmpopts.EquateApprox(1e-12, 0)); d != "" {
			t.Errorf("pairs %v (-want +got)\n%s", c.pairs, d)
		}
	}
}

// Golden values by scikit-learn 1.9, with A and B as above; ours stop when the sum gains no more than its hundred-thousandth part:
//
//	t = TfidfTransformer(sublinear_tf=True).fit(A)
//	LogisticRegression(C=10, tol=1e-9, max_iter=10000).fit(t.transform(A), y).predict_proba(t.transform(B))
func TestLogistic(t *testing.T) {
	texts, truth := ruled(0, 40)
	for _, c := range []struct {
		pairs bool
		want  [][]float64
	}{
		{false, [][]float64{{0.43195, 0.199159, 0.36889}, {0.085249, 0.535511, 0.37924}, {0.373389, 0.427526, 0.199084}, {0.63634, 0.219043, 0.144616}, {0.63634, 0.219043, 0.144616}}},
		{true, [][]float64{{0.187917, 0.11289, 0.699193}, {0.117383, 0.411501, 0.471116}, {0.586107, 0.296745, 0.117149}, {0.427393, 0.377934, 0.194674}, {0.427393, 0.377934, 0.194674}}},
	} {
		m, err := Logistic(texts, truth, 3, c.pairs, 0)
		if d := cmp.Diff(c.want, must(t, m, err).Predict(asked()), cmpopts.EquateApprox(0, .005)); d != "" {
			t.Errorf("pairs %v (-want +got)\n%s", c.pairs, d)
		}
	}
}

func TestTextsOnAnyNumberOfThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	texts, truth := ruled(0, 300)
	var first [][]float64
	for _, threads := range []int{1, 3} {
		runtime.GOMAXPROCS(threads)
		m, err := Logistic(texts, truth, 3, true, 0)
		p := must(t, m, err).Predict(texts)
		if first == nil {
			first = p
		}
		if d := cmp.Diff(first, p); d != "" {
			t.Errorf("%d threads (-1 thread +got)\n%s", threads, d)
		}
	}
}

func TestMajorityAndCalibrate(t *testing.T) {
	m, err := Majority[[]string]([]int{0, 2, 2, 1}, 3)
	if d := cmp.Diff([][]float64{{.25, .25, .5}}, must(t, m, err).Predict(make([][]string, 1))); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	// Two of three are as predicted: the best temperature makes the largest probability of two classes about that.
	two, err := Majority[[]string]([]int{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 2)
	var truth []int
	for i := range 3000 {
		truth = append(truth, i%3/2)
	}
	p := Calibrate(must(t, two, err), make([][]string, 3000), truth).Predict(make([][]string, 1))[0]
	if math.Abs(p[0]-2./3) > 1e-3 || math.Abs(p[0]+p[1]-1) > 1e-12 {
		t.Errorf("%v, want 2/3 and 1/3", p)
	}
}

// What is in most texts is kept, in the order of the training texts.
func TestFewerFeatures(t *testing.T) {
	texts := [][]string{{"a", "b", "c"}, {"b", "c"}, {"c", "d", "b", "c"}, {"c"}}
	g := learn(texts, true, 1)
	all := len(g.texts) // a b ab c bc d cd db
	g.thin(3)
	if all != 8 || !cmp.Equal(g.texts, []int32{3, 4, 3}) {
		t.Fatalf("%d features, then %v, want 8, then b, c and their pair, of 3, 4 and 3 texts", all, g.texts)
	}
	want := row{[]int32{0, 1, 2}, []float64{1, 2, 1}}
	if r := g.row([]string{"c", "b", "c", "d"}); !cmp.Equal(want, r, cmp.AllowUnexported(row{})) {
		t.Errorf("%v, want %v", r, want)
	}
}

func TestFaults(t *testing.T) {
	texts := [][]string{{"a"}, {"b"}}
	for _, c := range []struct {
		texts [][]string
		truth []int
		want  string
	}{
		{nil, nil, "the training part has no example"},
		{texts, []int{0}, "2 examples and 1 true classes"},
		{texts, []int{0, 2}, "the class of training example 1 is 2, want one of the 2"},
		{texts, []int{-1, 0}, "the class of training example 0 is -1"},
	} {
		_, bayes := NaiveBayes(c.texts, c.truth, 2, true)
		_, logistic := Logistic(c.texts, c.truth, 2, true, 0)
		for _, err := range []error{bayes, logistic} {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v %v: %v, want %q", c.texts, c.truth, err, c.want)
			}
		}
	}
}

// A class that no training text has is never predicted and has a finite loss where the method can give it one.
func TestClassWithoutTexts(t *testing.T) {
	texts, truth := ruled(0, 40)
	for _, fit := range []func() (Method[[]string], error){
		func() (Method[[]string], error) { return NaiveBayes(texts, truth, 4, true) },
		func() (Method[[]string], error) { return Logistic(texts, truth, 4, true, 0) },
	} {
		m, err := fit()
		for _, p := range must(t, m, err).Predict(asked()) {
			if sum := p[0] + p[1] + p[2] + p[3]; math.Abs(sum-1) > 1e-12 || p[3] > .01 {
				t.Errorf("%s: %v", m.Name(), p)
			}
		}
	}
}

func BenchmarkLogistic(b *testing.B) {
	texts, truth := ruled(0, 2000)
	for b.Loop() {
		if _, err := Logistic(texts, truth, 3, true, 0); err != nil {
			b.Fatal(err)
		}
	}
}
