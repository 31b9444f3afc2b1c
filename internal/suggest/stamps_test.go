package suggest

import (
	"strings"
	"testing"
)

// A row whose time stamp is none, such as a total, is refused and named: left unseen it would be the last value of the series.
// Without the row the column holds the time.
func TestStrayTimeStamp(t *testing.T) {
	for _, row := range []string{"Total,9999\n", "n/a,9999\n"} {
		_, err := of(t, monthly(60)+row, Options{})
		if word, _, _ := strings.Cut(row, ","); err == nil || !strings.Contains(err.Error(), "a.csv:62") || !strings.Contains(err.Error(), `"`+word+`" in column "month" is not a time stamp`) {
			t.Errorf("%q: got %v", row, err)
		}
	}
	if text, err := of(t, monthly(60), Options{}); err != nil || !strings.Contains(string(text), "time: month") {
		t.Errorf("as advised: %v\n%s", err, text)
	}
}

// Time stamps without a name in the header, as pandas writes an index, go by their place.
func TestTimeStampsWithoutName(t *testing.T) {
	text, err := of(t, strings.Replace(monthly(60), "month,", ",", 1), Options{})
	if err != nil || !strings.Contains(string(text), "time: column_1") {
		t.Errorf("%v\n%s", err, text)
	}
}
