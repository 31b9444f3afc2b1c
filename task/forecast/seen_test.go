package forecast

import "testing"

// The rows of a file are found in those of the training where some are revised, and not where there is nothing to tell them by.
func TestAligned(t *testing.T) {
	t.Parallel()
	own := make([]uint64, 100)
	for i := range own {
		own[i] = uint64(i*i%37 + i)
	}
	revised := append([]uint64(nil), own[30:]...)
	revised[5], revised[40] = 7777, 8888
	flat := make([]uint64, 50)
	for _, c := range []struct {
		name      string
		own, file []uint64
		offset    int
		ok        bool
	}{
		{"the same", own, own, 0, true},
		{"revised", own, revised, 30, true},
		{"reversed part", own[40:], own, -40, true},
		{"flat", flat, flat, 0, false},
		{"none", own, nil, 0, false},
	} {
		if offset, ok := aligned(c.own, c.file, 8); ok != c.ok || ok && offset != c.offset {
			t.Errorf("%s: got %d, %v, want %d, %v", c.name, offset, ok, c.offset, c.ok)
		}
	}
}
