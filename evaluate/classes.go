package evaluate

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// bins is how many bins of equal width the confidences of an ECE fall into, as in [5].
//
// [5] Guo, Pleiss, Sun & Weinberger 2017, On calibration of modern neural networks.
const bins = 15

// Classification is how well examples were told apart. Shares are 0 to 1.
type Classification struct {
	Examples int     `json:"examples"`
	Accuracy float64 `json:"accuracy"`
	// Interval holds the accuracy of all examples of the kind in 95% of cases: Wilson's of 1927, without a correction for
	// continuity.
	Interval [2]float64 `json:"accuracy_interval"`
	MacroF1  float64    `json:"macro_f1"` // mean of F1 over the classes that were there or were predicted
	// LogLoss is the mean of -ln p of the true class; p is taken as 2^-52 at the least.
	LogLoss float64 `json:"log_loss"`
	// ECE is the expected calibration error [5]: how far the confidence (the probability of the predicted class) is from the
	// accuracy, in the mean over the examples; both are taken over bins of like confidence.
	ECE         float64               `json:"ece"`
	Reliability []Confidence          `json:"-"` // bins that hold an example, from the least confidence
	Confusion   Confusion             `json:"confusion"`
	ByClass     map[string]ClassScore `json:"by_class"`
}

// Confusion is how often each class was taken for each.
type Confusion struct {
	Labels []string `json:"labels"` // [C]
	Counts [][]int  `json:"counts"` // [true class][predicted class]
}

// ClassScore is how well one class was found. What would be 0/0 is 0.
type ClassScore struct {
	Precision float64 `json:"precision"` // of the examples that were predicted to be of it, how many were
	Recall    float64 `json:"recall"`    // of the examples that were of it, how many were predicted to be
	F1        float64 `json:"f1"`
	Support   int     `json:"support"` // the examples that were of it
}

// Confidence is the examples whose predicted class has a probability within (Low, High].
type Confidence struct {
	Low, High float64
	Examples  int
	Mean      float64 // of the probabilities
	Accuracy  float64
}

// Classify scores probabilities [n][C] against the true classes [n], which are numbers of labels [C]. The predicted class is
// the one with the highest probability, of several the first. The definitions are those of scikit-learn's accuracy_score,
// f1_score (average="macro", zero_division=0), log_loss and confusion_matrix.
func Classify(truth []int, probabilities [][]float64, labels []string) (*Classification, error) {
	if err := checkClasses(truth, probabilities, len(labels)); err != nil {
		return nil, err
	}
	c := &Classification{Examples: len(truth), Confusion: Confusion{labels, make([][]int, len(labels))}}
	for i := range c.Confusion.Counts {
		c.Confusion.Counts[i] = make([]int, len(labels))
	}
	right := 0
	points := make([]Confidence, bins)
	for i, p := range probabilities {
		top := floats.MaxIdx(p)
		c.Confusion.Counts[truth[i]][top]++
		c.LogLoss += logLoss(p[truth[i]]) / float64(len(truth))
		hit := 0
		if top == truth[i] {
			hit = 1
		}
		right += hit
		points[max(0, int(math.Ceil(p[top]*bins))-1)].add(p[top], hit)
	}
	c.Accuracy = float64(right) / float64(len(truth))
	c.Interval = wilson(right, len(truth))
	c.ECE, c.Reliability = calibrationError(points, len(truth))
	c.byClass()
	return c, nil
}

// LogLosses is -ln p of the true class of each example, to compare methods by (see Permutation).
func LogLosses(truth []int, probabilities [][]float64) []float64 {
	losses := make([]float64, len(truth))
	for i, p := range probabilities {
		losses[i] = logLoss(p[truth[i]])
	}
	return losses
}

// Right says of each example whether the class with the highest probability is the true one, to compare methods by (see McNemar).
func Right(truth []int, probabilities [][]float64) []bool {
	right := make([]bool, len(truth))
	for i, p := range probabilities {
		right[i] = floats.MaxIdx(p) == truth[i]
	}
	return right
}

// WorstErrors are the examples that were predicted wrongly with the most confidence, n at the most, the worst one first.
func WorstErrors(truth []int, probabilities [][]float64, n int) []int {
	var wrong []int
	for i, right := range Right(truth, probabilities) {
		if !right {
			wrong = append(wrong, i)
		}
	}
	slices.SortStableFunc(wrong, func(i, j int) int { return cmp.Compare(floats.Max(probabilities[j]), floats.Max(probabilities[i])) })
	return wrong[:min(n, len(wrong))]
}

func logLoss(p float64) float64 { return -math.Log(max(p, 0x1p-52)) }

func checkClasses(truth []int, probabilities [][]float64, classes int) error {
	if len(truth) == 0 {
		return fmt.Errorf("evaluate: there is no example to score; give the part some with data.split")
	}
	if len(probabilities) != len(truth) {
		return fmt.Errorf("evaluate: got probabilities of %d examples, want %d, one for each true class", len(probabilities), len(truth))
	}
	for i, p := range probabilities {
		if truth[i] < 0 || truth[i] >= classes {
			return fmt.Errorf("evaluate: the true class of example %d is %d, want one of the %d classes from 0 on", i, truth[i], classes)
		}
		if len(p) != classes {
			return fmt.Errorf("evaluate: example %d has %d probabilities, want %d, one a class", i, len(p), classes)
		}
		if sum := floats.Sum(p); !(math.Abs(sum-1) < 1e-4 && floats.Min(p) >= 0) {
			return fmt.Errorf("evaluate: the probabilities of example %d are %v, want none below 0 and a sum of 1", i, p)
		}
	}
	return nil
}

// wilson is the 95% interval of a share of n.
func wilson(successes, n int) [2]float64 {
	z := distuv.UnitNormal.Quantile(.975)
	p, m := float64(successes)/float64(n), float64(n)
	center := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return [2]float64{max(0, center-half), min(1, center+half)}
}

func (p *Confidence) add(confidence float64, hit int) {
	p.Examples++
	p.Mean += confidence
	p.Accuracy += float64(hit)
}

// calibrationError turns sums into means, and adds up how far they are apart.
func calibrationError(points []Confidence, n int) (ece float64, held []Confidence) {
	for i, p := range points {
		if p.Examples == 0 {
			continue
		}
		m := float64(p.Examples)
		p.Low, p.High = float64(i)/bins, float64(i+1)/bins
		p.Mean, p.Accuracy = p.Mean/m, p.Accuracy/m
		ece += m / float64(n) * math.Abs(p.Mean-p.Accuracy)
		held = append(held, p)
	}
	return ece, held
}

// byClass works out the scores of each class and their mean from the confusion.
func (c *Classification) byClass() {
	c.ByClass = map[string]ClassScore{}
	present := 0.0
	for k, label := range c.Confusion.Labels {
		support, predicted := 0, 0
		for j := range c.Confusion.Labels {
			support += c.Confusion.Counts[k][j]
			predicted += c.Confusion.Counts[j][k]
		}
		hits := c.Confusion.Counts[k][k]
		s := ClassScore{ratio(hits, predicted), ratio(hits, support), ratio(2*hits, support+predicted), support}
		c.ByClass[label] = s
		if support+predicted > 0 {
			present++
			c.MacroF1 += s.F1
		}
	}
	c.MacroF1 /= present
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
