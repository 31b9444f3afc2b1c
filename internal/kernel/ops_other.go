//go:build !amd64 || purego

package kernel

// implementations lists what float32 can run on, the fastest first.
func implementations() []*ops[float32] { return []*ops[float32]{goOps[float32]()} }
