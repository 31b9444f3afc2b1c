//go:build !(amd64 || arm64 || loong64 || mips64 || mips64le || ppc64 || ppc64le || riscv64 || s390x || wasm)

package kernel

// Sizes of data, offsets of files and counters are ints that must hold more than 2³¹. The compiler says so by this name.
var _ = recur_needs_a_64_bit_system_set_GOARCH_to_amd64_or_arm64_or_another_one_of_64_bits
