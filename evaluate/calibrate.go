package evaluate

import (
	"math"
	"slices"

	"recur/data"
	"recur/data/series"
)

// Calibration stretches predicted quantiles so that their intervals cover what they claim: split-conformal prediction [1]
// with the quantiles' own distances from the median as the yardstick [2, 3]. Plain numbers, to be kept in a file.
type Calibration struct {
	Quantiles []float64   `json:"quantiles"`
	Targets   int         `json:"targets"`                   // K
	Factors   [][]float64 `json:"factors"`                   // [Hz][Q] by which the distance of a quantile from the median is multiplied
	Floor     bool        `json:"floor"`                     // nothing that was seen is negative, so no quantile is made so
	BySeries  bool        `json:"floor_by_series,omitempty"` // whether a quantile may be negative is for each series to tell: see Whose
	Apart     []Deviant   `json:"apart,omitempty"`           // series whose errors are not those of the others
	Own       []Own       `json:"own,omitempty"`             // of few series: how far the quantiles of each lie from its median, in the place of factors
	Trust     float64     `json:"trust,omitempty"`           // how much the networks' own distances count in those: 0 to 1
	Series    int         `json:"series"`                    // that had a known value
	Values    int         `json:"values"`                    // that it was measured on
	Mean      float64     `json:"mean_factor,omitempty"`     // by which means are multiplied: see KeepMean; 0: not known
	Paths     [][]float64 `json:"paths,omitempty"`           // [path][Hz·K] how the steps of a horizon hang together: see KeepPaths

	// Of classes: the temperature of their probabilities, 0 for none, and C.
	Temperature float64 `json:"temperature,omitempty"`
	Classes     int     `json:"classes,omitempty"`
	// Companion is a simple model that predicts with the networks, kept in a file of its own, and CompanionHash its SHA-256 in hex.
	Companion     []byte `json:"-"`
	CompanionHash string `json:"companion_sha256,omitempty"`
	Told          string `json:"-"` // what is worth a line about how it was chosen
}

// Deviant is a series that the others say nothing of, nor it of them: its intervals miss by far more than theirs do.
type Deviant struct {
	Series  string    `json:"series"`
	Target  string    `json:"target,omitempty"`
	Column  int       `json:"column,omitempty"` // the place of the target, where a series holds several
	Stretch []float64 `json:"stretch"`          // [Q] by which the factors of the others are multiplied
}

// Whose says of which series the predictions of a window are.
type Whose struct {
	ID       series.ID
	Positive bool                     // no known value of its targets is below 0
	Rough    func(column int) float64 // the unit of Own, of the rows before; nil: not known
}

// WhoseOf tells whose the predictions of a part are, by the rows before each window's first target; nil where a part is not of
// series.
func WhoseOf(e data.Examples) func(i int) Whose {
	p, ok := e.(*series.Part)
	if !ok {
		return nil
	}
	negative := map[int]int{}               // by series, the first row with a target below 0
	rough := map[[2]int]func(int) float64{} // by series and column
	set := p.Prepared.Set
	return func(i int) Whose {
		s := p.Windows[i].Series
		first, known := negative[s]
		if !known {
			first = set.FirstNegative(s)
			negative[s] = first
		}
		return Whose{ID: set.Series[s].ID(), Positive: first >= p.Target(i), Rough: func(column int) float64 {
			at := [2]int{s, column}
			if rough[at] == nil {
				rough[at] = RoughOf(&set.Series[s], column, set.Columns(), p.Prepared.Local != nil)
			}
			return rough[at](p.Target(i))
		}}
	}
}

// [1] Papadopoulos et al. 2002, Inductive confidence machines for regression.
// [2] Romano, Patterson & Candès 2019, Conformalized quantile regression.
// [3] Kivaranovic, Johnson & Leeb 2020, Adaptive, distribution-free prediction intervals for deep networks.
// [4] Dunn, Wasserman & Ramdas 2023, Distribution-free prediction sets for two-layer hierarchical models.
// [5] Kish 1965, Survey sampling: the design effect.

// What a calibration is made from, and how far it may go.
const (
	tailValues   = 10  // values outside the widest interval that a step should be measured on; fewer: its neighbours join
	fewSeries    = 8   // fewer are measured each by itself: see calibrateFew
	timeBlocks   = 8   // stretches of time that are compared
	margin       = 0.5 // standard errors of a coverage measured on so few values that intervals are widened by
	marginWorth  = 16  // independent values from which on that fades
	sureness     = 2   // standard errors by which an interval must be too wide before it is narrowed
	largestScale = 100 // a quantile that is this many times too near says nothing about the error
)

