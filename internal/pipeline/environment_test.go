package pipeline

import (
	"errors"
	"strings"
	"testing"

	"recur/internal/kernel"
)

// What an environment variable of recur's own says is followed or refused, never passed over.
func TestEnvironmentIsFollowedOrRefused(t *testing.T) {
	for _, c := range []struct {
		name, value string
		good        bool
	}{
		{memoryVariable, "", true}, {memoryVariable, "800MiB", true}, {memoryVariable, "1000000000", true}, {memoryVariable, "1000000000B", true},
		{memoryVariable, "30M", false}, {memoryVariable, "10MB", false}, {memoryVariable, "1.5GiB", false}, {memoryVariable, "0", false},
		{memoryVariable, "-5", false}, {memoryVariable, "much", false}, {memoryVariable, "99999999999TiB", false},
		{kernel.Variable, "", true}, {kernel.Variable, "go", true}, {kernel.Variable, "foo", false},
	} {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			t.Setenv(c.name, c.value)
			err := CheckEnvironment()
			var usage *Usage
			if c.good != (err == nil) || err != nil && (!errors.As(err, &usage) || !strings.Contains(err.Error(), c.value)) {
				t.Errorf("got %v, want good: %t", err, c.good)
			}
		})
	}
}
