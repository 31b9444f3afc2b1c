// Package evaluate answers one question: how good is it?
//
// It scores plain predictions against what a part of the data holds, and tests whether two methods differ by more than
// luck. It knows neither networks nor baselines: both hand in [windows][Hz·K] values in the units of the data.
package evaluate

import (
	"encoding/json"
	"fmt"
	"math"
)

// Metrics are the errors of predictions f of known values y, over all windows, steps and targets of a scope. A metric
// that has no meaning there is NaN, and null in JSON.
type Metrics struct {
	MSE  float64 // mean (y-f)²
	RMSE float64 // √MSE, in units of the data
	MAE  float64 // mean |y-f|, in units of the data

	// MAPE is the mean of 100·|y-f|/|y| over the values that are not zero; those at zero have none and are left out.
	MAPE float64

	// SMAPE is the mean of 200·|y-f|/(|y|+|f|), where 0/0 counts 0, for each series, averaged over series [1].
	SMAPE float64

	// MASE is the mean of |y-f| over the series' in-sample mean |x_t-x_{t-m}| for each series, averaged over series [1, 2].
	// A target that never changed in the training part of a series has no such scale and is left out.
	MASE float64

	// R2 is 1 - Σ(y-f)²/Σ(y-ȳ)² for each target, with the mean ȳ of the scored values of each series, averaged over targets.
	R2 float64

	Zeros int // values that are zero, which MAPE leaves out
}

// [1] Makridakis & Hibon 2000, The M3-Competition: results, conclusions and implications.
// [2] Hyndman & Koehler 2006, Another look at measures of forecast accuracy.

// Names lists the metrics as JSON and tables call them, in their order.
var Names = []string{"mse", "rmse", "mae", "mape", "smape", "mase", "r2"}

// Value returns a metric by its name, NaN for an unknown one.
func (m Metrics) Value(name string) float64 {
	for i, p := range m.fields() {
		if Names[i] == name {
			return *p
		}
	}
	return math.NaN()
}

// fields are the metrics in the order of Names.
func (m *Metrics) fields() []*float64 {
	return []*float64{&m.MSE, &m.RMSE, &m.MAE, &m.MAPE, &m.SMAPE, &m.MASE, &m.R2}
}

// ZerosName is what JSON calls Zeros, which is there where it is not 0.
const ZerosName = "mape_left_out"

// MarshalJSON writes the metrics by name; what is not a finite number becomes null.
func (m Metrics) MarshalJSON() ([]byte, error) {
	b, err := marshal(Names, m.fields())
	if err == nil && m.Zeros > 0 {
		b = fmt.Appendf(b[:len(b)-1], ",%q:%d}", ZerosName, m.Zeros)
	}
	return b, err
}

// UnmarshalJSON reads what MarshalJSON wrote; null and a missing name become NaN.
func (m *Metrics) UnmarshalJSON(b []byte) error {
	var more struct {
		Zeros float64 `json:"mape_left_out"`
	}
	if err := json.Unmarshal(b, &more); err != nil {
		return err
	}
	m.Zeros = int(more.Zeros)
	return unmarshal(b, Names, m.fields())
}

// Scaled are the errors in scaled units, in which the network was trained.
type Scaled struct{ MSE, MAE float64 }

var scaledNames = []string{"mse", "mae"}

func (s *Scaled) fields() []*float64 { return []*float64{&s.MSE, &s.MAE} }

// MarshalJSON writes the errors by name; what is not a finite number becomes null.
func (s Scaled) MarshalJSON() ([]byte, error) { return marshal(scaledNames, s.fields()) }

// UnmarshalJSON reads what MarshalJSON wrote; null and a missing name become NaN.
func (s *Scaled) UnmarshalJSON(b []byte) error { return unmarshal(b, scaledNames, s.fields()) }

func marshal(names []string, values []*float64) ([]byte, error) {
	b := []byte{'{'}
	for i, name := range names {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "%q:", name)
		v := *values[i]
		if math.IsNaN(v) || math.IsInf(v, 0) {
			b = append(b, "null"...)
			continue
		}
		number, err := json.Marshal(v)
		if err != nil {
			return nil, err
		}
		b = append(b, number...)
	}
	return append(b, '}'), nil
}

func unmarshal(b []byte, names []string, values []*float64) error {
	var read map[string]*float64
	if err := json.Unmarshal(b, &read); err != nil {
		return err
	}
	for i, name := range names {
		*values[i] = math.NaN()
		if v := read[name]; v != nil {
			*values[i] = *v
		}
	}
	return nil
}
