package evaluate

import (
	"bytes"
	"encoding/json"
	"testing"

	"recur/internal/mutate"
)

// FuzzMetrics: metrics that are read from JSON are written and read again to the same text. The first letter of an input
// says which.
func FuzzMetrics(f *testing.F) {
	mutate.Fuzz(f, mutate.Target{
		Seeds: []string{
			`m{"mse":1,"rmse":1,"mae":0.5,"mape":null,"smape":20.25,"mase":1e-300,"r2":-1}`, `m{}`, `mnull`, `s{"mse":1,"mae":null}`,
			`d{"pinball":1,"crps":null,"wql":0.5,"spl":2,"quantiles":[{"quantile":0.1,"pinball":1}],"intervals":[{"level":0.8,"coverage":null}]}`, `n1e3`, `nnull`,
		},
		Words: []string{`"mse":`, `"r2":`, `"mase":`, `"crps":`, `"quantiles":[`, `"intervals":[`, "null", "{", "}", "[", "]", ",", `"`, "1e309", "m", "s", "d", "n"}, Limit: 400,
		Try: func(t testing.TB, b []byte) {
			if len(b) == 0 {
				return
			}
			switch b[0] {
			case 'm':
				readsAgain[Metrics](t, b[1:])
			case 's':
				readsAgain[Scaled](t, b[1:])
			case 'd':
				readsAgain[Distribution](t, b[1:])
			default:
				readsAgain[number](t, b[1:])
			}
		},
	})
}

// readsAgain reads a V from JSON, writes it and reads that.
func readsAgain[V any](t testing.TB, b []byte) {
	var one, two V
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
}
