package pipeline

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"recur/internal/kernel"
)

// CheckEnvironment refuses a value of RECUR_KERNEL, the one variable of its own that recur reads, that names no kernels that
// this processor has: others would run, and the numbers differ in their last bits.
func CheckEnvironment() error {
	name, all := os.Getenv(kernel.Variable), kernel.Available()
	if name == "" || slices.Contains(all, name) {
		return nil
	}
	return &Usage{Message: fmt.Sprintf("%s is %q, want one of the kernels that this processor has (%s); or unset it", kernel.Variable, name, strings.Join(all, ", "))}
}
