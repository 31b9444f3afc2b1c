package pipeline

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"recur/internal/kernel"
)

// memoryVariable is the environment variable that says how much memory recur may take.
const memoryVariable = "RECUR_MEMORY"

// CheckEnvironment refuses values of the variables of its own that recur reads which would else be passed over: of RECUR_KERNEL
// one that names no kernels that this processor has (others would run, and the numbers differ in their last bits), of
// RECUR_MEMORY one that is no size (nothing would be refused for want of memory).
func CheckEnvironment() error {
	name, all := os.Getenv(kernel.Variable), kernel.Available()
	if name != "" && !slices.Contains(all, name) {
		return &Usage{Message: fmt.Sprintf("%s is %q, want one of the kernels that this processor has (%s); or unset it", kernel.Variable, name, strings.Join(all, ", "))}
	}
	if size := os.Getenv(memoryVariable); size != "" && parseSize(size) == 0 {
		return &Usage{Message: fmt.Sprintf("%s is %q, want a number of bytes above 0, or a whole number with KiB, MiB, GiB or TiB, such as 800MiB; or unset it", memoryVariable, size)}
	}
	return nil
}
