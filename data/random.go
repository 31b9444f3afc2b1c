package data

import (
	"hash/fnv"
	"math/rand/v2"
)

// Stream is the random stream of that name: one seed feeds any number of independent ones.
func Stream(seed uint64, name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
