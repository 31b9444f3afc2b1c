package evaluate

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// manySeries is from how many series of their own on a test goes over series where it could go along time, too.
const manySeries = 20

// ScaledTest is how far the MASE of two methods on the same windows differ, and how sure that is.
type ScaledTest struct {
	Outcome
	Difference  float64 // of the first method and the second: negative where the first is better
	Low, High   float64 // the difference lies between them with 95%; NaN where nothing can be told
	Independent float64 // as how many series those of the part count, since some errors move together

	freedom float64
}

// Worse is the p of the first method being worse by more than a margin; 1 where it is not.
func (s ScaledTest) Worse(margin float64) float64 {
	switch {
	case s.P != s.P:
		return s.P
	case s.Difference <= margin:
		return 1
	}
	return studentP(s.Statistic*(1-margin/s.Difference), s.freedom)
}

// TestScaled tests whether forecasts a and b of the windows have the same MASE. It is Test on the absolute errors of the windows relative to the naive
// scales of their series, which have a meaning around zero too, and is paired: over series and origins where the series count as many, also if
// there are origins enough for a test along time; else along time; and where there is neither it says nothing.
func (p *Panel) TestScaled(a, b [][]float64) ScaledTest {
	worth := p.WorthScaled(a, b)
	s := ScaledTest{Outcome: Outcome{Test: "diebold-mariano", Statistic: math.NaN(), P: math.NaN()}, Difference: math.NaN(), Low: math.NaN(), High: math.NaN(), Independent: worth.Independent}
	overSeries := worth.tells() && (!p.AlongTime() || worth.Independent >= manySeries)
	if overSeries || !p.AlongTime() && p.Series > 1 {
		s.Test = "series"
	}
	d, n := ScaledErrors(p.part, a), 0.0
	sum, squares := 0.0, 0.0
	for i, v := range ScaledErrors(p.part, b) {
		if d[i] -= v; d[i] == d[i] {
			sum, squares, n = sum+d[i], squares+d[i]*d[i], n+1
		}
	}
	center, freedom := sum/n, math.NaN()
	s.Difference = center
	switch {
	case n == 0 || math.IsInf(sum, 0):
		return s
	case squares == 0:
		s.Statistic, s.P, s.Low, s.High = 0, 1, 0, 0
		return s
	case squares/n-center*center <= 1e-24*squares/n: // the same everywhere
		return s
	case overSeries:
		s.Difference, s.Statistic, freedom = p.bySeries(d, worth)
	case p.AlongTime():
		s.Statistic, freedom = p.overTime(d, center, n)
	}
	s.freedom = freedom
	if s.P = studentP(s.Statistic, freedom); s.P == s.P {
		reach := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(.975) * math.Abs(s.Difference/s.Statistic)
		s.Low, s.High = s.Difference-reach, s.Difference+reach
	}
	return s
}
