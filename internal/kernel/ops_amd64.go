//go:build !purego

package kernel

func implementations() []*ops[float32] { return []*ops[float32]{goOps[float32]()} }
