package checkpoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// number is a float64 in JSON: the shortest digits that give the same bits back, and NaN, +Inf, -Inf as strings, which
// JSON numbers can't say.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	s := strconv.FormatFloat(float64(n), 'g', -1, 64)
	if v := float64(n); math.IsNaN(v) || math.IsInf(v, 0) {
		s = `"` + s + `"`
	}
	return []byte(s), nil
}

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"NaN"`:
		*n = number(math.NaN())
	case `"+Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	default:
		var v float64
		if err := json.Unmarshal(b, &v); err != nil || string(b) == "null" {
			return fmt.Errorf(`%s is no number, "NaN", "+Inf" or "-Inf"`, b)
		}
		*n = number(v)
	}
	return nil
}

// numbers and floats turn the values of a map into their JSON form and back.
func numbers(m map[string]float64) map[string]number { return convert[number](m) }
func floats(m map[string]number) map[string]float64  { return convert[float64](m) }

func convert[To, From ~float64](m map[string]From) map[string]To {
	if m == nil {
		return nil
	}
	out := make(map[string]To, len(m))
	for k, v := range m {
		out[k] = To(v)
	}
	return out
}

// marshal returns v as one line of JSON, without the escapes for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