// Calibrate measures the factors on the windows of a part that no training has seen, best several origins of every series
// (series.Part.Rolling). predictions are [windows][Hz·K·Q] in data units; quantiles as in EvaluateQuantiles.
//
// For an interval [L,U] around the median m every known value y gives a score: (m-y)/(m-L) below m, (y-m)/(U-m) above it,
// by how much its side would have to be stretched to reach it. Scores have no unit, so series of all scales count alike.
// The factor of both sides is the quantile of the scores at 1-α; one for both sides, since two would each be measured on
// half of the values outside. A quantile without a partner is measured on its own side alone.
//
// Values of one series are not independent, so each series has the same weight [4], and the correction for the size of
// the sample, (n+1)/n times 1-α, takes for n how many independent values would show as much spread in the share outside [5],
// between series or between stretches of time, whichever tells of fewer. That alone holds on average over samples; half a
// standard error on top lets it hold for most of them, and does nothing where there are many series. A step with few values is measured together with
// its neighbours.
//
// A part by which a network was chosen is easier than what follows, and all series may have had a quiet time in it. So
// intervals are widened by what they lack, but narrowed only as far as is sure: to what would cover 1-α and two standard
// errors more, by the spread between stretches of time.
//
// Some series are not like the others: a handful of rows, one that jumps, one that seldom sells. Their scores would decide how wide
// the intervals of all are, so series that are far off among the others are set apart, at most a quarter: see apart. They
// have the factors of the others, times what their own scores ask for.
//
// Where no distance is left to stretch (a quantile on the median) nothing is changed. It fails where EvaluateQuantiles does.
func Calibrate(p *series.Part, predictions [][]float64, quantiles []float64) (*Calibration, error) {
	if err := checkQuantiles(p, predictions, quantiles); err != nil {
		return nil, err
	}
	c := &Calibration{Quantiles: slices.Clone(quantiles), Targets: len(p.Prepared.Set.Targets)}
	g := newGauge(p, predictions, quantiles)
	c.Series, c.Values, c.Floor, c.BySeries = len(g.seen), g.n, g.floor && g.n > 0, true
	if g.few {
		c.calibrateFew(g, p, predictions)
		return c, nil
	}
	set := g.apart()
	c.Factors = g.factors()
	for _, one := range set {
		if stretch := g.stretchOf(one, c.Factors); stretch != nil {
			id := p.Prepared.Set.Series[one.cluster/c.Targets].ID()
			c.Apart = append(c.Apart, Deviant{id.Series, id.Target, one.cluster % c.Targets, stretch})
		}
	}
	return c, nil
}

// Apply is ApplyTo for predictions of no known series.
func (c *Calibration) Apply(predictions [][]float64) [][]float64 { return c.ApplyTo(predictions, nil) }

// ApplyTo returns predictions, [windows][Hz·K·Q] in data units, with their quantiles stretched: the median as it was, all in
// ascending order. Steps behind the horizon take the factors of its last step. whose tells of which series a window is; nil where
// that is not known. The zero value changes nothing.
func (c *Calibration) ApplyTo(predictions [][]float64, whose func(i int) Whose) [][]float64 {
	if c != nil && c.Temperature > 0 {
		return c.temper(predictions)
	}
	if c == nil || len(c.Factors) == 0 {
		return predictions
	}
	q, middle, apart, owns := len(c.Quantiles), medianOf(c.Quantiles), c.places(), c.owns()
	all := make([][]float64, len(predictions))
	own := make([]float64, q)
	for i, f := range predictions {
		floor, of, w := c.Floor, spot{}, Whose{}
		if whose != nil {
			w = whose(i)
			of.id = w.ID
			if c.BySeries {
				floor = w.Positive
			}
		}
		all[i] = make([]float64, len(f))
		for o := 0; (o+1)*q <= len(f); o++ {
			said, out := f[o*q:(o+1)*q], all[i][o*q:(o+1)*q]
			of.column = o % c.Targets
			if mine := owns[of]; mine != nil && w.Rough != nil {
				if unit := w.Rough(of.column); unit > 0 {
					mine.place(o/c.Targets, middle, c.Trust, unit, floor, said, out)
					continue
				}
			}
			factors := c.Factors[min(o/c.Targets, len(c.Factors)-1)]
			if whose != nil && apart[of] != nil {
				for j, v := range apart[of] {
					own[j] = v * factors[j]
				}
				factors = own
			}
			stretch(factors, middle, floor, said, out)
		}
	}
	return all
}

// owns are the distances of the series that have their own.
func (c *Calibration) owns() map[spot]*Own {
	all := map[spot]*Own{}
	for i := range c.Own {
		w := &c.Own[i]
		all[spot{series.ID{Series: w.Series, Target: w.Target}, w.Column}] = w
	}
	return all
}

// spot is one target of one series.
type spot struct {
	id     series.ID
	column int
}

// places are the stretches of the series apart.
func (c *Calibration) places() map[spot][]float64 {
	all := map[spot][]float64{}
	for _, a := range c.Apart {
		all[spot{series.ID{Series: a.Series, Target: a.Target}, a.Column}] = a.Stretch
	}
	return all
}

// temper applies the temperature to every C probabilities.
func (c *Calibration) temper(predictions [][]float64) [][]float64 {
	all := make([][]float64, len(predictions))
	for i, p := range predictions {
		for row := range slices.Chunk(p, c.Classes) {
			all[i] = append(all[i], Temper(Logits([][]float64{row}), c.Temperature)[0]...)
		}
	}
	return all
}

// stretch writes the quantiles f of one value into out.
func stretch(factors []float64, middle int, floor bool, f, out []float64) {
	m := f[middle]
	for i, v := range f {
		out[i] = v
		switch {
		case factors[i] == 1 && (v <= m) == (i <= middle):
			// as it was, to the bit
		case i < middle:
			out[i] = m - factors[i]*max(0, m-v)
		case i > middle:
			out[i] = m + factors[i]*max(0, v-m)
		}
		if floor && m >= 0 {
			out[i] = max(0, out[i])
		}
		if math.IsNaN(out[i]) || math.IsInf(out[i], 0) {
			out[i] = v
		}
	}
	inOrder(middle, out)
}

// inOrder sorts the quantiles on either side of the median.
func inOrder(middle int, out []float64) {
	slices.Sort(out[:middle])
	slices.Sort(out[middle+1:])
}
