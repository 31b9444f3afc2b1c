package baseline

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOnly(t *testing.T) {
	wave := make([]float64, 60)
	for i := range wave {
		wave[i] = math.Sin(float64(i))
	}
	p := prepare(t, []string{"a"}, nil, wave, shape(8, 2, 10, 10))
	for _, c := range []struct {
		text, fault string
		want        []string
	}{
		{text: "all", want: []string{"naive", "drift", "ses", "theta", "ets", "ridge"}},
		{text: "none", want: []string{}},
		{text: "theta_damped", want: []string{"theta_damped"}},
		{text: "ridge,naive", want: []string{"naive", "ridge"}},
		{text: "rigde", fault: "naive,drift,seasonal_naive,ses,theta,theta_damped,ets,ridge,linear_l1"},
		{text: "naive,naive", fault: "twice"},
		{text: "", fault: "want all, none or a list of"},
		{text: "linear_l1", fault: "does not suit these data; there are naive,drift,ses,theta,theta_damped,ets,ridge"},
	} {
		only, err := ParseOnly(c.text, Series)
		var got []string
		if err == nil {
			got, err = only.Names(p)
		}
		switch {
		case c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)):
			t.Errorf("%q: got %v, want an error with %q", c.text, err, c.fault)
		case c.fault == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.fault == "" && !cmp.Equal(c.want, got):
			t.Errorf("%q: got %v, want %v", c.text, got, c.want)
		}
		for _, name := range got {
			if m, err := Make(name, p); err != nil || m.Name() != name {
				t.Errorf("%s: made %v, %v", name, m, err)
			}
		}
	}
}
