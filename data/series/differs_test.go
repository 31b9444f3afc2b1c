package series

import "testing"

// Steps of dates differ by their length alone; plain numbers and no step at all differ from nothing.
func TestDiffers(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"month", "month end", false}, {"month (2006-01)", "month (2006-01-02)", false}, {"quarter end", "3 months", false}, {"year", "12 months", false},
		{"7 days", "week", false}, {"24 hours", "day", false}, {"month", "quarter", true}, {"day", "week", true}, {"month", "30 days", true}, {"15m", "hour", true},
		{"1", "month", false}, {"", "day", false}, {"1", "2", false},
	} {
		a, err := ParseFrequency(test.a)
		b, err2 := ParseFrequency(test.b)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if got, back := a.Differs(b), b.Differs(a); got != test.want || back != test.want {
			t.Errorf("%q and %q differ: %t, the other way round %t, want %t", test.a, test.b, got, back, test.want)
		}
	}
}
