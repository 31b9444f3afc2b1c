package evaluate

import (
	"bytes"
	"encoding/json"
	"testing"

	"recur/internal/mutate"
)

// FuzzMetrics: metrics that are read from JSON are written and read again to the same text.
func FuzzMetrics(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{`{"mse":1,"rmse":1,"mae":0.5,"mape":null,"smape":20.25,"mase":1e-300,"r2":-1}`, `{}`, `null`},
		Words: []string{`"mse":`, `"r2":`, `"mase":`, "null", "{", "}", "[", ",", `"`, "1e309"}, Limit: 300,
		Try: func(t testing.TB, b []byte) {
			var one, two Metrics
			if json.Unmarshal(b, &one) != nil {
				return
			}
			first, err := json.Marshal(one)
			if err == nil {
				err = json.Unmarshal(first, &two)
			}
			second, errAgain := json.Marshal(two)
			if err != nil || errAgain != nil || !bytes.Equal(first, second) {
				t.Fatalf("%s is read again as %s: %v, %v", first, second, err, errAgain)
			}
		},
	})
}
