package plot

import (
	"bytes"
	"strings"
	"testing"
)

// A table of shares is drawn the same each time, cell by cell, and one that does not hold together is refused.
func TestHeat(t *testing.T) {
	h := func() *Heat {
		return &Heat{Rows: []string{"a", "b"}, Columns: []string{"a", "b"}, Values: [][]float64{{1, 0}, {.25, .75}}, Cells: [][]string{{"4", ""}, {"1", "3"}}}
	}
	var first, again bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &again} {
		if err := (Chart{Title: "t", XLabel: "predicted", YLabel: "true", Heat: h()}).Encode(b, "svg"); err != nil {
			t.Fatal(err)
		}
	}
	if first.String() != again.String() {
		t.Error("equal charts give other bytes")
	}
	for _, color := range []string{"0072B2", "FFFFFF", "80B9D9"} { // 1, 0 and the root of a quarter
		if !strings.Contains(strings.ToUpper(first.String()), color) {
			t.Errorf("no cell has the colour %s", color)
		}
	}
	named := h()
	named.Columns = []string{"", "b"}
	if ts := ticksOf(named.Columns, false); len(ts) != 1 || ts[0].label != "b" || ts[0].value != 1.5 {
		t.Errorf("a column without a name has a tick: %v", ts)
	}
	for want, change := range map[string]func(*Heat){
		"want 0 to 1":   func(h *Heat) { h.Values[0][0] = 1.5 },
		"want as many":  func(h *Heat) { h.Values[0] = h.Values[0][:1] },
		"names of 1":    func(h *Heat) { h.Rows = h.Rows[:1] },
		"one or more":   func(h *Heat) { *h = Heat{} },
		"for 2 columns": func(h *Heat) { h.Cells[1] = nil },
	} {
		bad := h()
		change(bad)
		if err := (Chart{Heat: bad}).Encode(&bytes.Buffer{}, "svg"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
